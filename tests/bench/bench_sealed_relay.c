/*
 * The relay alone: the DLL's side of the helper, natively; see bench_sealed.h. WTS_RELAY names the program.
 */
#include "bench_sealed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/deadline.h"
#include "helper/client/client.h"
#include "helper/rpc/payload.h"
#include "wire_native.h"

static const char *const no_variables[] = {NULL};
static struct wts_helper_kind relay = WTS_HELPER_KIND("wts-relay", NULL, no_variables);

struct sealed {
    struct wts_channel *channel;
};

uint64_t sealed_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static struct wts_frame_text text_of(const char *text)
{
    return (struct wts_frame_text){text, strlen(text)};
}

static void put_open(struct wts_frame_writer *writer, const void *arguments, uint32_t secret_offset)
{
    struct wts_rpc_open open = *(const struct wts_rpc_open *)arguments;
    open.password_offset = secret_offset;
    wts_rpc_put_open(writer, &open);
}

struct sealed *sealed_connect(const char *server, const char *user, const char *password)
{
    struct sealed *sealed = calloc(1, sizeof *sealed);
    const struct wts_channel_secret secret = {password, strlen(password)};
    const struct wts_rpc_open open = {.version_major = sealed_interface.version_major,
                                      .server = text_of(server),
                                      .uuid = text_of(sealed_interface.uuid),
                                      .pipe = text_of(sealed_interface.pipe),
                                      .domain = text_of(""),
                                      .user = text_of(user),
                                      .password_length = (uint32_t)strlen(password)};
    wire_native_use(getenv("WTS_RELAY"));
    if (sealed == NULL || (sealed->channel = wts_channel_create(&relay, WTS_RPC_DUTY, NULL)) == NULL)
        sealed_fail("memory", 0);
    struct wts_channel_answer answer =
        wts_channel_open(sealed->channel, put_open, &open, secret, wts_deadline_after(SEALED_TIMEOUT_MS));
    if (answer.outcome.error != 0)
        sealed_fail("connect", answer.outcome.error);
    free(answer.block);
    return sealed;
}

static void put_stub(struct wts_frame_writer *writer, const void *arguments)
{
    (void)arguments;
    wts_rpc_put_stub(writer, sealed_stub, sealed_stub_length);
}

size_t sealed_call(struct sealed *sealed)
{
    struct wts_rpc_reply reply;
    struct wts_channel_answer answer = wts_channel_request(sealed->channel, SEALED_OPNUM, put_stub, NULL,
                                                           wts_deadline_after(SEALED_TIMEOUT_MS));
    if (answer.outcome.error != 0 || !wts_rpc_get_reply(&answer.payload, &reply))
        sealed_fail("call", answer.outcome.error);
    free(answer.block);
    return reply.stub_length;
}

void sealed_close(struct sealed *sealed)
{
    wts_channel_close(sealed->channel);
    free(sealed);
}

/* Gives back each byte until there is none. */
static _Noreturn void echo(int from, int to)
{
    char byte;
    while (read(from, &byte, 1) == 1 && write(to, &byte, 1) == 1) {
    }
    _exit(0);
}

void sealed_turns(unsigned long count)
{
    int there[2];
    int back[2];
    char byte = 0;
    if (pipe(there) != 0 || pipe(back) != 0)
        sealed_fail("pipes", 0);
    const pid_t other = fork();
    if (other == 0) {
        close(there[1]);
        echo(there[0], back[1]);
    }
    for (unsigned long i = 0; i < count; i++)
        if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
            sealed_fail("turns", 0);
    for (size_t i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
    waitpid(other, NULL, 0);
}
