/*
 * The helper wts-session. A process starts it once for both of its duties: reporting the session that the
 * program runs in, and virtual channels. Portable.
 */
#ifndef WTS_LOCAL_SESSION_SESSION_HELPER_H
#define WTS_LOCAL_SESSION_SESSION_HELPER_H

#include "helper/client/client.h"

extern struct wts_helper_kind wts_session_helper;

#endif
