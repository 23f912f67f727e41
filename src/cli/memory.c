/*
 * Memory of the command line tool; see memory.h.
 */
#include "cli/memory.h"

#include "cli/command.h"
#include "cli/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void end(void)
{
    text_complain("wts: not enough memory\n");
    exit(STATUS_ALL_FAILED);
}

void *memory_resize(void *memory, size_t count, size_t size)
{
    void *resized = count <= SIZE_MAX / 2 / size ? realloc(memory, count * size + 1) : NULL;
    if (resized == NULL)
        end();
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
