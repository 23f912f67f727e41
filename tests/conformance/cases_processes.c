/* docs/contract.md#process-list, docs/contract.md#process-list-ex, docs/contract.md#free-memory. */
#include "conformance.h"

#include <stdlib.h>

static WTS_PROCESS_INFOW *const untouched = (WTS_PROCESS_INFOW *)(ULONG_PTR)0x1234567;

static void plain(DWORD reserved, DWORD version)
{
    WTS_PROCESS_INFOW *list = untouched;
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateProcessesW)(NULL, reserved, version, &list, &count));
    if (list != untouched && list != NULL)
        CALL(WTSFreeMemory)(list);
}

static void success(void)
{
    plain(0, 1);
}

static void reserved(void)
{
    plain(1, 1);
}

static void version_0(void)
{
    plain(0, 0);
}

static void version_2(void)
{
    plain(0, 2);
}

static void list_null(void)
{
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateProcessesW)(NULL, 0, 1, NULL, &count));
    see("the count is %s", count == 4711 ? "untouched" : "written");
}

static void count_null(void)
{
    WTS_PROCESS_INFOW *list = untouched;
    SEE(CALL(WTSEnumerateProcessesW)(NULL, 0, 1, &list, NULL));
    see("the list is %s", list == untouched ? "untouched" : "written");
}

static void ansi_success(void)
{
    WTS_PROCESS_INFOA *list = NULL;
    DWORD count = 0;
    SEE(CALL(WTSEnumerateProcessesA)(NULL, 0, 1, &list, &count));
    see("%s", list != NULL && count != 0 ? "processes" : "no process");
    CALL(WTSFreeMemory)(list);
}

static const WTS_PROCESS_INFOW *own_row(const WTS_PROCESS_INFOW *list, DWORD count)
{
    for (DWORD i = 0; i < count; i++)
        if (list[i].ProcessId == GetCurrentProcessId())
            return &list[i];
    return NULL;
}

static void *own_user(void)
{
    static BYTE user[256];
    HANDLE token = NULL;
    DWORD length = 0;
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    GetTokenInformation(token, TokenUser, user, sizeof user, &length);
    CloseHandle(token);
    return ((TOKEN_USER *)(void *)user)->User.Sid;
}

static void own_process(void)
{
    WTS_PROCESS_INFOW *list = NULL;
    DWORD count = 0, session = 0;
    if (!CALL(WTSEnumerateProcessesW)(NULL, 0, 1, &list, &count))
        see("FALSE");
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    const WTS_PROCESS_INFOW *row = own_row(list, count);
    if (row == NULL) {
        see("the caller is not in the list");
    } else {
        const wchar_t *dot = wcsrchr(row->pProcessName, L'.');
        see("session %s, name %s, user %s", row->SessionId == session ? "right" : "wrong",
            wcschr(row->pProcessName, L'\\') == NULL && dot != NULL && _wcsicmp(dot, L".exe") == 0 ? "right"
                                                                                                   : "wrong",
            row->pUserSid != NULL && EqualSid(row->pUserSid, own_user()) ? "right" : "wrong");
    }
    CALL(WTSFreeMemory)(list);
}

static void sids_are_aligned(void)
{
    WTS_PROCESS_INFOW *list = NULL;
    DWORD count = 0;
    bool aligned = true;
    CALL(WTSEnumerateProcessesW)(NULL, 0, 1, &list, &count);
    for (DWORD i = 0; i < count; i++)
        aligned = aligned && ((ULONG_PTR)list[i].pUserSid & 3) == 0;
    see("%s", aligned ? "aligned" : "not aligned");
    CALL(WTSFreeMemory)(list);
}

static void one_local_block(void)
{
    WTS_PROCESS_INFOW *list = NULL;
    DWORD count = 0;
    CALL(WTSEnumerateProcessesW)(NULL, 0, 1, &list, &count);
    if (list == NULL)
        skip("no list");
    see("%s", LocalSize(list) >= count * sizeof *list ? "a block of LocalAlloc" : "another block");
    CALL(WTSFreeMemory)(list);
}

static void forged_handle(void)
{
    WTS_PROCESS_INFOW *list = untouched;
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateProcessesW)((HANDLE)1, 0, 1, &list, &count));
    see("the outputs are %s", list == untouched && count == 4711 ? "untouched" : "written");
    if (list != untouched && list != NULL)
        CALL(WTSFreeMemory)(list);
}

