/*
 * NDR 2.0 writer on memory of the caller; see writer.h. It never allocates.
 */
#include <string.h>

#include "remote/ndr/writer.h"

/* The same referent ids as Windows: the first one, and the step to the next. Any non-zero value would be
 * legal. */
enum { FIRST_REFERENT = 0x00020000, REFERENT_STEP = 4 };

void wts_ndr_writer_init(struct wts_ndr_writer *writer, uint8_t *data, size_t capacity)
{
    *writer = (struct wts_ndr_writer){.data = data, .capacity = capacity, .referent = FIRST_REFERENT};
}

bool wts_ndr_writer_ok(const struct wts_ndr_writer *writer)
{
    return !writer->failed;
}

/* Reserves `length` bytes at the next multiple of `alignment` (a power of two), or returns NULL and fails the
 * writer. */
static uint8_t *reserve(struct wts_ndr_writer *writer, size_t alignment, size_t length)
{
    const size_t padding = -writer->needed & (alignment - 1);
    if (length > SIZE_MAX - writer->needed - padding) {
        writer->failed = true;
        return NULL;
    }
    writer->needed += padding + length;
    writer->failed = writer->failed || writer->needed > writer->capacity;
    if (writer->failed)
        return NULL;
    uint8_t *start = writer->data + writer->length;
    if (padding > 0)
        memset(start, 0, padding);
    writer->length += padding + length;
    return start + padding;
}

/* Puts the low `length` bytes of `value`, little endian, aligned to `length`. */
static void put_integer(struct wts_ndr_writer *writer, uint64_t value, size_t length)
{
    uint8_t *place = reserve(writer, length, length);
    if (place == NULL)
        return;
    for (size_t i = 0; i < length; i++)
        place[i] = (uint8_t)(value >> (8 * i));
}

void wts_ndr_put_u8(struct wts_ndr_writer *writer, uint8_t value)
{
    put_integer(writer, value, 1);
}

void wts_ndr_put_u16(struct wts_ndr_writer *writer, uint16_t value)
{
    put_integer(writer, value, 2);
}

void wts_ndr_put_u32(struct wts_ndr_writer *writer, uint32_t value)
{
    put_integer(writer, value, 4);
}

void wts_ndr_put_u64(struct wts_ndr_writer *writer, uint64_t value)
{
    put_integer(writer, value, 8);
}

void wts_ndr_put_bytes(struct wts_ndr_writer *writer, const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return;
    uint8_t *place = reserve(writer, 1, length);
    if (place != NULL)
        memcpy(place, bytes, length);
}

void wts_ndr_put_zeros(struct wts_ndr_writer *writer, size_t length)
{
    if (length == 0)
        return;
    uint8_t *place = reserve(writer, 1, length);
    if (place != NULL)
        memset(place, 0, length);
}

void wts_ndr_put_utf16(struct wts_ndr_writer *writer, const uint16_t *units, size_t count)
{
    uint8_t *place = count <= SIZE_MAX / 2 ? reserve(writer, 2, 2 * count) : NULL;
    writer->failed = writer->failed || count > SIZE_MAX / 2;
    for (size_t i = 0; i < count && place != NULL; i++) {
        place[2 * i] = (uint8_t)units[i];
        place[2 * i + 1] = (uint8_t)(units[i] >> 8);
    }
}

void wts_ndr_put_pointer(struct wts_ndr_writer *writer, bool present)
{
    wts_ndr_put_u32(writer, present ? writer->referent : 0);
    if (present)
        writer->referent += REFERENT_STEP;
}

void wts_ndr_put_array(struct wts_ndr_writer *writer, size_t count)
{
    if (count > UINT32_MAX) {
        writer->failed = true;
        return;
    }
    wts_ndr_put_u32(writer, (uint32_t)count);
}

void wts_ndr_put_varying_array(struct wts_ndr_writer *writer, size_t max_count, size_t actual_count)
{
    if (actual_count > max_count)
        writer->failed = true;
    wts_ndr_put_array(writer, max_count);
    wts_ndr_put_u32(writer, 0);
    wts_ndr_put_array(writer, actual_count);
}

void wts_ndr_put_string(struct wts_ndr_writer *writer, const uint16_t *text)
{
    size_t count = 1;
    while (text[count - 1] != 0)
        count++;
    wts_ndr_put_varying_array(writer, count, count);
    wts_ndr_put_utf16(writer, text, count);
}

/* Code units of `text` before its first NUL. */
static size_t units_before_nul(const struct wts_text *text)
{
    size_t count = 0;
    while (text->units != NULL && count < text->count && text->units[count] != 0)
        count++;
    return count;
}

void wts_ndr_put_text(struct wts_ndr_writer *writer, const struct wts_text *text)
{
    const size_t count = units_before_nul(text);
    wts_ndr_put_varying_array(writer, count + 1, count + 1);
    wts_ndr_put_utf16(writer, text->units, count);
    wts_ndr_put_u16(writer, 0);
}

size_t wts_ndr_text_length(const struct wts_text *text)
{
    const size_t padding = 3;
    const size_t counts = 12;
    return padding + counts + (units_before_nul(text) + 1) * sizeof *text->units;
}

void wts_ndr_put_context(struct wts_ndr_writer *writer, const struct wts_context_handle *handle)
{
    uint8_t *place = reserve(writer, 4, sizeof handle->bytes);
    if (place != NULL)
        memcpy(place, handle->bytes, sizeof handle->bytes);
}
