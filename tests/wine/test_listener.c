/*
 * Listeners of this machine, docs/contract.md#listeners: none in a prefix as Wine makes it; what the registry
 * has, in both forms; each documented argument, and what nobody can change. The keys that it makes it takes
 * away.
 */
#include "support.h"

#include <sddl.h>
#include <stdlib.h>
#include <string.h>
#include <wtsapi32.h>

#define WINSTATIONS L"SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations"

static WTSLISTENERCONFIGW wide_config = {.version = 1};
static WTSLISTENERCONFIGA ansi_config = {.version = 1};
static char descriptor[1024];
static DWORD count_of_nothing; /* has an address */

static void make_key(const wchar_t *path, HKEY *key)
{
    assert_int_equal(RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_ALL_ACCESS, NULL, key, NULL),
                     ERROR_SUCCESS);
}

static void set_number(HKEY key, const wchar_t *name, DWORD number)
{
    assert_int_equal(RegSetValueExW(key, name, 0, REG_DWORD, (const BYTE *)&number, sizeof number),
                     ERROR_SUCCESS);
}

static void set_text(HKEY key, const wchar_t *name, const wchar_t *text)
{
    assert_int_equal(RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)text,
                                    (DWORD)((wcslen(text) + 1) * sizeof text[0])),
                     ERROR_SUCCESS);
}

static void set_bytes(HKEY key, const wchar_t *name, const void *bytes, DWORD length)
{
    assert_int_equal(RegSetValueExW(key, name, 0, REG_BINARY, bytes, length), ERROR_SUCCESS);
}

static int remove_keys(void **state)
{
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, WINSTATIONS);
    RegDeleteKeyW(HKEY_LOCAL_MACHINE, WINSTATIONS);
    return support_check_heap(state);
}

static void without_keys_there_is_none(void **state)
{
    DWORD count = 77;
    DWORD needed = 77;
    WTSLISTENERNAMEW wide[1] = {L"untouched"};
    WTSLISTENERNAMEA ansi[1] = {"untouched"};
    (void)state;
    assert_succeeds(WTSEnumerateListenersW(NULL, NULL, 0, NULL, &count));
    assert_int_equal(count, 0);
    count = 1;
    assert_succeeds(WTSEnumerateListenersW(NULL, NULL, 0, wide, &count));
    assert_int_equal(count, 0);
    count = 1;
    assert_succeeds(WTSEnumerateListenersA(NULL, NULL, 0, ansi, &count));
    assert_int_equal(count, 0);
    assert_string_equal(ansi[0], "untouched");
    assert_int_equal(wcscmp(wide[0], L"untouched"), 0);
    wide_config.PortNumber = 77;
    assert_fails(WTSQueryListenerConfigW(NULL, NULL, 0, L"RDP-Tcp", &wide_config), 2);
    assert_int_equal(wide_config.PortNumber, 77);
    assert_fails(WTSQueryListenerConfigA(NULL, NULL, 0, "RDP-Tcp", &ansi_config), 2);
    assert_fails(WTSGetListenerSecurityW(NULL, NULL, 0, L"RDP-Tcp", 4, descriptor, 99, &needed), 2);
    assert_fails(WTSGetListenerSecurityA(NULL, NULL, 0, "RDP-Tcp", 4, descriptor, 99, &needed), 2);
    assert_int_equal(needed, 77);
}

/* "Console" and a name that is too long are no listeners. */
static void make_listeners(HKEY *key)
{
    HKEY other;
    make_key(WINSTATIONS L"\\Console", &other);
    RegCloseKey(other);
    make_key(WINSTATIONS L"\\a name of thirty-three characters", &other);
    RegCloseKey(other);
    make_key(WINSTATIONS L"\\a name of thirty-two characters!", &other);
    RegCloseKey(other);
    make_key(WINSTATIONS L"\\RDP-Tcp", key);
}

static void names_are_listed_in_both_forms(void **state)
{
    HKEY key;
    DWORD count = 0;
    WTSLISTENERNAMEW wide[3];
    WTSLISTENERNAMEA ansi[3];
    (void)state;
    make_listeners(&key);
    RegCloseKey(key);
    memset(wide, 0xA5, sizeof wide);
    memset(ansi, 0xA5, sizeof ansi);
    assert_succeeds(WTSEnumerateListenersW(NULL, NULL, 0, NULL, &count));
    assert_int_equal(count, 2);
    count = 1;
    assert_fails(WTSEnumerateListenersW(NULL, NULL, 0, wide, &count), 122);
    assert_int_equal(count, 2);
    assert_int_equal(wide[0][0], 0xA5A5);
    count = 3;
    assert_succeeds(WTSEnumerateListenersW(NULL, NULL, 0, wide, &count));
    assert_int_equal(count, 2);
    assert_int_equal(wcscmp(wide[0], L"a name of thirty-two characters!"), 0);
    assert_int_equal(wcscmp(wide[1], L"RDP-Tcp"), 0);
    assert_int_equal(wide[2][0], 0xA5A5);
    count = 2;
    assert_succeeds(WTSEnumerateListenersA(NULL, NULL, 0, ansi, &count));
    assert_int_equal(count, 2);
    assert_string_equal(ansi[0], "a name of thirty-two characters!");
    assert_string_equal(ansi[1], "RDP-Tcp");
    assert_int_equal((unsigned char)ansi[2][0], 0xA5);
}

