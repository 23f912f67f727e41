/*
 * The helper wts-session, which one process of a program starts once for both of its duties: the session that
 * the program runs in, and its virtual channels. Portable.
 */
#ifndef WTS_LOCAL_SESSION_SESSION_HELPER_H
#define WTS_LOCAL_SESSION_SESSION_HELPER_H

#include "helper/client/client.h"

extern struct wts_helper_kind wts_session_helper;

#endif
