/*
 * The payloads of the duty session; see payload.h.
 */
#include "helper/session/payload.h"

#include <string.h>

/*
 * Both directions share the description of a state: each field is written from, or read into, its place. The
 * one that is not used is empty.
 */
struct pass {
    bool is_writing;
    struct wts_frame_writer *writer;
    struct wts_frame_reader *reader;
    uint32_t known;
};

static void fail(struct pass *pass)
{
    pass->writer->failed = pass->reader->failed = true;
}

static bool knows(const struct pass *pass, uint32_t field)
{
    return (pass->known & field) != 0;
}

/* A number from `min` to `max`. */
static void pass_u32(struct pass *pass, uint32_t *value, uint32_t min, uint32_t max)
{
    if (pass->is_writing)
        wts_frame_put_u32(pass->writer, *value);
    else
        *value = wts_frame_get_u32(pass->reader);
    if (*value < min || *value > max)
        fail(pass);
}

/* A number that is 0 unless its field is known. */
static void pass_known(struct pass *pass, uint32_t field, uint32_t *value, uint32_t min, uint32_t max)
{
    pass_u32(pass, value, knows(pass, field) ? min : 0, knows(pass, field) ? max : 0);
}

static void pass_flag(struct pass *pass, uint32_t field, bool *value)
{
    uint32_t number = pass->is_writing ? *value : 0;
    pass_known(pass, field, &number, 0, 1);
    *value = number != 0;
}

static void pass_time(struct pass *pass, uint32_t field, uint64_t *value)
{
    uint32_t low = pass->is_writing ? (uint32_t)*value : 0;
    uint32_t high = pass->is_writing ? (uint32_t)(*value >> 32) : 0;
    pass_known(pass, field, &low, 0, UINT32_MAX);
    /* Beyond the signed range no conversion is safe. */
    pass_known(pass, field, &high, 0, INT32_MAX);
    *value = (uint64_t)high << 32 | low;
}

static void pass_text(struct pass *pass, struct wts_frame_text *text)
{
    if (pass->is_writing)
        wts_frame_put_text(pass->writer, *text);
    else
        *text = wts_frame_get_text(pass->reader);
    if (text->length > WTS_LINUX_MAX_TEXT)
        fail(pass);
}

static void pass_known_text(struct pass *pass, uint32_t field, struct wts_frame_text *text)
{
    pass_text(pass, text);
    if (knows(pass, field) != (text->data != NULL) || (text->data != NULL && text->length == 0))
        fail(pass);
}

static void pass_address(struct pass *pass, struct wts_linux_session *session)
{
    pass_known(pass, WTS_LINUX_CLIENT_ADDRESS, &session->address_length, 4, WTS_LINUX_MAX_ADDRESS_LENGTH);
    const size_t length = session->address_length;
    if (length != 0 && length != 4 && length != WTS_LINUX_MAX_ADDRESS_LENGTH) {
        fail(pass);
        return;
    }
    if (pass->is_writing) {
        wts_frame_put_bytes(pass->writer, session->address, length);
        return;
    }
    const uint8_t *bytes = wts_frame_get_bytes(pass->reader, length);
    memset(session->address, 0, sizeof session->address);
    if (bytes != NULL)
        memcpy(session->address, bytes, length);
}

static void pass_sources(struct pass *pass, struct wts_linux_session *session)
{
    pass_u32(pass, &session->lock_source, 0, WTS_LINUX_SOURCE_COUNT);
    if (knows(pass, WTS_LINUX_LOCKED) != (session->lock_source != WTS_LINUX_SOURCE_COUNT))
        fail(pass);
    for (int i = 0; i < WTS_LINUX_SOURCE_COUNT; i++) {
        uint32_t presence = (uint32_t)session->sources[i].presence;
        pass_u32(pass, &presence, 0, WTS_LINUX_PRESENCE_COUNT - 1);
        session->sources[i].presence = (enum wts_linux_presence)presence;
        pass_text(pass, &session->sources[i].reason);
        if (session->sources[i].reason.data == NULL)
            fail(pass);
    }
}