/* Every value, each a number of its own, in the order of the structure. */
static const wchar_t *const numbers[] = {
    L"fEnableWinStation",
    L"MaxInstanceCount",
    L"fPromptForPassword",
    L"fInheritColorDepth",
    L"ColorDepth",
    L"fInheritResetBroken",
    L"fResetBroken",
    L"fDisableCpm",
    L"fDisableCdm",
    L"fDisableCcm",
    L"fDisableLPT",
    L"fDisableClip",
    L"fDisableCam",
    L"fDisablePNPRedir",
    L"fForceClientLptDef",
    L"LanAdapter",
    L"PortNumber",
    L"fInheritShadow",
    L"Shadow",
    L"MaxConnectionTime",
    L"MaxDisconnectionTime",
    L"MaxIdleTime",
    L"SecurityLayer",
    L"MinEncryptionLevel",
    L"UserAuthentication",
};
enum { DEFAULT_PRINTER = 14 };

static void a_listener_is_read_in_both_forms(void **state)
{
    HKEY key;
    (void)state;
    make_listeners(&key);
    for (DWORD i = 0; i < ARRAYSIZE(numbers); i++)
        set_number(key, numbers[i], i == DEFAULT_PRINTER ? 0 : 100 + i);
    set_text(key, L"Comment", L"comment");
    set_text(key, L"Username", L"a user whose name is too long for the structure");
    set_text(key, L"Domain", L"domain");
    set_text(key, L"WorkDirectory", L"C:\\work");
    set_text(key, L"InitialProgram", L"program.exe");
    memset(&wide_config, 0xA5, sizeof wide_config);
    memset(&ansi_config, 0xA5, sizeof ansi_config);
    assert_succeeds(WTSQueryListenerConfigW(NULL, NULL, 0, L"rdp-tcp", &wide_config));
    assert_succeeds(WTSQueryListenerConfigA(NULL, NULL, 0, "rdp-tcp", &ansi_config));
    assert_int_equal(wide_config.version, 1);
    assert_memory_equal(&wide_config, &ansi_config, offsetof(WTSLISTENERCONFIGW, Comment));
    for (DWORD i = 0; i < ARRAYSIZE(numbers); i++)
        assert_int_equal((&wide_config.fEnableListener)[i], i == DEFAULT_PRINTER ? 1 : 100 + i);
    assert_int_equal(wcscmp(wide_config.Comment, L"comment"), 0);
    assert_int_equal(wcscmp(wide_config.LogonUserName, L"a user whose name is"), 0);
    assert_int_equal(wcscmp(wide_config.LogonDomain, L"domain"), 0);
    assert_int_equal(wcscmp(wide_config.WorkDirectory, L"C:\\work"), 0);
    assert_int_equal(wcscmp(wide_config.InitialProgram, L"program.exe"), 0);
    assert_string_equal(ansi_config.Comment, "comment");
    assert_string_equal(ansi_config.InitialProgram, "program.exe");
    set_number(key, L"fForceClientLptDef", 1);
    set_text(key, L"PortNumber", L"no number");
    assert_succeeds(WTSQueryListenerConfigW(NULL, NULL, 0, L"RDP-Tcp", &wide_config));
    assert_int_equal(wide_config.fDisableDefaultMainClientPrinter, 0);
    assert_int_equal(wide_config.PortNumber, 0);
    RegCloseKey(key);
    assert_fails(WTSQueryListenerConfigW(NULL, NULL, 0, L"Console", &wide_config), 2);
    assert_fails(WTSQueryListenerConfigW(NULL, NULL, 0, L"RDP-Tcp\\..", &wide_config), 2);
}

