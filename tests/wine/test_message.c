/*
 * WTSSendMessageA/W in a prefix whose desktop nobody sees: arguments, sessions, refusals. Then with doubles
 * of what the DLL has from the system, each in a process of its own: what a box is given, and the failures on
 * the way to it. Boxes that wts-message.exe shows are in test_message_program.c; what a person sees is in
 * tests/desktop.
 */
#include "session_support.h"
#include "sessions_double.h"

#include <wtsapi32.h>

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define UNTOUCHED 77U
#define LONG_BYTES 20000U /* of a text: no length is too long for an argument */
#define FAILURE 4711U     /* the error of failing doubles */

static DWORD response;

static BOOL send_wide(DWORD session, DWORD style, DWORD timeout, BOOL waits)
{
    wchar_t title[] = L"title";
    wchar_t text[] = L"text";
    response = UNTOUCHED;
    return WTSSendMessageW(WTS_CURRENT_SERVER_HANDLE, session, title, sizeof title, text, sizeof text, style,
                           timeout, &response, waits);
}

static BOOL send_ansi(DWORD session, DWORD style, DWORD timeout, BOOL waits)
{
    char title[] = "title";
    char text[] = "text";
    response = UNTOUCHED;
    return WTSSendMessageA(WTS_CURRENT_SERVER_HANDLE, session, title, sizeof title, text, sizeof text, style,
                           timeout, &response, waits);
}

/* Both forms fail with `error` and leave the answer alone. */
static void check_refused(DWORD session, BOOL waits, DWORD error)
{
    assert_fails(send_wide(session, MB_OK, 0, waits), error);
    assert_int_equal(response, UNTOUCHED);
    assert_fails(send_ansi(session, MB_OK, 0, waits), error);
    assert_int_equal(response, UNTOUCHED);
}

static void wrong_arguments_come_before_the_handle(void **state)
{
    const HANDLE servers[] = {NULL, (HANDLE)4};
    static wchar_t wide[2];
    static char ansi[2];
    (void)state;
    response = UNTOUCHED;
    for (unsigned i = 0; i < ARRAYSIZE(servers); i++) {
        const HANDLE server = servers[i];
        assert_fails(WTSSendMessageW(server, 1, wide, 2, wide, 2, 0, 0, NULL, TRUE), 87);
        assert_fails(WTSSendMessageA(server, 1, ansi, 2, ansi, 2, 0, 0, NULL, TRUE), 87);
        assert_fails(WTSSendMessageW(server, 1, NULL, 2, wide, 2, 0, 0, &response, TRUE), 87);
        assert_fails(WTSSendMessageW(server, 1, wide, 2, NULL, 2, 0, 0, &response, TRUE), 87);
        assert_fails(WTSSendMessageA(server, 1, NULL, 1, ansi, 2, 0, 0, &response, TRUE), 87);
        assert_fails(WTSSendMessageA(server, 1, ansi, 2, NULL, 1, 0, 0, &response, TRUE), 87);
    }
    assert_int_equal(response, UNTOUCHED);
}

static void a_handle_that_is_none_comes_before_the_session(void **state)
{
    wchar_t wide[] = L"x";
    char ansi[] = "x";
    (void)state;
    response = UNTOUCHED;
    assert_fails(WTSSendMessageW((HANDLE)4, 4242, wide, 2, wide, 2, 0, 0, &response, TRUE), 6);
    assert_fails(WTSSendMessageA(INVALID_HANDLE_VALUE, 4242, ansi, 1, ansi, 1, 0, 0, &response, TRUE), 6);
    assert_int_equal(response, UNTOUCHED);
}

static void an_unknown_session_is_not_found(void **state)
{
    (void)state;
    for (BOOL waits = FALSE; waits <= TRUE; waits++) {
        check_refused(4242, waits, ERROR_CTX_WINSTATION_NOT_FOUND);
        check_refused(WTS_ANY_SESSION, waits, ERROR_CTX_WINSTATION_NOT_FOUND);
    }
}

static void a_session_without_a_desktop_of_ours_shows_nothing(void **state)
{
    static const DWORD others[] = {5};
    (void)state;
    check_refused(0, TRUE, ERROR_NOT_SUPPORTED);
    check_refused(0, FALSE, ERROR_NOT_SUPPORTED);
    sessions_double_spread(others, ARRAYSIZE(others));
    check_refused(5, TRUE, ERROR_NOT_SUPPORTED);
    sessions_double_remove();
}

static void a_desktop_that_nobody_sees_shows_nothing(void **state)
{
    (void)state;
    check_refused(WTS_CURRENT_SESSION, TRUE, ERROR_NOT_SUPPORTED);
    check_refused(WTS_CURRENT_SESSION, FALSE, ERROR_NOT_SUPPORTED); /* so says the program, too */
}

