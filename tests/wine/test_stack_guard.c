/*
 * The stack protector of what ships (core/stack_guard.c): a function that runs over the end of its array ends
 * the process with the status of Windows' fast failure, before it returns; and the value is another one each
 * time.
 */
#include "support.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern uintptr_t __stack_chk_guard;

enum { ARRAY = 16, TOO_MUCH = 32 };

static const DWORD stack_buffer_overrun = 0xC0000409;

/* Not inlined, and the compiler may not know how much is written. */
__attribute__((noinline)) static void overrun(volatile size_t *length)
{
    volatile char array[ARRAY];
    volatile char *end = array;
    for (size_t i = 0; i < *length; i++)
        *end++ = 'x';
}

/* Runs this program with one word. Its exit code; what it printed is read as a number in hexadecimal. */
static DWORD run_again(const wchar_t *word, uintptr_t *printed)
{
    wchar_t path[MAX_PATH];
    wchar_t command[MAX_PATH + 32];
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    HANDLE pipe;
    char text[64] = "";
    DWORD length = 0;
    DWORD code = 0;
    assert_true(GetModuleFileNameW(NULL, path, MAX_PATH) > 0);
    swprintf(command, MAX_PATH + 32, L"\"%ls\" %ls", path, word);
    assert_true(CreatePipe(&pipe, &start.hStdOutput, &inherited, 0));
    assert_true(CreateProcessW(path, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process));
    CloseHandle(start.hStdOutput);
    ReadFile(pipe, text, sizeof text - 1, &length, NULL);
    assert_int_equal(WaitForSingleObject(process.hProcess, 60000), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(process.hProcess, &code));
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    CloseHandle(pipe);
    *printed = (uintptr_t)strtoull(text, NULL, 16);
    return code;
}

static void an_overrun_ends_the_process(void **state)
{
    (void)state;
    uintptr_t printed;
    assert_int_equal(run_again(L"fits", &printed), 0);
    assert_int_equal(run_again(L"overrun", &printed), stack_buffer_overrun);
}

static void the_value_is_another_one_each_time(void **state)
{
    (void)state;
    uintptr_t first;
    uintptr_t second;
    assert_int_equal(run_again(L"guard", &first), 0);
    assert_int_equal(run_again(L"guard", &second), 0);
    assert_true(first != 0 && second != 0 && first != second);
    assert_int_equal((first | second) & 0xFF, 0);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_overrun_ends_the_process),
        cmocka_unit_test(the_value_is_another_one_each_time),
    };
    if (count == 1)
        return cmocka_run_group_tests(tests, NULL, NULL);
    volatile size_t length = strcmp(words[1], "overrun") == 0 ? TOO_MUCH : ARRAY;
    if (strcmp(words[1], "guard") == 0)
        printf("%llx\n", (unsigned long long)__stack_chk_guard);
    else
        overrun(&length);
    return 0;
}
