/*
 * Statuses of Samba; see status.h.
 */
#include "relay/status.h"

#include "core/error.h"

struct row {
    uint32_t status;
    struct wts_failure failure;
};

static const struct row connect_failures[] = {
    /* Samba could not go on, or no server answered: measured. */
    {0xC0000017, {ERROR_NOT_ENOUGH_MEMORY, WTS_STEP_LOGON}},
    {0xC00000B5, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_LOGON}}, /* IO_TIMEOUT */
    {0xC000020C, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_LOGON}}, /* CONNECTION_DISCONNECTED */
    {0xC000020D, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_LOGON}}, /* CONNECTION_RESET */
    {0xC0000241, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_LOGON}}, /* CONNECTION_ABORTED */
    {0xC00000BB, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_LOGON}}, /* NOT_SUPPORTED: no common dialect */
    {0xC00000C3, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_LOGON}}, /* INVALID_NETWORK_RESPONSE */
    /* No domain controller, no KDC. */
    {0xC000005E, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_LOGON}},
    /* The pipe. */
    {0xC0000034, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_PIPE}}, /* OBJECT_NAME_NOT_FOUND */
    {0xC000003A, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_PIPE}}, /* OBJECT_PATH_NOT_FOUND */
    {0xC00000AC, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_PIPE}}, /* PIPE_NOT_AVAILABLE */
    {0xC00000AE, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_PIPE}}, /* PIPE_BUSY */
    {0xC00000CC, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_PIPE}}, /* BAD_NETWORK_NAME */
    {0xC0000022, {ERROR_ACCESS_DENIED, WTS_STEP_PIPE}},
    /* The RPC bind. */
    {0xC00000B0, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_BIND}}, /* PIPE_DISCONNECTED */
    {0xC000014B, {RPC_S_SERVER_UNAVAILABLE, WTS_STEP_BIND}}, /* PIPE_BROKEN */
    {0xC0020004, {RPC_S_PROTSEQ_NOT_SUPPORTED, WTS_STEP_BIND}},
    {0xC0020012, {RPC_S_UNKNOWN_IF, WTS_STEP_BIND}},
    {0xC002001F, {RPC_S_UNSUPPORTED_TRANS_SYN, WTS_STEP_BIND}},
};

/* The rest, by range: 0xC002.... are Samba's words for RPC, what remains is the log-on. */
struct wts_failure wts_status_of_connect(uint32_t status)
{
    for (size_t i = 0; i < sizeof connect_failures / sizeof connect_failures[0]; i++)
        if (connect_failures[i].status == status)
            return connect_failures[i].failure;
    if ((status & 0xFFFF0000U) == 0xC0020000U)
        return (struct wts_failure){RPC_S_SEC_PKG_ERROR, WTS_STEP_BIND};
    return (struct wts_failure){ERROR_LOGON_FAILURE, WTS_STEP_LOGON};
}

/* Raised by a server's run time before the procedure is entered. */
static bool is_before_procedure(uint32_t fault)
{
    return fault == 0x1C010002 || /* nca_s_op_rng_error */
           fault == 0x1C010003 || /* nca_s_unk_if */
           fault == 0x1C010014 || /* nca_s_server_too_busy */
           fault == 0x1C00001A;   /* nca_s_fault_context_mismatch */
}

struct wts_call_result wts_status_of_call(uint32_t status, uint32_t fault)
{
    if (fault != 0)
        return (struct wts_call_result){.error = wts_error_from_fault(fault),
                                        .progress =
                                            is_before_procedure(fault) ? WTS_NOT_EXECUTED : WTS_EXECUTED};
    (void)status;
    return (struct wts_call_result){
        .error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
}
