/* docs/contract.md#session-list, docs/contract.md#session-list-ex. */
#include "conformance.h"

static WTS_SESSION_INFOW *const untouched = (WTS_SESSION_INFOW *)(ULONG_PTR)0x1234567;
static WTS_SESSION_INFOA *const untouched_ansi = (WTS_SESSION_INFOA *)(ULONG_PTR)0x1234567;

static void plain(DWORD reserved, DWORD version)
{
    WTS_SESSION_INFOW *list = untouched;
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateSessionsW)(NULL, reserved, version, &list, &count));
    if (list != untouched && list != NULL)
        CALL(WTSFreeMemory)(list);
}

static void success(void)
{
    plain(0, 1);
}

/* Both forms, which write nothing when they fail. */
static void refused(HANDLE server, DWORD reserved, DWORD version)
{
    WTS_SESSION_INFOW *wide = untouched;
    WTS_SESSION_INFOA *ansi = untouched_ansi;
    DWORD wide_count = 4711, ansi_count = 4711;
    SEE(CALL(WTSEnumerateSessionsW)(server, reserved, version, &wide, &wide_count));
    SEE(CALL(WTSEnumerateSessionsA)(server, reserved, version, &ansi, &ansi_count));
    see("the outputs are %s",
        wide == untouched && ansi == untouched_ansi && wide_count == 4711 && ansi_count == 4711 ? "untouched"
                                                                                                : "written");
    if (wide != untouched)
        CALL(WTSFreeMemory)(wide);
    if (ansi != untouched_ansi)
        CALL(WTSFreeMemory)(ansi);
}

static void reserved(void)
{
    refused(NULL, 1, 1);
}

static void version(void)
{
    refused(NULL, 0, 2);
}

static void version_0(void)
{
    refused(NULL, 0, 0);
}

static void forged_handle(void)
{
    refused((HANDLE)4, 0, 1);
}

static void closed_handle(void)
{
    WCHAR name[] = L"localhost";
    const HANDLE server = CALL(WTSOpenServerW)(name);
    CALL(WTSCloseServer)(server);
    refused(server, 0, 1);
}

static void arguments_before_handle(void)
{
    refused((HANDLE)4, 1, 1);
}

static void list_null(void)
{
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateSessionsW)(NULL, 0, 1, NULL, &count));
    SEE(CALL(WTSEnumerateSessionsA)(NULL, 0, 1, NULL, &count));
    see("the count is %s", count == 4711 ? "untouched" : "written");
}

static void count_null(void)
{
    WTS_SESSION_INFOW *list = untouched;
    WTS_SESSION_INFOA *ansi = untouched_ansi;
    SEE(CALL(WTSEnumerateSessionsW)(NULL, 0, 1, &list, NULL));
    SEE(CALL(WTSEnumerateSessionsA)(NULL, 0, 1, &ansi, NULL));
    see("the list is %s", list == untouched && ansi == untouched_ansi ? "untouched" : "written");
}

static void see_session(const wchar_t *name)
{
    WTS_SESSION_INFOW *list = NULL;
    DWORD count = 0, found = 0;
    CALL(WTSEnumerateSessionsW)(NULL, 0, 1, &list, &count);
    for (DWORD i = 0; i < count; i++) {
        if (_wcsicmp(list[i].pWinStationName, name) == 0) {
            see("state %d%s", (int)list[i].State, list[i].SessionId == 0 ? ", session 0" : "");
            found++;
        }
    }
    if (found == 0)
        see("the list lacks it");
    CALL(WTSFreeMemory)(list);
}

static void services(void)
{
    see_session(L"Services");
}

static void console(void)
{
    if (GetSystemMetrics(SM_REMOTESESSION))
        skip("this is a remote session");
    see_session(L"Console");
}

