/*
 * Win32 codes, and the one place where NTSTATUS, RPC faults and HRESULTs are converted to them. Portable: for
 * native builds this file defines the codes that the portable rooms use, with the names and values of
 * <winerror.h>.
 */
#ifndef WTS_CORE_ERROR_H
#define WTS_CORE_ERROR_H

#include <stdint.h>

#ifdef _WIN32
#include <windows.h>

#include <lmerr.h>
#else
#define ERROR_SUCCESS 0U
#define ERROR_FILE_NOT_FOUND 2U
#define ERROR_ACCESS_DENIED 5U
#define ERROR_INVALID_HANDLE 6U
#define ERROR_NOT_ENOUGH_MEMORY 8U
#define ERROR_INVALID_DATA 13U
#define ERROR_OUTOFMEMORY 14U
#define ERROR_GEN_FAILURE 31U
#define ERROR_NOT_SUPPORTED 50U
#define ERROR_INVALID_PARAMETER 87U
#define ERROR_CALL_NOT_IMPLEMENTED 120U
#define ERROR_INSUFFICIENT_BUFFER 122U
#define ERROR_BUSY 170U
#define ERROR_MORE_DATA 234U
#define ERROR_NO_MORE_ITEMS 259U
#define ERROR_MR_MID_NOT_FOUND 317U
#define ERROR_OPERATION_ABORTED 995U
#define ERROR_IO_DEVICE 1117U
#define ERROR_NO_SUCH_LOGON_SESSION 1312U
#define ERROR_NO_SUCH_USER 1317U
#define ERROR_LOGON_FAILURE 1326U
#define ERROR_NONE_MAPPED 1332U
#define ERROR_NO_SUCH_DOMAIN 1355U
#define ERROR_WRONG_TARGET_NAME 1396U
#define ERROR_INVALID_WINDOW_HANDLE 1400U
#define RPC_S_INVALID_BINDING 1702U
#define RPC_S_PROTSEQ_NOT_SUPPORTED 1703U
#define RPC_S_UNKNOWN_IF 1717U
#define RPC_S_SERVER_UNAVAILABLE 1722U
#define RPC_S_SERVER_TOO_BUSY 1723U
#define RPC_S_CALL_FAILED 1726U
#define RPC_S_CALL_FAILED_DNE 1727U
#define RPC_S_UNSUPPORTED_TRANS_SYN 1730U
#define RPC_S_STRING_TOO_LONG 1743U
#define RPC_S_PROCNUM_OUT_OF_RANGE 1745U
#define RPC_S_CANNOT_SUPPORT 1764U
#define RPC_X_BAD_STUB_DATA 1783U
#define ERROR_INVALID_USER_BUFFER 1784U
#define RPC_S_CALL_CANCELLED 1818U
#define RPC_S_SEC_PKG_ERROR 1825U
#define NERR_UserNotFound 2221U
#define ERROR_CTX_WINSTATION_NOT_FOUND 7022U
#endif

/* An NTSTATUS as RtlNtStatusToDosError maps it (docs/contract.md#status-table); natively a table of the
 * measured values, else 317. */
uint32_t wts_error_from_status(uint32_t status);

/*
 * The status of an RPC fault on the wire, as the exception that Windows' run time raises for it
 * (docs/wire.md#call-errors, rule 2); a status that is not in the table is passed on unchanged.
 */
uint32_t wts_error_from_fault(uint32_t fault);

/* A negative HRESULT of an LSM or RCM call (docs/wire.md#call-errors, rule 4); 0 for one that is not
 * negative. */
uint32_t wts_error_from_hresult(uint32_t hresult);

#endif
