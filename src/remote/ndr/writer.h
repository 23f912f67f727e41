/*
 * NDR 2.0 writer, little endian ([C706] chapter 14, [MS-RPCE] 2.2.4): builds a request stub in memory of the
 * caller. Each primitive is aligned to its own size from the start of the stub, padding is zero. Errors are
 * sticky: after one, nothing more is written, and wts_ndr_writer_ok returns false. If only the buffer was too
 * short, `needed` is the length that suffices. Portable.
 */
#ifndef WTS_REMOTE_NDR_WRITER_H
#define WTS_REMOTE_NDR_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "remote/ndr/context.h"

struct wts_ndr_writer {
    uint8_t *data;     /* the caller's */
    size_t capacity;   /* bytes */
    size_t length;     /* bytes written; the stub's length at the end */
    size_t needed;     /* bytes of the whole stub, written or not */
    uint32_t referent; /* id of the next non-NULL unique pointer */
    bool failed;
};

/* Starts an empty stub in `data` (in, `capacity` bytes, the caller's until the stub was used). */
void wts_ndr_writer_init(struct wts_ndr_writer *writer, uint8_t *data, size_t capacity);

/* True when everything put so far fitted, so that `data` and `length` are a whole stub. */
bool wts_ndr_writer_ok(const struct wts_ndr_writer *writer);

/* Primitives. A BOOLEAN is a u8, an enum without v1_enum is a u16, a BOOL is a u32, a hyper is a u64. */
void wts_ndr_put_u8(struct wts_ndr_writer *writer, uint8_t value);
void wts_ndr_put_u16(struct wts_ndr_writer *writer, uint16_t value);
void wts_ndr_put_u32(struct wts_ndr_writer *writer, uint32_t value);
void wts_ndr_put_u64(struct wts_ndr_writer *writer, uint64_t value);

/* `length` bytes as they are, unaligned. `bytes` may be NULL when `length` is 0. */
void wts_ndr_put_bytes(struct wts_ndr_writer *writer, const uint8_t *bytes, size_t length);

/* `length` zero bytes, unaligned: the empty buffer of an [in,out] parameter. */
void wts_ndr_put_zeros(struct wts_ndr_writer *writer, size_t length);

/* `count` UTF-16 code units, aligned 2, without any count and without a NUL of their own. */
void wts_ndr_put_utf16(struct wts_ndr_writer *writer, const uint16_t *units, size_t count);

/* A unique pointer: a fresh referent id, or 0 for NULL. The caller puts the pointee where it belongs. */
void wts_ndr_put_pointer(struct wts_ndr_writer *writer, bool present);

/* The count of a conformant array; the elements follow. A count beyond 32 bits fails the writer. */
void wts_ndr_put_array(struct wts_ndr_writer *writer, size_t count);

/* The counts of a conformant varying array with offset 0: capacity `max_count`, followed by `actual_count`
 * elements. */
void wts_ndr_put_varying_array(struct wts_ndr_writer *writer, size_t max_count, size_t actual_count);

/* A [string] of UTF-16: counts, characters and the final NUL. `text` is NUL terminated. */
void wts_ndr_put_string(struct wts_ndr_writer *writer, const uint16_t *text);

/* A [string] of UTF-16 from a counted text, which ends at its first NUL, if any; an absent text is sent as
 * empty. */
void wts_ndr_put_text(struct wts_ndr_writer *writer, const struct wts_text *text);

/* The maximum number of bytes that wts_ndr_put_text appends for `text`, at any offset. */
size_t wts_ndr_text_length(const struct wts_text *text);

/* A context handle, aligned 4. */
void wts_ndr_put_context(struct wts_ndr_writer *writer, const struct wts_context_handle *handle);

#endif