static void ansi_and_wide(void)
{
    WTS_SESSION_INFOA *ansi = NULL;
    WTS_SESSION_INFOW *wide = NULL;
    DWORD ansi_count = 0, wide_count = 0;
    CALL(WTSEnumerateSessionsA)(NULL, 0, 1, &ansi, &ansi_count);
    CALL(WTSEnumerateSessionsW)(NULL, 0, 1, &wide, &wide_count);
    bool same = ansi_count == wide_count && wide_count != 0;
    for (DWORD i = 0; same && i < wide_count; i++)
        same = ansi[i].SessionId == wide[i].SessionId && ansi[i].State == wide[i].State;
    see("%s", same ? "the same" : "not the same");
    CALL(WTSFreeMemory)(ansi);
    CALL(WTSFreeMemory)(wide);
}

static void names(void)
{
    WTS_SESSION_INFOW *list = NULL;
    DWORD count = 0, missing = 0;
    CALL(WTSEnumerateSessionsW)(NULL, 0, 1, &list, &count);
    for (DWORD i = 0; i < count; i++)
        missing += list[i].pWinStationName == NULL;
    see("%s", missing == 0 && count != 0 ? "every session has a name" : "a name is missing");
    CALL(WTSFreeMemory)(list);
}

/* ---- Ex ---- */

static void extended(DWORD *level, DWORD filter)
{
    WTS_SESSION_INFO_1W *list = NULL;
    DWORD count = 0;
    SEE(CALL(WTSEnumerateSessionsExW)(NULL, level, filter, &list, &count));
    if (list != NULL)
        CALL(WTSFreeMemoryExW)(WTSTypeSessionInfoLevel1, list, count);
}

static void extended_success(void)
{
    DWORD level = 1;
    extended(&level, 0);
    see("level %lu", level);
}

/* Both forms, which write nothing when they fail, not even the level. */
static void extended_refused(HANDLE server, DWORD *level, DWORD filter)
{
    const DWORD before = level != NULL ? *level : 0;
    WTS_SESSION_INFO_1W *wide = NULL;
    WTS_SESSION_INFO_1A *ansi = NULL;
    DWORD wide_count = 4711, ansi_count = 4711;
    SEE(CALL(WTSEnumerateSessionsExW)(server, level, filter, &wide, &wide_count));
    SEE(CALL(WTSEnumerateSessionsExA)(server, level, filter, &ansi, &ansi_count));
    see("the outputs are %s", wide == NULL && ansi == NULL && wide_count == 4711 && ansi_count == 4711 &&
                                      (level == NULL || *level == before)
                                  ? "untouched"
                                  : "written");
    if (wide != NULL)
        CALL(WTSFreeMemoryExW)(WTSTypeSessionInfoLevel1, wide, wide_count);
    if (ansi != NULL)
        CALL(WTSFreeMemoryExA)(WTSTypeSessionInfoLevel1, ansi, ansi_count);
}

static void extended_level(void)
{
    DWORD level = 2;
    extended_refused(NULL, &level, 0);
}

static void extended_level_0(void)
{
    DWORD level = 0;
    extended_refused(NULL, &level, 0);
}

static void extended_level_null(void)
{
    extended_refused(NULL, NULL, 0);
}

static void extended_filter(void)
{
    DWORD level = 1;
    extended_refused(NULL, &level, 1);
}

static void extended_handle(void)
{
    DWORD level = 1;
    extended_refused((HANDLE)4, &level, 0);
}

static void extended_arguments_before_handle(void)
{
    DWORD level = 1;
    extended_refused((HANDLE)4, &level, 7);
}

static void extended_outputs_null(void)
{
    WTS_SESSION_INFO_1W *wide = NULL;
    WTS_SESSION_INFO_1A *ansi = NULL;
    DWORD level = 1, count = 4711;
    SEE(CALL(WTSEnumerateSessionsExW)(NULL, &level, 0, NULL, &count));
    SEE(CALL(WTSEnumerateSessionsExA)(NULL, &level, 0, NULL, &count));
    SEE(CALL(WTSEnumerateSessionsExW)(NULL, &level, 0, &wide, NULL));
    SEE(CALL(WTSEnumerateSessionsExA)(NULL, &level, 0, &ansi, NULL));
    see("the outputs are %s", wide == NULL && ansi == NULL && count == 4711 ? "untouched" : "written");
}

