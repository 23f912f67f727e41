/*
 * docs/contract.md#exports, docs/contract.md#undocumented, docs/contract.md#set-session-information,
 * docs/contract.md#listeners, docs/contract.md#child-sessions, docs/contract.md#render-hint,
 * docs/contract.md#cloud-auth.
 */
#include "conformance.h"

#include "export_names.h"

static void exports(void)
{
    const HMODULE dll = GetModuleHandleW(L"wtsapi32.dll");
    unsigned missing = 0;
    for (unsigned i = 0; i < ARRAYSIZE(export_names); i++)
        missing += GetProcAddress(dll, export_names[i]) == NULL;
    if (missing == 0)
        see("all %u", (unsigned)ARRAYSIZE(export_names));
    else
        see("%u of %u are missing", missing, (unsigned)ARRAYSIZE(export_names));
}

static void interactive(void)
{
    DWORD own = 0;
    ProcessIdToSessionId(GetCurrentProcessId(), &own);
    if (own == 0)
        skip("this is the session of services");
    SEE(CALL(IsInteractiveUserSession)(own));
    SEE(CALL(IsInteractiveUserSession)(WTS_CURRENT_SESSION));
}

static void interactive_services(void)
{
    SEE(CALL(IsInteractiveUserSession)(0));
}

static void interactive_unknown(void)
{
    SEE(CALL(IsInteractiveUserSession)(4711));
}

static void active_session(void)
{
    ULONG session = 4711;
    SEE(CALL(QueryActiveSession)(&session));
    if (session == 4711)
        see("the id is untouched");
    else
        see("the id is 0x%lX", session);
}

static void active_session_null(void)
{
    SEE(CALL(QueryActiveSession)(NULL));
}

static void no_winlogon(void)
{
    SEE(CALL(RegisterUsertokenForNoWinlogon)());
}

static void set_session_information(void)
{
    WCHAR wide[] = L"name";
    char ansi[] = "name";
    SEE(CALL(WTSSetSessionInformationW)(NULL, WTS_CURRENT_SESSION, WTSUserName, wide, sizeof wide));
    SEE(CALL(WTSSetSessionInformationA)(NULL, WTS_CURRENT_SESSION, WTSUserName, ansi, sizeof ansi));
    if (wcscmp(wide, L"name") != 0 || strcmp(ansi, "name") != 0)
        see("the text is changed");
}

static void set_nothing(void)
{
    SEE(CALL(WTSSetSessionInformationW)((HANDLE)4, 4711, (WTS_INFO_CLASS)99, NULL, 0));
    SEE(CALL(WTSSetSessionInformationA)((HANDLE)4, 4711, (WTS_INFO_CLASS)99, NULL, 0));
}

/* ---- listeners ---- */

static void listeners(void)
{
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateListenersW)(NULL, NULL, 0, NULL, &count));
    see("the count is %s", count == 4711 ? "untouched" : "written");
}

static void listeners_reserved(void)
{
    DWORD count = 4711;
    SEE(CALL(WTSEnumerateListenersW)(NULL, NULL, 1, NULL, &count));
}

static void unknown_listener(void)
{
    WTSLISTENERCONFIGW configuration;
    WCHAR name[] = L"wts-conformance";
    SEE(CALL(WTSQueryListenerConfigW)(NULL, NULL, 0, name, &configuration));
}

/* ---- child sessions ---- */

static void children_enabled(void)
{
    BOOL enabled = 4711;
    SEE(CALL(WTSIsChildSessionsEnabled)(&enabled));
    see("%s", enabled == TRUE ? "enabled" : enabled == FALSE ? "not enabled" : "neither TRUE nor FALSE");
}

static void children_enabled_null(void)
{
    SEE(CALL(WTSIsChildSessionsEnabled)(NULL));
}

static void child_session(void)
{
    ULONG session = 4711;
    SEE(CALL(WTSGetChildSessionId)(&session));
    see("0x%lX", session);
}

static void child_session_null(void)
{
    SEE(CALL(WTSGetChildSessionId)(NULL));
}

static void children_enabled_and_disabled(void)
{
    SEE(CALL(WTSEnableChildSessions)(FALSE));
    SEE(CALL(WTSEnableChildSessions)(TRUE));
    SEE(CALL(WTSEnableChildSessions)(2));
}

/* ---- hints and log-ons by the cloud ---- */