/* What a failing call leaves: each wrong argument once more, in both forms. */
static void failing_outputs(void)
{
    WTS_PROCESS_INFOW *wide = untouched;
    WTS_PROCESS_INFOA *ansi = (WTS_PROCESS_INFOA *)untouched;
    DWORD count = 4711;
    CALL(WTSEnumerateProcessesW)(NULL, 1, 1, &wide, &count);
    CALL(WTSEnumerateProcessesW)(NULL, 0, 0, &wide, &count);
    CALL(WTSEnumerateProcessesW)(NULL, 0, 2, &wide, &count);
    CALL(WTSEnumerateProcessesW)(NULL, 0, 1, NULL, &count);
    CALL(WTSEnumerateProcessesW)(NULL, 0, 1, &wide, NULL);
    SEE(CALL(WTSEnumerateProcessesA)(NULL, 1, 1, &ansi, &count));
    SEE(CALL(WTSEnumerateProcessesA)(NULL, 0, 1, NULL, &count));
    const bool all = wide == untouched && (void *)ansi == untouched && count == 4711;
    see("the outputs are %s", all ? "untouched" : "written");
}

static void arguments_before_the_handle(void)
{
    WTS_PROCESS_INFOW *list = untouched;
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateProcessesW)((HANDLE)4, 1, 1, &list, &count));
}

static void ansi_with_no_handle(void)
{
    WTS_PROCESS_INFOA *list = (WTS_PROCESS_INFOA *)untouched;
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateProcessesA)(INVALID_HANDLE_VALUE, 0, 1, &list, &count));
    see("the outputs are %s", (void *)list == untouched && count == 4711 ? "untouched" : "written");
    if ((void *)list != untouched)
        CALL(WTSFreeMemory)(list);
}

/* ---- Ex ---- */

static void extended(DWORD *level, DWORD session, WTS_TYPE_CLASS type)
{
    LPWSTR list = (LPWSTR)(void *)untouched;
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateProcessesExW)(NULL, level, session, &list, &count));
    if ((void *)list == untouched) {
        see("the list is untouched");
    } else {
        see("%s", list == NULL ? "NULL" : count != 0 ? "processes" : "no process");
        if (list != NULL)
            CALL(WTSFreeMemoryExW)(type, list, count);
    }
}

static void level_0(void)
{
    DWORD level = 0;
    extended(&level, WTS_ANY_SESSION, WTSTypeProcessInfoLevel0);
    see("level %lu", level);
}

static void level_1(void)
{
    DWORD level = 1;
    extended(&level, WTS_ANY_SESSION, WTSTypeProcessInfoLevel1);
    see("level %lu", level);
}

static void level_7(void)
{
    DWORD level = 7;
    extended(&level, WTS_ANY_SESSION, WTSTypeProcessInfoLevel0);
    see("level %lu", level);
}

static void level_all_bits(void)
{
    DWORD level = 0xFFFFFFFF;
    extended(&level, WTS_ANY_SESSION, WTSTypeProcessInfoLevel0);
    see("level %lu", level);
}

/* By the A form: a level that does not exist, then a handle that was never given. */
static void extended_ansi(DWORD level, HANDLE server)
{
    LPSTR list = (LPSTR)(void *)untouched;
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateProcessesExA)(server, &level, WTS_ANY_SESSION, &list, &count));
    see("the outputs are %s; level %lu", (void *)list == untouched && count == 4711 ? "untouched" : "written",
        level);
    if ((void *)list != untouched && list != NULL)
        CALL(WTSFreeMemoryExA)(WTSTypeProcessInfoLevel0, list, count);
}

static void level_2_ansi(void)
{
    extended_ansi(2, NULL);
}

static void extended_forged_handle(void)
{
    extended_ansi(0, (HANDLE)4);
}

static void level_null(void)
{
    extended(NULL, WTS_ANY_SESSION, WTSTypeProcessInfoLevel0);
}

static void current_session(void)
{
    DWORD level = 0;
    extended(&level, WTS_CURRENT_SESSION, WTSTypeProcessInfoLevel0);
}

static void unknown_session(void)
{
    DWORD level = 0;
    extended(&level, 4711, WTSTypeProcessInfoLevel0);
}

static void extended_list_null(void)
{
    DWORD level = 0, count = 4711;
    SEE(CALL(WTSEnumerateProcessesExW)(NULL, &level, WTS_ANY_SESSION, NULL, &count));
    see("the count is %s", count == 4711 ? "untouched" : "written");
}

static void extended_count_null(void)
{
    DWORD level = 0;
    LPWSTR list = (LPWSTR)(void *)untouched;
    SEE(CALL(WTSEnumerateProcessesExW)(NULL, &level, WTS_ANY_SESSION, &list, NULL));
    see("the list is %s", (void *)list == untouched ? "untouched" : "written");
}

