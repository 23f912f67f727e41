/*
 * Converts reports of wts-session to the terms of the API; see linux_picture.h.
 */
#include "local/session/linux_picture.h"

#include <string.h>

#include "core/trace.h"
#include "helper/session/payload.h"

#define UNIX_EPOCH_MICROSECONDS 11644473600000000U /* 1970 as a FILETIME, in microseconds */

static uint64_t filetime_of(uint64_t microseconds)
{
    return microseconds != 0 ? (microseconds + UNIX_EPOCH_MICROSECONDS) * 10 : 0;
}

static bool knows(const struct wts_linux_session *session, uint32_t field)
{
    return (session->known & field) != 0;
}

static bool is_silent(const struct wts_linux_session *session, enum wts_linux_source source)
{
    return session->sources[source].presence == WTS_LINUX_SILENT;
}

static void read_lock(const struct wts_linux_session *session, struct wts_linux_picture *picture)
{
    picture->lock = WTS_LOCK_UNKNOWN;
    picture->has_lock = true;
    if (knows(session, WTS_LINUX_LOCKED))
        picture->lock = session->is_locked ? WTS_LOCK_LOCKED : WTS_LOCK_UNLOCKED;
    else
        picture->has_lock =
            is_silent(session, WTS_LINUX_LOGIND) || is_silent(session, WTS_LINUX_SCREEN_SAVER);
}

/* In an xrdp session nobody sits at a seat, so only the client counts. */
static void read_connection(const struct wts_linux_session *session, struct wts_linux_picture *picture)
{
    picture->has_connection = knows(session, WTS_LINUX_CONNECTED) || knows(session, WTS_LINUX_ACTIVE);
    picture->is_connected = true;
    if (knows(session, WTS_LINUX_CONNECTED))
        picture->is_connected = session->is_connected;
    else if (knows(session, WTS_LINUX_ACTIVE))
        picture->is_connected = session->is_active;
}

/* An IPv4 address begins at the third byte, an IPv6 address at the first. */
static void read_address(const struct wts_linux_session *session, struct wts_session_address *address)
{
    if (session->address_length == 4) {
        address->family = WTS_FAMILY_IPV4;
        memcpy(address->bytes + 2, session->address, 4);
    } else if (session->address_length == WTS_LINUX_MAX_ADDRESS_LENGTH) {
        address->family = WTS_FAMILY_IPV6;
        memcpy(address->bytes, session->address, WTS_LINUX_MAX_ADDRESS_LENGTH);
    }
}

bool wts_linux_picture_read(const uint8_t *payload, size_t length, struct wts_linux_picture *picture)
{
    struct wts_frame_reader reader = {.data = payload, .left = length};
    struct wts_linux_session session;
    if (!wts_linux_get_session(&reader, &session))
        return false;
    *picture = (struct wts_linux_picture){.is_remote = session.is_remote,
                                          .is_rdp = session.protocol == WTS_PROTOCOL_RDP,
                                          .display = (uint16_t)session.display_number,
                                          .width = session.width,
                                          .height = session.height,
                                          .bits = session.color_depth,
                                          .logon_time = filetime_of(session.logon_time),
                                          .idle_since = filetime_of(session.idle_since)};
    read_lock(&session, picture);
    read_connection(&session, picture);
    read_address(&session, &picture->address);
    return true;
}

void wts_linux_picture_trace(const uint8_t *payload, size_t length)
{
    static const char *const sources[] = {
        [WTS_LINUX_LOGIND] = "logind", [WTS_LINUX_SCREEN_SAVER] = "screensaver", [WTS_LINUX_XRDP] = "xrdp"};
    static const char *const presences[] = {[WTS_LINUX_ABSENT] = "absent",
                                            [WTS_LINUX_SILENT] = "silent",
                                            [WTS_LINUX_LOST] = "lost",
                                            [WTS_LINUX_ANSWERING] = "answers"};
    struct wts_frame_reader reader = {.data = payload, .left = length};
    struct wts_linux_session session;
    if (!wts_linux_get_session(&reader, &session))
        return;
    for (unsigned i = 0; i < WTS_LINUX_SOURCE_COUNT; i++)
        wts_trace(WTS_TRACE_WIRE, "session: source %s, %s, lock %s, text \"%.*s\"", sources[i],
                  presences[session.sources[i].presence], session.lock_source == i ? "yes" : "no",
                  (int)session.sources[i].reason.length, session.sources[i].reason.data);
}

void wts_linux_picture_keep(struct wts_linux_picture *picture, const struct wts_linux_picture *before)
{
    if (picture->lock == WTS_LOCK_UNKNOWN && before->has_lock) {
        picture->lock = before->lock;
        picture->has_lock = true;
    }
    if (!picture->has_connection && before->has_connection) {
        picture->has_connection = true;
        picture->is_connected = before->is_connected;
    }
}