static void hint_of_no_window(void)
{
    UINT64 id = 0;
    see("0x%08lX", (unsigned long)CALL(WTSSetRenderHint)(&id, NULL, RENDER_HINT_CLEAR, 0, NULL));
}

static void hint_without_id(void)
{
    see("0x%08lX",
        (unsigned long)CALL(WTSSetRenderHint)(NULL, GetDesktopWindow(), RENDER_HINT_CLEAR, 0, NULL));
}

/* Everything that is wrong but the window; then the window, which is looked at last. */
static void hints_refused(void)
{
    RECT area = {1, 2, 3, 4};
    UINT64 id = 0, unknown = 0x123456789ABC;
    const HWND window = GetDesktopWindow();
    const struct {
        UINT64 *id;
        HWND window;
        DWORD type, length;
        void *data;
        DWORD error;
    } hints[] = {
        {NULL, window, RENDER_HINT_VIDEO, sizeof area, &area, 87},
        {&id, window, 3, sizeof area, &area, 87},
        {&id, window, RENDER_HINT_VIDEO, sizeof area - 1, &area, 87},
        {&id, window, RENDER_HINT_VIDEO, sizeof area + 1, &area, 87},
        {&id, window, RENDER_HINT_MAPPEDWINDOW, sizeof area, NULL, 87},
        {&id, window, RENDER_HINT_CLEAR, 0, NULL, 87},
        {&unknown, window, RENDER_HINT_CLEAR, 1, NULL, 87},
        {&unknown, window, RENDER_HINT_CLEAR, 0, &area, 87},
        {&unknown, window, RENDER_HINT_VIDEO, sizeof area, &area, 87},
        {&id, NULL, 3, sizeof area, &area, 87},
        {&id, NULL, RENDER_HINT_VIDEO, sizeof area, &area, 1400},
        {&id, HWND_BROADCAST, RENDER_HINT_VIDEO, sizeof area, &area, 1400},
    };
    for (unsigned i = 0; i < ARRAYSIZE(hints); i++) {
        SetLastError(POISON);
        const HRESULT result = CALL(WTSSetRenderHint)(hints[i].id, hints[i].window, hints[i].type,
                                                      hints[i].length, hints[i].data);
        const DWORD error = GetLastError();
        if (result != HRESULT_FROM_WIN32(hints[i].error) || error != hints[i].error)
            see("hint %u: 0x%08lX, last error %lu", i, (unsigned long)result, error);
    }
    see("the ids are %s", id == 0 && unknown == 0x123456789ABC ? "untouched" : "written");
}

/* With handles and credentials that nobody gave: only a DLL that looks at none of them may be called so. */
static void cloud_refuses(void)
{
    const WTS_CLOUD_AUTH_HANDLE handle = (WTS_CLOUD_AUTH_HANDLE)(ULONG_PTR)0x1234;
    ULONG_PTR place = 77;
    const PWTS_SERIALIZED_USER_CREDENTIAL given = (PWTS_SERIALIZED_USER_CREDENTIAL)(void *)&place;
    PWTS_SERIALIZED_USER_CREDENTIAL made = given;
    PWSTR nonce = (PWSTR)(void *)&place;
    HANDLE token = &place;
    if (CALL(WTSCloudAuthOpen)(NULL) != NULL || GetLastError() != 50)
        skip("a provider may be there");
    SEE(CALL(WTSCloudAuthGetServerNonce)(handle, &nonce));
    SEE(CALL(WTSCloudAuthConvertAssertionToSerializedUserCredential)(handle, "a", 1, L"r", &made));
    SEE(CALL(WTSCloudAuthDuplicateSerializedUserCredential)(given, &made));
    SEE(CALL(WTSCloudAuthNetworkLogonWithSerializedCredential)(handle, given, &token));
    SetLastError(POISON);
    CALL(WTSCloudAuthClose)(handle);
    see("closing leaves %lu", GetLastError());
    see("the outputs are %s",
        made == given && nonce == (void *)&place && token == &place && place == 77 ? "untouched" : "written");
}

