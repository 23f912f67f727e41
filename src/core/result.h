/*
 * Memory of results: blocks of ours, and what is remembered about blocks that another DLL allocated. Both
 * come from heaps where an address is used again, so whoever allocates a block drops what is remembered about
 * its address. Portable.
 */
#ifndef WTS_CORE_RESULT_H
#define WTS_CORE_RESULT_H

#include <stddef.h>

/*
 * Zeroed memory for a result of `length` bytes, or NULL. The caller of the API frees it, by WTSFreeMemory,
 * WTSFreeMemoryEx or LocalFree (natively: free).
 */
void *wts_result_allocate(size_t length);

/* The head of what is remembered about one block of another DLL; the whole comes from malloc. */
struct wts_foreign_block {
    struct wts_foreign_block *next;
    const void *address;
};

/* Remembers `block` under its address, in place of what was remembered about it. */
void wts_foreign_block_remember(struct wts_foreign_block *block);

/* Gives what is remembered about `address`, which is the caller's to free, and forgets it; NULL: nothing. */
struct wts_foreign_block *wts_foreign_block_take(const void *address);

#endif
