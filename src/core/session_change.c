/*
 * What happens to sessions; see session_change.h.
 */
#include "core/session_change.h"

/* Unverified: which changes raise the state change event in addition to their own. */
uint32_t wts_session_change_events(enum wts_session_change change)
{
    switch (change) {
    case WTS_CHANGE_CONSOLE_CONNECT:
    case WTS_CHANGE_REMOTE_CONNECT:
        return WTS_EVENTS_CONNECT | WTS_EVENTS_STATE_CHANGE;
    case WTS_CHANGE_CONSOLE_DISCONNECT:
    case WTS_CHANGE_REMOTE_DISCONNECT:
        return WTS_EVENTS_DISCONNECT | WTS_EVENTS_STATE_CHANGE;
    case WTS_CHANGE_LOGON:
        return WTS_EVENTS_LOGON | WTS_EVENTS_STATE_CHANGE;
    case WTS_CHANGE_LOGOFF:
        return WTS_EVENTS_LOGOFF | WTS_EVENTS_STATE_CHANGE;
    case WTS_CHANGE_REMOTE_CONTROL:
        return WTS_EVENTS_STATE_CHANGE;
    case WTS_CHANGE_CREATE:
        return WTS_EVENTS_CREATE;
    case WTS_CHANGE_TERMINATE:
        return WTS_EVENTS_DELETE;
    case WTS_CHANGE_LOCK:
    case WTS_CHANGE_UNLOCK:
        break;
    }
    return 0;
}
