/*
 * What can fail of the system's functions that the DLL calls: X(convention, name, words of arguments, result
 * of a failure, last error of a failure or 0). An import that is missing here, and in the list of those that
 * cannot fail, makes test_faults fail.
 */
#ifndef WTS_TESTS_WINE_FAULTS_TABLE_H
#define WTS_TESTS_WINE_FAULTS_TABLE_H

#define FAULT_STATUS 0xC000009AU /* STATUS_INSUFFICIENT_RESOURCES: 1450 */

/* Imports, without those that give or take memory, which faults.c has doubles of its own for. */
#define FAULT_IMPORTS(X)                                                                                     \
    X(WINAPI, CreateEventW, 4, NULL, ERROR_NOT_ENOUGH_MEMORY)                                                \
    X(WINAPI, CreateFileA, 7, INVALID_HANDLE_VALUE, ERROR_ACCESS_DENIED)                                     \
    X(WINAPI, CreateFileW, 7, INVALID_HANDLE_VALUE, ERROR_ACCESS_DENIED)                                     \
    X(WINAPI, CreateMutexW, 3, NULL, ERROR_NOT_ENOUGH_MEMORY)                                                \
    X(WINAPI, CreateNamedPipeW, 8, INVALID_HANDLE_VALUE, ERROR_NOT_ENOUGH_MEMORY)                            \
    X(WINAPI, CreatePipe, 4, FALSE, ERROR_NOT_ENOUGH_MEMORY)                                                 \
    X(WINAPI, CreateProcessW, 10, FALSE, ERROR_FILE_NOT_FOUND)                                               \
    X(WINAPI, CreateThread, 6, NULL, ERROR_NOT_ENOUGH_MEMORY)                                                \
    X(WINAPI, FindResourceW, 3, NULL, ERROR_RESOURCE_TYPE_NOT_FOUND)                                         \
    X(WINAPI, GetComputerNameExW, 3, FALSE, ERROR_GEN_FAILURE)                                               \
    X(WINAPI, GetEnvironmentVariableA, 3, 0, ERROR_ENVVAR_NOT_FOUND)                                         \
    X(WINAPI, GetEnvironmentVariableW, 3, 0, ERROR_ENVVAR_NOT_FOUND)                                         \
    X(WINAPI, GetExitCodeProcess, 2, FALSE, ERROR_INVALID_HANDLE)                                            \
    X(WINAPI, GetFileAttributesW, 1, INVALID_FILE_ATTRIBUTES, ERROR_FILE_NOT_FOUND)                          \
    X(WINAPI, GetModuleFileNameW, 3, 0, ERROR_GEN_FAILURE)                                                   \
    X(WINAPI, GetModuleHandleExW, 3, FALSE, ERROR_MOD_NOT_FOUND)                                             \
    X(WINAPI, GetOverlappedResult, 4, FALSE, ERROR_BROKEN_PIPE)                                              \
    X(WINAPI, GetProcAddress, 2, NULL, ERROR_PROC_NOT_FOUND)                                                 \
    X(WINAPI, GetStringTypeW, 4, FALSE, ERROR_GEN_FAILURE)                                                   \
    X(WINAPI, GetSystemDirectoryW, 2, 0, ERROR_GEN_FAILURE)                                                  \
    X(WINAPI, GlobalGetAtomNameW, 3, 0, ERROR_INVALID_HANDLE)                                                \
    X(WINAPI, InitializeProcThreadAttributeList, 4, FALSE, ERROR_GEN_FAILURE)                                \
    X(WINAPI, LoadLibraryExW, 3, NULL, ERROR_MOD_NOT_FOUND)                                                  \
    X(WINAPI, LoadResource, 2, NULL, ERROR_GEN_FAILURE)                                                      \
    X(WINAPI, LockFileEx, 6, FALSE, ERROR_LOCK_VIOLATION)                                                    \
    X(WINAPI, MultiByteToWideChar, 6, 0, ERROR_NO_UNICODE_TRANSLATION)                                       \
    X(WINAPI, NtAdjustPrivilegesToken, 6, FAULT_STATUS, 0)                                                   \
    X(WINAPI, NtDuplicateToken, 6, FAULT_STATUS, 0)                                                          \
    X(WINAPI, NtOpenProcess, 4, FAULT_STATUS, 0)                                                             \
    X(WINAPI, NtOpenProcessToken, 3, FAULT_STATUS, 0)                                                        \
    X(WINAPI, NtOpenThreadToken, 4, FAULT_STATUS, 0)                                                         \
    X(WINAPI, NtQueryInformationProcess, 5, FAULT_STATUS, 0)                                                 \
    X(WINAPI, NtQueryInformationToken, 5, FAULT_STATUS, 0)                                                   \
    X(WINAPI, NtQuerySystemInformation, 4, FAULT_STATUS, 0)                                                  \
    X(WINAPI, NtSetInformationThread, 4, FAULT_STATUS, 0)                                                    \
    X(WINAPI, NtTerminateProcess, 2, FAULT_STATUS, 0)                                                        \
    X(WINAPI, NtWriteFile, 9, FAULT_STATUS, 0)                                                               \
    X(WINAPI, PeekNamedPipe, 6, FALSE, ERROR_BROKEN_PIPE)                                                    \
    X(WINAPI, ProcessIdToSessionId, 2, FALSE, ERROR_GEN_FAILURE)                                             \
    X(WINAPI, ReadFile, 5, FALSE, ERROR_BROKEN_PIPE)                                                         \
    X(WINAPI, SetHandleInformation, 3, FALSE, ERROR_INVALID_HANDLE)                                          \
    X(WINAPI, SetNamedPipeHandleState, 4, FALSE, ERROR_INVALID_HANDLE)                                       \
    X(WINAPI, SizeofResource, 2, 0, ERROR_GEN_FAILURE)                                                       \
    X(WINAPI, SleepConditionVariableSRW, 4, FALSE, ERROR_TIMEOUT)                                            \
    X(WINAPI, UpdateProcThreadAttribute, 7, FALSE, ERROR_GEN_FAILURE)                                        \
    X(WINAPI, WaitForMultipleObjects, 4, WAIT_FAILED, ERROR_INVALID_HANDLE)                                  \
    X(WINAPI, WaitForSingleObject, 2, WAIT_FAILED, ERROR_INVALID_HANDLE)                                     \
    X(WINAPI, WaitNamedPipeW, 2, FALSE, ERROR_SEM_TIMEOUT)                                                   \
    X(WINAPI, WriteFile, 5, FALSE, ERROR_DISK_FULL)

