/*
 * Fuzzes every response decoder of one interface, -DRESPONSES=NAME_responses: each gets the whole input,
 * which libFuzzer gives as a heap block of the exact size. Everything decoded is read once. A decoder that
 * accepts gives the same when bytes follow, since it must not look at them.
 */
#include "fuzz.h"

#include "responses.h"

enum { LIMIT = 1 << 16, MORE = 5 };

static enum wts_ndr_status decode(const struct response *response, const uint8_t *data, size_t length,
                                  uint64_t *sum)
{
    struct wts_ndr_arena arena;
    struct show show = {0};
    wts_ndr_arena_init(&arena, LIMIT);
    const enum wts_ndr_status status = response_read(response, data, length, &arena, &show);
    wts_ndr_arena_free(&arena);
    *sum = show.sum;
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    uint8_t *longer = malloc(length + MORE);
    require(longer != NULL);
    if (length > 0)
        memcpy(longer, data, length);
    memset(longer + length, 0xFF, MORE);
    for (const struct response *response = RESPONSES; !response_is_last(response); response++) {
        uint64_t sum;
        uint64_t again;
        if (decode(response, data, length, &sum) == WTS_NDR_OK)
            require(decode(response, longer, length + MORE, &again) == WTS_NDR_OK && again == sum);
    }
    free(longer);
    return 0;
}
