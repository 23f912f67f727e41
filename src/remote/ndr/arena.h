/*
 * Memory of one decoded response: many small pieces, one limit, freed all at once. The limit is what a
 * hostile server can make this process hold. Not thread-safe. Portable.
 */
#ifndef WTS_REMOTE_NDR_ARENA_H
#define WTS_REMOTE_NDR_ARENA_H

#include <stddef.h>

struct wts_ndr_arena_block;

struct wts_ndr_arena {
    struct wts_ndr_arena_block *newest; /* blocks, newest first */
    size_t left;                        /* bytes that may still be handed out */
};

/* Starts an empty arena that hands out `limit` bytes at most. Allocates nothing. */
void wts_ndr_arena_init(struct wts_ndr_arena *arena, size_t limit);

/*
 * Memory for `count` elements of `element_length` bytes, zeroed and aligned for any type; valid until
 * wts_ndr_arena_free. A `count` of 0 gives a pointer to no bytes. NULL: over the limit, or no memory.
 */
void *wts_ndr_arena_get(struct wts_ndr_arena *arena, size_t count, size_t element_length);

/* Frees everything; the arena is empty and of limit 0 then. Harmless on an empty one. */
void wts_ndr_arena_free(struct wts_ndr_arena *arena);

#endif
