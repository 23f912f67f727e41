/*
 * Fuzzes the NDR reader itself: the first bytes of the input are a program, one read each, the rest is the
 * stub. After every read the reader's own rules must hold.
 */
#include "fuzz.h"

#include "remote/ndr/reader.h"

enum { PROGRAM_LENGTH = 32, LIMIT = 1 << 16 };

/* Reads every byte of what the reader gave, so that ASan sees a wrong bound. */
static void touch(const void *place, size_t length)
{
    volatile uint8_t last;
    for (size_t i = 0; place != NULL && i < length; i++)
        last = ((const uint8_t *)place)[i];
    (void)last;
}

static size_t left(const struct wts_ndr_reader *reader)
{
    return reader->length - reader->offset;
}

static void read_array(struct wts_ndr_reader *reader, uint8_t parameter)
{
    const size_t step = 1u + parameter % 16u;
    const uint32_t count = wts_ndr_get_array(reader, step);
    require(count <= left(reader) / step);
}

static void read_varying(struct wts_ndr_reader *reader, uint8_t parameter)
{
    const size_t step = 1u + parameter % 16u;
    uint32_t room = 1;
    const uint32_t count = wts_ndr_get_varying_array(reader, step, &room);
    require(count <= room && count <= left(reader) / step);
}

static void read_string(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena)
{
    const uint16_t *text = wts_ndr_get_string(reader, arena);
    size_t count = 0;
    while (text != NULL && text[count] != 0)
        count++;
    require((text != NULL) == (reader->status == WTS_NDR_OK));
    touch(text, 2 * count);
}

static void step(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, uint8_t word)
{
    struct wts_context_handle handle;
    const uint8_t parameter = word >> 4;
    switch (word & 15) {
    case 0:
        wts_ndr_get_u8(reader);
        break;
    case 1:
        wts_ndr_get_u16(reader);
        break;
    case 2:
        wts_ndr_get_u32(reader);
        break;
    case 3:
        wts_ndr_get_u64(reader);
        break;
    case 4:
        touch(wts_ndr_get_bytes(reader, parameter), parameter);
        break;
    case 5:
        touch(wts_ndr_get_utf16(reader, arena, parameter), 2u * parameter + 2u);
        break;
    case 6:
        wts_ndr_get_pointer(reader);
        break;
    case 7:
        read_array(reader, parameter);
        break;
    case 8:
        read_varying(reader, parameter);
        break;
    case 9:
        read_string(reader, arena);
        break;
    case 10:
        wts_ndr_get_context(reader, &handle);
        touch(&handle, sizeof handle);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    if (length < PROGRAM_LENGTH)
        return 0;
    struct wts_ndr_reader reader;
    struct wts_ndr_arena arena;
    wts_ndr_arena_init(&arena, LIMIT);
    wts_ndr_reader_init(&reader, data + PROGRAM_LENGTH, length - PROGRAM_LENGTH);
    for (size_t i = 0; i < PROGRAM_LENGTH; i++) {
        const size_t before = reader.offset;
        const enum wts_ndr_status status = reader.status;
        step(&reader, &arena, data[i]);
        require(reader.offset >= before && reader.offset <= reader.length);
        require(status == WTS_NDR_OK || (reader.status == status && reader.offset == before));
    }
    wts_ndr_arena_free(&arena);
    return 0;
}
