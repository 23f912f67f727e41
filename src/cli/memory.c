/*
 * Memory of the command line tool; see memory.h.
 */
#include "cli/memory.h"

#include "cli/status.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* This must not need memory: the sentence is constant and is written by one system call. */
_Noreturn void memory_is_exhausted(void)
{
    static const char sentence[] = "wts: not enough memory\n";
    static volatile LONG is_said;
    DWORD written;
    if (InterlockedExchange(&is_said, 1) != 0)
        Sleep(INFINITE); /* another thread is ending the program */
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), sentence, sizeof sentence - 1, &written, NULL);
    /* Not exit(), which under Wine leaves another status in one run of 200 when called from a thread. */
    TerminateProcess(GetCurrentProcess(), STATUS_ALL_FAILED);
    abort();
}

void *memory_resize(void *memory, size_t count, size_t size)
{
    void *resized = count <= SIZE_MAX / 2 / size ? realloc(memory, count * size + 1) : NULL;
    if (resized == NULL)
        memory_is_exhausted();
    return resized;
}

void *memory_reserve(void *memory, size_t wanted, size_t *capacity, size_t size)
{
    if (memory != NULL && wanted <= *capacity)
        return memory;
    size_t grown = *capacity + *capacity / 2 + 16;
    if (grown < wanted)
        grown = wanted;
    *capacity = grown;
    return memory_resize(memory, grown, size);
}

wchar_t *memory_copy(const wchar_t *units, size_t count)
{
    wchar_t *copy = memory_resize(NULL, count + 1, sizeof *copy);
    memcpy(copy, units, count * sizeof *copy);
    copy[count] = L'\0';
    return copy;
}
