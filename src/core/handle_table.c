/*
 * The handle table; see handle_table.h.
 *
 * A value, from its lowest bit:   1 | parity | slot (slot_bits) | generation (generation_bits) | 0
 * The lowest bit keeps it away from kernel handles, which are multiples of four. The parity makes the number
 * of ones odd, or even in a table of the other kind, so that two live values differ in at least two bits:
 * flipping one bit of a live value never gives another, and no value of one kind is one of the other. The
 * highest bit stays 0, so that a value is positive as a signed number and never -1: languages without
 * unsigned types compare handles with 0. The generation counts from zero but is scrambled in the value, so
 * that the first handles are not the small numbers which broken programs pass.
 *
 * A slot's state is one atomic word:   references (20) | open (1) | generation. Taking a reference compares
 * the generation and counts in the same step, so a slot cannot be closed and reused in between.
 */
#include "core/handle_table.h"

#include <stdatomic.h>
#include <stdlib.h>

#define SLOTS_PER_CHUNK 1024U
#define NO_SLOT UINT32_MAX
#define REFERENCE_BITS 20
#define REFERENCE_ONE 1ULL
#define REFERENCE_MASK ((1ULL << REFERENCE_BITS) - 1)
#define STATE_OPEN (1ULL << REFERENCE_BITS)
#define GENERATION_SHIFT (REFERENCE_BITS + 1)
#define SCRAMBLE 0x2A5B3C96E5DULL

const struct wts_handle_layout wts_handle_layout_64 = {
    .slot_bits = 20, .generation_bits = 41, .retire_spent = true};
const struct wts_handle_layout wts_handle_layout_32 = {
    .slot_bits = 16, .generation_bits = 13, .retire_spent = false};
const struct wts_handle_layout wts_channel_layout_64 = {
    .slot_bits = 20, .generation_bits = 41, .retire_spent = true, .is_even = true};
const struct wts_handle_layout wts_channel_layout_32 = {
    .slot_bits = 16, .generation_bits = 13, .retire_spent = false, .is_even = true};

/* One cache line, so that threads on different handles do not disturb each other. */
struct wts_slot {
    _Alignas(64) _Atomic uint64_t state;
    void *object;
    uint32_t next_free;
};
_Static_assert(sizeof(struct wts_slot) == 64, "one slot, one cache line");

static uint64_t low_bits(unsigned count)
{
    return (1ULL << count) - 1;
}

static bool has_parity(const struct wts_handle_layout *layout, uint64_t value)
{
    const bool is_even = __builtin_parityll(value) == 0;
    return is_even == layout->is_even;
}

static uint64_t make_value(const struct wts_handle_layout *layout, uint32_t slot, uint64_t generation)
{
    const uint64_t field = (generation ^ SCRAMBLE) & low_bits(layout->generation_bits);
    const uint64_t value = 1U | (uint64_t)slot << 2 | field << (2 + layout->slot_bits);
    return has_parity(layout, value) ? value : value | 2U;
}

static uint32_t slot_of(const struct wts_handle_layout *layout, uint64_t value)
{
    return (uint32_t)(value >> 2 & low_bits(layout->slot_bits));
}

static uint64_t generation_of(const struct wts_handle_layout *layout, uint64_t value)
{
    return (value >> (2 + layout->slot_bits) ^ SCRAMBLE) & low_bits(layout->generation_bits);
}

/* A slot that exists. */
static struct wts_slot *slot_at(struct wts_handle_table *table, uint32_t index)
{
    return &atomic_load_explicit(&table->chunks->slots[index / SLOTS_PER_CHUNK],
                                 memory_order_acquire)[index % SLOTS_PER_CHUNK];
}

/* The slot that a value names, if the value is well formed and the slot exists. The generation is not
 * compared. */
static struct wts_slot *find_slot(struct wts_handle_table *table, uint64_t value)
{
    const struct wts_handle_layout *layout = table->layout;
    const unsigned width = 2U + layout->slot_bits + layout->generation_bits; /* at most 63 */
    if (value >> width != 0 || (value & 1) == 0 || !has_parity(layout, value))
        return NULL;
    const uint32_t index = slot_of(layout, value);
    struct wts_slot *chunk =
        atomic_load_explicit(&table->chunks->slots[index / SLOTS_PER_CHUNK], memory_order_acquire);
    return chunk != NULL ? &chunk[index % SLOTS_PER_CHUNK] : NULL;
}

static void append_free(struct wts_handle_table *table, uint32_t index)
{
    slot_at(table, index)->next_free = NO_SLOT;
    if (table->free_last == NO_SLOT)
        table->free_first = index;
    else
        slot_at(table, table->free_last)->next_free = index;
    table->free_last = index;
}