static void a_list_of_processes_that_fails_is_told(void **state)
{
    (void)state;
    sessions_double_allocate(0);
    const BOOL sent = send_wide(4242, MB_OK, 0, TRUE);
    const DWORD error = GetLastError();
    const int leaks = sessions_double_leaks();
    sessions_double_remove();
    assert_false(sent);
    assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
    assert_int_equal(leaks, 0);
}

/* ---- doubles ---- */

static HANDLE WINAPI no_property(HWND window, LPCWSTR name)
{
    return NULL;
}

static struct {
    wchar_t title[LONG_BYTES + 1];
    wchar_t text[LONG_BYTES + 1];
    UINT style;
    HWND owner;
    DWORD thread;
} box;
static int box_result;

static int WINAPI double_box(HWND owner, LPCWSTR text, LPCWSTR title, UINT style)
{
    wcscpy(box.title, title);
    wcscpy(box.text, text);
    box.style = style;
    box.owner = owner;
    box.thread = GetCurrentThreadId();
    return box_result;
}

static HWND WINAPI no_window(DWORD extended, LPCWSTR class, LPCWSTR name, DWORD style, int x, int y,
                             int width, int height, HWND parent, HMENU menu, HINSTANCE instance,
                             LPVOID parameter)
{
    return NULL;
}

/* ---- a box that is a double: what it is given, and what becomes of its answer ---- */

static int bind_box(void **state)
{
    sessions_double_bind("GetPropW", no_property);
    sessions_double_bind("MessageBoxW", double_box);
    return support_check_dll(state);
}

static void the_box_gets_the_bytes_as_characters(void **state)
{
    wchar_t wide[] = L"one two three";
    char ansi[] = "\xE9ins zwei";
    (void)state;
    box_result = IDYES;
    assert_succeeds(WTSSendMessageW(NULL, WTS_CURRENT_SESSION, wide, 7 * 2, wide + 4, 9 * 2 + 1, MB_YESNO, 0,
                                    &response, TRUE));
    assert_int_equal(response, IDYES);
    assert_int_equal(wcscmp(box.title, L"one two"), 0);
    assert_int_equal(wcscmp(box.text, L"two three"), 0);
    assert_int_equal(box.style, MB_YESNO);
    assert_null(box.owner);
    assert_int_not_equal(box.thread, GetCurrentThreadId());
    assert_succeeds(
        WTSSendMessageA(NULL, WTS_CURRENT_SESSION, ansi, 4, ansi + 5, 2, MB_OK, 0, &response, TRUE));
    assert_int_equal(wcslen(box.title), 4);
    assert_int_equal(wcscmp(box.title + 1, L"ins"), 0);
    if (GetACP() == 1252)
        assert_int_equal(box.title[0], 0xE9);
    assert_int_equal(wcscmp(box.text, L"zw"), 0);
}

static void no_text_is_an_empty_one(void **state)
{
    wchar_t wide[] = L"x";
    (void)state;
    memset(&box, 'x', sizeof box);
    assert_succeeds(WTSSendMessageW(NULL, WTS_CURRENT_SESSION, NULL, 0, NULL, 0, 0, 0, &response, TRUE));
    assert_int_equal(box.title[0], 0);
    assert_int_equal(box.text[0], 0);
    memset(&box, 'x', sizeof box);
    assert_succeeds(WTSSendMessageA(NULL, WTS_CURRENT_SESSION, NULL, 0, NULL, 0, 0, 0, &response, TRUE));
    assert_int_equal(box.title[0], 0);
    assert_int_equal(box.text[0], 0);
    assert_succeeds(WTSSendMessageW(NULL, WTS_CURRENT_SESSION, wide, 0, wide, 1, 0, 0, &response, TRUE));
    assert_int_equal(box.title[0], 0);
    assert_int_equal(box.text[0], 0);
}

static void long_texts_are_shown_whole(void **state)
{
    static wchar_t wide[LONG_BYTES / sizeof(wchar_t)];
    static char ansi[LONG_BYTES];
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(wide); i++)
        wide[i] = L'w';
    memset(ansi, 'a', sizeof ansi);
    assert_succeeds(WTSSendMessageW(NULL, WTS_CURRENT_SESSION, wide, sizeof wide, wide, sizeof wide, 0, 0,
                                    &response, TRUE));
    assert_int_equal(wcslen(box.title), ARRAYSIZE(wide));
    assert_int_equal(wcslen(box.text), ARRAYSIZE(wide));
    assert_succeeds(WTSSendMessageA(NULL, WTS_CURRENT_SESSION, ansi, sizeof ansi, ansi, sizeof ansi, 0, 0,
                                    &response, TRUE));
    assert_int_equal(wcslen(box.title), sizeof ansi);
    assert_int_equal(wcslen(box.text), sizeof ansi);
}

