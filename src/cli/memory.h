/*
 * Memory of the command line tool. When memory is exhausted, the program ends at once, with a constant
 * sentence and exit status 2, in any thread.
 */
#ifndef WTS_CLI_MEMORY_H
#define WTS_CLI_MEMORY_H

#include <stddef.h>

/* Ends the program in this way: for shared code of the DLL, which reports exhausted memory as an error. */
_Noreturn void memory_is_exhausted(void);

/* As realloc, `count` elements of `size` bytes; never NULL. Freed with free(). */
void *memory_resize(void *memory, size_t count, size_t size);

/* Makes room for `wanted` elements of `size` bytes, growing by halves; *capacity counts elements. Never NULL.
 */
void *memory_reserve(void *memory, size_t wanted, size_t *capacity, size_t size);

/* A copy of `count` units with a NUL behind them; freed with free(). */
wchar_t *memory_copy(const wchar_t *units, size_t count);

#endif
