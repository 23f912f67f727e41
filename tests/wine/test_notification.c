/*
 * WTSRegisterSessionNotification and its kin on this machine: docs/contract.md#notifications. Changes of
 * sessions are made by another picture of the process list, which a waiter of WTSWaitSystemEvent looks at.
 * Wrong arguments, and that registrations are counted, are cases of tests/conformance.
 */
#include "session_support.h"
#include "sessions_double.h"

#include <wtsapi32.h>

#include <stdio.h>
#include <stdlib.h>
#include <wctype.h>

enum { SESSION = 4711, THREADS = 64, MESSAGE_SENT = 21 };

static HWND make_window(HWND parent)
{
    const HWND window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 1, 1, parent, NULL, NULL, NULL);
    assert_non_null(window);
    return window;
}

static HANDLE open_this(void)
{
    WCHAR name[] = L"localhost";
    const HANDLE server = WTSOpenServerW(name);
    assert_non_null(server);
    return server;
}

/* The messages about sessions that `window` got, as text: "10 4711, 11 4711". */
static const char *messages_of(HWND window)
{
    static char text[256];
    MSG message;
    size_t length = 0;
    text[0] = '\0';
    while (PeekMessageW(&message, window, WM_WTSSESSION_CHANGE, WM_WTSSESSION_CHANGE, PM_REMOVE))
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%u %u", length > 0 ? ", " : "",
                                   (unsigned)message.wParam, (unsigned)message.lParam);
    return text;
}

static DWORD ids[1];

/* Makes session `to` appear in the place of another, and returns when it was seen. */
static void change_sessions(DWORD to)
{
    DWORD events = 0;
    InterlockedExchange((LONG *)&ids[0], (LONG)to);
    assert_true(WTSWaitSystemEvent(NULL, WTS_EVENT_CREATE | WTS_EVENT_DELETE, &events));
    assert_true(events != 0);
}

/* Lets SESSION appear after the DLL has seen that it is not there. */
static DWORD WINAPI appear(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < PATIENCE_MS && *(volatile unsigned *)&sessions_double_lists == 0; i++)
        Sleep(1);
    InterlockedExchange((LONG *)&ids[0], SESSION);
    return 0;
}

/* Puts the double in place, and returns when SESSION was seen to come. */
static int begin(void **state)
{
    DWORD own;
    DWORD events;
    (void)state;
    if (!ProcessIdToSessionId(GetCurrentProcessId(), &own))
        return -1;
    ids[0] = own;
    sessions_double_spread(ids, 1);
    const HANDLE thread = CreateThread(NULL, 0, appear, NULL, 0, NULL);
    const BOOL is_seen = WTSWaitSystemEvent(NULL, WTS_EVENT_CREATE, &events);
    const BOOL has_ended = WaitForSingleObject(thread, PATIENCE_MS) == WAIT_OBJECT_0;
    CloseHandle(thread);
    return has_ended && is_seen && events == WTS_EVENT_CREATE ? 0 : -1;
}

static void windows_are_told_of_the_sessions_they_asked_for(void **state)
{
    const HWND all = make_window(NULL);
    const HWND only_messages = make_window(HWND_MESSAGE);
    const HWND this_session = make_window(NULL);
    const HWND first_flags_count = make_window(NULL);
    const HWND none = make_window(NULL);
    (void)state;
    assert_true(WTSRegisterSessionNotification(all, NOTIFY_FOR_ALL_SESSIONS));
    assert_true(WTSRegisterSessionNotification(all, NOTIFY_FOR_ALL_SESSIONS));
    assert_true(WTSRegisterSessionNotification(only_messages, NOTIFY_FOR_ALL_SESSIONS));
    assert_true(WTSRegisterSessionNotification(this_session, NOTIFY_FOR_THIS_SESSION));
    assert_true(WTSRegisterSessionNotification(first_flags_count, NOTIFY_FOR_THIS_SESSION));
    assert_true(WTSRegisterSessionNotification(first_flags_count, NOTIFY_FOR_ALL_SESSIONS));
    assert_true(WTSRegisterSessionNotification(none, NOTIFY_FOR_ALL_SESSIONS));
    assert_true(WTSUnRegisterSessionNotification(none));
    change_sessions(SESSION + 1);
    assert_string_equal(messages_of(all), "10 4712, 11 4711");
    assert_string_equal(messages_of(only_messages), "10 4712, 11 4711");
    assert_string_equal(messages_of(this_session), "");
    assert_string_equal(messages_of(first_flags_count), "");
    assert_string_equal(messages_of(none), "");
    /* Taken back once of twice: still told. */
    assert_true(WTSUnRegisterSessionNotification(all));
    change_sessions(SESSION);
    assert_string_equal(messages_of(all), "10 4711, 11 4712");
    DestroyWindow(all);
    DestroyWindow(only_messages);
    DestroyWindow(this_session);
    DestroyWindow(first_flags_count);
    DestroyWindow(none);
}

