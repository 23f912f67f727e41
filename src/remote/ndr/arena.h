/*
 * Memory of one decoded response: many small pieces with one limit, all freed at once. The limit bounds the
 * memory that a hostile server can make this process use. Not thread-safe. Portable.
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
 * wts_ndr_arena_free. A `count` of 0 gives a pointer to zero bytes. NULL: over the limit, or memory is
 * exhausted.
 */
void *wts_ndr_arena_get(struct wts_ndr_arena *arena, size_t count, size_t element_length);

/* Frees everything, and leaves an empty arena with limit 0. Harmless on an empty one. */
void wts_ndr_arena_free(struct wts_ndr_arena *arena);

#endif
