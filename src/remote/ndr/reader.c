/*
 * NDR 2.0 reader on memory of the caller; see reader.h. Every byte is read through take(), the only place
 * that moves the offset.
 */
#include <string.h>

#include "remote/ndr/reader.h"

void wts_ndr_reader_init(struct wts_ndr_reader *reader, const uint8_t *data, size_t length)
{
    *reader = (struct wts_ndr_reader){.data = data, .length = length, .status = WTS_NDR_OK};
}

void wts_ndr_reader_reject(struct wts_ndr_reader *reader)
{
    if (reader->status == WTS_NDR_OK)
        reader->status = WTS_NDR_MALFORMED;
}

/* The next `length` bytes, aligned to `alignment` (a power of two), or NULL and a malformed stub. */
static const uint8_t *take(struct wts_ndr_reader *reader, size_t alignment, size_t length)
{
    if (reader->status != WTS_NDR_OK)
        return NULL;
    const size_t left = reader->length - reader->offset;
    const size_t padding = -reader->offset & (alignment - 1);
    if (padding > left || length > left - padding) {
        wts_ndr_reader_reject(reader);
        return NULL;
    }
    const uint8_t *start = reader->data + reader->offset + padding;
    reader->offset += padding + length;
    return start;
}

/* Little-endian integers, written so that compilers turn each into one load. */
static uint32_t u16_of(const uint8_t *place)
{
    return place[0] | (uint32_t)place[1] << 8;
}

static uint32_t u32_of(const uint8_t *place)
{
    return u16_of(place) | u16_of(place + 2) << 16;
}

uint8_t wts_ndr_get_u8(struct wts_ndr_reader *reader)
{
    const uint8_t *place = take(reader, 1, 1);
    return place == NULL ? 0 : *place;
}

uint16_t wts_ndr_get_u16(struct wts_ndr_reader *reader)
{
    const uint8_t *place = take(reader, 2, 2);
    return (uint16_t)(place == NULL ? 0 : u16_of(place));
}

uint32_t wts_ndr_get_u32(struct wts_ndr_reader *reader)
{
    const uint8_t *place = take(reader, 4, 4);
    return place == NULL ? 0 : u32_of(place);
}

uint64_t wts_ndr_get_u64(struct wts_ndr_reader *reader)
{
    const uint8_t *place = take(reader, 8, 8);
    return place == NULL ? 0 : u32_of(place) | (uint64_t)u32_of(place + 4) << 32;
}

void wts_ndr_align(struct wts_ndr_reader *reader, size_t alignment)
{
    take(reader, alignment, 0);
}

const uint8_t *wts_ndr_get_bytes(struct wts_ndr_reader *reader, size_t length)
{
    return take(reader, 1, length);
}

/* `count` itself if the rest of the stub can hold that many elements, else 0 and a malformed stub. */
static uint32_t bounded(struct wts_ndr_reader *reader, uint32_t count, size_t element_length)
{
    if (reader->status == WTS_NDR_OK && count > (reader->length - reader->offset) / element_length)
        wts_ndr_reader_reject(reader);
    return reader->status == WTS_NDR_OK ? count : 0;
}

/* Copies `count` little-endian code units. */
static void copy_units(uint16_t *units, const uint8_t *place, size_t count)
{
    for (size_t i = 0; i < count; i++)
        units[i] = (uint16_t)u16_of(place + 2 * i);
}

uint16_t *wts_ndr_get_utf16(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, uint32_t count)
{
    /* The count is bounded first, because twice the count may overflow a 32-bit size_t. */
    const uint8_t *place = take(reader, 2, (size_t)bounded(reader, count, 2) * 2);
    if (place == NULL)
        return NULL;
    uint16_t *units = wts_ndr_get_room(reader, arena, count + 1, sizeof *units);
    if (units != NULL)
        copy_units(units, place, count);
    return units;
}

bool wts_ndr_get_pointer(struct wts_ndr_reader *reader)
{
    return wts_ndr_get_u32(reader) != 0;
}

uint32_t wts_ndr_get_array(struct wts_ndr_reader *reader, size_t element_length)
{
    const uint32_t count = wts_ndr_get_u32(reader);
    return bounded(reader, count, element_length);
}

uint32_t wts_ndr_get_varying_array(struct wts_ndr_reader *reader, size_t element_length, uint32_t *max_count)
{
    const uint32_t room = wts_ndr_get_u32(reader);
    const uint32_t start = wts_ndr_get_u32(reader);
    const uint32_t count = wts_ndr_get_u32(reader);
    if (start != 0 || count > room)
        wts_ndr_reader_reject(reader);
    const uint32_t usable = bounded(reader, count, element_length);
    if (max_count != NULL)
        *max_count = reader->status == WTS_NDR_OK ? room : 0;
    return usable;
}

uint16_t *wts_ndr_get_string(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena)
{
    const uint32_t count = wts_ndr_get_varying_array(reader, 2, NULL);
    if (count == 0)
        wts_ndr_reader_reject(reader);
    uint16_t *text = wts_ndr_get_utf16(reader, arena, count);
    if (text != NULL && text[count - 1] != 0) {
        wts_ndr_reader_reject(reader);
        return NULL;
    }
    return text;
}

struct wts_text wts_ndr_get_text(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena)
{
    return wts_text_of(wts_ndr_get_string(reader, arena));
}

struct wts_text wts_ndr_get_fixed_text(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                                       uint32_t count)
{
    struct wts_text text = {0};
    const uint8_t *place = take(reader, 2, (size_t)bounded(reader, count, 2) * 2);
    if (place == NULL)
        return text;
    size_t used = 0;
    while (used < count && u16_of(place + 2 * used) != 0)
        used++;
    uint16_t *units = wts_ndr_get_room(reader, arena, (uint32_t)used + 1, sizeof *units);
    if (units == NULL)
        return text;
    copy_units(units, place, used);
    return (struct wts_text){.units = units, .count = (uint32_t)used};
}

const uint8_t *wts_ndr_get_copy(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, uint32_t length)
{
    const uint8_t *bytes = wts_ndr_get_bytes(reader, length);
    uint8_t *copy = bytes == NULL ? NULL : wts_ndr_get_room(reader, arena, length, 1);
    if (copy != NULL && length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

void *wts_ndr_get_room(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, uint32_t count,
                       size_t element_length)
{
    if (reader->status != WTS_NDR_OK)
        return NULL;
    void *room = wts_ndr_arena_get(arena, count, element_length);
    if (room == NULL)
        reader->status = WTS_NDR_NO_MEMORY;
    return room;
}

void wts_ndr_get_context(struct wts_ndr_reader *reader, struct wts_context_handle *handle)
{
    const uint8_t *place = take(reader, 4, sizeof handle->bytes);
    if (place == NULL)
        memset(handle->bytes, 0, sizeof handle->bytes);
    else
        memcpy(handle->bytes, place, sizeof handle->bytes);
}
