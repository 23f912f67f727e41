/*
 * Decodes a reply of 32,768 processes, again and again: `bench_decode make FILE` writes the reply,
 * `bench_decode time FILE ROUNDS` reads a line, decodes the reply ROUNDS times, and answers with the
 * nanoseconds of one, so that bench_decode.py can take turns with its own.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "remote/ndr/writer.h"
#include "remote/tsts/process_list.h"

enum { LIMIT = 1 << 26, CAPACITY = 1 << 24, NAME_COUNT = 11 };

static const uint16_t name[NAME_COUNT] = {'n', 'o', 't', 'e', 'p', 'a', 'd', '.', 'e', 'x', 'e'};
static const uint8_t sid[28] = {1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0,    1,
                                0, 0, 0, 2, 0, 0, 0, 3, 0,  0, 0, 0xF4, 1};

static void put_process(struct wts_ndr_writer *writer, uint32_t id)
{
    const uint32_t before_name[] = {0, 7, 0, 0, 0, 0, 0, 0}; /* 7 threads */
    for (size_t i = 0; i < sizeof before_name / sizeof before_name[0]; i++)
        wts_ndr_put_u32(writer, before_name[i]);
    for (uint64_t time = 0x10; time <= 0x30; time += 0x10)
        wts_ndr_put_u64(writer, 0x01DA000000000000 + time);
    wts_ndr_put_u16(writer, 2 * NAME_COUNT);
    wts_ndr_put_u16(writer, 2 * NAME_COUNT);
    wts_ndr_put_pointer(writer, true);
    const uint32_t after_name[18] = {8,      id,     4, 100, id % 9, 0, 1,  2,  3,
                                     0x4000, 0x5000, 6, 7,   8,      9, 10, 11, 12};
    for (size_t i = 0; i < sizeof after_name / sizeof after_name[0]; i++)
        wts_ndr_put_u32(writer, after_name[i]);
    wts_ndr_put_varying_array(writer, NAME_COUNT, NAME_COUNT);
    wts_ndr_put_utf16(writer, name, NAME_COUNT);
    wts_ndr_put_array(writer, sizeof sid);
    wts_ndr_put_bytes(writer, sid, sizeof sid);
}

static int make(const char *path)
{
    uint8_t *data = malloc(CAPACITY);
    FILE *file = fopen(path, "wb");
    struct wts_ndr_writer writer;
    if (data == NULL || file == NULL)
        return 2;
    wts_ndr_writer_init(&writer, data, CAPACITY);
    wts_ndr_put_u32(&writer, 0);
    wts_ndr_put_u32(&writer, WTS_MAX_PROCESSES);
    wts_ndr_put_pointer(&writer, true);
    wts_ndr_put_array(&writer, WTS_MAX_PROCESSES);
    for (uint32_t i = 0; i < WTS_MAX_PROCESSES; i++) {
        wts_ndr_put_pointer(&writer, true);
        wts_ndr_put_u32(&writer, sizeof sid);
        wts_ndr_put_pointer(&writer, true);
    }
    for (uint32_t i = 0; i < WTS_MAX_PROCESSES; i++) {
        while (writer.length % 8 != 0)
            wts_ndr_put_u8(&writer, 0);
        put_process(&writer, 4 * i);
    }
    wts_ndr_put_u8(&writer, 1);
    const bool good = wts_ndr_writer_ok(&writer) && fwrite(data, 1, writer.length, file) == writer.length;
    free(data);
    return fclose(file) == 0 && good ? 0 : 2;
}

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Sum of ids and session ids, which the other side computes as well. */
static uint64_t decode(const uint8_t *data, size_t length)
{
    struct wts_ndr_arena arena;
    struct wts_process_list list;
    uint64_t sum = 0;
    wts_ndr_arena_init(&arena, LIMIT);
    if (wts_procedure_read(&wts_legacy_get_all_processes_nt6, data, length, &arena, &list) != WTS_NDR_OK)
        exit(3);
    for (uint32_t i = 0; i < list.count; i++)
        sum += list.records[i].process_id + list.records[i].session_id;
    wts_ndr_arena_free(&arena);
    return sum;
}

static int serve(const char *path, unsigned rounds)
{
    char line[8];
    uint8_t *data = malloc(CAPACITY);
    FILE *file = fopen(path, "rb");
    if (data == NULL || file == NULL)
        return 2;
    const size_t length = fread(data, 1, CAPACITY, file);
    fclose(file);
    while (fgets(line, sizeof line, stdin) != NULL) {
        uint64_t sum = 0;
        const double before = now_ns();
        for (unsigned i = 0; i < rounds; i++)
            sum = decode(data, length);
        printf("%.0f %" PRIu64 "\n", (now_ns() - before) / rounds, sum);
        fflush(stdout);
    }
    free(data);
    return 0;
}

int main(int count, char **words)
{
    if (count == 3 && strcmp(words[1], "make") == 0)
        return make(words[2]);
    if (count == 4 && strcmp(words[1], "time") == 0)
        return serve(words[2], (unsigned)strtoul(words[3], NULL, 10));
    fprintf(stderr, "usage: bench_decode make FILE | bench_decode time FILE ROUNDS\n");
    return 1;
}
