/*
 * Results of the exports: each is one block of memory, made from neutral records. A table of fields describes
 * each result structure once; both the UTF-16 and the ANSI form are packed from it. Contract:
 * docs/contract.md#memory, docs/contract.md#strings, docs/contract.md#layout. Portable, little-endian.
 */
#ifndef WTS_CORE_BLOCK_H
#define WTS_CORE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

/* The two forms of every structure and string; also the index into values that differ between them. */
enum wts_form { WTS_FORM_UTF16, WTS_FORM_ANSI, WTS_FORM_COUNT };

enum wts_field_kind {
    WTS_FIELD_NUMBER, /* the low `size` bytes of an unsigned number, or bytes in place */
    WTS_FIELD_ARRAY,  /* in the record a struct wts_text, in the result an array of `size` characters; cut
                         between characters, with a NUL at the end; an absent text is an empty array */
    WTS_FIELD_TEXT, /* in the record a struct wts_text, in the result a pointer into the block; an absent text
                       is NULL */
    WTS_FIELD_CONSTANT, /* `source` itself, as a number of `size` bytes, at most 4 */
    WTS_FIELD_SID,      /* the same for a whole SID (`const uint8_t *`), aligned to 4 bytes */
};

struct wts_field {
    uint16_t kind;
    uint16_t source;                 /* offset in the record */
    uint16_t target[WTS_FORM_COUNT]; /* offset in the structure */
    uint16_t size;
};

/* How an array of records becomes an array of structures. */
struct wts_layout {
    const struct wts_field *fields;
    size_t field_count;
    size_t record_length;
    size_t structure_length[WTS_FORM_COUNT];
};

/*
 * One field of the Windows structures `structure`A and `structure`W, whose `member` has the same name in
 * both: WTS_FIELD(TEXT, struct wts_session, name, WTS_SESSION_INFO, pWinStationName). A character of the ANSI
 * form is one byte, so its size counts characters.
 */
#define WTS_FIELD(field_kind, record, source_member, structure, member)                                      \
    {                                                                                                        \
        .kind = WTS_FIELD_##field_kind, .source = offsetof(record, source_member),                           \
        .target = {offsetof(structure##W, member), offsetof(structure##A, member)},                          \
        .size = sizeof(((structure##A *)0)->member),                                                         \
    }

/* The layout of `fields`, an array of the above. */
#define WTS_LAYOUT(field_array, record, structure)                                                           \
    {                                                                                                        \
        .fields = (field_array), .field_count = sizeof(field_array) / sizeof((field_array)[0]),              \
        .record_length = sizeof(record), .structure_length = {sizeof(structure##W), sizeof(structure##A)},   \
    }

/*
 * Packs `count` records: the structures first, what they point to behind them, every gap zero. Returns 0, the
 * block (NULL for no records; the caller's to give away) and its length in bytes, or 8 with both untouched.
 */
uint32_t wts_block_pack(const struct wts_layout *layout, enum wts_form form, const void *records,
                        uint32_t count, void **block, size_t *length);

/* The same for one string; the block is the string with its NUL. No text is an empty string. */
uint32_t wts_block_pack_text(enum wts_form form, struct wts_text text, void **block, size_t *length);

#endif
