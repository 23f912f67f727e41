/*
 * Memory of results; see result.h.
 */
#include "core/result.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/platform.h"

enum { BUCKET_COUNT = 64 };

static struct wts_lock lock = WTS_LOCK_INITIALIZER;
static struct wts_foreign_block *buckets[BUCKET_COUNT];
static _Atomic size_t block_count; /* lets a program that never gets such a block avoid the lock */

static struct wts_foreign_block **bucket_of(const void *address)
{
    return &buckets[((uintptr_t)address >> 4) % BUCKET_COUNT];
}

struct wts_foreign_block *wts_foreign_block_take(const void *address)
{
    if (atomic_load(&block_count) == 0)
        return NULL;
    wts_lock_acquire(&lock);
    struct wts_foreign_block **place = bucket_of(address);
    while (*place != NULL && (*place)->address != address)
        place = &(*place)->next;
    struct wts_foreign_block *block = *place;
    if (block != NULL) {
        *place = block->next;
        atomic_fetch_sub(&block_count, 1);
    }
    wts_lock_release(&lock);
    return block;
}

void wts_foreign_block_remember(struct wts_foreign_block *block)
{
    struct wts_foreign_block **bucket = bucket_of(block->address);
    free(wts_foreign_block_take(block->address));
    wts_lock_acquire(&lock);
    block->next = *bucket;
    *bucket = block;
    atomic_fetch_add(&block_count, 1);
    wts_lock_release(&lock);
}

void *wts_result_allocate(size_t length)
{
    void *result = wts_zeroed_allocate(length);
    if (result != NULL)
        free(wts_foreign_block_take(result));
    return result;
}