static void check_sddl(SECURITY_INFORMATION information, const wchar_t *text)
{
    DWORD needed = 0;
    wchar_t *found = NULL;
    assert_fails(WTSGetListenerSecurityW(NULL, NULL, 0, L"RDP-Tcp", information, NULL, 0, &needed), 122);
    assert_true(needed > 20 && needed < sizeof descriptor);
    const DWORD length = needed;
    descriptor[0] = 77;
    assert_fails(
        WTSGetListenerSecurityA(NULL, NULL, 0, "RDP-Tcp", information, descriptor, length - 1, &needed), 122);
    assert_int_equal(descriptor[0], 77);
    assert_int_equal(needed, length);
    assert_succeeds(
        WTSGetListenerSecurityA(NULL, NULL, 0, "RDP-Tcp", information, descriptor, length, &needed));
    assert_int_equal(needed, length);
    assert_true(ConvertSecurityDescriptorToStringSecurityDescriptorW(
        descriptor, SDDL_REVISION_1,
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |
            SACL_SECURITY_INFORMATION,
        &found, NULL));
    if (wcscmp(found, text) != 0)
        fail_msg("%ls is not %ls", found, text);
    LocalFree(found);
}

static void set_descriptor(HKEY key, const wchar_t *value, const wchar_t *text)
{
    PSECURITY_DESCRIPTOR made = NULL;
    ULONG length = 0;
    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &made, &length));
    set_bytes(key, value, made, length);
    LocalFree(made);
}

static void a_descriptor_is_read_by_its_parts(void **state)
{
    HKEY key;
    HKEY all;
    DWORD needed = 0;
    (void)state;
    make_listeners(&key);
    make_key(WINSTATIONS, &all);
    assert_fails(WTSGetListenerSecurityW(NULL, NULL, 0, L"RDP-Tcp", 4, descriptor, 99, &needed), 2);
    set_descriptor(all, L"DefaultSecurity", L"D:(A;;0x1;;;WD)");
    check_sddl(DACL_SECURITY_INFORMATION, L"D:(A;;CC;;;WD)");
    set_descriptor(key, L"Security", L"O:SYG:BAD:(A;;0x3;;;BA)");
    check_sddl(0, L"D:(A;;CCDC;;;BA)");
    check_sddl(OWNER_SECURITY_INFORMATION, L"O:SYD:(A;;CCDC;;;BA)");
    check_sddl(OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION, L"O:SYG:BAD:(A;;CCDC;;;BA)");
    RegCloseKey(all);
    RegCloseKey(key);
}

static void what_is_no_descriptor_is_said_to_be_none(void **state)
{
    static const DWORD hostile[] = {0, 1, 18, 24, 0x7FFFFFFC, 0xFFFFFFFC, 0xFFFFFFFF};
    HKEY key;
    DWORD needed = 77;
    (void)state;
    make_listeners(&key);
    set_bytes(key, L"Security", "short", 5);
    assert_fails(WTSGetListenerSecurityW(NULL, NULL, 0, L"RDP-Tcp", 4, descriptor, 99, &needed), 1338);
    for (unsigned i = 1; i < ARRAYSIZE(hostile); i++) {
        for (unsigned member = 0; member < 4; member++) {
            DWORD bytes[8] = {0x80140001, 0, 0, 0, 0, 0xFFFF0002, 0xFFFFFF01};
            bytes[1 + member] = hostile[i];
            set_bytes(key, L"Security", bytes, sizeof bytes);
            assert_fails(WTSGetListenerSecurityW(NULL, NULL, 0, L"RDP-Tcp", 4, descriptor, 99, &needed),
                         1338);
        }
    }
    assert_int_equal(needed, 77);
    RegCloseKey(key);
}

