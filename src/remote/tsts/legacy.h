/*
 * The Legacy interface (IDL name IcaApi), [MS-TSTS]: the procedures that the newer interfaces lack. Each
 * response ends with pResult and a BOOLEAN. Portable.
 */
#ifndef WTS_REMOTE_TSTS_LEGACY_H
#define WTS_REMOTE_TSTS_LEGACY_H

#include "remote/tsts/procedure.h"

enum wts_legacy_opnum {
    WTS_LEGACY_OPEN_SERVER = 0,
    WTS_LEGACY_SHUTDOWN_SYSTEM = 15,
    WTS_LEGACY_WAIT_SYSTEM_EVENT = 16,
    WTS_LEGACY_TERMINATE_PROCESS = 37,
    WTS_LEGACY_CLOSE_SERVER_EX = 60
};

/* Every answer begins with it. */
struct wts_legacy_result {
    struct wts_context_handle context; /* null if the response has none */
    uint32_t result;                   /* the call's BOOLEAN: non-zero is success */
    uint32_t error; /* pResult: an NTSTATUS, from some servers an HRESULT; valid when result is 0. May be 0
                       even then */
};

/* The outcome of all these procedures: for FALSE the error in pResult, or 31 when it is 0. */
uint32_t wts_legacy_outcome(const void *answer);

/* The server handle that all of them take: opened once for each connection. */
extern const struct wts_context_kind wts_legacy_context;

/* RpcWinStationOpenServer, RpcWinStationCloseServerEx: no arguments; the context, null when it was released.
 */
extern const struct wts_procedure wts_legacy_open_server;
extern const struct wts_procedure wts_legacy_close_server_ex;

/* RpcWinStationTerminateProcess: ends the process. Answered with a result. */
struct wts_legacy_target {
    uint32_t process_id;
    uint32_t exit_code;
};
extern const struct wts_procedure wts_legacy_terminate_process;

/*
 * RpcWinStationShutdownSystem, with flags (a uint32_t) as on the wire: 1 log off all, 2 shut down, 4 reboot,
 * 8 power off, 0x10 at once; they equal WTS_WSD_*. The caller's session id, which a remote server ignores, is
 * sent as 0. Answered with a result.
 */
extern const struct wts_procedure wts_legacy_shutdown_system;

/*
 * RpcWinStationWaitSystemEvent, with a mask (a uint32_t): returns when one of the events in it happens,
 * however long that takes. The bits equal WTS_EVENT_*. One wait at a time on a context: a second one fails,
 * except that a mask of 0 (WEVENT_NONE) or with WTS_EVENT_FLUSH ends the first.
 */
struct wts_legacy_events {
    struct wts_legacy_result end;
    uint32_t events; /* those of the mask that happened */
};
extern const struct wts_procedure wts_legacy_wait_system_event;

#endif