static void own_numbers(void)
{
    DWORD level = 1, count = 0;
    LPWSTR text = NULL;
    if (!CALL(WTSEnumerateProcessesExW)(NULL, &level, WTS_ANY_SESSION, &text, &count) || text == NULL)
        skip("no list of level 1");
    const WTS_PROCESS_INFO_EXW *list = (const WTS_PROCESS_INFO_EXW *)(void *)text;
    for (DWORD i = 0; i < count; i++)
        if (list[i].ProcessId == GetCurrentProcessId())
            see("%s, %s", list[i].NumberOfThreads != 0 ? "threads" : "no thread",
                list[i].WorkingSetSize != 0 ? "a working set" : "no working set");
    CALL(WTSFreeMemoryExW)(WTSTypeProcessInfoLevel1, text, count);
}

/* Which unit the times have: what the kernel says of this process, which has worked a while, lies around it.
 */
static void unit_of_times(void)
{
    FILETIME created, ended, kernel, before, after;
    DWORD level = 1, count = 0;
    LPWSTR text = NULL;
    for (volatile unsigned i = 0; i < 300000000; i++)
        continue;
    GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &before);
    if (!CALL(WTSEnumerateProcessesExW)(NULL, &level, WTS_ANY_SESSION, &text, &count) || text == NULL)
        skip("no list of level 1");
    GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &after);
    const LONGLONG low = (LONGLONG)before.dwHighDateTime << 32 | before.dwLowDateTime,
                   high = (LONGLONG)after.dwHighDateTime << 32 | after.dwLowDateTime;
    const WTS_PROCESS_INFO_EXW *list = (const WTS_PROCESS_INFO_EXW *)(void *)text;
    if (low < 10 * 10000)
        skip("this process has not worked enough");
    for (DWORD i = 0; i < count; i++) {
        const LONGLONG time = list[i].UserTime.QuadPart;
        if (list[i].ProcessId == GetCurrentProcessId())
            see("%s", time >= low / 2 && time <= high * 2              ? "100 ns"
                      : time >= low / 20000 && time <= high / 5000 + 1 ? "1 ms"
                                                                       : "another unit");
    }
    CALL(WTSFreeMemoryExW)(WTSTypeProcessInfoLevel1, text, count);
}

static int compare_ids(const void *a, const void *b)
{
    return *(const DWORD *)a < *(const DWORD *)b ? -1 : *(const DWORD *)a > *(const DWORD *)b;
}

/* A and W list the same processes, other than those that come and go meanwhile. */
static void ansi_and_wide(void)
{
    WTS_PROCESS_INFOA *ansi = NULL;
    WTS_PROCESS_INFOW *wide = NULL;
    DWORD ansi_count = 0, wide_count = 0, same = 0;
    CALL(WTSEnumerateProcessesA)(NULL, 0, 1, &ansi, &ansi_count);
    CALL(WTSEnumerateProcessesW)(NULL, 0, 1, &wide, &wide_count);
    DWORD *ids = calloc(ansi_count + 1, sizeof *ids);
    for (DWORD i = 0; ids != NULL && i < ansi_count; i++)
        ids[i] = ansi[i].ProcessId;
    if (ids != NULL)
        qsort(ids, ansi_count, sizeof *ids, compare_ids);
    for (DWORD i = 0; ids != NULL && i < wide_count; i++)
        same += bsearch(&wide[i].ProcessId, ids, ansi_count, sizeof *ids, compare_ids) != NULL;
    see("%s", same != 0 && same + 10 >= wide_count && same + 10 >= ansi_count ? "the same" : "not the same");
    free(ids);
    CALL(WTSFreeMemory)(ansi);
    CALL(WTSFreeMemory)(wide);
}

/* ---- memory ---- */

static void free_null(void)
{
    SetLastError(POISON);
    CALL(WTSFreeMemory)(NULL);
    see("returns, last error %s", GetLastError() == POISON ? "kept" : "changed");
}

static void free_ex_null(void)
{
    for (int type = WTSTypeProcessInfoLevel0; type <= WTSTypeSessionInfoLevel1; type++) {
        SEE(CALL(WTSFreeMemoryExW)((WTS_TYPE_CLASS)type, NULL, 0));
        SEE(CALL(WTSFreeMemoryExA)((WTS_TYPE_CLASS)type, NULL, 5));
    }
}