static void extended_own_row(void)
{
    WTS_SESSION_INFO_1W *list = NULL;
    DWORD level = 1, count = 0, session = 0;
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    CALL(WTSEnumerateSessionsExW)(NULL, &level, 0, &list, &count);
    if (count == 0)
        see("no session");
    for (DWORD i = 0; i < count; i++)
        if (list[i].SessionId == session)
            see("name %s, user %s, host %s, farm %s", list[i].pSessionName != NULL ? "there" : "NULL",
                list[i].pUserName != NULL ? "there" : "NULL", list[i].pHostName != NULL ? "there" : "NULL",
                list[i].pFarmName != NULL ? "there" : "NULL");
    if (list != NULL)
        CALL(WTSFreeMemoryExW)(WTSTypeSessionInfoLevel1, list, count);
}

static void execution_environment(void)
{
    WTS_SESSION_INFO_1W *list = NULL;
    DWORD level = 1, count = 0, different = 0;
    CALL(WTSEnumerateSessionsExW)(NULL, &level, 0, &list, &count);
    for (DWORD i = 0; i < count; i++)
        different += list[i].ExecEnvId != list[i].SessionId;
    see("%s", count == 0 ? "no session" : different == 0 ? "the session id" : "another number");
    if (list != NULL)
        CALL(WTSFreeMemoryExW)(WTSTypeSessionInfoLevel1, list, count);
}

/* By both forms. */
#define REFUSED(error) FAILS(error) "; " FAILS(error) "; the outputs are untouched"

static const struct conformance_case cases[] = {
    {"session-list.success", DOCUMENTED, NOTHING, SUCCEEDS, success},
    {"session-list.services", DOCUMENTED, NOTHING, "state 4, session 0", services},
    {"session-list.console", DOCUMENTED, NOTHING, "state 0", console},
    {"session-list.ansi-and-wide", DOCUMENTED, NOTHING, "the same", ansi_and_wide},
    {"session-list.names", UNVERIFIED, NOTHING, "every session has a name", names},
    {"session-list.reserved", UNVERIFIED, NOTHING, REFUSED(87), reserved},
    {"session-list.version", UNVERIFIED, NOTHING, REFUSED(87), version},
    {"session-list.version-0", UNVERIFIED, NOTHING, REFUSED(87), version_0},
    {"session-list.list-null", UNVERIFIED, NOTHING, FAILS(87) "; " FAILS(87) "; the count is untouched",
     list_null},
    {"session-list.count-null", UNVERIFIED, NOTHING, FAILS(87) "; " FAILS(87) "; the list is untouched",
     count_null},
    {"session-list.forged-handle", OURS, NOTHING, REFUSED(6), forged_handle},
    {"session-list.closed-handle", OURS, NOTHING, REFUSED(6), closed_handle},
    {"session-list.order", OURS, NOTHING, REFUSED(87), arguments_before_handle},
    {"session-list-ex.success", DOCUMENTED, NOTHING, KEPT "; level 1 | " ZERO "; level 1", extended_success},
    {"session-list-ex.level", OURS, NOTHING, REFUSED(87), extended_level},
    {"session-list-ex.level-0", OURS, NOTHING, REFUSED(87), extended_level_0},
    {"session-list-ex.level-null", OURS, NOTHING, REFUSED(87), extended_level_null},
    {"session-list-ex.filter", OURS, NOTHING, REFUSED(87), extended_filter},
    {"session-list-ex.outputs-null", OURS, NOTHING,
     FAILS(87) "; " FAILS(87) "; " FAILS(87) "; " FAILS(87) "; the outputs are untouched",
     extended_outputs_null},
    {"session-list-ex.forged-handle", OURS, NOTHING, REFUSED(6), extended_handle},
    {"session-list-ex.order", OURS, NOTHING, REFUSED(87), extended_arguments_before_handle},
    {"session-list-ex.own-row", UNVERIFIED, NOTHING, "name there, user there, host NULL, farm NULL",
     extended_own_row},
    {"session-list-ex.execution-environment", UNVERIFIED, NOTHING, "the session id", execution_environment},
};
CONFORMANCE_GROUP(conformance_sessions);
