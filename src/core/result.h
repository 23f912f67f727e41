/*
 * Memory of results: our own blocks, and records of blocks that another DLL allocated. Heaps reuse addresses,
 * so whoever allocates a block drops the record of its address. Portable.
 */
#ifndef WTS_CORE_RESULT_H
#define WTS_CORE_RESULT_H

#include <stddef.h>

/*
 * Zeroed memory for a result of `length` bytes, or NULL. The caller of the API frees it, by WTSFreeMemory,
 * WTSFreeMemoryEx or LocalFree (natively: free).
 */
void *wts_result_allocate(size_t length);

/* The head of the record of one block of another DLL; the record comes from malloc. */
struct wts_foreign_block {
    struct wts_foreign_block *next;
    const void *address;
};

/* Stores the record `block` under its address, in place of an older one. */
void wts_foreign_block_remember(struct wts_foreign_block *block);

/* Removes the record of `address` and returns it for the caller to free; NULL: there is none. */
struct wts_foreign_block *wts_foreign_block_take(const void *address);

#endif
