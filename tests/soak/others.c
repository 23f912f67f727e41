/* The exports that need neither a handle of a server nor a channel: accounts, listeners, windows, and what
 * always fails here. */
#include "soak.h"

#include <stdio.h>
#include <string.h>
#include <wtsapi32.h>
#include <wtshintapi.h>

#define PROGRAM "soak-" /* and a number: the program that an account begins with */

static BOOL set_program(struct call *call)
{
    char user[] = "games";
    char text[32];
    WCHAR wide_user[] = L"games", wide_text[32], server[64];
    snprintf(text, sizeof text, PROGRAM "%u", next_random(&call->random));
    if (next_random(&call->random) & 1)
        return WTSSetUserConfigA(accounts_server, user, WTSUserConfigInitialProgram, text,
                                 (DWORD)strlen(text));
    swprintf(wide_text, ARRAYSIZE(wide_text), L"%hs", text);
    swprintf(server, ARRAYSIZE(server), L"%hs", accounts_server);
    return WTSSetUserConfigW(server, wide_user, WTSUserConfigInitialProgram, wide_text, (DWORD)strlen(text));
}

/* Whole texts are written, so whole texts are read, whoever wrote last. */
static void judge_program(const char *text)
{
    const size_t prefix_length = strlen(PROGRAM);
    if (*text == '\0') /* not set yet */
        return;
    if (strncmp(text, PROGRAM, prefix_length) != 0 ||
        text[prefix_length + strspn(text + prefix_length, "0123456789")] != '\0')
        say("wrong user: \"%s\"\n", text);
}

static BOOL query_program(struct call *call)
{
    char user[] = "games";
    char copy[64], *text;
    WCHAR wide_user[] = L"games", server[64], *wide_text;
    DWORD length;
    if (next_random(&call->random) & 1) {
        if (!WTSQueryUserConfigA(accounts_server, user, WTSUserConfigInitialProgram, &text, &length))
            return FALSE;
        judge_program(text);
        WTSFreeMemory(text);
        return TRUE;
    }
    swprintf(server, ARRAYSIZE(server), L"%hs", accounts_server);
    if (!WTSQueryUserConfigW(server, wide_user, WTSUserConfigInitialProgram, &wide_text, &length))
        return FALSE;
    snprintf(copy, sizeof copy, "%ls", wide_text);
    judge_program(copy);
    WTSFreeMemory(wide_text);
    return TRUE;
}

BOOL configure_user(struct call *call)
{
    if (accounts_server == NULL)
        return FALSE;
    return next_random(&call->random) & 1 ? set_program(call) : query_program(call);
}

static BOOL use_listeners_a(void)
{
    char name[] = "RDP-Tcp";
    WTSLISTENERNAMEA names[16];
    WTSLISTENERCONFIGA config;
    BYTE security[1024];
    DWORD count, length;
    BOOL result = WTSEnumerateListenersA(NULL, NULL, 0, NULL, &count);
    if (result && count <= ARRAYSIZE(names))
        result = WTSEnumerateListenersA(NULL, NULL, 0, names, &count);
    WTSQueryListenerConfigA(NULL, NULL, 0, name, &config);
    if (WTSGetListenerSecurityA(NULL, NULL, 0, name, DACL_SECURITY_INFORMATION, security, sizeof security,
                                &length))
        WTSSetListenerSecurityA(NULL, NULL, 0, name, DACL_SECURITY_INFORMATION, security);
    memset(&config, 0, sizeof config);
    WTSCreateListenerA(NULL, NULL, 0, name, &config, WTS_LISTENER_UPDATE);
    return result;
}

static BOOL use_listeners_w(void)
{
    WCHAR name[] = L"RDP-Tcp";
    WTSLISTENERNAMEW names[16];
    WTSLISTENERCONFIGW config;
    BYTE security[1024];
    DWORD count, length;
    BOOL result = WTSEnumerateListenersW(NULL, NULL, 0, NULL, &count);
    if (result && count <= ARRAYSIZE(names))
        result = WTSEnumerateListenersW(NULL, NULL, 0, names, &count);
    WTSQueryListenerConfigW(NULL, NULL, 0, name, &config);
    if (WTSGetListenerSecurityW(NULL, NULL, 0, name, DACL_SECURITY_INFORMATION, security, sizeof security,
                                &length))
        WTSSetListenerSecurityW(NULL, NULL, 0, name, DACL_SECURITY_INFORMATION, security);
    memset(&config, 0, sizeof config);
    WTSCreateListenerW(NULL, NULL, 0, name, &config, WTS_LISTENER_UPDATE);
    return result;
}