static void this_session_is_the_windows_own(void **state)
{
    const HWND window = make_window(NULL);
    DWORD own;
    (void)state;
    assert_true(ProcessIdToSessionId(GetCurrentProcessId(), &own));
    sessions_double_place(own, SESSION); /* as if this process were there */
    assert_true(WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION));
    sessions_double_place(own, own);
    change_sessions(SESSION + 1);
    assert_string_equal(messages_of(window), "11 4711");
    DestroyWindow(window);
}

static void a_window_that_is_gone_is_no_longer_registered(void **state)
{
    const HWND window = make_window(NULL);
    (void)state;
    assert_true(WTSRegisterSessionNotification(window, NOTIFY_FOR_ALL_SESSIONS));
    assert_true(WTSRegisterSessionNotification(window, NOTIFY_FOR_ALL_SESSIONS));
    DestroyWindow(window);
    assert_fails(WTSUnRegisterSessionNotification(window), ERROR_INVALID_WINDOW_HANDLE);
    change_sessions(SESSION + 1); /* posts to nobody */
    assert_fails(WTSRegisterSessionNotification(window, NOTIFY_FOR_ALL_SESSIONS),
                 ERROR_INVALID_WINDOW_HANDLE);
}

/* A child process registers our window and sees a session come. */
static void a_window_of_another_process_is_told(void **state)
{
    const HWND window = make_window(NULL);
    wchar_t mode[64];
    (void)state;
    swprintf(mode, ARRAYSIZE(mode), L"%llu", (unsigned long long)(ULONG_PTR)window);
    PROCESS_INFORMATION child = support_start_child(mode, 0);
    assert_int_equal(support_wait(child.hProcess), MESSAGE_SENT);
    support_close_child(&child);
    assert_string_equal(messages_of(window), "10 4711");
    /* It was the child's registration, and ended with it. */
    assert_fails(WTSUnRegisterSessionNotification(window), ERROR_INVALID_PARAMETER);
    DestroyWindow(window);
}

static DWORD WINAPI come_and_go(void *argument)
{
    const HWND window = make_window(HWND_MESSAGE);
    BOOL good = TRUE;
    for (int i = 0; i < 200 && good; i++)
        good = WTSRegisterSessionNotification(window, NOTIFY_FOR_ALL_SESSIONS) &&
               WTSRegisterSessionNotificationEx(argument, window, NOTIFY_FOR_ALL_SESSIONS) &&
               WTSUnRegisterSessionNotification(window) &&
               WTSUnRegisterSessionNotificationEx(argument, window);
    SetLastError(POISON);
    good = good && !WTSUnRegisterSessionNotification(window) && GetLastError() == ERROR_INVALID_PARAMETER;
    DestroyWindow(window);
    return good ? 1 : 0;
}

static void threads_come_and_go_at_once(void **state)
{
    HANDLE threads[THREADS];
    const HANDLE server = open_this();
    (void)state;
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = CreateThread(NULL, 0, come_and_go, server, 0, NULL);
    assert_int_equal(WaitForMultipleObjects(THREADS, threads, TRUE, PATIENCE_MS), WAIT_OBJECT_0);
    for (unsigned i = 0; i < THREADS; i++) {
        DWORD good = 0;
        assert_true(GetExitCodeThread(threads[i], &good));
        assert_int_equal(good, 1);
        CloseHandle(threads[i]);
    }
    WTSCloseServer(server);
}

static void *no_memory(void *memory, size_t length)
{
    (void)memory;
    (void)length;
    return NULL;
}

static void without_memory_nothing_is_registered(void **state)
{
    enum { COUNT = 2 * THREADS + 1 }; /* more than there can be room for by now */
    static HWND windows[COUNT];
    unsigned failures = 0;
    (void)state;
    for (unsigned i = 0; i < COUNT; i++)
        windows[i] = make_window(HWND_MESSAGE);
    sessions_double_replace("realloc", (void *)(ULONG_PTR)no_memory);
    for (unsigned i = 0; i < COUNT; i++) {
        SetLastError(POISON);
        if (WTSRegisterSessionNotification(windows[i], NOTIFY_FOR_ALL_SESSIONS))
            continue;
        assert_int_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
        assert_fails(WTSUnRegisterSessionNotification(windows[i]), ERROR_INVALID_PARAMETER);
        failures++;
    }
    assert_true(failures > 0);
    for (unsigned i = 0; i < COUNT; i++)
        DestroyWindow(windows[i]);
}

