/*
 * Statuses of Samba; see status.h.
 */
#include "helper/rpc/status.h"

#include "core/error.h"

struct row {
    uint32_t status;
    struct wts_failure failure;
};

/* Statuses that identify their step. */
static const struct row connect_failures[] = {
    {0xC0000017, {ERROR_NOT_ENOUGH_MEMORY, WTS_CONNECT_LOGON}},
    /* No server answers, or none with the requested protocol: measured. */
    {0xC00000B5, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_LOGON}}, /* IO_TIMEOUT */
    {0xC00000BB, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_LOGON}}, /* NOT_SUPPORTED: no common dialect */
    {0xC00000C3, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_LOGON}}, /* INVALID_NETWORK_RESPONSE */
    {0xC000020C, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_LOGON}}, /* CONNECTION_DISCONNECTED */
    {0xC000020D, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_LOGON}}, /* CONNECTION_RESET */
    {0xC0000241, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_LOGON}}, /* CONNECTION_ABORTED */
    {0xC000005E, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_LOGON}}, /* NO_LOGON_SERVERS: no KDC */
    {0xC0000034, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_PIPE}},  /* OBJECT_NAME_NOT_FOUND */
    {0xC000003A, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_PIPE}},  /* OBJECT_PATH_NOT_FOUND */
    {0xC00000AC, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_PIPE}},  /* PIPE_NOT_AVAILABLE */
    {0xC00000AE, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_PIPE}},  /* PIPE_BUSY */
    {0xC00000CC, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_PIPE}},  /* BAD_NETWORK_NAME */
    {0xC0000022, {ERROR_ACCESS_DENIED, WTS_CONNECT_PIPE}},
};

/* The same, where the RPC bind is known to have failed. */
static const struct row bind_failures[] = {
    {0xC0000022, {ERROR_ACCESS_DENIED, WTS_CONNECT_BIND}},
    {0xC000006D, {ERROR_ACCESS_DENIED, WTS_CONNECT_BIND}},      /* LOGON_FAILURE */
    {0xC00000D2, {ERROR_ACCESS_DENIED, WTS_CONNECT_BIND}},      /* NET_WRITE_FAULT: a fault for a bind */
    {0xC00000B0, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_BIND}}, /* PIPE_DISCONNECTED */
    {0xC00000B5, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_BIND}}, /* IO_TIMEOUT */
    {0xC000014B, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_BIND}}, /* PIPE_BROKEN */
    {0xC000020C, {RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_BIND}}, /* CONNECTION_DISCONNECTED */
    {0xC0020026, {RPC_S_UNKNOWN_IF, WTS_CONNECT_BIND}},         /* measured: abstract syntax refused */
    {0xC0020012, {RPC_S_UNKNOWN_IF, WTS_CONNECT_BIND}},         /* RPC_UNKNOWN_IF */
    {0xC002001F, {RPC_S_UNSUPPORTED_TRANS_SYN, WTS_CONNECT_BIND}},
};

static const struct row *find(const struct row *rows, size_t count, uint32_t status)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].status == status)
            return &rows[i];
    return NULL;
}

/* A status without a row means a bind whose authentication failed, or a log-on that was refused, for which
 * there are many statuses. */
struct wts_failure wts_status_of_connect(uint32_t status, bool at_bind)
{
    const struct row *row =
        at_bind ? find(bind_failures, sizeof bind_failures / sizeof bind_failures[0], status)
                : find(connect_failures, sizeof connect_failures / sizeof connect_failures[0], status);
    if (row != NULL)
        return row->failure;
    return at_bind ? (struct wts_failure){RPC_S_SEC_PKG_ERROR, WTS_CONNECT_BIND}
                   : (struct wts_failure){ERROR_LOGON_FAILURE, WTS_CONNECT_LOGON};
}

/* Raised by a server's run time before the procedure is entered. */
static bool is_before_procedure(uint32_t fault)
{
    return fault == 0x1C010002 || /* nca_s_op_rng_error */
           fault == 0x1C010003 || /* nca_s_unk_if */
           fault == 0x1C010014 || /* nca_s_server_too_busy */
           fault == 0x1C00001A;   /* nca_s_fault_context_mismatch */
}

struct wts_call_failure wts_status_of_call(uint32_t fault)
{
    if (fault != 0)
        return (struct wts_call_failure){.error = wts_error_from_fault(fault),
                                         .progress =
                                             is_before_procedure(fault) ? WTS_NOT_EXECUTED : WTS_EXECUTED};
    return (struct wts_call_failure){
        .error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED, .is_broken = true};
}
