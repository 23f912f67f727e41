/*
 * What is done by the system's own wtsapi32 where there is one: each export hands over its arguments, result
 * and last error untouched, for this machine only; buffers go back to where they came from; terminate, the
 * process lists and the handles stay ours. Against a double, on a path that only this build of the DLL looks
 * at.
 */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <wtsapi32.h>

#include "double.h"
#include "wts_exports.h"

static const struct {
    const char *name;
    unsigned argument_count;
} exports[] = {
#define ROW(name, argument_count) {#name, argument_count},
    WTS_EXPORTS(ROW)
#undef ROW
};

/* Never handed over. */
static const char *const own[] = {
    "WTSTerminateProcess",
    "WTSEnumerateProcessesA",
    "WTSEnumerateProcessesW",
    "WTSEnumerateProcessesExA",
    "WTSEnumerateProcessesExW",
    "WTSOpenServerA",
    "WTSOpenServerW",
    "WTSOpenServerExA",
    "WTSOpenServerExW",
    "WTSCloseServer",
    "WTSFreeMemory",
    "WTSFreeMemoryExA",
    "WTSFreeMemoryExW",
};

/* Their first argument is a server handle. */
static const char *const with_server[] = {
    "WTSDisconnectSession",
    "WTSEnumerateListenersA",
    "WTSEnumerateListenersW",
    "WTSCreateListenerA",
    "WTSCreateListenerW",
    "WTSEnumerateSessionsA",
    "WTSEnumerateSessionsW",
    "WTSEnumerateSessionsExA",
    "WTSEnumerateSessionsExW",
    "WTSGetListenerSecurityA",
    "WTSGetListenerSecurityW",
    "WTSLogoffSession",
    "WTSQueryListenerConfigA",
    "WTSQueryListenerConfigW",
    "WTSQuerySessionInformationA",
    "WTSQuerySessionInformationW",
    "WTSRegisterSessionNotificationEx",
    "WTSSendMessageA",
    "WTSSendMessageW",
    "WTSSetListenerSecurityA",
    "WTSSetListenerSecurityW",
    "WTSSetSessionInformationA",
    "WTSSetSessionInformationW",
    "WTSShutdownSystem",
    "WTSUnRegisterSessionNotificationEx",
    "WTSVirtualChannelOpen",
    "WTSWaitSystemEvent",
};

#define IS_IN(list, name) is_in(list, ARRAYSIZE(list), name)

static bool is_in(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], name) == 0)
            return true;
    }
    return false;
}

static double_plan_function make_plan;

static const struct double_plan plain = {
    .result = 7, .last_error = 4711, .buffer_index = -1, .count_index = -1};

/* What a function with a BYTE or a USHORT parameter makes of a word that is passed through it. */
static ULONG_PTR narrowed(const char *name, unsigned index, ULONG_PTR value)
{
    if (strncmp(name, "WTSStartRemoteControlSession", 28) == 0 && index >= 2)
        return index == 2 ? (BYTE)value : (USHORT)value;
    return value;
}

static void check_one(const char *name, unsigned argument_count)
{
    static ULONG_PTR memory[DOUBLE_ARGUMENT_CAPACITY][8]; /* what pointers may point to */
    ULONG_PTR arguments[DOUBLE_ARGUMENT_CAPACITY];
    const FARPROC function = GetProcAddress(GetModuleHandleW(L"wtsapi32.dll"), name);
    assert_non_null(function);
    for (unsigned i = 0; i < DOUBLE_ARGUMENT_CAPACITY; i++)
        arguments[i] = 0x1000 + i + (ULONG_PTR)(memory[i][0] = 0);
    if (IS_IN(with_server, name))
        arguments[0] = 0;
    const struct double_call *last = make_plan(&plain);
    SetLastError(POISON);
    const ULONG_PTR result = support_call(function, argument_count, arguments);
    if (GetLastError() != plain.last_error)
        fail_msg("%s: last error %lu", name, GetLastError());
    if (last->name == NULL || strcmp(last->name, name) != 0 || last->call_count != 1)
        fail_msg("%s: %s was called, %u calls", name, last->name, last->call_count);
    if (last->entry_error != POISON)
        fail_msg("%s: the system's function found last error %lu", name, last->entry_error);
    if (strcmp(name, "WTSCloudAuthClose") != 0 && (DWORD)result != plain.result)
        fail_msg("%s: result %lu", name, (DWORD)result);
    for (unsigned i = 0; i < argument_count; i++) {
        if ((DWORD)last->arguments[i] != (DWORD)narrowed(name, i, arguments[i]))
            fail_msg("%s: argument %u is %lx", name, i, (DWORD)last->arguments[i]);
    }
}