/* Functions that the DLL looks up at first use. */
#define FAULT_LATE_BOUND(X)                                                                                  \
    X(WINAPI, CredEnumerateW, 4, FALSE, ERROR_NOT_FOUND)                                                     \
    X(WINAPI, CredReadW, 4, FALSE, ERROR_NOT_FOUND)                                                          \
    X(WINAPI, EnumDisplaySettingsW, 3, FALSE, 0)                                                             \
    X(WINAPI, GetLastInputInfo, 1, FALSE, 0)                                                                 \
    X(WINAPI, GetUserObjectInformationW, 5, FALSE, ERROR_INVALID_HANDLE)                                     \
    X(WINAPI, IsValidSecurityDescriptor, 1, FALSE, 0)                                                        \
    X(WINAPI, LookupAccountSidW, 7, FALSE, ERROR_NONE_MAPPED)                                                \
    X(WINAPI, MakeSelfRelativeSD, 3, FALSE, ERROR_INVALID_SECURITY_DESCR)                                    \
    X(WINAPI, OpenInputDesktop, 3, NULL, ERROR_ACCESS_DENIED)                                                \
    X(WINAPI, RegEnumKeyExW, 8, ERROR_FILE_NOT_FOUND, 0)                                                     \
    X(WINAPI, RegGetValueW, 7, ERROR_FILE_NOT_FOUND, 0)                                                      \
    X(WINAPI, RegOpenKeyExW, 5, ERROR_FILE_NOT_FOUND, 0)                                                     \
    X(WINAPI, RegQueryInfoKeyW, 12, ERROR_FILE_NOT_FOUND, 0)                                                 \
    X(CDECL, wine_get_version, 0, NULL, 0)

/*
 * Imports that cannot fail with what the DLL gives them, or only give something back; those of the compiler's
 * run time (GetModuleHandleA and LoadLibraryA on 32 bits) are here, too.
 */
#define FAULT_NEVER                                                                                          \
    "AcquireSRWLockExclusive", "CancelIo", "CancelIoEx", "CloseHandle", "CompareStringOrdinal",              \
        "DeleteCriticalSection", "DeleteProcThreadAttributeList", "DisableThreadLibraryCalls",               \
        "EnterCriticalSection", "FreeLibrary", "FreeLibraryAndExitThread", "GetCurrentProcess",              \
        "GetCurrentProcessId", "GetCurrentThreadId", "GetFileType", "GetLastError", "GetModuleHandleA",      \
        "GetModuleHandleW", "GetProcessHeap", "GetStdHandle", "GetSystemTimeAsFileTime", "GetTickCount",     \
        "GetTickCount64", "HeapFree", "InitializeCriticalSection", "IsDBCSLeadByteEx",                       \
        "LeaveCriticalSection", "LoadLibraryA", "LockResource", "NtClose", "QueryPerformanceCounter",        \
        "ReleaseMutex", "ReleaseSRWLockExclusive", "RtlNtStatusToDosError", "SetEvent", "SetLastError",      \
        "Sleep", "TerminateProcess", "TlsGetValue", "UnlockFileEx", "VirtualProtect", "VirtualQuery",        \
        "WTSGetActiveConsoleSessionId", "WakeAllConditionVariable", "WideCharToMultiByte", "lstrcmpiW",      \
        "lstrcpyW", "lstrlenW"

#endif
