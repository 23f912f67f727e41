/*
 * A list of growing blocks behind arena.h.
 */
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "remote/ndr/arena.h"

/* Under AddressSanitizer each piece is a block of its own, so that an access beyond the end of a piece is
 * detected. */
#ifdef __SANITIZE_ADDRESS__
enum { MIN_BLOCK = 0, PIECES_ARE_APART = 1 };
#else
enum { MIN_BLOCK = 1024, PIECES_ARE_APART = 0 };
#endif

struct wts_ndr_arena_block {
    struct wts_ndr_arena_block *older;
    size_t used;     /* bytes */
    size_t capacity; /* bytes */
    alignas(max_align_t) unsigned char bytes[];
};

void wts_ndr_arena_init(struct wts_ndr_arena *arena, size_t limit)
{
    arena->newest = NULL;
    arena->left = limit;
}

/* A block with room for `length` bytes; each is twice its predecessor, so that their number stays small. */
static struct wts_ndr_arena_block *add_block(struct wts_ndr_arena *arena, size_t length)
{
    const struct wts_ndr_arena_block *last = arena->newest;
    size_t capacity = last == NULL || PIECES_ARE_APART ? MIN_BLOCK : last->capacity;
    if (last != NULL && capacity <= arena->left / 2)
        capacity *= 2;
    if (capacity < length)
        capacity = length;
    if (capacity > SIZE_MAX - sizeof(struct wts_ndr_arena_block))
        return NULL;
    struct wts_ndr_arena_block *block = calloc(1, sizeof *block + capacity);
    if (block == NULL)
        return NULL;
    block->older = arena->newest;
    block->capacity = capacity;
    arena->newest = block;
    return block;
}

void *wts_ndr_arena_get(struct wts_ndr_arena *arena, size_t count, size_t element_length)
{
    const size_t step = alignof(max_align_t);
    if (element_length != 0 && count > arena->left / element_length)
        return NULL;
    size_t length = count * element_length;
    const size_t padding = -length & (step - 1);
    if (padding > arena->left - length)
        return NULL;
    struct wts_ndr_arena_block *block = arena->newest;
    if (block == NULL || PIECES_ARE_APART || length + padding > block->capacity - block->used)
        block = add_block(arena, PIECES_ARE_APART ? length : length + padding);
    if (block == NULL)
        return NULL;
    void *place = block->bytes + block->used;
    block->used += length + padding;
    arena->left -= length + padding;
    return place;
}

void wts_ndr_arena_free(struct wts_ndr_arena *arena)
{
    while (arena->newest != NULL) {
        struct wts_ndr_arena_block *block = arena->newest;
        arena->newest = block->older;
        free(block);
    }
    arena->left = 0;
}
