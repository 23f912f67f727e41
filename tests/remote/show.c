/*
 * See show.h.
 */
#include "show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POISON = 0xA5, SMALL = 0x10000 };

static void append(struct show *show, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(struct show *show, const char *format, ...)
{
    if (show->text == NULL)
        return;
    va_list words;
    va_start(words, format);
    const int count = vsnprintf(show->text + show->length, show->capacity - show->length, format, words);
    va_end(words);
    if (count < 0 || (size_t)count >= show->capacity - show->length)
        abort();
    show->length += (size_t)count;
}

static void begin(struct show *show, const char *name)
{
    append(show, "%s%s=", show->length > 0 ? " " : "", name);
}

void show_number(struct show *show, const char *name, uint64_t value)
{
    show->sum += value;
    begin(show, name);
    append(show, value < SMALL ? "%" PRIu64 : "0x%" PRIx64, value);
}

void show_text(struct show *show, const char *name, struct wts_text text)
{
    begin(show, name);
    if (text.units == NULL) {
        append(show, "none");
        return;
    }
    append(show, "\"");
    for (uint32_t i = 0; i < text.count; i++) {
        const unsigned unit = text.units[i];
        show->sum += unit;
        append(show, unit >= 0x20 && unit < 0x7F ? "%c" : "\\x%04x", unit);
    }
    append(show, "\"");
    if (text.units[text.count] != 0)
        abort(); /* every text of the codec has a NUL behind it */
}

void show_bytes(struct show *show, const char *name, const uint8_t *bytes, size_t length)
{
    begin(show, name);
    append(show, bytes == NULL ? "none" : "");
    for (size_t i = 0; bytes != NULL && i < length; i++) {
        show->sum += bytes[i];
        append(show, "%02x", bytes[i]);
    }
}

void show_address(struct show *show, const struct wts_tsts_address *address)
{
    show_number(show, "family", address->family);
    show_number(show, "port", address->port);
    show_bytes(show, "address", address->bytes, sizeof address->bytes);
    show_number(show, "flow", address->flow);
    show_number(show, "scope", address->scope);
}

static void show_context(struct show *show, const struct wts_context_handle *context)
{
    if (!wts_context_handle_is_null(context))
        show_bytes(show, "context", context->bytes, sizeof context->bytes);
}

void show_result(struct show *show, const struct wts_tsts_result *result)
{
    show_context(show, &result->context);
    show_number(show, wts_tsts_failed(result) ? "failed" : "good", result->hresult);
}

void show_legacy_result(struct show *show, const struct wts_legacy_result *result)
{
    show_context(show, &result->context);
    show_number(show, "result", result->result);
    show_number(show, "error", result->error);
}

void poison(void *out, size_t length)
{
    memset(out, POISON, length);
}

bool was_read(enum wts_ndr_status status, const void *out, size_t length)
{
    if (status == WTS_NDR_OK)
        return true;
    const uint8_t *bytes = out;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != POISON) {
            fprintf(stderr, "a refused response was written at byte %zu\n", i);
            abort();
        }
    }
    return false;
}
