/*
 * What def/exports.csv says of each export is true: what "refuses" sets last error 120 and touches nothing;
 * what "fails" does so with valid arguments, too, by its documented error; and nothing else always fails.
 * Called by address, with as many argument words as the list says, so a wrong count would corrupt the stack
 * on 32 bits.
 */
#include "support.h"

#include <string.h>
#include <wtsapi32.h>

#define ARGUMENT_CAPACITY 10

static const struct export
{
    const char *name;
    unsigned argument_bytes;
    const char *state;
}
exports[] = {
#include "export_states.h"
};

/* What output arguments point to: it must stay as it is. */
static unsigned char outputs[ARGUMENT_CAPACITY][64];

static bool is_state(const struct export *export, const char *state)
{
    return strcmp(export->state, state) == 0;
}

static DWORD call(const struct export *export, const ULONG_PTR *arguments)
{
    static unsigned char poison[sizeof outputs];
    const FARPROC function = GetProcAddress(GetModuleHandleW(L"wtsapi32.dll"), export->name);
    if (function == NULL)
        fail_msg("%s is missing", export->name);
    memset(poison, 0xA5, sizeof poison);
    memset(outputs, 0xA5, sizeof outputs);
    SetLastError(POISON);
    const DWORD result = (DWORD)support_call(function, export->argument_bytes / 4, arguments);
    if (memcmp(outputs, poison, sizeof poison) != 0)
        fail_msg("%s has written an output", export->name);
    return result;
}

static void check_refusal(const struct export *export, DWORD result)
{
    if (GetLastError() != ERROR_CALL_NOT_IMPLEMENTED)
        fail_msg("%s: last error %lu", export->name, GetLastError());
    assert_int_equal(result, 0);
}

static void what_refuses_is_not_implemented_and_touches_nothing(void **state)
{
    ULONG_PTR arguments[ARGUMENT_CAPACITY];
    (void)state;
    for (unsigned i = 0; i < ARGUMENT_CAPACITY; i++)
        arguments[i] = (ULONG_PTR)outputs[i];
    for (unsigned i = 0; i < ARRAYSIZE(exports); i++) {
        if (is_state(&exports[i], "refuses"))
            check_refusal(&exports[i], call(&exports[i], arguments));
    }
}

/* Of either form: the version is all that is looked at. */
static WTSLISTENERCONFIGW listener = {.version = 1};