/* Adds a chunk of free slots. Existing slots do not move: other threads may be reading them. */
static bool grow(struct wts_handle_table *table)
{
    const uint32_t first = table->slot_count;
    if (first >= 1U << table->layout->slot_bits)
        return false;
    /* C libraries align blocks to 8 or 16 bytes: with room for one slot more, the chunk can begin at a cache
     * line. */
    void *block = calloc(SLOTS_PER_CHUNK + 1, sizeof(struct wts_slot));
    if (block == NULL)
        return false;
    const uintptr_t aligned = ((uintptr_t)block / sizeof(struct wts_slot) + 1) * sizeof(struct wts_slot);
    table->chunks->blocks[first / SLOTS_PER_CHUNK] = block;
    atomic_store_explicit(&table->chunks->slots[first / SLOTS_PER_CHUNK], (struct wts_slot *)aligned,
                          memory_order_release);
    table->slot_count = first + SLOTS_PER_CHUNK;
    for (uint32_t i = 0; i < SLOTS_PER_CHUNK; i++)
        append_free(table, first + i);
    return true;
}

static uint32_t take_free(struct wts_handle_table *table)
{
    if (table->free_first == NO_SLOT && !grow(table))
        return NO_SLOT;
    const uint32_t index = table->free_first;
    table->free_first = slot_at(table, index)->next_free;
    if (table->free_first == NO_SLOT)
        table->free_last = NO_SLOT;
    return index;
}

uint64_t wts_handle_open(struct wts_handle_table *table, void *object)
{
    wts_lock_acquire(&table->lock);
    const uint32_t index = take_free(table);
    wts_lock_release(&table->lock);
    if (index == NO_SLOT)
        return 0;
    struct wts_slot *slot = slot_at(table, index);
    const uint64_t generation = atomic_load_explicit(&slot->state, memory_order_relaxed) >> GENERATION_SHIFT;
    slot->object = object;
    atomic_store_explicit(&slot->state, generation << GENERATION_SHIFT | STATE_OPEN, memory_order_release);
    return make_value(table->layout, index, generation);
}

void *wts_handle_acquire(struct wts_handle_table *table, uint64_t value)
{
    struct wts_slot *slot = find_slot(table, value);
    if (slot == NULL)
        return NULL;
    const uint64_t wanted = generation_of(table->layout, value) << GENERATION_SHIFT | STATE_OPEN;
    uint64_t state = atomic_load_explicit(&slot->state, memory_order_relaxed);
    do {
        const bool live = (state & ~REFERENCE_MASK) == wanted;
        const bool full = (state & REFERENCE_MASK) == REFERENCE_MASK;
        if (!live || full)
            return NULL;
    } while (!atomic_compare_exchange_weak_explicit(&slot->state, &state, state + REFERENCE_ONE,
                                                    memory_order_acquire, memory_order_relaxed));
    return slot->object;
}

/* The slot is closed and nobody uses it: begins its next generation and destroys the object. */
static void finish(struct wts_handle_table *table, struct wts_slot *slot, uint64_t value)
{
    const struct wts_handle_layout *layout = table->layout;
    void *object = slot->object;
    const uint64_t next = (generation_of(layout, value) + 1) & low_bits(layout->generation_bits);
    const bool retired = next == 0 && layout->retire_spent;
    slot->object = NULL;
    atomic_store_explicit(&slot->state, next << GENERATION_SHIFT, memory_order_release);
    if (!retired) {
        wts_lock_acquire(&table->lock);
        append_free(table, slot_of(layout, value));
        wts_lock_release(&table->lock);
    }
    table->destroy(object);
}

void wts_handle_release(struct wts_handle_table *table, uint64_t value)
{
    struct wts_slot *slot = slot_at(table, slot_of(table->layout, value));
    const uint64_t before = atomic_fetch_sub_explicit(&slot->state, REFERENCE_ONE, memory_order_acq_rel);
    const bool last = (before & REFERENCE_MASK) == REFERENCE_ONE;
    if (last && (before & STATE_OPEN) == 0)
        finish(table, slot, value);
}

bool wts_handle_close(struct wts_handle_table *table, uint64_t value)
{
    struct wts_slot *slot = find_slot(table, value);
    if (slot == NULL)
        return false;
    const uint64_t wanted = generation_of(table->layout, value) << GENERATION_SHIFT | STATE_OPEN;
    uint64_t state = atomic_load_explicit(&slot->state, memory_order_relaxed);
    do {
        if ((state & ~REFERENCE_MASK) != wanted)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&slot->state, &state, state & ~STATE_OPEN,
                                                    memory_order_acq_rel, memory_order_relaxed));
    if ((state & REFERENCE_MASK) == 0)
        finish(table, slot, value);
    return true;
}

void wts_handle_table_free(struct wts_handle_table *table)
{
    for (uint32_t i = 0; i < WTS_SLOT_CHUNK_COUNT; i++) {
        atomic_store(&table->chunks->slots[i], NULL);
        free(table->chunks->blocks[i]);
        table->chunks->blocks[i] = NULL;
    }
    table->slot_count = 0;
    table->free_first = NO_SLOT;
    table->free_last = NO_SLOT;
}