static void styles_of_other_processes_boxes_are_left_out(void **state)
{
    (void)state;
    assert_succeeds(send_wide(WTS_CURRENT_SESSION,
                              MB_SERVICE_NOTIFICATION | MB_DEFAULT_DESKTOP_ONLY | MB_ICONERROR | MB_TOPMOST,
                              0, TRUE));
    assert_int_equal(box.style, MB_ICONERROR | MB_TOPMOST);
}

static void a_message_to_another_session_shows_no_box(void **state)
{
    static const DWORD others[] = {5};
    (void)state;
    box.thread = 0;
    sessions_double_spread(others, ARRAYSIZE(others));
    check_refused(5, TRUE, ERROR_NOT_SUPPORTED);
    check_refused(0, TRUE, ERROR_NOT_SUPPORTED);
    check_refused(4242, TRUE, ERROR_CTX_WINSTATION_NOT_FOUND);
    sessions_double_remove();
    assert_int_equal(box.thread, 0);
}

static void a_box_that_fails_was_not_shown(void **state)
{
    (void)state;
    box_result = 0;
    check_refused(WTS_CURRENT_SESSION, TRUE, ERROR_NOT_SUPPORTED);
    box_result = -1; /* Wine's, without a driver */
    check_refused(WTS_CURRENT_SESSION, TRUE, ERROR_NOT_SUPPORTED);
    box_result = IDOK;
}

static HANDLE WINAPI no_thread(SECURITY_ATTRIBUTES *attributes, SIZE_T stack, LPTHREAD_START_ROUTINE start,
                               void *argument, DWORD flags, DWORD *id)
{
    SetLastError(FAILURE);
    return NULL;
}

static BOOL WINAPI no_module(DWORD flags, LPCWSTR name, HMODULE *module)
{
    SetLastError(FAILURE);
    return FALSE;
}

/* Sends with an import replaced; the failure leaks nothing. */
static void check_failing(const char *import, void *replacement, BOOL waits, DWORD error)
{
    const HANDLE before = support_next_handle();
    void *real = support_replace_import(import, replacement);
    assert_non_null(real);
    SetLastError(POISON);
    const BOOL sent = send_wide(WTS_CURRENT_SESSION, MB_OK, 0, waits);
    const DWORD got = GetLastError();
    support_replace_import(import, real);
    if (sent || got != error || response != UNTOUCHED)
        fail_msg("%s: result %d, error %lu, response %lu", import, sent, got, response);
    if (support_next_handle() != before)
        fail_msg("%s: a handle is left open", import);
}

static void without_a_thread_there_is_no_box(void **state)
{
    (void)state;
    check_failing("CreateThread", no_thread, TRUE, FAILURE);
    check_failing("GetModuleHandleExW", no_module, TRUE, FAILURE);
}

static void without_memory_there_is_no_box(void **state)
{
    (void)state;
    for (unsigned count = 0;; count++) {
        sessions_double_allocate(count);
        const BOOL sent = send_wide(WTS_CURRENT_SESSION, MB_OK, 0, TRUE);
        const DWORD error = GetLastError();
        const int leaks = sessions_double_leaks();
        const bool has_failed = sessions_double_has_failed();
        sessions_double_remove();
        assert_int_equal(leaks, 0);
        assert_int_equal(sent, !has_failed);
        if (sent)
            break;
        assert_int_equal(error, ERROR_NOT_ENOUGH_MEMORY);
    }
}

static void a_shown_box_leaves_nothing_open(void **state)
{
    (void)state;
    assert_succeeds(send_wide(WTS_CURRENT_SESSION, MB_OK, 0, TRUE));
    const HANDLE before = support_next_handle();
    assert_succeeds(send_ansi(WTS_CURRENT_SESSION, MB_OK, 0, TRUE));
    assert_ptr_equal(support_next_handle(), before);
}

/* ---- the system's own box, on the desktop that nobody sees ---- */

static int bind_display(void **state)
{
    sessions_double_bind("GetPropW", no_property);
    return support_check_dll(state);
}

static void time_ends_a_box(void **state)
{
    (void)state;
    assert_succeeds(send_wide(WTS_CURRENT_SESSION, MB_YESNOCANCEL, 1, TRUE));
    assert_int_equal(response, IDTIMEOUT);
    assert_succeeds(send_ansi(WTS_CURRENT_SESSION, MB_ABORTRETRYIGNORE, 1, TRUE));
    assert_int_equal(response, IDTIMEOUT);
}

/* The box `title` of this program: others may show theirs on the same desktop. */
static HWND find_box(const wchar_t *title)
{
    HWND window = NULL;
    DWORD process_id;
    do {
        window = FindWindowExW(NULL, window, L"#32770", title);
        process_id = 0;
        GetWindowThreadProcessId(window, &process_id);
    } while (window != NULL && process_id != GetCurrentProcessId());
    return window;
}

