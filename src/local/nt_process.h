/*
 * Processes of this machine, opened by their numbers. Windows only.
 */
#ifndef WTS_LOCAL_NT_PROCESS_H
#define WTS_LOCAL_NT_PROCESS_H

#include "local/nt.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Opens process `process_id` with `access` and nothing more. STATUS_INVALID_CID: no such process;
 * STATUS_ACCESS_DENIED. The caller closes *process by NtClose.
 */
NTSTATUS wts_process_open(DWORD process_id, ACCESS_MASK access, HANDLE *process);

/*
 * Whether the opened `process` was created at `create_time` (a FILETIME): its number may have been reused
 * since a list was made.
 */
bool wts_process_was_created_at(HANDLE process, int64_t create_time);

/* Whether the opened `process` has ended. The exit code, which may be 259 (STILL_ACTIVE), does not show it.
 */
bool wts_process_has_ended(HANDLE process);

#endif
