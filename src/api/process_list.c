/*
 * Exports that list processes; docs/contract.md#process-list, docs/contract.md#process-list-ex. Arguments are
 * checked before the handle, outputs are written on success only, and success sets the last error to 0.
 */
#include <wtsapi32.h>

#include "api/call.h"
#include "core/block.h"
#include "core/processes.h"
#include "core/server.h"

#define FIELD(kind, source, target) WTS_FIELD(kind, struct wts_process, source, WTS_PROCESS_INFO_EX, target)

/*
 * Level 1; level 0 consists of its first four members, at the same offsets. Unverified: that times are in
 * units of 100 ns, as in the kernel; the documentation says milliseconds.
 */
static const struct wts_field fields[] = {
    FIELD(NUMBER, session_id, SessionId),
    FIELD(NUMBER, process_id, ProcessId),
    FIELD(TEXT, name, pProcessName),
    FIELD(SID, sid, pUserSid),
    FIELD(NUMBER, thread_count, NumberOfThreads),
    FIELD(NUMBER, handle_count, HandleCount),
    FIELD(NUMBER, page_file_usage, PagefileUsage),
    FIELD(NUMBER, peak_page_file_usage, PeakPagefileUsage),
    FIELD(NUMBER, working_set, WorkingSetSize),
    FIELD(NUMBER, peak_working_set, PeakWorkingSetSize),
    FIELD(NUMBER, user_time, UserTime),
    FIELD(NUMBER, kernel_time, KernelTime),
};

_Static_assert(offsetof(WTS_PROCESS_INFO_EXW, pUserSid) == offsetof(WTS_PROCESS_INFOW, pUserSid),
               "one table for both");

static const struct wts_layout layouts[] = {
    {.fields = fields,
     .field_count = 4,
     .record_length = sizeof(struct wts_process),
     .structure_length = {sizeof(WTS_PROCESS_INFOW), sizeof(WTS_PROCESS_INFOA)}},
    WTS_LAYOUT(fields, struct wts_process, WTS_PROCESS_INFO_EX),
};

/* Moves the processes of one session, or of any, to the front. Unverified: a session without processes gives
 * an empty list, not an error.
 */
static void keep_session(struct wts_processes *processes, DWORD session)
{
    uint32_t kept = 0;
    if (session == WTS_ANY_SESSION)
        return;
    for (uint32_t i = 0; i < processes->count; i++) {
        if (processes->rows[i].session_id == session)
            processes->rows[kept++] = processes->rows[i];
    }
    processes->count = kept;
}

/* What the caller asked for. */
struct wanted {
    bool is_valid; /* false: the call fails with 87 */
    DWORD level;
    DWORD session;
    enum wts_form form;
};

static BOOL list(const char *name, HANDLE handle, struct wanted wanted, void **block, DWORD *count)
{
    const struct wts_call call = wts_call_begin(name);
    struct wts_server *server;
    struct wts_processes processes;
    void *packed = NULL;
    size_t length;
    if (!wanted.is_valid || block == NULL || count == NULL)
        return wts_call_end(&call, ERROR_INVALID_PARAMETER);
    DWORD error = wts_server_acquire(handle, &server);
    if (error != ERROR_SUCCESS)
        return wts_call_end(&call, error);
    if (wanted.session == WTS_CURRENT_SESSION &&
        !ProcessIdToSessionId(GetCurrentProcessId(), &wanted.session))
        error = GetLastError();
    if (error == ERROR_SUCCESS)
        error = server->backend->list_processes(server, &processes);
    wts_server_release(handle);
    if (error != ERROR_SUCCESS)
        return wts_call_end(&call, error);
    keep_session(&processes, wanted.session);
    error = wts_block_pack(&layouts[wanted.level], wanted.form, processes.rows, processes.count, &packed,
                           &length);
    if (error == ERROR_SUCCESS) {
        *block = packed;
        *count = processes.count;
    }
    processes.free(&processes);
    return wts_call_end_cleared(&call, error);
}

static struct wanted all(DWORD reserved, DWORD version, enum wts_form form)
{
    return (struct wanted){
        .is_valid = reserved == 0 && version == 1, .session = WTS_ANY_SESSION, .form = form};
}

/* A level that does not exist becomes the highest one, the only output that a failure writes. */
static struct wanted at_level(DWORD *level, DWORD session, enum wts_form form, void **block,
                              const DWORD *count)
{
    struct wanted wanted = {.is_valid = false, .session = session, .form = form};
    if (level == NULL || block == NULL || count == NULL)
        return wanted;
    wanted.is_valid = *level < ARRAYSIZE(layouts);
    wanted.level = *level;
    if (!wanted.is_valid)
        *level = 1;
    return wanted;
}

BOOL WINAPI WTSEnumerateProcessesW(HANDLE hServer, DWORD Reserved, DWORD Version,
                                   PWTS_PROCESS_INFOW *ppProcessInfo, DWORD *pCount)
{
    return list("WTSEnumerateProcessesW", hServer, all(Reserved, Version, WTS_FORM_UTF16),
                (void **)ppProcessInfo, pCount);
}

BOOL WINAPI WTSEnumerateProcessesA(HANDLE hServer, DWORD Reserved, DWORD Version,
                                   PWTS_PROCESS_INFOA *ppProcessInfo, DWORD *pCount)
{
    return list("WTSEnumerateProcessesA", hServer, all(Reserved, Version, WTS_FORM_ANSI),
                (void **)ppProcessInfo, pCount);
}

BOOL WINAPI WTSEnumerateProcessesExW(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPWSTR *ppProcessInfo,
                                     DWORD *pCount)
{
    void **block = (void **)ppProcessInfo;
    return list("WTSEnumerateProcessesExW", hServer,
                at_level(pLevel, SessionId, WTS_FORM_UTF16, block, pCount), block, pCount);
}

BOOL WINAPI WTSEnumerateProcessesExA(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPSTR *ppProcessInfo,
                                     DWORD *pCount)
{
    void **block = (void **)ppProcessInfo;
    return list("WTSEnumerateProcessesExA", hServer,
                at_level(pLevel, SessionId, WTS_FORM_ANSI, block, pCount), block, pCount);
}
