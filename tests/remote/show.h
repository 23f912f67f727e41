/*
 * Writes decoded values as one line of text, `name=value name="text"`, so that a test compares all of a
 * response with a literal. Without a buffer it only reads every value, so that sanitizers see what a decoder
 * left: that is what fuzzers use.
 */
#ifndef WTS_TESTS_SHOW_H
#define WTS_TESTS_SHOW_H

#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "remote/ndr/reader.h"
#include "remote/tsts/address.h"
#include "remote/tsts/legacy.h"
#include "remote/tsts/result.h"

struct show {
    char *text; /* NUL terminated; NULL: only reads */
    size_t capacity;
    size_t length;
    uint64_t sum; /* of everything that was shown: keeps the reads from being optimised away */
};

void show_number(struct show *show, const char *name, uint64_t value);
void show_text(struct show *show, const char *name, struct wts_text text);
void show_bytes(struct show *show, const char *name, const uint8_t *bytes, size_t length);
void show_address(struct show *show, const struct wts_tsts_address *address);
void show_result(struct show *show, const struct wts_tsts_result *result);
void show_legacy_result(struct show *show, const struct wts_legacy_result *result);

/* Fills a structure that is to be decoded into with what no decoder writes. */
void poison(void *out, size_t length);

/* True when `status` is WTS_NDR_OK. Else the structure must be as poison left it, or the program ends. */
bool was_read(enum wts_ndr_status status, const void *out, size_t length);

#endif
