/*
 * Exports that list processes. Contract 3.3 and 3.4: arguments are checked before the handle, outputs are
 * written on success only, and success sets the last error to 0.
 */
#include <wtsapi32.h>

#include <stdlib.h>

#include "api/call.h"
#include "core/processes.h"
#include "core/server.h"

#define FIELD(kind, source, target)                                                                          \
    {                                                                                                        \
        kind, offsetof(struct wts_process, source), offsetof(WTS_PROCESS_INFO_EXW, target)                   \
    }

/* Level 1; level 0 is its first four members, at the same offsets. */
static const struct wts_field fields[] = {
    FIELD(WTS_FIELD_U32, session_id, SessionId),
    FIELD(WTS_FIELD_U32, process_id, ProcessId),
    FIELD(WTS_FIELD_TEXT, name, pProcessName),
    FIELD(WTS_FIELD_BYTES, sid, pUserSid),
    FIELD(WTS_FIELD_U32, thread_count, NumberOfThreads),
    FIELD(WTS_FIELD_U32, handle_count, HandleCount),
    FIELD(WTS_FIELD_U32, page_file_usage, PagefileUsage),
    FIELD(WTS_FIELD_U32, peak_page_file_usage, PeakPagefileUsage),
    FIELD(WTS_FIELD_U32, working_set, WorkingSetSize),
    FIELD(WTS_FIELD_U32, peak_working_set, PeakWorkingSetSize),
    FIELD(WTS_FIELD_U64, user_time, UserTime),
    FIELD(WTS_FIELD_U64, kernel_time, KernelTime),
};

_Static_assert(offsetof(WTS_PROCESS_INFO_EXW, pUserSid) == offsetof(WTS_PROCESS_INFOW, pUserSid),
               "one table for both");

static const struct wts_layout layouts[] = {
    {sizeof(struct wts_process), sizeof(WTS_PROCESS_INFOW), fields, 4},
    {sizeof(struct wts_process), sizeof(WTS_PROCESS_INFO_EXW), fields, ARRAYSIZE(fields)},
};

/* Moves the processes of one session to the front. */
static void keep_session(struct wts_processes *processes, DWORD session)
{
    uint32_t kept = 0;
    if (session == WTS_ANY_SESSION)
        return;
    if (session == WTS_CURRENT_SESSION && !ProcessIdToSessionId(GetCurrentProcessId(), &session))
        session = 0;
    for (uint32_t i = 0; i < processes->count; i++) {
        if (processes->rows[i].session_id == session)
            processes->rows[kept++] = processes->rows[i];
    }
    processes->count = kept;
}

/* A wanted list: which level, of which session, in which letters. */
struct wanted {
    DWORD level;
    DWORD session;
    bool is_ansi;
};

static DWORD list(HANDLE handle, const struct wanted *wanted, void **block, DWORD *count)
{
    struct wts_server *server;
    struct wts_processes processes;
    void *packed = NULL;
    DWORD error = wts_server_acquire(handle, &server);
    if (error != ERROR_SUCCESS)
        return error;
    error = server->backend->list_processes(server, &processes);
    wts_server_release(handle);
    if (error != ERROR_SUCCESS)
        return error;
    keep_session(&processes, wanted->session);
    error =
        wts_block_pack(&layouts[wanted->level], processes.rows, processes.count, wanted->is_ansi, &packed);
    if (error == ERROR_SUCCESS) {
        *block = packed;
        *count = processes.count;
    }
    processes.free(&processes);
    return error;
}

static BOOL enumerate(const char *name, HANDLE handle, DWORD reserved, DWORD version, bool is_ansi,
                      void **block, DWORD *count)
{
    const struct wts_call call = wts_call_begin(name);
    const struct wanted wanted = {.level = 0, .session = WTS_ANY_SESSION, .is_ansi = is_ansi};
    if (reserved != 0 || version != 1 || block == NULL || count == NULL)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    return wts_call_end_cleared(&call, list(handle, &wanted, block, count));
}

static BOOL enumerate_ex(const char *name, HANDLE handle, DWORD *level, DWORD session, bool is_ansi,
                         void **block, DWORD *count)
{
    const struct wts_call call = wts_call_begin(name);
    if (level == NULL || block == NULL || count == NULL)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    if (*level >= ARRAYSIZE(layouts)) {
        *level = 1; /* the highest there is: the only output that a failure writes */
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    }
    const struct wanted wanted = {.level = *level, .session = session, .is_ansi = is_ansi};
    return wts_call_end_cleared(&call, list(handle, &wanted, block, count));
}

BOOL WINAPI WTSEnumerateProcessesW(HANDLE hServer, DWORD Reserved, DWORD Version,
                                   PWTS_PROCESS_INFOW *ppProcessInfo, DWORD *pCount)
{
    return enumerate("WTSEnumerateProcessesW", hServer, Reserved, Version, false, (void **)ppProcessInfo,
                     pCount);
}

BOOL WINAPI WTSEnumerateProcessesA(HANDLE hServer, DWORD Reserved, DWORD Version,
                                   PWTS_PROCESS_INFOA *ppProcessInfo, DWORD *pCount)
{
    return enumerate("WTSEnumerateProcessesA", hServer, Reserved, Version, true, (void **)ppProcessInfo,
                     pCount);
}

BOOL WINAPI WTSEnumerateProcessesExW(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPWSTR *ppProcessInfo,
                                     DWORD *pCount)
{
    return enumerate_ex("WTSEnumerateProcessesExW", hServer, pLevel, SessionId, false, (void **)ppProcessInfo,
                        pCount);
}

BOOL WINAPI WTSEnumerateProcessesExA(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPSTR *ppProcessInfo,
                                     DWORD *pCount)
{
    return enumerate_ex("WTSEnumerateProcessesExA", hServer, pLevel, SessionId, true, (void **)ppProcessInfo,
                        pCount);
}