static void cloud_of_nothing(void)
{
    const WTS_CLOUD_AUTH_HANDLE handle = (WTS_CLOUD_AUTH_HANDLE)(ULONG_PTR)0x1234;
    ULONG_PTR place = 77;
    const PWTS_SERIALIZED_USER_CREDENTIAL given = (PWTS_SERIALIZED_USER_CREDENTIAL)(void *)&place;
    PWTS_SERIALIZED_USER_CREDENTIAL made = NULL;
    HANDLE token = NULL;
    if (CALL(WTSCloudAuthOpen)(NULL) != NULL || GetLastError() != 50)
        skip("a provider may be there");
    SEE(CALL(WTSCloudAuthGetServerNonce)(handle, NULL));
    SEE(CALL(WTSCloudAuthConvertAssertionToSerializedUserCredential)(handle, NULL, 1, L"r", &made));
    SEE(CALL(WTSCloudAuthConvertAssertionToSerializedUserCredential)(handle, "a", 1, NULL, &made));
    SEE(CALL(WTSCloudAuthConvertAssertionToSerializedUserCredential)(handle, "a", 1, L"r", NULL));
    SEE(CALL(WTSCloudAuthDuplicateSerializedUserCredential)(NULL, &made));
    SEE(CALL(WTSCloudAuthDuplicateSerializedUserCredential)(given, NULL));
    SEE(CALL(WTSCloudAuthNetworkLogonWithSerializedCredential)(handle, NULL, &token));
    SEE(CALL(WTSCloudAuthNetworkLogonWithSerializedCredential)(handle, given, NULL));
}

static void cloud(void)
{
    SetLastError(POISON);
    const WTS_CLOUD_AUTH_HANDLE handle = CALL(WTSCloudAuthOpen)(NULL);
    if (handle == NULL)
        see("NULL, last error %lu", GetLastError());
    else
        see("a handle");
    if (handle != NULL)
        CALL(WTSCloudAuthClose)(handle);
}

static const struct conformance_case cases[] = {
    {"exports.names", UNVERIFIED, NOTHING, "all 76", exports},
    {"undocumented.interactive", UNVERIFIED, NOTHING, KEPT "; " KEPT, interactive},
    {"undocumented.interactive-services", UNVERIFIED, NOTHING, "FALSE, last error kept",
     interactive_services},
    {"undocumented.interactive-unknown", UNVERIFIED, NOTHING, FAILS(2), interactive_unknown},
    {"undocumented.active-session", UNVERIFIED, NOTHING, FAILS(50) "; the id is untouched", active_session},
    {"undocumented.active-session-null", UNVERIFIED, NOTHING, FAILS(50), active_session_null},
    {"undocumented.no-winlogon", UNVERIFIED, NOTHING, FAILS(50), no_winlogon},
    {"set-session-information.error", UNVERIFIED, NOTHING, FAILS(120) "; " FAILS(120),
     set_session_information},
    {"set-session-information.arguments", UNVERIFIED, NOTHING, FAILS(120) "; " FAILS(120), set_nothing},
    {"listeners.count", OURS, NOTHING, KEPT "; the count is written", listeners},
    {"listeners.reserved", OURS, NOTHING, FAILS(87), listeners_reserved},
    {"listeners.unknown", UNVERIFIED, NOTHING, FAILS(2), unknown_listener},
    {"child-sessions.enabled", DOCUMENTED, NOTHING,
     KEPT "; not enabled | " ZERO "; not enabled | " KEPT "; enabled | " ZERO "; enabled", children_enabled},
    {"child-sessions.enabled-null", OURS, NOTHING, FAILS(87), children_enabled_null},
    {"child-sessions.id", DOCUMENTED, NOTHING, KEPT "; 0xFFFFFFFF | " ZERO "; 0xFFFFFFFF", child_session},
    {"child-sessions.id-null", OURS, NOTHING, FAILS(87), child_session_null},
    {"child-sessions.enable", OURS, NOTHING, KEPT "; " FAILS(50) "; " FAILS(50),
     children_enabled_and_disabled},
    {"render-hint.refused", OURS, NOTHING, "the ids are untouched", hints_refused},
    {"render-hint.no-window", UNVERIFIED, NOTHING, NULL, hint_of_no_window},
    {"render-hint.no-id", UNVERIFIED, NOTHING, NULL, hint_without_id},
    {"cloud-auth.open", UNVERIFIED, NOTHING, NULL, cloud},
    {"cloud-auth.refused", OURS, NOTHING,
     FAILS(50) "; " FAILS(50) "; " FAILS(50) "; " FAILS(50) "; closing leaves 50; the outputs are untouched",
     cloud_refuses},
    {"cloud-auth.null", OURS, NOTHING,
     FAILS(87) "; " FAILS(87) "; " FAILS(87) "; " FAILS(87) "; " FAILS(87) "; " FAILS(87) "; " FAILS(
         87) "; " FAILS(87),
     cloud_of_nothing},
};
CONFORMANCE_GROUP(conformance_others);
