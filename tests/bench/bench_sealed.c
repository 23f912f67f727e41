/*
 * Times sealed calls; see bench_sealed.h. Commands on standard input, one answer line each:
 *
 *   connect SERVER USER PASSWORD   connects, calls once, closes             -> ns TIME
 *   open SERVER USER PASSWORD      connects, calls once, and keeps it       -> bytes LENGTH (of the response)
 *   calls COUNT                    on the connection that was opened last   -> ns TIME
 *   turns COUNT                    see sealed_turns()                       -> ns TIME
 *   close                          all connections                          -> done
 */
#include "bench_sealed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct wts_interface sealed_interface = {
    .name = "wkssvc", .uuid = "6bffd098-a112-3610-9833-46c3f87e345a", .version_major = 1, .pipe = "wkssvc"};

/* No server name, level 100. */
const uint8_t sealed_stub[] = {0, 0, 0, 0, 100, 0, 0, 0};
const size_t sealed_stub_length = sizeof sealed_stub;

enum { MAX_OPEN = 4096 };
static struct sealed *open_ones[MAX_OPEN];
static size_t open_count;

_Noreturn void sealed_fail(const char *what, uint32_t error)
{
    printf("failed %s error %lu\n", what, (unsigned long)error);
    fflush(stdout);
    exit(1);
}

static struct sealed *connect_as_told(void)
{
    const char *server = strtok(NULL, " ");
    const char *user = strtok(NULL, " ");
    const char *password = strtok(NULL, " ");
    if (password == NULL || open_count == MAX_OPEN)
        sealed_fail("command", 0);
    return sealed_connect(server, user, password);
}

static void do_connect(void)
{
    const uint64_t began = sealed_clock();
    struct sealed *sealed = connect_as_told();
    sealed_call(sealed);
    sealed_close(sealed);
    printf("ns %llu\n", (unsigned long long)(sealed_clock() - began));
}

static void do_open(void)
{
    open_ones[open_count] = connect_as_told();
    printf("bytes %lu\n", (unsigned long)sealed_call(open_ones[open_count++]));
}

static void do_calls(void)
{
    const char *word = strtok(NULL, " ");
    const unsigned long count = word != NULL ? strtoul(word, NULL, 10) : 0;
    if (open_count == 0)
        sealed_fail("calls", 0);
    const uint64_t began = sealed_clock();
    for (unsigned long i = 0; i < count; i++)
        sealed_call(open_ones[open_count - 1]);
    printf("ns %llu\n", (unsigned long long)(sealed_clock() - began));
}

static void do_turns(void)
{
    const char *word = strtok(NULL, " ");
    const uint64_t began = sealed_clock();
    sealed_turns(word != NULL ? strtoul(word, NULL, 10) : 0);
    printf("ns %llu\n", (unsigned long long)(sealed_clock() - began));
}

static void do_close(void)
{
    while (open_count > 0)
        sealed_close(open_ones[--open_count]);
    printf("done\n");
}

static void run(const char *word)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } commands[] = {{"connect", do_connect},
                    {"open", do_open},
                    {"calls", do_calls},
                    {"turns", do_turns},
                    {"close", do_close}};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (word != NULL && strcmp(word, commands[i].name) == 0) {
            commands[i].run();
            return;
        }
    sealed_fail("command", 0);
}

int main(void)
{
    char line[512];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        run(strtok(line, " "));
        fflush(stdout);
    }
    do_close();
    return 0;
}
