/*
 * What the tests of sessions share; see session_support.h.
 */
#include "session_support.h"

#include <string.h>
#include <wchar.h>

static void *const untouched = (void *)(ULONG_PTR)0x11111111;

void *ask_w(DWORD session, WTS_INFO_CLASS class, DWORD length)
{
    LPWSTR block = NULL;
    DWORD bytes = 0;
    assert_succeeds(WTSQuerySessionInformationW(NULL, session, class, &block, &bytes));
    if (length != 0)
        assert_int_equal(bytes, length);
    assert_true(LocalSize(block) >= bytes);
    return block;
}

void *ask_a(DWORD session, WTS_INFO_CLASS class, DWORD length)
{
    LPSTR block = NULL;
    DWORD bytes = 0;
    assert_succeeds(WTSQuerySessionInformationA(NULL, session, class, &block, &bytes));
    if (length != 0)
        assert_int_equal(bytes, length);
    assert_true(LocalSize(block) >= bytes);
    return block;
}

void check_text(DWORD session, WTS_INFO_CLASS class, const wchar_t *text)
{
    char ansi[512];
    const DWORD length = (DWORD)wcslen(text);
    const int ansi_length = WideCharToMultiByte(CP_ACP, 0, text, -1, ansi, sizeof ansi, NULL, NULL);
    wchar_t *wide_block = ask_w(session, class, (length + 1) * sizeof(wchar_t));
    char *ansi_block = ask_a(session, class, (DWORD)ansi_length);
    assert_int_equal(_wcsicmp(wide_block, text), 0); /* Windows changes the case of user names */
    assert_int_equal(_stricmp(ansi_block, ansi), 0);
    WTSFreeMemory(wide_block);
    WTSFreeMemory(ansi_block);
}

void check_number(DWORD session, WTS_INFO_CLASS class, DWORD number, DWORD length)
{
    void *wide_block = ask_w(session, class, length);
    void *ansi_block = ask_a(session, class, length);
    assert_memory_equal(wide_block, &number, length);
    assert_memory_equal(ansi_block, &number, length);
    WTSFreeMemory(wide_block);
    WTSFreeMemory(ansi_block);
}

void check_failure(HANDLE server, DWORD session, int class, DWORD error)
{
    LPWSTR wide = untouched;
    LPSTR ansi = untouched;
    DWORD bytes = 77;
    assert_fails(WTSQuerySessionInformationW(server, session, (WTS_INFO_CLASS) class, &wide, &bytes), error);
    assert_fails(WTSQuerySessionInformationA(server, session, (WTS_INFO_CLASS) class, &ansi, &bytes), error);
    assert_ptr_equal(wide, untouched);
    assert_ptr_equal(ansi, untouched);
    assert_int_equal(bytes, 77);
}

DWORD own_session(void)
{
    DWORD session = 0;
    assert_true(ProcessIdToSessionId(GetCurrentProcessId(), &session));
    return session;
}

int run_child(const struct child *children, size_t count, const wchar_t *mode)
{
    for (size_t i = 0; i < count; i++) {
        if (wcscmp(mode, children[i].mode) == 0)
            return _cmocka_run_group_tests("child", children[i].tests, children[i].count, children[i].set_up,
                                           NULL);
    }
    return 99;
}

void check_children(const struct child *children, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        PROCESS_INFORMATION child = support_start_child(children[i].mode, 0);
        const DWORD code = support_wait(child.hProcess);
        support_close_child(&child);
        if (code != 0)
            fail_msg("child %ls ended with %lu", children[i].mode, code);
    }
}
