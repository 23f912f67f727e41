/*
 * The payload of the duty session: there and back, each field known and unknown, cut at every byte, every
 * byte bent, and what neither side may say. A payload under test ends where its memory ends, so that a
 * sanitizer sees a read beyond.
 */
#include "native_test.h"

#include "helper/session/payload.h"

enum { BUFFER = 4096 };

static const struct wts_linux_session whole = {
    .known = WTS_LINUX_ALL_FIELDS,
    .id = {"c1", 2},
    .user_id = 1000,
    .user_name = {"j\xC3\xB6rg", 5},
    .is_locked = true,
    .is_active = true,
    .is_remote = true,
    .remote_host = {"2001:db8::1", 11},
    .type = {"wayland", 7},
    .logon_time = 1764345600123456,
    .is_idle = true,
    .idle_since = 1764345661000001,
    .is_connected = true,
    .protocol = 2,
    .display_number = 10,
    .width = 1920,
    .height = 1080,
    .color_depth = 24,
    .address_length = 16,
    .address = {0x20, 1, 0x0D, 0xB8, [15] = 1},
    .lock_source = WTS_LINUX_LOGIND,
    .sources = {{WTS_LINUX_ANSWERING, {"", 0}},
                {WTS_LINUX_ABSENT, {"nobody has this name on the session bus", 39}},
                {WTS_LINUX_LOST, {"the sockets are gone", 20}}},
};

static const struct wts_linux_session nothing = {
    .lock_source = WTS_LINUX_SOURCE_COUNT,
    .sources = {{WTS_LINUX_SILENT, {"", 0}}, {WTS_LINUX_ABSENT, {"", 0}}, {WTS_LINUX_ABSENT, {"", 0}}}};

static size_t put(const struct wts_linux_session *session, uint8_t *buffer)
{
    struct wts_frame_writer writer = {.data = buffer, .size = BUFFER};
    wts_linux_put_session(&writer, session);
    assert_true(writer.used <= BUFFER);
    return writer.failed ? 0 : writer.used;
}

/* [out] session: its texts are of no use afterwards. */
static bool get(const uint8_t *data, size_t length, struct wts_linux_session *session)
{
    uint8_t *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, data, length);
    struct wts_frame_reader reader = {.data = copy, .left = length};
    const bool good = wts_linux_get_session(&reader, session);
    free(copy);
    return good;
}

static void assert_comes_back(const struct wts_linux_session *session)
{
    uint8_t buffer[BUFFER];
    struct wts_linux_session got;
    struct wts_frame_reader reader = {.data = buffer, .left = put(session, buffer)};
    assert_int_not_equal(reader.left, 0);
    assert_true(wts_linux_get_session(&reader, &got));
    assert_true(wts_linux_is_same(&got, session));
    for (int i = 0; i < WTS_LINUX_SOURCE_COUNT; i++) {
        assert_int_equal(got.sources[i].reason.length, session->sources[i].reason.length);
        assert_memory_equal(got.sources[i].reason.data, session->sources[i].reason.data,
                            session->sources[i].reason.length);
    }
}

/* The whole state without one field. */
static struct wts_linux_session without(uint32_t field)
{
    struct wts_linux_session session = whole;
    session.known &= ~field;
    switch (field) {
    case WTS_LINUX_ID:
        session.id = (struct wts_frame_text){NULL, 0};
        break;
    case WTS_LINUX_USER_ID:
        session.user_id = 0;
        break;
    case WTS_LINUX_USER_NAME:
        session.user_name = (struct wts_frame_text){NULL, 0};
        break;
    case WTS_LINUX_LOCKED:
        session.is_locked = false;
        session.lock_source = WTS_LINUX_SOURCE_COUNT;
        break;
    case WTS_LINUX_ACTIVE:
        session.is_active = false;
        break;
    case WTS_LINUX_REMOTE:
        session.is_remote = false;
        break;
    case WTS_LINUX_REMOTE_HOST:
        session.remote_host = (struct wts_frame_text){NULL, 0};
        break;
    case WTS_LINUX_TYPE:
        session.type = (struct wts_frame_text){NULL, 0};
        break;
    case WTS_LINUX_LOGON_TIME:
        session.logon_time = 0;
        break;
    case WTS_LINUX_IDLE:
        session.is_idle = false;
        break;
    case WTS_LINUX_IDLE_SINCE:
        session.idle_since = 0;
        break;
    case WTS_LINUX_CONNECTED:
        session.is_connected = false;
        break;
    case WTS_LINUX_PROTOCOL:
        session.protocol = 0;
        break;
    case WTS_LINUX_DISPLAY_NUMBER:
        session.display_number = 0;
        break;
    case WTS_LINUX_SCREEN:
        session.width = session.height = session.color_depth = 0;
        break;
    case WTS_LINUX_CLIENT_ADDRESS:
        session.address_length = 0;
        break;
    }
    return session;
}

