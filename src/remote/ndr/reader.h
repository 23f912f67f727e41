/*
 * NDR 2.0 reader, little endian ([C706] chapter 14, [MS-RPCE] 2.2.4): decodes a response stub of an untrusted
 * server, in memory of the caller. Each primitive is aligned to its own size from the start of the stub;
 * padding may hold any bytes. Errors are sticky: the first one sets the status, every later read returns 0,
 * false or NULL, and the caller checks the status once, at the end. Portable.
 */
#ifndef WTS_REMOTE_NDR_READER_H
#define WTS_REMOTE_NDR_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "remote/ndr/arena.h"
#include "remote/ndr/context.h"

enum wts_ndr_status {
    WTS_NDR_OK,
    WTS_NDR_MALFORMED, /* too short, or counts that contradict each other: RPC_X_BAD_STUB_DATA for the caller
                        */
    WTS_NDR_NO_MEMORY  /* the arena had no memory left */
};

struct wts_ndr_reader {
    const uint8_t *data; /* the caller's, read only */
    size_t length;       /* bytes */
    size_t offset;       /* bytes consumed */
    enum wts_ndr_status status;
};

/* Starts at the first of `length` bytes. `data` may be NULL when `length` is 0. */
void wts_ndr_reader_init(struct wts_ndr_reader *reader, const uint8_t *data, size_t length);

/* Marks the stub as malformed, for faults that only the caller can see, such as two fields that should agree.
 * The first error stays. */
void wts_ndr_reader_reject(struct wts_ndr_reader *reader);

/* Primitives. A BOOLEAN is a u8, an enum without v1_enum is a u16, a BOOL is a u32, a hyper is a u64. */
uint8_t wts_ndr_get_u8(struct wts_ndr_reader *reader);
uint16_t wts_ndr_get_u16(struct wts_ndr_reader *reader);
uint32_t wts_ndr_get_u32(struct wts_ndr_reader *reader);
uint64_t wts_ndr_get_u64(struct wts_ndr_reader *reader);

/* Skips the padding before a structure whose strictest member has `alignment` bytes (a power of two). */
void wts_ndr_align(struct wts_ndr_reader *reader, size_t alignment);

/* The next `length` bytes, unaligned, inside the caller's stub; NULL when fewer are left. */
const uint8_t *wts_ndr_get_bytes(struct wts_ndr_reader *reader, size_t length);

/* `count` UTF-16 code units, aligned 2, as a copy in `arena` with a NUL behind it. NULL on error. */
uint16_t *wts_ndr_get_utf16(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, uint32_t count);

/* A unique pointer's referent: true when the pointer is not NULL. Its pointee follows where NDR defers it to.
 */
bool wts_ndr_get_pointer(struct wts_ndr_reader *reader);

/*
 * The count of a conformant array. `element_length` is the minimum length of an element on the wire (1 or
 * more): a count that cannot fit into the rest of the stub is malformed, so the result bounds every loop and
 * allocation. The caller compares it with the size parameter.
 */
uint32_t wts_ndr_get_array(struct wts_ndr_reader *reader, size_t element_length);

/*
 * The counts of a conformant varying array: returns the number of elements that follow, checked as above, and
 * in *max_count (out, may be NULL) the declared capacity. Malformed: an offset other than 0, or more elements
 * than the capacity.
 */
uint32_t wts_ndr_get_varying_array(struct wts_ndr_reader *reader, size_t element_length, uint32_t *max_count);

/* A [string] of UTF-16 as a copy in `arena`. Malformed: no NUL at its end. An earlier NUL ends it for C. */
uint16_t *wts_ndr_get_string(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena);

/* The same as a text, counted up to its first NUL; absent on error. */
struct wts_text wts_ndr_get_text(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena);

/*
 * A fixed array of `count` UTF-16 code units, aligned 2, as the text up to its first NUL: a copy in `arena`,
 * NUL terminated even if the array is full. Absent on error.
 */
struct wts_text wts_ndr_get_fixed_text(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                                       uint32_t count);

/* The next `length` bytes, unaligned, as a copy in `arena`; NULL on error. */
const uint8_t *wts_ndr_get_copy(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, uint32_t length);

/* Memory in `arena` for `count` elements as wts_ndr_arena_get gives it. NULL on this or an earlier error. */
void *wts_ndr_get_room(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, uint32_t count,
                       size_t element_length);

/* A context handle, aligned 4; all zero on error. */
void wts_ndr_get_context(struct wts_ndr_reader *reader, struct wts_context_handle *handle);

#endif
