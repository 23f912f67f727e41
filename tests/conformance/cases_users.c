/* docs/contract.md#user-token and docs/contract.md#user-config. */
#include "conformance.h"

static HANDLE *const untouched = (HANDLE *)(ULONG_PTR)0x1234567;

static bool holds(const wchar_t *privilege)
{
    HANDLE token = NULL;
    LUID wanted;
    BYTE buffer[4096];
    DWORD length = 0;
    bool found = false;
    LookupPrivilegeValueW(NULL, privilege, &wanted);
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    if (GetTokenInformation(token, TokenPrivileges, buffer, sizeof buffer, &length)) {
        const TOKEN_PRIVILEGES *all = (const TOKEN_PRIVILEGES *)(void *)buffer;
        for (DWORD i = 0; i < all->PrivilegeCount; i++)
            found = found || memcmp(&all->Privileges[i].Luid, &wanted, sizeof wanted) == 0;
    }
    CloseHandle(token);
    return found;
}

static void token_null(void)
{
    SEE(CALL(WTSQueryUserToken)(WTS_CURRENT_SESSION, NULL));
}

static void token_without_privilege(void)
{
    HANDLE token = (HANDLE)untouched;
    if (holds(L"SeTcbPrivilege"))
        skip("the caller may act for the system");
    SEE(CALL(WTSQueryUserToken)(WTS_CURRENT_SESSION, &token));
    see("the token is %s", token == (HANDLE)untouched ? "untouched" : "written");
}

static void token_of_unknown_session(void)
{
    HANDLE token = (HANDLE)untouched;
    if (!holds(L"SeTcbPrivilege"))
        skip("the caller may not act for the system");
    SEE(CALL(WTSQueryUserToken)(4711, &token));
}

static void token_of_services(void)
{
    HANDLE token = (HANDLE)untouched;
    if (!holds(L"SeTcbPrivilege"))
        skip("the caller may not act for the system");
    SEE(CALL(WTSQueryUserToken)(0, &token));
    see("the token is %s", token == (HANDLE)untouched ? "untouched" : "written");
}

/* QueryUserToken is WTSQueryUserToken. */
static void token_by_the_other_name(void)
{
    HANDLE token = (HANDLE)untouched;
    SEE(CALL(QueryUserToken)(WTS_CURRENT_SESSION, NULL));
    if (!holds(L"SeTcbPrivilege"))
        skip("the caller may not act for the system");
    SEE(CALL(QueryUserToken)(4711, &token));
    SEE(CALL(QueryUserToken)(WTS_ANY_SESSION, &token));
    SEE(CALL(QueryUserToken)(0, &token));
    see("the token is %s", token == (HANDLE)untouched ? "untouched" : "written");
}

static void set_for_nobody(void)
{
    WCHAR value[] = L"";
    SEE(CALL(WTSSetUserConfigW)(NULL, NULL, WTSUserConfigInitialProgram, value, 0));
}

static void unknown_class(void)
{
    LPWSTR buffer = NULL;
    DWORD bytes = 0;
    WCHAR user[] = L"wts-conformance-nobody";
    SEE(CALL(WTSQueryUserConfigW)(NULL, user, (WTS_CONFIG_CLASS)99, &buffer, &bytes));
}

static void unknown_user(void)
{
    LPWSTR buffer = NULL;
    DWORD bytes = 0;
    WCHAR user[] = L"wts-conformance-nobody";
    SEE(CALL(WTSQueryUserConfigW)(NULL, user, WTSUserConfigInitialProgram, &buffer, &bytes));
}

static const struct conformance_case cases[] = {
    {"user-token.null", DOCUMENTED, NOTHING, FAILS(87), token_null},
    {"user-token.privilege", DOCUMENTED, NOTHING, FAILS(1314) "; the token is untouched",
     token_without_privilege},
    {"user-token.unknown-session", DOCUMENTED, NOTHING, FAILS(2), token_of_unknown_session},
    {"user-token.services", DOCUMENTED, NOTHING, FAILS(1008) "; the token is untouched", token_of_services},
    {"user-token.other-name", UNVERIFIED, NOTHING,
     FAILS(87) "; " FAILS(2) "; " FAILS(2) "; " FAILS(1008) "; the token is untouched",
     token_by_the_other_name},
    {"user-config.set-for-nobody", OURS, NOTHING, FAILS(87), set_for_nobody},
    {"user-config.unknown-class", OURS, NOTHING, FAILS(87), unknown_class},
    {"user-config.unknown-user", UNVERIFIED, NOTHING, NULL, unknown_user},
};
CONFORMANCE_GROUP(conformance_users);
