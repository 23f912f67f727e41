/*
 * Failures of Samba's library: NTSTATUS to Win32 code, step and progress. Sources: docs/contract.md#settled,
 * docs/wire.md#call-errors, and the statuses that Samba 4.17 was seen to return (marked "measured"),
 * docs/wire.md#connect-statuses.
 */
#ifndef WTS_HELPER_RPC_STATUS_H
#define WTS_HELPER_RPC_STATUS_H

#include "helper/rpc/payload.h"

struct wts_failure {
    uint32_t error; /* Win32 code */
    enum wts_connect_step step;
};

/*
 * A connect that failed after TCP had succeeded. [in] at_bind: log-on and pipe are known to have succeeded,
 * too.
 */
struct wts_failure wts_status_of_connect(uint32_t status, bool at_bind);

struct wts_call_failure {
    uint32_t error; /* Win32 code */
    enum wts_progress progress;
    bool is_broken; /* the connection is of no further use */
};

/*
 * A call that failed. [in] fault: status of the RPC fault on the wire, or 0 for any other failure: then the
 * connection is broken and the call may have been executed.
 */
struct wts_call_failure wts_status_of_call(uint32_t fault);

#endif
