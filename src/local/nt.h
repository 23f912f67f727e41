/*
 * NT declarations that the toolchain's winternl.h lacks. Values are documented in the Windows Driver Kit's
 * headers.
 */
#ifndef WTS_LOCAL_NT_H
#define WTS_LOCAL_NT_H

#include <windows.h>
#include <winternl.h>

#define STATUS_SUCCESS ((NTSTATUS)0x00000000)
#define STATUS_INFO_LENGTH_MISMATCH ((NTSTATUS)0xC0000004)
#define STATUS_INVALID_CID ((NTSTATUS)0xC000000B)
#define STATUS_UNKNOWN_REVISION ((NTSTATUS)0xC0000058)
#define STATUS_NO_TOKEN ((NTSTATUS)0xC000007C)
#define STATUS_ACCESS_DENIED ((NTSTATUS)0xC0000022)
#define STATUS_PROCESS_IS_TERMINATING ((NTSTATUS)0xC000010A)

#define SE_TCB_PRIVILEGE 7UL
#define SE_SHUTDOWN_PRIVILEGE 19UL
#define SE_DEBUG_PRIVILEGE 20UL

#define NtCurrentProcess() ((HANDLE)(LONG_PTR)-1)
#define NtCurrentThread() ((HANDLE)(LONG_PTR)-2)

NTSTATUS NTAPI NtOpenProcess(HANDLE *process, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                             CLIENT_ID *client);
NTSTATUS NTAPI NtTerminateProcess(HANDLE process, NTSTATUS exit_code);
NTSTATUS NTAPI NtSetInformationThread(HANDLE thread, THREADINFOCLASS information_class, void *information,
                                      ULONG length);
NTSTATUS NTAPI NtOpenProcessToken(HANDLE process, ACCESS_MASK access, HANDLE *token);
NTSTATUS NTAPI NtQueryInformationToken(HANDLE token, TOKEN_INFORMATION_CLASS information_class,
                                       void *information, ULONG length, ULONG *needed_length);
NTSTATUS NTAPI NtOpenThreadToken(HANDLE thread, ACCESS_MASK access, BOOLEAN open_as_self, HANDLE *token);
NTSTATUS NTAPI NtDuplicateToken(HANDLE token, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                BOOLEAN effective_only, TOKEN_TYPE type, HANDLE *copy);
NTSTATUS NTAPI NtAdjustPrivilegesToken(HANDLE token, BOOLEAN disable_all, TOKEN_PRIVILEGES *wanted,
                                       ULONG previous_length, TOKEN_PRIVILEGES *previous,
                                       ULONG *needed_length);

#endif