/* Calls that would succeed on a system that has the thing. */
static const struct {
    const char *name;
    ULONG_PTR arguments[ARGUMENT_CAPACITY];
    DWORD error;
} failing[] = {
    {"QueryActiveSession", {(ULONG_PTR)outputs[0]}, ERROR_NOT_SUPPORTED},
    {"RegisterUsertokenForNoWinlogon", {0}, ERROR_NOT_SUPPORTED},
    {"WTSCloudAuthClose", {(ULONG_PTR)outputs[0]}, ERROR_NOT_SUPPORTED},
    {"WTSCloudAuthConvertAssertionToSerializedUserCredential",
     {(ULONG_PTR)outputs[0], (ULONG_PTR) "assertion", 9, (ULONG_PTR)L"resource", (ULONG_PTR)outputs[4]},
     ERROR_NOT_SUPPORTED},
    {"WTSCloudAuthDuplicateSerializedUserCredential",
     {(ULONG_PTR)outputs[0], (ULONG_PTR)outputs[1]},
     ERROR_NOT_SUPPORTED},
    {"WTSCloudAuthGetServerNonce", {(ULONG_PTR)outputs[0], (ULONG_PTR)outputs[1]}, ERROR_NOT_SUPPORTED},
    {"WTSCloudAuthNetworkLogonWithSerializedCredential",
     {(ULONG_PTR)outputs[0], (ULONG_PTR)outputs[1], (ULONG_PTR)outputs[2]},
     ERROR_NOT_SUPPORTED},
    {"WTSCloudAuthOpen", {(ULONG_PTR)outputs[0]}, ERROR_NOT_SUPPORTED},
    {"WTSConnectSessionA", {0, 0xFFFFFFFF, (ULONG_PTR) "password", TRUE}, ERROR_NOT_SUPPORTED},
    {"WTSConnectSessionW", {0, 0xFFFFFFFF, (ULONG_PTR)L"password", TRUE}, ERROR_NOT_SUPPORTED},
    {"WTSCreateListenerA", {0, 0, 0, (ULONG_PTR) "RDP-Tcp", (ULONG_PTR)&listener, 1}, ERROR_NOT_SUPPORTED},
    {"WTSCreateListenerW", {0, 0, 0, (ULONG_PTR)L"RDP-Tcp", (ULONG_PTR)&listener, 1}, ERROR_NOT_SUPPORTED},
    {"WTSEnumerateServersA",
     {0, 0, 1, (ULONG_PTR)outputs[3], (ULONG_PTR)outputs[4]},
     ERROR_NO_BROWSER_SERVERS_FOUND},
    {"WTSEnumerateServersW",
     {0, 0, 1, (ULONG_PTR)outputs[3], (ULONG_PTR)outputs[4]},
     ERROR_NO_BROWSER_SERVERS_FOUND},
    {"WTSSetListenerSecurityA",
     {0, 0, 0, (ULONG_PTR) "RDP-Tcp", DACL_SECURITY_INFORMATION, (ULONG_PTR)outputs[5]},
     ERROR_NOT_SUPPORTED},
    {"WTSSetListenerSecurityW",
     {0, 0, 0, (ULONG_PTR)L"RDP-Tcp", DACL_SECURITY_INFORMATION, (ULONG_PTR)outputs[5]},
     ERROR_NOT_SUPPORTED},
    {"WTSSetSessionInformationA", {0, 1, WTSUserName, (ULONG_PTR) "name", 5}, ERROR_CALL_NOT_IMPLEMENTED},
    {"WTSSetSessionInformationW", {0, 1, WTSUserName, (ULONG_PTR)L"name", 10}, ERROR_CALL_NOT_IMPLEMENTED},
    {"WTSStartRemoteControlSessionA", {(ULONG_PTR) "host", 1, 'A', 0}, ERROR_NOT_SUPPORTED},
    {"WTSStartRemoteControlSessionW", {(ULONG_PTR)L"host", 1, 'A', 0}, ERROR_NOT_SUPPORTED},
    {"WTSStopRemoteControlSession", {1}, ERROR_CTX_WINSTATION_NOT_FOUND},
};

static const struct export *find(const char *name)
{
    for (unsigned i = 0; i < ARRAYSIZE(exports); i++) {
        if (strcmp(exports[i].name, name) == 0)
            return &exports[i];
    }
    fail_msg("%s is no export", name);
    return NULL;
}

/* The browser service is asked through netapi32, which Wine's 32-bit half may lack: then 50. */
static DWORD documented_error(DWORD error)
{
    const HMODULE netapi32 = LoadLibraryW(L"netapi32.dll");
    if (error != ERROR_NO_BROWSER_SERVERS_FOUND)
        return error;
    return netapi32 != NULL && GetProcAddress(netapi32, "NetServerEnum") != NULL ? error
                                                                                 : ERROR_NOT_SUPPORTED;
}

static void what_always_fails_is_listed_so(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(failing); i++) {
        const struct export *export = find(failing[i].name);
        const DWORD result = call(export, failing[i].arguments);
        if (strcmp(export->name, "WTSCloudAuthClose") != 0) /* it returns nothing */
            assert_int_equal(result, FALSE);
        const DWORD error = GetLastError();
        if (error != documented_error(failing[i].error))
            fail_msg("%s: last error %lu", export->name, error);
        if (!is_state(export, "fails"))
            fail_msg("%s always fails, and is listed as \"%s\"", export->name, export->state);
    }
}

static void what_is_listed_as_failing_is_tried(void **state)
{
    unsigned count = 0;
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(exports); i++)
        count += is_state(&exports[i], "fails");
    assert_int_equal(count, ARRAYSIZE(failing));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_refuses_is_not_implemented_and_touches_nothing),
        cmocka_unit_test(what_always_fails_is_listed_so),
        cmocka_unit_test(what_is_listed_as_failing_is_tried),
    };
    LoadLibraryW(L"wtsapi32.dll");
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}