/* These give a buffer, so their arguments must be what they say. */
static const char *const with_buffer[] = {
    "WTSEnumerateSessionsA",
    "WTSEnumerateSessionsW",
    "WTSEnumerateSessionsExA",
    "WTSEnumerateSessionsExW",
    "WTSQuerySessionInformationA",
    "WTSQuerySessionInformationW",
    "WTSEnumerateServersA",
    "WTSEnumerateServersW",
    "WTSQueryUserConfigA",
    "WTSQueryUserConfigW",
    "WTSVirtualChannelQuery",
    "WTSCloudAuthGetServerNonce",
    "WTSCloudAuthConvertAssertionToSerializedUserCredential",
    "WTSCloudAuthDuplicateSerializedUserCredential",
};

static void every_export_of_the_session_side_is_handed_over_untouched(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(exports); i++) {
        if (!IS_IN(own, exports[i].name) && !IS_IN(with_buffer, exports[i].name))
            check_one(exports[i].name, exports[i].argument_count);
    }
}

/* A function that gives a buffer through argument `buffer` and a count through `count` (-1: none). */
struct giver {
    const char *name;
    int buffer;
    int count;
    const char *freed_by; /* the system's function that must free it */
    DWORD type_class;     /* of the Ex functions */
};

static const struct giver givers[] = {
    {"WTSEnumerateSessionsA", 3, 4, "WTSFreeMemory", 0},
    {"WTSEnumerateSessionsW", 3, 4, "WTSFreeMemory", 0},
    {"WTSEnumerateSessionsExA", 3, 4, "WTSFreeMemoryExA", WTSTypeSessionInfoLevel1},
    {"WTSEnumerateSessionsExW", 3, 4, "WTSFreeMemoryExW", WTSTypeSessionInfoLevel1},
    {"WTSQuerySessionInformationA", 3, 4, "WTSFreeMemory", 0},
    {"WTSQuerySessionInformationW", 3, 4, "WTSFreeMemory", 0},
    {"WTSEnumerateServersA", 3, 4, "WTSFreeMemory", 0},
    {"WTSEnumerateServersW", 3, 4, "WTSFreeMemory", 0},
    {"WTSQueryUserConfigA", 3, 4, "WTSFreeMemory", 0},
    {"WTSQueryUserConfigW", 3, 4, "WTSFreeMemory", 0},
    {"WTSVirtualChannelQuery", 2, 3, "WTSFreeMemory", 0},
    {"WTSCloudAuthGetServerNonce", 1, -1, "WTSFreeMemoryExW", WTSTypeCloudAuthServerNonce},
    {"WTSCloudAuthConvertAssertionToSerializedUserCredential", 4, -1, "WTSFreeMemoryExW",
     WTSTypeSerializedUserCredential},
    {"WTSCloudAuthDuplicateSerializedUserCredential", 1, -1, "WTSFreeMemoryExW",
     WTSTypeSerializedUserCredential},
};

static unsigned argument_count_of(const char *name)
{
    for (unsigned i = 0; i < ARRAYSIZE(exports); i++) {
        if (strcmp(exports[i].name, name) == 0)
            return exports[i].argument_count;
    }
    fail_msg("%s is no export", name);
    return 0;
}

/* Calls with places for the buffer and the count, and gives what came back. */
static void *get_buffer(const struct giver *giver, const struct double_plan *plan, DWORD *count)
{
    void *buffer = NULL;
    ULONG_PTR arguments[DOUBLE_ARGUMENT_CAPACITY] = {0};
    arguments[giver->buffer] = (ULONG_PTR)&buffer;
    if (giver->count >= 0)
        arguments[giver->count] = (ULONG_PTR)count;
    const struct double_call *last = make_plan(plan);
    SetLastError(POISON);
    const ULONG_PTR result = support_call(GetProcAddress(GetModuleHandleW(L"wtsapi32.dll"), giver->name),
                                          argument_count_of(giver->name), arguments);
    assert_int_equal(GetLastError(), plan->last_error);
    assert_int_equal(last->entry_error, POISON);
    assert_int_equal((DWORD)result, plan->result);
    assert_string_equal(last->name, giver->name);
    assert_int_equal(last->arguments[giver->buffer], (ULONG_PTR)&buffer);
    return buffer;
}

