/*
 * The codec for tests in other languages: reads lines of `INTERFACE OPNUM HEX`, a response stub, and answers
 * each with what the decoder made of it (show.h), or with "malformed" or "no memory".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "responses.h"

enum { LIMIT = 1 << 24, LINE = 1 << 18, STUB = LINE / 2, SHOWN = 1 << 18 };

static const struct {
    const char *name;
    const struct response *responses;
} interfaces[] = {
    {"legacy", legacy_responses},
    {"session", session_responses},
    {"notification", notification_responses},
    {"enumeration", enumeration_responses},
    {"rcm_public", rcm_public_responses},
    {"tsvip", tsvip_responses},
};

static const struct response *find(const char *name, unsigned opnum)
{
    for (size_t i = 0; i < sizeof interfaces / sizeof interfaces[0]; i++) {
        const struct response *response = interfaces[i].responses;
        while (strcmp(interfaces[i].name, name) == 0 && !response_is_last(response)) {
            if (response_number(response) == opnum)
                return response;
            response++;
        }
    }
    return NULL;
}

static size_t from_hex(const char *hex, uint8_t *stub)
{
    size_t length = 0;
    unsigned value;
    while (length < STUB && sscanf(hex + 2 * length, "%2x", &value) == 1)
        stub[length++] = (uint8_t)value;
    return length;
}

/* Decodes on a block of the exact size and prints the answer. */
static void answer(const struct response *response, const uint8_t *stub, size_t length)
{
    static char text[SHOWN];
    static const char *const ends[] = {NULL, "malformed", "no memory"};
    struct show show = {.text = text, .capacity = sizeof text};
    struct wts_ndr_arena arena;
    uint8_t *copy = malloc(length);
    text[0] = 0;
    if (copy == NULL && length > 0)
        exit(2);
    if (length > 0)
        memcpy(copy, stub, length);
    wts_ndr_arena_init(&arena, LIMIT);
    const enum wts_ndr_status status = response_read(response, copy, length, &arena, &show);
    puts(status == WTS_NDR_OK ? text : ends[status]);
    fflush(stdout);
    wts_ndr_arena_free(&arena);
    free(copy);
}

int main(void)
{
    static char line[LINE];
    static char hex[LINE];
    static uint8_t stub[STUB];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char name[32];
        unsigned opnum;
        hex[0] = 0;
        if (sscanf(line, "%31s %u %s", name, &opnum, hex) < 2)
            return 1;
        const struct response *response = find(name, opnum);
        if (response == NULL)
            return 3;
        answer(response, stub, from_hex(hex, stub));
    }
    return 0;
}
