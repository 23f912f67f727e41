/*
 * TermSrvNotification of the local session manager, [MS-TSTS]: waiting for what happens to sessions. The
 * rules that all these coders follow stand in result.h. Portable.
 */
#ifndef WTS_REMOTE_TSTS_NOTIFICATION_H
#define WTS_REMOTE_TSTS_NOTIFICATION_H

#include "remote/tsts/result.h"

enum wts_lsm_notification_opnum {
    WTS_LSM_WAIT_FOR_SESSION_STATE = 0,       /* RpcWaitForSessionState */
    WTS_LSM_REGISTER_ASYNC_NOTIFICATION = 1,  /* RpcRegisterAsyncNotification */
    WTS_LSM_WAIT_ASYNC_NOTIFICATION = 2,      /* RpcWaitAsyncNotification */
    WTS_LSM_UNREGISTER_ASYNC_NOTIFICATION = 3 /* RpcUnRegisterAsyncNotification */
};

/* Bits of a mask, and what a change says happened. Not the numbers of WTS_EVENT_*. */
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
#define WTS_LSM_NOTIFY_ALL 0xFFFFFFFFU

/* RpcWaitForSessionState: answers when session `session_id` is in `state`, or after `timeout_ms`. Response:
 * result. */
void wts_lsm_put_wait_for_session_state(struct wts_ndr_writer *writer, uint32_t session_id, uint32_t state,
                                        uint32_t timeout_ms);

/* RpcRegisterAsyncNotification: a context for the events in `mask` of one session, or of all (0xFFFFFFFF).
 * Response: context. */
void wts_lsm_put_register_async_notification(struct wts_ndr_writer *writer, uint32_t session_id,
                                             uint32_t mask);

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

/* RpcWaitAsyncNotification: answers when something happens, however long that takes. */
void wts_lsm_put_wait_async_notification(struct wts_ndr_writer *writer,
                                         const struct wts_context_handle *notification);
enum wts_ndr_status wts_lsm_get_wait_async_notification(const uint8_t *stub, size_t length,
                                                        struct wts_ndr_arena *arena,
                                                        struct wts_lsm_session_changes *out);

/* RpcUnRegisterAsyncNotification. Response: context. */
void wts_lsm_put_unregister_async_notification(struct wts_ndr_writer *writer,
                                               const struct wts_context_handle *notification);

#endif