/* Presses "No" of the box `title`, when it is there. */
static DWORD WINAPI press_no(void *title)
{
    for (unsigned i = 0; i < PATIENCE_MS / 10; i++) {
        const HWND window = find_box(title);
        if (window != NULL && IsWindowVisible(window)) {
            PostMessageW(window, WM_COMMAND, MAKEWPARAM(IDNO, BN_CLICKED), (LPARAM)GetDlgItem(window, IDNO));
            return 0;
        }
        Sleep(10);
    }
    return 1;
}

static void a_press_of_a_button_is_the_answer(void **state)
{
    static wchar_t title[] = L"title";
    DWORD code;
    (void)state;
    const HANDLE person = CreateThread(NULL, 0, press_no, title, 0, NULL);
    assert_succeeds(send_wide(WTS_CURRENT_SESSION, MB_YESNO, 0xFFFFFFFF, TRUE));
    assert_int_equal(response, IDNO);
    assert_int_equal(WaitForSingleObject(person, PATIENCE_MS), WAIT_OBJECT_0);
    GetExitCodeThread(person, &code);
    CloseHandle(person);
    assert_int_equal(code, 0);
}

static DWORD WINAPI send_late(void *answer)
{
    wchar_t title[] = L"other";
    WTSSendMessageW(NULL, WTS_CURRENT_SESSION, title, sizeof title, title, sizeof title, MB_OK, 1, answer,
                    TRUE);
    return 0;
}

static void boxes_of_two_threads_have_clocks_of_their_own(void **state)
{
    static wchar_t title[] = L"title";
    DWORD late = 0;
    (void)state;
    const HANDLE other = CreateThread(NULL, 0, send_late, &late, 0, NULL);
    const HANDLE person = CreateThread(NULL, 0, press_no, title, 0, NULL);
    assert_succeeds(send_wide(WTS_CURRENT_SESSION, MB_YESNO, 0, TRUE));
    assert_int_equal(response, IDNO);
    assert_int_equal(WaitForSingleObject(other, PATIENCE_MS), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(person, PATIENCE_MS), WAIT_OBJECT_0);
    CloseHandle(other);
    CloseHandle(person);
    assert_int_equal(late, IDTIMEOUT);
}

/* ---- where user32 lacks something ---- */

static int bind_no_clock(void **state)
{
    sessions_double_bind("CreateWindowExW", no_window);
    return bind_box(state);
}

static int bind_no_box(void **state)
{
    sessions_double_bind("MessageBoxW", NULL);
    return support_check_dll(state);
}

static void nothing_is_shown(void **state)
{
    (void)state;
    box.thread = 0;
    check_refused(WTS_CURRENT_SESSION, TRUE, ERROR_NOT_SUPPORTED);
    assert_int_equal(box.thread, 0);
}

#define CASE(test) cmocka_unit_test_teardown(test, support_check_heap)

static const struct CMUnitTest given[] = {
    CASE(the_box_gets_the_bytes_as_characters),
    CASE(no_text_is_an_empty_one),
    CASE(long_texts_are_shown_whole),
    CASE(styles_of_other_processes_boxes_are_left_out),
    CASE(a_message_to_another_session_shows_no_box),
    CASE(a_box_that_fails_was_not_shown),
    CASE(without_a_thread_there_is_no_box),
    CASE(without_memory_there_is_no_box),
    CASE(a_shown_box_leaves_nothing_open),
};
static const struct CMUnitTest real[] = {
    CASE(time_ends_a_box),
    CASE(a_press_of_a_button_is_the_answer),
    CASE(boxes_of_two_threads_have_clocks_of_their_own),
};
static const struct CMUnitTest no_clock[] = {CASE(nothing_is_shown)};
static const struct CMUnitTest no_box[] = {CASE(nothing_is_shown)};

static const struct child children[] = {CHILD(given, bind_box), CHILD(real, bind_display),
                                        CHILD(no_clock, bind_no_clock), CHILD(no_box, bind_no_box)};

static void boxes_with_doubles(void **state)
{
    (void)state;
    check_children(children, ARRAYSIZE(children));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(wrong_arguments_come_before_the_handle),
        CASE(a_handle_that_is_none_comes_before_the_session),
        CASE(an_unknown_session_is_not_found),
        cmocka_unit_test_teardown(a_session_without_a_desktop_of_ours_shows_nothing, sessions_double_check),
        CASE(a_desktop_that_nobody_sees_shows_nothing),
        cmocka_unit_test_teardown(a_list_of_processes_that_fails_is_told, sessions_double_check),
        cmocka_unit_test(boxes_with_doubles),
    };
    const wchar_t *mode = support_child_mode();
    if (mode != NULL)
        return run_child(children, ARRAYSIZE(children), mode);
    return cmocka_run_group_tests(tests, support_check_dll, NULL);
}