static void free_ex_unknown_class(void)
{
    const HLOCAL block = LocalAlloc(LMEM_FIXED, 100);
    SEE(CALL(WTSFreeMemoryExW)((WTS_TYPE_CLASS)5, NULL, 0));
    SEE(CALL(WTSFreeMemoryExW)((WTS_TYPE_CLASS)5, block, 1));
    if (LocalSize(block) == 100)
        SEE(CALL(WTSFreeMemoryExA)((WTS_TYPE_CLASS)-1, block, 1));
    if (LocalSize(block) != 100)
        see("the block is freed");
    else
        LocalFree(block);
}

static const struct conformance_case cases[] = {
    {"process-list.success", DOCUMENTED, NOTHING, ZERO, success},
    {"process-list.ansi", UNVERIFIED, NOTHING, ZERO "; processes", ansi_success},
    {"process-list.reserved", DOCUMENTED, NOTHING, FAILS(87), reserved},
    {"process-list.version-0", DOCUMENTED, NOTHING, FAILS(87), version_0},
    {"process-list.version-2", DOCUMENTED, NOTHING, FAILS(87), version_2},
    {"process-list.list-null", DOCUMENTED, NOTHING,
     FAILS(87) "; the count is untouched | " FAILS(87) "; the count is written", list_null},
    {"process-list.count-null", DOCUMENTED, NOTHING,
     FAILS(87) "; the list is untouched | " FAILS(87) "; the list is written", count_null},
    {"process-list.own-process", DOCUMENTED, NOTHING, "session right, name right, user right", own_process},
    {"process-list.ansi-and-wide", DOCUMENTED, NOTHING, "the same", ansi_and_wide},
    {"process-list.alignment", OURS, NOTHING, "aligned", sids_are_aligned},
    {"process-list.one-block", UNVERIFIED, NOTHING, "a block of LocalAlloc", one_local_block},
    {"process-list.forged-handle", OURS, NOTHING, FAILS(6) "; the outputs are untouched", forged_handle},
    {"process-list.failing-outputs", OURS, NOTHING, FAILS(87) "; " FAILS(87) "; the outputs are untouched",
     failing_outputs},
    {"process-list.arguments-first", OURS, NOTHING, FAILS(87), arguments_before_the_handle},
    {"process-list.minus-one-as-handle", OURS, NOTHING, FAILS(6) "; the outputs are untouched",
     ansi_with_no_handle},
    {"process-list-ex.level-0", DOCUMENTED, NOTHING, ZERO "; processes; level 0", level_0},
    {"process-list-ex.level-1", DOCUMENTED, NOTHING,
     KEPT "; processes; level 1 | " ZERO "; processes; level 1", level_1},
    {"process-list-ex.level-7", OURS, NOTHING, FAILS(87) "; the list is untouched; level 1", level_7},
    {"process-list-ex.level-all-bits", OURS, NOTHING, FAILS(87) "; the list is untouched; level 1",
     level_all_bits},
    {"process-list-ex.level-2", OURS, NOTHING, FAILS(87) "; the outputs are untouched; level 1",
     level_2_ansi},
    {"process-list-ex.forged-handle", OURS, NOTHING, FAILS(6) "; the outputs are untouched; level 0",
     extended_forged_handle},
    {"process-list-ex.level-null", OURS, NOTHING, FAILS(87) "; the list is untouched", level_null},
    {"process-list-ex.list-null", DOCUMENTED, NOTHING, FAILS(87) "; the count is untouched",
     extended_list_null},
    {"process-list-ex.count-null", DOCUMENTED, NOTHING, FAILS(87) "; the list is untouched",
     extended_count_null},
    {"process-list-ex.current-session", OURS, NOTHING, ZERO "; processes", current_session},
    {"process-list-ex.unknown-session", UNVERIFIED, NOTHING, ZERO "; NULL", unknown_session},
    {"process-list-ex.own-numbers", DOCUMENTED, NOTHING, "threads, a working set", own_numbers},
    {"process-list-ex.times", UNVERIFIED, NOTHING, "100 ns", unit_of_times},
    {"free-memory.null", DOCUMENTED, NOTHING, "returns, last error kept | returns, last error changed",
     free_null},
    {"free-memory.ex-null", OURS, NOTHING, KEPT "; " KEPT "; " KEPT "; " KEPT "; " KEPT "; " KEPT,
     free_ex_null},
    {"free-memory.unknown-class", OURS, NOTHING, FAILS(87) "; " FAILS(87) "; " FAILS(87),
     free_ex_unknown_class},
};
CONFORMANCE_GROUP(conformance_processes);
