/*
 * The one table of errors; see error.h. Sources: docs/contract.md#status-table (measured: Wine 8.0),
 * docs/wire.md#call-errors.
 */
#include "core/error.h"

#include <stddef.h>

struct mapping {
    uint32_t from;
    uint32_t to;
};

/* Sorted by `from`. */
static const struct mapping faults[] = {
    {0x000006E4, RPC_S_CANNOT_SUPPORT},       {0x000006F7, RPC_X_BAD_STUB_DATA},
    {0x00000721, RPC_S_SEC_PKG_ERROR},        {0x1C00000D, RPC_S_CALL_CANCELLED}, /* nca_s_fault_cancel */
    {0x1C000015, ERROR_OUTOFMEMORY},          /* nca_s_fault_remote_no_memory */
    {0x1C00001A, ERROR_INVALID_HANDLE},       /* nca_s_fault_context_mismatch */
    {0x1C00001B, ERROR_OUTOFMEMORY},          /* nca_s_fault_remote_no_memory, second value */
    {0x1C010002, RPC_S_PROCNUM_OUT_OF_RANGE}, /* nca_s_op_rng_error */
    {0x1C010003, RPC_S_UNKNOWN_IF},           /* nca_s_unk_if */
    {0x1C010014, RPC_S_SERVER_TOO_BUSY},      /* nca_s_server_too_busy */
};

static uint32_t look_up(const struct mapping *table, size_t count, uint32_t from, uint32_t otherwise)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].from == from)
            return table[i].to;
    }
    return otherwise;
}

uint32_t wts_error_from_fault(uint32_t fault)
{
    return look_up(faults, sizeof faults / sizeof faults[0], fault, fault);
}

uint32_t wts_error_from_hresult(uint32_t hresult)
{
    const uint32_t facility_win32 = 0x80070000;
    const uint32_t facility_nt_bit = 0x10000000;
    uint32_t error = hresult;
    if ((hresult & 0x80000000U) == 0)
        return ERROR_SUCCESS;
    if ((hresult & 0xFFFF0000U) == facility_win32)
        error = hresult & 0xFFFFU;
    else if ((hresult & 0xF0000000U) == 0xD0000000U)
        error = wts_error_from_status(hresult & ~facility_nt_bit);
    return error != ERROR_SUCCESS ? error : hresult; /* 0x80070000 says "failed: success" */
}

#ifdef _WIN32

#include <winternl.h>

uint32_t wts_error_from_status(uint32_t status)
{
    return RtlNtStatusToDosError((NTSTATUS)status);
}

#else

static const struct mapping statuses[] = {
    {0x00000000, ERROR_SUCCESS},
    {0x80000005, ERROR_MORE_DATA},
    {0x8000001A, ERROR_NO_MORE_ITEMS},
    {0xC0000001, ERROR_GEN_FAILURE},
    {0xC0000002, 1},
    {0xC0000003, ERROR_INVALID_PARAMETER},
    {0xC0000004, 24},
    {0xC0000008, ERROR_INVALID_HANDLE},
    {0xC000000B, ERROR_INVALID_PARAMETER},
    {0xC000000D, ERROR_INVALID_PARAMETER},
    {0xC0000017, ERROR_NOT_ENOUGH_MEMORY},
    {0xC0000022, ERROR_ACCESS_DENIED},
    {0xC0000023, ERROR_INSUFFICIENT_BUFFER},
    {0xC0000034, ERROR_FILE_NOT_FOUND},
    {0xC0000061, 1314},
    {0xC0000064, ERROR_NO_SUCH_USER},
    {0xC000006A, 86},
    {0xC0000073, ERROR_NONE_MAPPED},
    {0xC000007C, 1008},
    {0xC000009A, 1450},
    {0xC00000B5, 121},
    {0xC00000BB, ERROR_NOT_SUPPORTED},
    {0xC00000DF, ERROR_NO_SUCH_DOMAIN},
    {0xC00000E8, ERROR_INVALID_USER_BUFFER},
    {0xC000010A, ERROR_ACCESS_DENIED},
    {0xC0000120, 995},
    {0xC00A0001, 7001},
    {0xC00A0015, ERROR_CTX_WINSTATION_NOT_FOUND},
    {0xC00A0016, 7023},
    {0xC00A002B, 7045},
    {0xC00A0036, 7057},
};

/* RtlNtStatusToDosError also unwraps an HRESULT of the Win32 facility, which servers since Vista return in
 * pResult. */
uint32_t wts_error_from_status(uint32_t status)
{
    if ((status & 0xFFFF0000U) == 0x80070000U)
        return status & 0xFFFFU;
    return look_up(statuses, sizeof statuses / sizeof statuses[0], status, ERROR_MR_MID_NOT_FOUND);
}

#endif
