/*
 * Packing of results; see block.h. One walk over the fields does both passes: without a block it only
 * measures, with one it writes.
 */
#include "core/block.h"

#include <stdbool.h>
#include <string.h>

#include "core/error.h"
#include "core/platform.h"
#include "core/result.h"

#define MAX_UNITS 0x1FFFFFFFU /* of a text: four bytes for each still fit in an int */

/* A pass over the records. `used` only grows; it stays SIZE_MAX once the sum overflows. */
struct pass {
    enum wts_form form;
    uint8_t *block; /* NULL while measuring */
    size_t used;
};

static size_t add(size_t a, size_t b)
{
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

/* Length of a code unit in bytes. */
static size_t unit_length(enum wts_form form)
{
    return form == WTS_FORM_UTF16 ? sizeof(uint16_t) : 1;
}

/* Reserves `length` bytes on a multiple of `alignment`, a power of two. Returns their offset. */
static size_t reserve(struct pass *pass, size_t length, size_t alignment)
{
    const size_t from = add(pass->used, alignment - 1) & ~(alignment - 1);
    pass->used = add(from, length);
    return from;
}

/* Length in bytes of the text in the form, without a NUL; SIZE_MAX when it is too long. */
static size_t text_length(enum wts_form form, struct wts_text text)
{
    if (text.count > MAX_UNITS)
        return SIZE_MAX;
    return form == WTS_FORM_UTF16 ? text.count * sizeof *text.units
                                  : wts_text_to_ansi(text.units, text.count, NULL, 0);
}

/* Writes the text that text_length measured; `to` has room for it. The NUL needs no writing: the block was
 * zeroed. */
static void put_text(enum wts_form form, struct wts_text text, uint8_t *to, size_t length)
{
    if (length == 0)
        return;
    if (form == WTS_FORM_UTF16)
        memcpy(to, text.units, length);
    else
        wts_text_to_ansi(text.units, text.count, (char *)to, length);
}

/* Adds a string behind the structures. Returns its offset. */
static size_t add_text(struct pass *pass, struct wts_text text)
{
    const size_t unit = unit_length(pass->form);
    const size_t length = text_length(pass->form, text);
    const size_t at = reserve(pass, add(length, unit), unit);
    if (pass->block != NULL)
        put_text(pass->form, text, pass->block + at, length);
    return at;
}

static size_t add_sid(struct pass *pass, const uint8_t *sid)
{
    const size_t length = 8 + 4 * (size_t)sid[1];
    const size_t at = reserve(pass, length, 4);
    if (pass->block != NULL)
        memcpy(pass->block + at, sid, length);
    return at;
}

static bool is_high_surrogate(uint16_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

/* Writes at most `size` characters of the form, including the NUL, and never cuts within a character. */
static void put_array(enum wts_form form, struct wts_text text, uint8_t *to, size_t size)
{
    const size_t room = (size - 1) * unit_length(form);
    if (text.count >= size)
        text.count = (uint32_t)size; /* each unit becomes one character or more: the rest cannot fit */
    while (text_length(form, text) > room) {
        text.count--;
        if (text.count > 0 && is_high_surrogate(text.units[text.count - 1]))
            text.count--;
    }
    put_text(form, text, to, text_length(form, text));
}

/* `target` is NULL while measuring. */
static void put_field(struct pass *pass, const struct wts_field *field, const uint8_t *record,
                      uint8_t *structure)
{
    const void *source = record + field->source;
    const uint32_t constant = field->source;
    uint8_t *target = structure != NULL ? structure + field->target[pass->form] : NULL;
    size_t at;
    switch ((enum wts_field_kind)field->kind) {
    case WTS_FIELD_NUMBER:
        if (target != NULL)
            memcpy(target, source, field->size);
        return;
    case WTS_FIELD_CONSTANT:
        if (target != NULL)
            memcpy(target, &constant, field->size);
        return;
    case WTS_FIELD_ARRAY:
        if (target != NULL)
            put_array(pass->form, *(const struct wts_text *)source, target, field->size);
        return;
    case WTS_FIELD_TEXT:
        if (((const struct wts_text *)source)->units == NULL)
            return;
        at = add_text(pass, *(const struct wts_text *)source);
        break;
    case WTS_FIELD_SID:
        if (*(const uint8_t *const *)source == NULL)
            return;
        at = add_sid(pass, *(const uint8_t *const *)source);
        break;
    default:
        return;
    }
    if (target != NULL) {
        const void *place = pass->block + at;
        memcpy(target, &place, sizeof place);
    }
}

static void put_records(struct pass *pass, const struct wts_layout *layout, const void *records,
                        uint32_t count)
{
    const size_t structure_length = layout->structure_length[pass->form];
    for (size_t i = 0; i < count; i++) {
        const uint8_t *record = (const uint8_t *)records + i * layout->record_length;
        uint8_t *structure = pass->block != NULL ? pass->block + i * structure_length : NULL;
        for (size_t f = 0; f < layout->field_count; f++)
            put_field(pass, &layout->fields[f], record, structure);
    }
}

/* Allocates a block of the measured length. */
static void *allocate(size_t length)
{
    return length < SIZE_MAX ? wts_result_allocate(length) : NULL;
}

uint32_t wts_block_pack(const struct wts_layout *layout, enum wts_form form, const void *records,
                        uint32_t count, void **block, size_t *length)
{
    const size_t structure_length = layout->structure_length[form];
    struct pass pass = {.form = form};
    if (count > SIZE_MAX / structure_length)
        return ERROR_NOT_ENOUGH_MEMORY;
    const size_t structures = count * structure_length;
    pass.used = structures;
    put_records(&pass, layout, records, count);
    const size_t whole = pass.used;
    if (whole > 0) {
        pass.block = allocate(whole);
        if (pass.block == NULL)
            return ERROR_NOT_ENOUGH_MEMORY;
        pass.used = structures;
        put_records(&pass, layout, records, count);
    }
    *block = pass.block;
    *length = whole;
    return ERROR_SUCCESS;
}

uint32_t wts_block_pack_text(enum wts_form form, struct wts_text text, void **block, size_t *length)
{
    struct pass pass = {.form = form};
    add_text(&pass, text);
    const size_t whole = pass.used;
    pass.block = allocate(whole);
    if (pass.block == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    pass.used = 0;
    add_text(&pass, text);
    *block = pass.block;
    *length = whole;
    return ERROR_SUCCESS;
}