static void buffers_go_back_to_the_dll_they_came_from(void **state)
{
    static char buffer[64];
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(givers); i++) {
        const struct giver *giver = &givers[i];
        const struct double_plan plan = {.result = 1,
                                         .last_error = 4711,
                                         .buffer_index = giver->buffer,
                                         .buffer = buffer,
                                         .count_index = giver->count,
                                         .count = 3};
        DWORD count = 0;
        assert_ptr_equal(get_buffer(giver, &plan, &count), buffer);
        assert_int_equal(count, giver->count >= 0 ? 3 : 0);
        const struct double_call *last = make_plan(&plain);
        SetLastError(POISON);
        WTSFreeMemory(buffer); /* even the wrong one of the two */
        assert_int_equal(GetLastError(), POISON);
        assert_string_equal(last->name, giver->freed_by);
        if (last->argument_count == 3) {
            assert_int_equal((DWORD)last->arguments[0], giver->type_class);
            assert_int_equal(last->arguments[1], (ULONG_PTR)buffer);
            assert_int_equal((DWORD)last->arguments[2], giver->count >= 0 ? 3 : 1);
        } else {
            assert_int_equal(last->arguments[0], (ULONG_PTR)buffer);
        }
    }
}

static void a_buffer_is_given_back_once(void **state)
{
    static char buffer[64];
    const struct double_plan plan = {
        .result = 1, .buffer_index = 3, .buffer = buffer, .count_index = 4, .count = 2};
    DWORD count = 0;
    (void)state;
    get_buffer(&givers[3], &plan, &count);
    const struct double_call *last = make_plan(&plain);
    assert_int_equal(WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, buffer, 2), TRUE);
    assert_string_equal(last->name, "WTSFreeMemoryExW");
    void *ours = LocalAlloc(LMEM_FIXED, 16);
    last = make_plan(&plain);
    WTSFreeMemory(ours);
    WTSFreeMemory(NULL);
    assert_null(last->name);
}

static void what_was_freed_by_localfree_is_forgotten_when_its_place_is_given_again(void **state)
{
    void *buffer = LocalAlloc(LMEM_FIXED, 16); /* the double frees nothing */
    const struct double_plan plan = {
        .result = 1, .buffer_index = 3, .buffer = buffer, .count_index = 4, .count = 2};
    DWORD count = 0;
    (void)state;
    get_buffer(&givers[3], &plan, &count); /* to be freed by the Ex function, but it is not */
    get_buffer(&givers[1], &plan, &count);
    const struct double_call *last = make_plan(&plain);
    WTSFreeMemory(buffer);
    assert_string_equal(last->name, "WTSFreeMemory");
    last = make_plan(&plain);
    WTSFreeMemory(buffer); /* now it is a block of ours */
    assert_null(last->name);
}

static void *next_block;

/* Gives the next allocation of the DLL the address that the test chose, as the heap may. */
static HLOCAL WINAPI allocate_at_the_address(UINT flags, SIZE_T length)
{
    (void)flags;
    memset(next_block, 0, length);
    return next_block;
}

/* Allocates by the DLL what lies at the address of a buffer that the system gave and LocalFree freed. */
static void allocate_in_place_of_the_systems(void *buffer, PWTS_PROCESS_INFOW *processes)
{
    const struct double_plan plan = {
        .result = 1, .buffer_index = 3, .buffer = buffer, .count_index = 4, .count = 2};
    DWORD count = 0;
    get_buffer(&givers[3], &plan, &count); /* to be freed by the Ex function */
    next_block = buffer;
    void *real = support_replace_import("LocalAlloc", allocate_at_the_address);
    assert_non_null(real);
    const BOOL done = WTSEnumerateProcessesW(NULL, 0, 1, processes, &count);
    support_replace_import("LocalAlloc", real);
    assert_true(done);
    assert_ptr_equal(*processes, buffer);
}

static void a_block_of_ours_at_the_address_of_the_systems_is_freed_by_us(void **state)
{
    PWTS_PROCESS_INFOW processes;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        allocate_in_place_of_the_systems(LocalAlloc(LMEM_FIXED, 0x100000), &processes);
        const struct double_call *last = make_plan(&plain);
        if (i == 0)
            WTSFreeMemory(processes);
        else if (i == 1)
            assert_true(WTSFreeMemoryExW(WTSTypeProcessInfoLevel0, processes, 1));
        else
            assert_true(WTSFreeMemoryExA(WTSTypeProcessInfoLevel0, processes, 1));
        if (last->name != NULL)
            fail_msg("%s of the system was given a block of ours", last->name);
    }
}

