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
    {"render-hint.no-window", UNVERIFIED, NOTHING, NULL, hint_of_no_window},
    {"render-hint.no-id", UNVERIFIED, NOTHING, NULL, hint_without_id},
    {"cloud-auth.open", UNVERIFIED, NOTHING, NULL, cloud},
};
CONFORMANCE_GROUP(conformance_others);