static void pass_session(struct pass *pass, struct wts_linux_session *session)
{
    pass_u32(pass, &session->known, 0, WTS_LINUX_ALL_FIELDS);
    pass->known = session->known;
    pass_known_text(pass, WTS_LINUX_ID, &session->id);
    pass_known(pass, WTS_LINUX_USER_ID, &session->user_id, 0, UINT32_MAX);
    pass_known_text(pass, WTS_LINUX_USER_NAME, &session->user_name);
    pass_flag(pass, WTS_LINUX_LOCKED, &session->is_locked);
    pass_flag(pass, WTS_LINUX_ACTIVE, &session->is_active);
    pass_flag(pass, WTS_LINUX_REMOTE, &session->is_remote);
    pass_known_text(pass, WTS_LINUX_REMOTE_HOST, &session->remote_host);
    pass_known_text(pass, WTS_LINUX_TYPE, &session->type);
    pass_time(pass, WTS_LINUX_LOGON_TIME, &session->logon_time);
    pass_flag(pass, WTS_LINUX_IDLE, &session->is_idle);
    pass_time(pass, WTS_LINUX_IDLE_SINCE, &session->idle_since);
    pass_flag(pass, WTS_LINUX_CONNECTED, &session->is_connected);
    pass_known(pass, WTS_LINUX_PROTOCOL, &session->protocol, 0, 2);
    pass_known(pass, WTS_LINUX_DISPLAY_NUMBER, &session->display_number, 0, 0xFFFF);
    pass_known(pass, WTS_LINUX_SCREEN, &session->width, 1, 0xFFFF);
    pass_known(pass, WTS_LINUX_SCREEN, &session->height, 1, 0xFFFF);
    pass_known(pass, WTS_LINUX_SCREEN, &session->color_depth, 1, 32);
    pass_address(pass, session);
    pass_sources(pass, session);
}

void wts_linux_put_session(struct wts_frame_writer *writer, const struct wts_linux_session *session)
{
    struct wts_frame_reader unused = {.data = NULL};
    struct pass pass = {.is_writing = true, .writer = writer, .reader = &unused};
    struct wts_linux_session copy = *session;
    pass_session(&pass, &copy);
}

bool wts_linux_get_session(struct wts_frame_reader *reader, struct wts_linux_session *session)
{
    struct wts_frame_writer unused = {.data = NULL};
    struct pass pass = {.writer = &unused, .reader = reader};
    memset(session, 0, sizeof *session);
    pass_session(&pass, session);
    return wts_frame_reader_ended(reader);
}

static bool is_same_text(struct wts_frame_text left, struct wts_frame_text right)
{
    if (left.data == NULL || right.data == NULL)
        return left.data == right.data;
    return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}

static bool has_same_sources(const struct wts_linux_session *left, const struct wts_linux_session *right)
{
    for (int i = 0; i < WTS_LINUX_SOURCE_COUNT; i++)
        if (left->sources[i].presence != right->sources[i].presence)
            return false;
    return left->lock_source == right->lock_source;
}

static bool has_same_screen(const struct wts_linux_session *left, const struct wts_linux_session *right)
{
    return left->width == right->width && left->height == right->height &&
           left->color_depth == right->color_depth && left->address_length == right->address_length &&
           memcmp(left->address, right->address, left->address_length) == 0;
}

static bool has_same_flags(const struct wts_linux_session *left, const struct wts_linux_session *right)
{
    return left->is_locked == right->is_locked && left->is_active == right->is_active &&
           left->is_remote == right->is_remote && left->is_idle == right->is_idle &&
           left->is_connected == right->is_connected;
}

static bool has_same_numbers(const struct wts_linux_session *left, const struct wts_linux_session *right)
{
    return left->user_id == right->user_id && left->logon_time == right->logon_time &&
           left->idle_since == right->idle_since && left->protocol == right->protocol &&
           left->display_number == right->display_number;
}

bool wts_linux_is_same(const struct wts_linux_session *left, const struct wts_linux_session *right)
{
    return left->known == right->known && has_same_flags(left, right) && has_same_numbers(left, right) &&
           has_same_screen(left, right) && is_same_text(left->id, right->id) &&
           is_same_text(left->user_name, right->user_name) &&
           is_same_text(left->remote_host, right->remote_host) && is_same_text(left->type, right->type) &&
           has_same_sources(left, right);
}
