/*
 * Combines the state; see state.h.
 */
#include "helper/session/state.h"

#include <string.h>

enum { PROTOCOL_RDP = 2 };

static struct wts_frame_text text_of(const char *text)
{
    return (struct wts_frame_text){text, strlen(text)};
}

static struct wts_frame_text known_text(uint32_t known, uint32_t field, const char *text)
{
    return (known & field) ? text_of(text) : (struct wts_frame_text){NULL, 0};
}

static void add_logind(const struct wts_logind *logind, struct wts_linux_session *session)
{
    const struct wts_logind_values *values = &logind->values;
    const bool is_idle = (values->known & WTS_LINUX_IDLE) && values->is_idle;
    session->known = values->known & ~(uint32_t)WTS_LINUX_LOCKED;
    session->id = known_text(values->known, WTS_LINUX_ID, values->id);
    session->user_id = values->user_id;
    session->user_name = known_text(values->known, WTS_LINUX_USER_NAME, values->user_name);
    session->is_active = values->is_active;
    session->is_remote = values->is_remote;
    session->remote_host = known_text(values->known, WTS_LINUX_REMOTE_HOST, values->remote_host);
    session->type = known_text(values->known, WTS_LINUX_TYPE, values->type);
    session->logon_time = values->logon_time;
    session->is_idle = is_idle;
    session->idle_since = is_idle ? values->idle_since : 0;
    if (!is_idle)
        session->known &= ~(uint32_t)WTS_LINUX_IDLE_SINCE;
}

/*
 * A desktop that has once set LockedHint maintains it. Before that, false may also mean that the desktop does
 * not set it, so ScreenSaver is preferred.
 */
static void add_lock(const struct wts_sources *sources, struct wts_linux_session *session)
{
    const struct wts_logind *logind = &sources->logind;
    const struct wts_screen_saver *saver = &sources->saver;
    const bool has_hint = (logind->values.known & WTS_LINUX_LOCKED) != 0;
    session->lock_source = WTS_LINUX_SOURCE_COUNT;
    if (has_hint && (logind->has_moved || !saver->is_known)) {
        session->lock_source = WTS_LINUX_LOGIND;
        session->is_locked = logind->values.is_locked;
    } else if (saver->is_known) {
        session->lock_source = WTS_LINUX_SCREEN_SAVER;
        session->is_locked = saver->is_active;
    } else
        return;
    session->known |= WTS_LINUX_LOCKED;
}

static void add_details(const struct wts_sesadmin *details, struct wts_linux_session *session)
{
    session->width = details->width;
    session->height = details->height;
    session->color_depth = details->color_depth;
    session->address_length = details->address_length;
    memcpy(session->address, details->address, sizeof session->address);
    session->known |= details->known & (WTS_LINUX_SCREEN | WTS_LINUX_CLIENT_ADDRESS);
    if ((details->known & WTS_LINUX_LOGON_TIME) && !(session->known & WTS_LINUX_LOGON_TIME)) {
        session->logon_time = details->logon_time;
        session->known |= WTS_LINUX_LOGON_TIME;
    }
}

static void add_xrdp(const struct wts_xrdp *xrdp, struct wts_linux_session *session)
{
    if (!xrdp->is_session)
        return;
    session->known |= WTS_LINUX_REMOTE | WTS_LINUX_PROTOCOL | WTS_LINUX_DISPLAY_NUMBER;
    session->is_remote = true;
    session->protocol = PROTOCOL_RDP;
    session->display_number = xrdp->display_number;
    if (xrdp->is_connection_known) {
        session->known |= WTS_LINUX_CONNECTED;
        session->is_connected = xrdp->is_connected;
    }
    add_details(&xrdp->details, session);
}

static void add_report(const struct wts_report *report, enum wts_linux_source source,
                       struct wts_linux_session *session)
{
    session->sources[source].presence = report->is_settled ? report->presence : WTS_LINUX_SILENT;
    session->sources[source].reason = text_of(report->is_settled ? report->reason : "no answer yet");
}

void wts_state_gather(const struct wts_sources *sources, struct wts_linux_session *session)
{
    memset(session, 0, sizeof *session);
    add_logind(&sources->logind, session);
    add_lock(sources, session);
    add_xrdp(&sources->xrdp, session);
    add_report(&sources->logind.report, WTS_LINUX_LOGIND, session);
    add_report(&sources->saver.report, WTS_LINUX_SCREEN_SAVER, session);
    add_report(&sources->xrdp.report, WTS_LINUX_XRDP, session);
}
