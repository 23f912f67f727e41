/*
 * Fuzzes the response decoders of the Legacy interface: each gets the whole input. libFuzzer's input is a
 * heap block of the exact size, so that ASan sees a read past the end. A decoder that refuses leaves its
 * output alone; one that accepts has seen enough bytes, and what is behind them changes nothing.
 */
#include "fuzz.h"

#include "remote/tsts/legacy.h"

typedef bool (*decoder)(const uint8_t *stub, size_t length, struct wts_legacy_result *out);

static void check_simple(decoder decode, size_t needed, const uint8_t *data, size_t length)
{
    struct wts_legacy_result out;
    struct wts_legacy_result again;
    memset(&out, 0xA5, sizeof out);
    memset(&again, 0xA5, sizeof again);
    const bool good = decode(data, length, &out);
    require(good == (length >= needed));
    if (good)
        require(decode(data, needed, &again));
    require(memcmp(&out, &again, sizeof out) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    check_simple(wts_legacy_get_open_server, 25, data, length);
    check_simple(wts_legacy_get_terminate_process, 5, data, length);
    check_simple(wts_legacy_get_close_server_ex, 25, data, length);
    return 0;
}
