/*
 * A table of slots that turns objects into handle values nobody can forge. A value holds slot and generation;
 * closing a slot ends its generation, so a closed, foreign or bit-flipped value never reaches memory.
 * Resolving takes no lock. Portable C11; the layout of a value depends on the width of a pointer (see
 * handle_table.c).
 */
#ifndef WTS_CORE_HANDLE_TABLE_H
#define WTS_CORE_HANDLE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/platform.h"

/* Widths of the fields of a value, which leave its highest bit 0, and what happens to a slot that has used
 * all its generations. */
struct wts_handle_layout {
    uint8_t slot_bits;
    uint8_t generation_bits;
    bool retire_spent; /* false: generations start again, the oldest free slot first */
    bool is_even;      /* the number of ones of each value: values of one parity are foreign to the other */
};

/* 64-bit values: 2^20 slots, 2^41 generations, then the slot is retired. */
extern const struct wts_handle_layout wts_handle_layout_64;
/* 32-bit values: 2^16 slots, 2^13 generations, used in turn. */
extern const struct wts_handle_layout wts_handle_layout_32;
/* The same for virtual channels: their values are never those of servers. */
extern const struct wts_handle_layout wts_channel_layout_64;
extern const struct wts_handle_layout wts_channel_layout_32;

struct wts_slot;

#define WTS_SLOT_CHUNK_COUNT 1024U /* chunks of 1024 slots: 2^20 */

/* Separate from the rest of the table, because it begins as zeros, which take no space in the DLL's file. */
struct wts_slot_chunks {
    void *blocks[WTS_SLOT_CHUNK_COUNT]; /* the memory that each chunk lies in */
    _Atomic(struct wts_slot *) slots[WTS_SLOT_CHUNK_COUNT];
};

struct wts_handle_table {
    const struct wts_handle_layout *layout;
    void (*destroy)(void *object); /* called once per object, by its last user, with no lock held */
    struct wts_lock lock;          /* guards what follows; resolving does not take it */
    uint32_t slot_count;           /* slots that exist */
    uint32_t free_first;           /* free slots, oldest first; UINT32_MAX: none */
    uint32_t free_last;
    struct wts_slot_chunks *chunks;
};

#define WTS_HANDLE_TABLE_INITIALIZER(layout_, destroy_)                                                      \
    {                                                                                                        \
        .layout = (layout_), .destroy = (destroy_), .lock = WTS_LOCK_INITIALIZER, .free_first = UINT32_MAX,  \
        .free_last = UINT32_MAX, .chunks = &(struct wts_slot_chunks)                                         \
        {                                                                                                    \
            .blocks = { NULL }                                                                               \
        }                                                                                                    \
    }

/*
 * Stores `object` (not NULL) and returns its value: positive as a signed number of a pointer's width, and no
 * multiple of four. Returns 0 when memory or slots are exhausted; the object then still belongs to the
 * caller.
 */
uint64_t wts_handle_open(struct wts_handle_table *table, void *object);

/* The object of a live value, with one reference taken, or NULL. Lock free; any value may be passed. */
void *wts_handle_acquire(struct wts_handle_table *table, uint64_t value);

/* Gives back the reference that wts_handle_acquire took. The last user of a closed value destroys the object.
 */
void wts_handle_release(struct wts_handle_table *table, uint64_t value);

/*
 * Ends the value: it no longer resolves. The object is destroyed at once, or by the last call in flight.
 * Returns false when the value was not live.
 */
bool wts_handle_close(struct wts_handle_table *table, uint64_t value);

/* Frees the table's memory, objects of live values not included. No other call may be in flight. */
void wts_handle_table_free(struct wts_handle_table *table);

#endif
