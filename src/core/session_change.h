/*
 * Changes of sessions, in the two vocabularies of the API: the change, as WM_WTSSESSION_CHANGE names it, and
 * the bits that WTSWaitSystemEvent waits for. Contract: docs/contract.md#wait-system-event,
 * docs/contract.md#notifications. Portable.
 */
#ifndef WTS_CORE_SESSION_CHANGE_H
#define WTS_CORE_SESSION_CHANGE_H

#include <stdint.h>

/* The numbers of WM_WTSSESSION_CHANGE's wParam (WTS_CONSOLE_CONNECT ... in <winuser.h>). */
enum wts_session_change {
    WTS_CHANGE_CONSOLE_CONNECT = 1,
    WTS_CHANGE_CONSOLE_DISCONNECT = 2,
    WTS_CHANGE_REMOTE_CONNECT = 3,
    WTS_CHANGE_REMOTE_DISCONNECT = 4,
    WTS_CHANGE_LOGON = 5,
    WTS_CHANGE_LOGOFF = 6,
    WTS_CHANGE_LOCK = 7,
    WTS_CHANGE_UNLOCK = 8,
    WTS_CHANGE_REMOTE_CONTROL = 9,
    WTS_CHANGE_CREATE = 10,
    WTS_CHANGE_TERMINATE = 11
};

/* WTS_EVENT_*, for rooms that do not include <wtsapi32.h>. */
#define WTS_EVENTS_CREATE 0x00000001U
#define WTS_EVENTS_DELETE 0x00000002U
#define WTS_EVENTS_CONNECT 0x00000008U
#define WTS_EVENTS_DISCONNECT 0x00000010U
#define WTS_EVENTS_LOGON 0x00000020U
#define WTS_EVENTS_LOGOFF 0x00000040U
#define WTS_EVENTS_STATE_CHANGE 0x00000080U
#define WTS_EVENTS_FLUSH 0x80000000U

/* The events that `change` raises; 0 for one without an event, such as a lock. */
uint32_t wts_session_change_events(enum wts_session_change change);

#endif
