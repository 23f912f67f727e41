/*
 * The state of the session, combined from all sources.
 */
#ifndef WTS_HELPER_SESSION_STATE_H
#define WTS_HELPER_SESSION_STATE_H

#include "helper/session/logind.h"
#include "helper/session/screen_saver.h"
#include "helper/session/xrdp.h"

struct wts_sources {
    struct wts_logind logind;
    struct wts_screen_saver saver;
    struct wts_xrdp xrdp;
};

/* [out] session: its texts lie in the sources. */
void wts_state_gather(const struct wts_sources *sources, struct wts_linux_session *session);

#endif