/* The DLL under another name, because the one that this program is linked with never leaves. */
static void unloading_with_registrations_leaves_nothing(void **state)
{
    wchar_t path[MAX_PATH];
    wchar_t copy[MAX_PATH + 32];
    const HWND window = make_window(NULL);
    (void)state;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    wcscpy(wcsrchr(path, L'\\') + 1, L"wtsapi32.dll");
    swprintf(copy, ARRAYSIZE(copy), L"%ls.%lu.copy.dll", path, GetCurrentProcessId());
    assert_true(CopyFileW(path, copy, FALSE));
    for (int i = 0; i < 50; i++) {
        const HMODULE dll = LoadLibraryW(copy);
        assert_non_null(dll);
        __typeof__(&WTSRegisterSessionNotification) enter =
            (__typeof__(&WTSRegisterSessionNotification))(void *)GetProcAddress(
                dll, "WTSRegisterSessionNotification");
        __typeof__(&WTSUnRegisterSessionNotification) leave =
            (__typeof__(&WTSUnRegisterSessionNotification))(void *)GetProcAddress(
                dll, "WTSUnRegisterSessionNotification");
        SetLastError(POISON);
        assert_false(leave(window)); /* a fresh one knows nothing of the last */
        assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
        assert_true(enter(window, NOTIFY_FOR_ALL_SESSIONS));
        assert_true(FreeLibrary(dll));
        /* The thread that finds no wts-session ends. */
        for (unsigned ms = 0; ms < PATIENCE_MS && GetModuleHandleW(copy) != NULL; ms++)
            Sleep(1);
        assert_null(GetModuleHandleW(copy));
    }
    assert_true(DeleteFileW(copy));
    DestroyWindow(window);
}

/* ---- child "posting": a look is possible while changes are published ---- */

static BOOL(WINAPI *real_post)(HWND, UINT, WPARAM, LPARAM);
static bool has_waited;

static DWORD WINAPI wait_at(void *server)
{
    DWORD events;
    return WTSWaitSystemEvent(server, WTS_EVENT_RENAME, &events) ? 1 : 0;
}

/* While the DLL posts, another thread looks at the sessions and waits: only one who waits ends by a flush. */
static BOOL WINAPI post_while_another_waits(HWND window, UINT message, WPARAM parameter, LPARAM session)
{
    const HANDLE server = open_this();
    DWORD events;
    DWORD ended = WAIT_TIMEOUT;
    const HANDLE thread = CreateThread(NULL, 0, wait_at, server, 0, NULL);
    for (unsigned i = 0; i < PATIENCE_MS / 10 && ended != WAIT_OBJECT_0; i++) {
        WTSWaitSystemEvent(server, WTS_EVENT_FLUSH, &events);
        ended = WaitForSingleObject(thread, 10);
    }
    has_waited = ended == WAIT_OBJECT_0;
    CloseHandle(thread);
    return real_post(window, message, parameter, session);
}

static void nothing_is_locked_while_changes_are_published(void **state)
{
    const HWND window = make_window(NULL);
    real_post = PostMessageW;
    sessions_double_bind("PostMessageW", (void *)(ULONG_PTR)post_while_another_waits);
    assert_true(WTSRegisterSessionNotification(window, NOTIFY_FOR_ALL_SESSIONS));
    assert_int_equal(begin(state), 0);
    assert_string_equal(messages_of(window), "10 4711");
    assert_true(has_waited);
    DestroyWindow(window);
}

static const struct CMUnitTest posting[] = {cmocka_unit_test(nothing_is_locked_while_changes_are_published)};
static const struct child children[] = {CHILD(posting, support_check_dll)};

static void what_is_bound_once_in_a_process(void **state)
{
    (void)state;
    check_children(children, ARRAYSIZE(children));
}

static int run_window_child(const wchar_t *mode)
{
    const HWND window = (HWND)(ULONG_PTR)_wcstoui64(mode, NULL, 10);
    if (!WTSRegisterSessionNotification(window, NOTIFY_FOR_ALL_SESSIONS) || begin(NULL) != 0)
        return 1;
    return MESSAGE_SENT;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(windows_are_told_of_the_sessions_they_asked_for, begin,
                                        sessions_double_check),
        cmocka_unit_test_setup_teardown(this_session_is_the_windows_own, begin, sessions_double_check),
        cmocka_unit_test_setup_teardown(a_window_that_is_gone_is_no_longer_registered, begin,
                                        sessions_double_check),
        cmocka_unit_test(a_window_of_another_process_is_told),
        cmocka_unit_test(what_is_bound_once_in_a_process),
        cmocka_unit_test(threads_come_and_go_at_once),
        cmocka_unit_test_teardown(without_memory_nothing_is_registered, sessions_double_check),
        cmocka_unit_test(unloading_with_registrations_leaves_nothing),
    };
    const wchar_t *mode = support_child_mode();
    if (mode != NULL)
        return iswdigit(mode[0]) ? run_window_child(mode) : run_child(children, ARRAYSIZE(children), mode);
    return cmocka_run_group_tests(tests, support_check_dll, support_check_heap);
}
