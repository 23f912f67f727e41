/*
 * The whole path: the DLL's transport under Wine, from the seam on which its client of servers stands; see
 * bench_sealed.h. What is missing of an exported call is packing a stub and decoding the answer.
 */
#include "bench_sealed.h"

#include <windows.h>

#include <stdlib.h>

#include "core/backend.h"
#include "core/deadline.h"
#include "remote/transport/relay.h"

/* What NULL handles mean; there is no handle here. */
struct wts_server wts_local_server;

struct sealed {
    struct wts_connection *connection;
    WCHAR name[256];
};

uint64_t sealed_clock(void)
{
    LARGE_INTEGER now;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return (uint64_t)((double)now.QuadPart * 1e9 / (double)frequency.QuadPart);
}

struct sealed *sealed_connect(const char *server, const char *user, const char *password)
{
    struct sealed *sealed = calloc(1, sizeof *sealed);
    (void)user;
    (void)password;
    if (sealed == NULL || MultiByteToWideChar(CP_UTF8, 0, server, -1, sealed->name, 256) == 0)
        sealed_fail("memory", 0);
    sealed->connection = wts_transport_relay.create((const uint16_t *)sealed->name, &sealed_interface);
    if (sealed->connection == NULL)
        sealed_fail("memory", 0);
    const struct wts_call_result result =
        wts_transport_relay.connect(sealed->connection, wts_deadline_after(SEALED_TIMEOUT_MS));
    if (result.error != 0)
        sealed_fail("connect", result.error);
    return sealed;
}

size_t sealed_call(struct sealed *sealed)
{
    struct wts_response response;
    const struct wts_call_result result =
        wts_transport_relay.call(sealed->connection, SEALED_OPNUM, sealed_stub, sealed_stub_length, &response,
                                 wts_deadline_after(SEALED_TIMEOUT_MS));
    if (result.error != 0)
        sealed_fail("call", result.error);
    free(response.data);
    return response.length;
}

void sealed_close(struct sealed *sealed)
{
    wts_transport_relay.close(sealed->connection);
    free(sealed);
}

void sealed_turns(unsigned long count)
{
    (void)count;
}
