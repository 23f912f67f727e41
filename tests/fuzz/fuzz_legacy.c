/*
 * Fuzzes the response decoders of the Legacy interface: each gets the whole input. libFuzzer's input is a
 * heap block of the exact size, so that ASan sees a read past the end. A decoder that refuses leaves its
 * output alone; one that accepts has seen enough bytes, and what is behind them changes nothing.
 */
#include "fuzz.h"

#include "remote/tsts/legacy.h"
#include "remote/tsts/process_list.h"

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

static void check_events(const uint8_t *data, size_t length)
{
    struct wts_legacy_events out;
    memset(&out, 0xA5, sizeof out);
    const bool good = wts_legacy_get_wait_system_event(data, length, &out);
    require(good == (length >= 9));
    require(good || out.events == 0xA5A5A5A5);
}

static void check_sid(const uint8_t *data, size_t length)
{
    struct wts_ndr_arena arena;
    struct wts_process_sid out;
    wts_ndr_arena_init(&arena, 1 << 16);
    if (wts_legacy_get_process_sid(data, length, &arena, &out) == WTS_NDR_OK) {
        require((out.sid != NULL) == (out.end.result != 0));
        require(out.sid == NULL || out.sid_length == 8 + 4u * out.sid[1]);
    }
    wts_ndr_arena_free(&arena);
}

static void check_process_list(uint16_t opnum, const uint8_t *data, size_t length)
{
    struct wts_ndr_arena arena;
    struct wts_process_list list;
    wts_ndr_arena_init(&arena, 1 << 16);
    const bool good = wts_legacy_get_all_processes(opnum, data, length, &arena, &list) == WTS_NDR_OK;
    require(!good || list.count <= length / 148);
    for (uint32_t i = 0; good && i < list.count; i++) {
        const struct wts_process_record *record = &list.records[i];
        size_t count = 0;
        while (record->image_name != NULL && record->image_name[count] != 0)
            count++;
        require(2 * count <= length);
        require(record->sid == NULL || record->sid_length == 8 + 4u * record->sid[1]);
    }
    wts_ndr_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    check_simple(wts_legacy_get_open_server, 25, data, length);
    check_simple(wts_legacy_get_terminate_process, 5, data, length);
    check_simple(wts_legacy_get_shutdown_system, 5, data, length);
    check_events(data, length);
    check_sid(data, length);
    check_simple(wts_legacy_get_close_server_ex, 25, data, length);
    check_process_list(WTS_LEGACY_GET_ALL_PROCESSES, data, length);
    check_process_list(WTS_LEGACY_GET_ALL_PROCESSES_NT6, data, length);
    return 0;
}