static void test_there_and_back(void **state)
{
    (void)state;
    assert_comes_back(&whole);
    assert_comes_back(&nothing);
    for (uint32_t field = 1; field <= WTS_LINUX_ALL_FIELDS; field <<= 1) {
        const struct wts_linux_session session = without(field);
        assert_comes_back(&session);
        assert_false(wts_linux_is_same(&session, &whole));
    }
}

static void test_a_field_that_is_not_known_has_no_value(void **state)
{
    uint8_t buffer[BUFFER];
    (void)state;
    for (uint32_t field = 1; field <= WTS_LINUX_ALL_FIELDS; field <<= 1) {
        struct wts_linux_session session = whole;
        session.known &= ~field;
        assert_int_equal(put(&session, buffer), 0);
    }
    struct wts_linux_session session = nothing;
    session.known = WTS_LINUX_ALL_FIELDS;
    assert_int_equal(put(&session, buffer), 0);
    session.known = WTS_LINUX_ALL_FIELDS + 1;
    assert_int_equal(put(&session, buffer), 0);
}

static void test_limits(void **state)
{
    static const char letters[WTS_LINUX_MAX_TEXT + 1] = {[0 ... WTS_LINUX_MAX_TEXT] = 'a'};
    uint8_t buffer[BUFFER];
    struct wts_linux_session session = whole;
    (void)state;
    session.id = session.type = (struct wts_frame_text){letters, WTS_LINUX_MAX_TEXT};
    session.width = 0xFFFF;
    session.logon_time = INT64_MAX;
    assert_comes_back(&session);
    session.id.length++;
    assert_int_equal(put(&session, buffer), 0);
#define REFUSED(change)                                                                                      \
    session = whole;                                                                                         \
    change;                                                                                                  \
    assert_int_equal(put(&session, buffer), 0)
    REFUSED(session.id.length = 0);
    REFUSED(session.logon_time = (uint64_t)INT64_MAX + 1);
    REFUSED(session.protocol = 3);
    REFUSED(session.display_number = 0x10000);
    REFUSED(session.width = 0);
    REFUSED(session.height = 0x10000);
    REFUSED(session.color_depth = 33);
    REFUSED(session.address_length = 5);
    REFUSED(session.address_length = 17);
    REFUSED(session.lock_source = WTS_LINUX_SOURCE_COUNT);
    REFUSED(session.lock_source = WTS_LINUX_SOURCE_COUNT + 1);
    REFUSED(session.sources[1].presence = WTS_LINUX_PRESENCE_COUNT);
    REFUSED(session.sources[2].reason.data = NULL);
#undef REFUSED
}

static void test_cut_and_bent(void **state)
{
    uint8_t buffer[BUFFER];
    uint8_t again[BUFFER];
    struct wts_linux_session got;
    const size_t length = put(&whole, buffer);
    (void)state;
    for (size_t cut = 0; cut < length; cut++)
        assert_false(get(buffer, cut, &got));
    buffer[length] = 0;
    assert_false(get(buffer, length + 1, &got));
    for (size_t place = 0; place < length; place++)
        for (unsigned bit = 0; bit < 8; bit++) {
            buffer[place] ^= (uint8_t)(1U << bit);
            struct wts_frame_reader reader = {.data = buffer, .left = length};
            /* What is accepted is what the other side could have written. */
            if (wts_linux_get_session(&reader, &got)) {
                assert_int_equal(put(&got, again), length);
                assert_memory_equal(again, buffer, length);
            }
            buffer[place] ^= (uint8_t)(1U << bit);
        }
}

static void test_a_reason_is_no_change(void **state)
{
    struct wts_linux_session session = whole;
    (void)state;
    session.sources[1].reason = (struct wts_frame_text){"other words", 11};
    assert_true(wts_linux_is_same(&session, &whole));
    session.sources[1].presence = WTS_LINUX_LOST;
    assert_false(wts_linux_is_same(&session, &whole));
    session = whole;
    session.address[15] = 2;
    assert_false(wts_linux_is_same(&session, &whole));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_a_field_that_is_not_known_has_no_value),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_cut_and_bent),
        cmocka_unit_test(test_a_reason_is_no_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