static void wrong_arguments_come_before_everything_else(void **state)
{
    wchar_t long_name[] = L"a name of thirty-three characters";
    char long_ansi[] = "a name of thirty-three characters";
    const HANDLE forged = (HANDLE)(ULONG_PTR)0x12345;
    DWORD needed = 77;
    DWORD count = 77;
    WTSLISTENERNAMEW names[1];
    (void)state;
    assert_fails(WTSEnumerateListenersW(forged, &count, 0, names, &count), 87);
    assert_fails(WTSEnumerateListenersW(forged, NULL, 1, names, &count), 87);
    assert_fails(WTSEnumerateListenersA(forged, NULL, 0, NULL, NULL), 87);
    assert_fails(WTSQueryListenerConfigW(forged, &count, 0, L"x", &wide_config), 87);
    assert_fails(WTSQueryListenerConfigW(forged, NULL, 1, L"x", &wide_config), 87);
    assert_fails(WTSQueryListenerConfigW(forged, NULL, 0, NULL, &wide_config), 87);
    assert_fails(WTSQueryListenerConfigW(forged, NULL, 0, L"", &wide_config), 87);
    assert_fails(WTSQueryListenerConfigW(forged, NULL, 0, long_name, &wide_config), 87);
    assert_fails(WTSQueryListenerConfigA(forged, NULL, 0, long_ansi, &ansi_config), 87);
    assert_fails(WTSQueryListenerConfigA(forged, NULL, 0, "", &ansi_config), 87);
    assert_fails(WTSQueryListenerConfigA(forged, NULL, 0, NULL, &ansi_config), 87);
    assert_fails(WTSQueryListenerConfigA(forged, NULL, 0, "x", NULL), 87);
    assert_fails(WTSQueryListenerConfigW(forged, NULL, 0, L"x", NULL), 87);
    assert_fails(WTSGetListenerSecurityA(forged, NULL, 0, "x", 4, descriptor, 99, NULL), 87);
    assert_fails(WTSGetListenerSecurityA(forged, NULL, 0, "x", 4, NULL, 99, &needed), 87);
    assert_fails(WTSSetListenerSecurityW(forged, NULL, 0, L"x", 4, NULL), 87);
    assert_fails(WTSCreateListenerA(forged, NULL, 0, "x", NULL, WTS_LISTENER_CREATE), 87);
    assert_fails(WTSCreateListenerA(forged, NULL, 0, "x", &ansi_config, 0), 87);
    assert_fails(WTSGetListenerSecurityW(forged, NULL, 0, L"x", 4, descriptor, 99, NULL), 87);
    assert_fails(WTSGetListenerSecurityW(forged, NULL, 0, L"x", 4, NULL, 99, &needed), 87);
    assert_fails(WTSSetListenerSecurityA(forged, NULL, 0, "x", 4, NULL), 87);
    assert_fails(WTSSetListenerSecurityW(forged, NULL, 0, L"", 4, descriptor), 87);
    wide_config.version = ansi_config.version = 1;
    assert_fails(WTSCreateListenerW(forged, NULL, 0, L"x", NULL, WTS_LISTENER_CREATE), 87);
    assert_fails(WTSCreateListenerW(forged, NULL, 0, L"x", &wide_config, 0), 87);
    assert_fails(WTSCreateListenerW(forged, NULL, 0, L"x", &wide_config, 0x11), 87);
    assert_fails(WTSCreateListenerA(forged, NULL, 0, "x", &ansi_config, 2), 87);
    wide_config.version = ansi_config.version = 2;
    assert_fails(WTSCreateListenerW(forged, NULL, 0, L"x", &wide_config, WTS_LISTENER_CREATE), 87);
    assert_fails(WTSCreateListenerA(forged, NULL, 0, "x", &ansi_config, WTS_LISTENER_CREATE), 87);
    assert_int_equal(count, 77);
    assert_int_equal(needed, 77);
}

/* The arguments that all ten exports have in common; those of each one alone are good. */
struct common {
    HANDLE server;
    void *reserved;
    DWORD number;
    const wchar_t *wide;
    const char *ansi;
};

enum { LISTS = 2, EXPORTS = 10 }; /* the first two have no name */

static BOOL call_export(unsigned export, const struct common *a)
{
    DWORD out = 0;
    wchar_t *wide = (wchar_t *)(uintptr_t)a->wide;
    char *ansi = (char *)(uintptr_t)a->ansi;
    switch (export) {
    case 0:
        return WTSEnumerateListenersA(a->server, a->reserved, a->number, NULL, &out);
    case 1:
        return WTSEnumerateListenersW(a->server, a->reserved, a->number, NULL, &out);
    case 2:
        return WTSQueryListenerConfigA(a->server, a->reserved, a->number, ansi, &ansi_config);
    case 3:
        return WTSQueryListenerConfigW(a->server, a->reserved, a->number, wide, &wide_config);
    case 4:
        return WTSCreateListenerA(a->server, a->reserved, a->number, ansi, &ansi_config, WTS_LISTENER_CREATE);
    case 5:
        return WTSCreateListenerW(a->server, a->reserved, a->number, wide, &wide_config, WTS_LISTENER_CREATE);
    case 6:
        return WTSGetListenerSecurityA(a->server, a->reserved, a->number, ansi, 4, descriptor, 99, &out);
    case 7:
        return WTSGetListenerSecurityW(a->server, a->reserved, a->number, wide, 4, descriptor, 99, &out);
    case 8:
        return WTSSetListenerSecurityA(a->server, a->reserved, a->number, ansi, 4, descriptor);
    default:
        return WTSSetListenerSecurityW(a->server, a->reserved, a->number, wide, 4, descriptor);
    }
}