static void a_failed_call_leaves_nothing_to_free(void **state)
{
    const struct double_plan plan = {.result = 0, .last_error = 5, .buffer_index = -1, .count_index = -1};
    DWORD count = 9;
    (void)state;
    assert_null(get_buffer(&givers[1], &plan, &count));
    assert_int_equal(count, 9);
}

static void what_is_ours_is_not_handed_over(void **state)
{
    PWTS_PROCESS_INFOW processes;
    DWORD count;
    const struct double_call *last = make_plan(&plain);
    (void)state;
    assert_fails(WTSTerminateProcess(NULL, 0, 1), ERROR_INVALID_PARAMETER);
    assert_true(WTSEnumerateProcessesW(NULL, 0, 1, &processes, &count));
    WTSFreeMemory(processes);
    HANDLE server = WTSOpenServerW(NULL);
    assert_non_null(server);
    WTSCloseServer(server);
    assert_null(last->name);
}

static void a_handle_of_this_machine_is_handed_over_as_null(void **state)
{
    WCHAR name[] = L"localhost";
    HANDLE server = WTSOpenServerW(name);
    const struct double_call *last = make_plan(&plain);
    (void)state;
    assert_int_equal(WTSDisconnectSession(server, 77, TRUE), 7);
    assert_string_equal(last->name, "WTSDisconnectSession");
    assert_int_equal(last->arguments[0], 0);
    assert_int_equal((DWORD)last->arguments[1], 77);
    WTSCloseServer(server);
}

static void another_machine_and_no_machine_stay_ours(void **state)
{
    WCHAR name[] = L"no host name\\at all";
    HANDLE server = WTSOpenServerW(name);
    const struct double_call *last = make_plan(&plain);
    (void)state;
    assert_fails(WTSDisconnectSession(server, 77, TRUE), RPC_S_SERVER_UNAVAILABLE);
    WTSCloseServer(server);
    assert_fails(WTSDisconnectSession(server, 77, TRUE), ERROR_INVALID_HANDLE);
    assert_null(last->name);
}

/* With a copy of our own DLL in the system's place: nothing is handed over, or it would never come back. */
static void a_copy_of_ours_is_not_the_systems(void **state)
{
    ULONG session = 5;
    (void)state;
    assert_succeeds(WTSGetChildSessionId(&session));
    assert_int_equal(session, 0xFFFFFFFF);
}

/* Has the DLL look for the system's at `file`, in the folder of this program. */
static void set_system_dll(const WCHAR *file, WCHAR *path)
{
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, file);
    SetEnvironmentVariableW(L"WTSAPI32_TEST_SYSTEM_DLL", path);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_export_of_the_session_side_is_handed_over_untouched),
        cmocka_unit_test(buffers_go_back_to_the_dll_they_came_from),
        cmocka_unit_test(a_buffer_is_given_back_once),
        cmocka_unit_test(what_was_freed_by_localfree_is_forgotten_when_its_place_is_given_again),
        cmocka_unit_test(a_block_of_ours_at_the_address_of_the_systems_is_freed_by_us),
        cmocka_unit_test(a_failed_call_leaves_nothing_to_free),
        cmocka_unit_test(what_is_ours_is_not_handed_over),
        cmocka_unit_test(a_handle_of_this_machine_is_handed_over_as_null),
        cmocka_unit_test(another_machine_and_no_machine_stay_ours),
    };
    const HMODULE ours = LoadLibraryW(L"wtsapi32.dll");
    WCHAR path[MAX_PATH];
    const struct CMUnitTest tests_of_a_copy[] = {cmocka_unit_test(a_copy_of_ours_is_not_the_systems)};
    assert_non_null(ours);
    if (count == 2 && strcmp(words[1], "copy") == 0) {
        set_system_dll(L"copy_of_ours.dll", path);
        assert_non_null(LoadLibraryW(path));
        return cmocka_run_group_tests(tests_of_a_copy, support_check_dll, support_check_heap);
    }
    set_system_dll(L"system_double.dll", path);
    make_plan = (double_plan_function)(void *)GetProcAddress(LoadLibraryW(path), "double_make_plan");
    assert_non_null(make_plan);
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}
