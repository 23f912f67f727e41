/*
 * TermSrvNotification of the local session manager, [MS-TSTS]: waiting for changes of sessions. Portable.
 */
#ifndef WTS_REMOTE_TSTS_NOTIFICATION_H
#define WTS_REMOTE_TSTS_NOTIFICATION_H

#include "remote/tsts/result.h"

enum wts_lsm_notification_opnum {
    WTS_LSM_REGISTER_ASYNC_NOTIFICATION = 1,
    WTS_LSM_WAIT_ASYNC_NOTIFICATION = 2,
    WTS_LSM_UNREGISTER_ASYNC_NOTIFICATION = 3
};

/* Bits of a mask and of a change. They differ from the values of WTS_EVENT_*. */
#define WTS_LSM_NOTIFY_CREATE 0x1U
#define WTS_LSM_NOTIFY_CONNECT 0x2U
#define WTS_LSM_NOTIFY_DISCONNECT 0x4U
#define WTS_LSM_NOTIFY_LOGON 0x8U
#define WTS_LSM_NOTIFY_LOGOFF 0x10U
#define WTS_LSM_NOTIFY_SHADOW_START 0x20U
#define WTS_LSM_NOTIFY_SHADOW_STOP 0x40U
#define WTS_LSM_NOTIFY_TERMINATE 0x80U
#define WTS_LSM_NOTIFY_CONSOLE_CONNECT 0x100U
#define WTS_LSM_NOTIFY_CONSOLE_DISCONNECT 0x200U
#define WTS_LSM_NOTIFY_LOCK 0x400U
#define WTS_LSM_NOTIFY_UNLOCK 0x800U
#define WTS_LSM_NOTIFY_DESKTOP_READY 0x1000U

/* A context for the events in `mask` of one session, or of all (0xFFFFFFFF). */
struct wts_lsm_events {
    uint32_t session_id;
    uint32_t mask;
};
extern const struct wts_context_kind wts_notification_context;

/* RpcRegisterAsyncNotification (with a struct wts_lsm_events), RpcUnRegisterAsyncNotification: answered with
 * a context. */
extern const struct wts_procedure wts_lsm_register_async_notification;
extern const struct wts_procedure wts_lsm_unregister_async_notification;

/* SESSION_CHANGE. */
struct wts_lsm_session_change {
    uint32_t session_id;
    uint32_t event; /* WTS_LSM_NOTIFY_*, one */
};
struct wts_lsm_session_changes {
    struct wts_tsts_result end;
    uint32_t count;
    const struct wts_lsm_session_change *changes;
};

/* RpcWaitAsyncNotification: returns when a change happens, however long that takes. */
extern const struct wts_procedure wts_lsm_wait_async_notification;

#endif