static void every_export_judges_what_all_have(void **state)
{
    static wchar_t other[] = L"other.example";
    const HANDLE server = WTSOpenServerW(other);
    const HANDLE forged = (HANDLE)(ULONG_PTR)0x12345;
    const struct {
        struct common arguments;
        DWORD error;
        bool is_of_name;
    } cases[] = {
        {{forged, &count_of_nothing, 0, L"x", "x"}, 87, false},
        {{server, &count_of_nothing, 0, L"x", "x"}, 87, false},
        {{forged, NULL, 1, L"x", "x"}, 87, false},
        {{forged, NULL, 0, NULL, NULL}, 87, true},
        {{forged, NULL, 0, L"", ""}, 87, true},
        {{forged, NULL, 0, L"a name of thirty-three characters", "a name of thirty-three characters"},
         87,
         true},
        {{forged, NULL, 0, L"x", "x"}, 6, false},
        {{server, NULL, 0, L"x", "x"}, 50, false},
    };
    (void)state;
    wide_config.version = ansi_config.version = 1;
    for (unsigned export = 0; export < EXPORTS; export ++)
        for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
            if (export >= LISTS || !cases[i].is_of_name)
                assert_fails(call_export(export, &cases[i].arguments), cases[i].error);
    WTSCloseServer(server);
}

static void other_machines_are_refused(void **state)
{
    static wchar_t other[] = L"other.example";
    static wchar_t own[] = L"localhost";
    const HANDLE forged = (HANDLE)(ULONG_PTR)0x12345;
    const HANDLE server = WTSOpenServerW(other);
    const HANDLE here = WTSOpenServerW(own);
    DWORD count = 77;
    (void)state;
    wide_config.version = 1;
    assert_fails(WTSEnumerateListenersW(forged, NULL, 0, NULL, &count), 6);
    assert_fails(WTSEnumerateListenersW(server, NULL, 0, NULL, &count), 50);
    assert_fails(WTSQueryListenerConfigW(forged, NULL, 0, L"x", &wide_config), 6);
    assert_fails(WTSQueryListenerConfigW(server, NULL, 0, L"x", &wide_config), 50);
    assert_fails(WTSGetListenerSecurityW(forged, NULL, 0, L"x", 4, NULL, 0, &count), 6);
    assert_fails(WTSGetListenerSecurityW(server, NULL, 0, L"x", 4, NULL, 0, &count), 50);
    assert_fails(WTSCreateListenerW(forged, NULL, 0, L"x", &wide_config, 1), 6);
    assert_fails(WTSSetListenerSecurityW(forged, NULL, 0, L"x", 4, descriptor), 6);
    assert_int_equal(count, 77);
    assert_succeeds(WTSEnumerateListenersW(here, NULL, 0, NULL, &count));
    assert_int_equal(count, 0);
    WTSCloseServer(server);
    WTSCloseServer(here);
}

/* That there is the listener makes no difference: nothing here listens. */
static void nothing_is_made_or_changed(void **state)
{
    HKEY key;
    (void)state;
    make_listeners(&key);
    RegCloseKey(key);
    wide_config.version = ansi_config.version = 1;
    assert_fails(WTSCreateListenerW(NULL, NULL, 0, L"new", &wide_config, WTS_LISTENER_CREATE), 50);
    assert_fails(WTSCreateListenerA(NULL, NULL, 0, "RDP-Tcp", &ansi_config, WTS_LISTENER_UPDATE), 50);
    assert_fails(WTSSetListenerSecurityW(NULL, NULL, 0, L"RDP-Tcp", 4, descriptor), 50);
    assert_fails(WTSSetListenerSecurityA(NULL, NULL, 0, "new", 4, descriptor), 50);
    assert_int_equal(RegOpenKeyExW(HKEY_LOCAL_MACHINE, WINSTATIONS L"\\new", 0, KEY_READ, &key),
                     ERROR_FILE_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(without_keys_there_is_none, remove_keys),
        cmocka_unit_test_teardown(names_are_listed_in_both_forms, remove_keys),
        cmocka_unit_test_teardown(a_listener_is_read_in_both_forms, remove_keys),
        cmocka_unit_test_teardown(a_descriptor_is_read_by_its_parts, remove_keys),
        cmocka_unit_test_teardown(what_is_no_descriptor_is_said_to_be_none, remove_keys),
        cmocka_unit_test_teardown(wrong_arguments_come_before_everything_else, remove_keys),
        cmocka_unit_test_teardown(every_export_judges_what_all_have, remove_keys),
        cmocka_unit_test_teardown(other_machines_are_refused, remove_keys),
        cmocka_unit_test_teardown(nothing_is_made_or_changed, remove_keys),
    };
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}