BOOL use_listeners(struct call *call)
{
    return next_random(&call->random) & 1 ? use_listeners_a() : use_listeners_w();
}

BOOL ask_child_sessions(struct call *call)
{
    BOOL is_enabled;
    ULONG session;
    WTSEnableChildSessions(next_random(&call->random) & 1);
    return WTSIsChildSessionsEnabled(&is_enabled) && WTSGetChildSessionId(&session);
}

/* A hint is moved, and taken back before its window ends or after. */
BOOL give_render_hints(struct call *call)
{
    const HWND window = CreateWindowExW(0, L"STATIC", L"soak", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    const bool ends_first = (next_random(&call->random) & 1) != 0;
    RECT place = {0, 0, 10, 10};
    UINT64 id = 0;
    HRESULT result = WTSSetRenderHint(&id, window, RENDER_HINT_VIDEO, sizeof place, (BYTE *)&place);
    if (SUCCEEDED(result))
        result = WTSSetRenderHint(&id, window, RENDER_HINT_MAPPEDWINDOW, sizeof place, (BYTE *)&place);
    if (ends_first)
        DestroyWindow(window);
    if (id != 0)
        WTSSetRenderHint(&id, window, RENDER_HINT_CLEAR, 0, NULL);
    if (!ends_first)
        DestroyWindow(window);
    return SUCCEEDED(result);
}

static void call_cloud_authentication(void)
{
    const GUID id = {.Data1 = 1};
    ULONGLONG bytes[8] = {0};
    WTS_SERIALIZED_USER_CREDENTIAL *credential = (WTS_SERIALIZED_USER_CREDENTIAL *)bytes, *other;
    PWSTR nonce;
    HANDLE token;
    const WTS_CLOUD_AUTH_HANDLE handle = WTSCloudAuthOpen(&id);
    WTSCloudAuthGetServerNonce(handle, &nonce);
    WTSCloudAuthConvertAssertionToSerializedUserCredential(handle, "soak", 4, L"soak", &other);
    WTSCloudAuthDuplicateSerializedUserCredential(credential, &other);
    WTSCloudAuthNetworkLogonWithSerializedCredential(handle, (WTS_SERIALIZED_USER_CREDENTIAL *)&credential,
                                                     &token);
    WTSCloudAuthClose(handle);
}

static void call_remote_control(void)
{
    char server[] = "soak", password[] = "";
    WCHAR wide_server[] = L"soak", wide_password[] = L"";
    WTSStartRemoteControlSessionA(server, 1, VK_ESCAPE, 0);
    WTSStartRemoteControlSessionW(wide_server, 1, VK_ESCAPE, 0);
    WTSStopRemoteControlSession(1);
    WTSConnectSessionA(8, 7, password, FALSE);
    WTSConnectSessionW(8, 7, wide_password, FALSE);
}

static void set_session_information(struct call *call)
{
    char text[] = "soak";
    WCHAR wide_text[] = L"soak";
    WTSSetSessionInformationA(call->server, 1, WTSUserName, text, sizeof text);
    WTSSetSessionInformationW(call->server, 1, WTSUserName, wide_text, sizeof wide_text);
}

BOOL call_what_fails_here(struct call *call)
{
    WTS_SERVER_INFOA *servers;
    BOOL is_there;
    ULONG session;
    HANDLE token;
    DWORD count;
    call_cloud_authentication();
    call_remote_control();
    set_session_information(call);
    RegisterUsertokenForNoWinlogon();
    QueryActiveSession(&session);
    if (QueryUserToken(next_random(&call->random) % 3, &token))
        CloseHandle(token);
    if (WTSEnumerateServersA(NULL, 0, 1, &servers, &count))
        WTSFreeMemory(servers);
    IsInteractiveUserSession(next_random(&call->random) % 3);
    return WTSActiveSessionExists(&is_there);
}
