/*
 * When a call must be over; see deadline.h.
 */
#include "core/deadline.h"

#include <stdlib.h>
#include <string.h>

#include "core/platform.h"

enum { CONNECT_TIMEOUT_MS = 10000, CALL_TIMEOUT_MS = 30000 };

static uint32_t read_timeout(const char *name, uint32_t usual)
{
    char text[16];
    if (!wts_environment_get(name, text, sizeof text) || strspn(text, "0123456789") != strlen(text))
        return usual;
    const unsigned long long value = strtoull(text, NULL, 10);
    return value > 0 && value < UINT32_MAX ? (uint32_t)value : usual;
}

struct wts_timeouts wts_timeouts_read(void)
{
    return (struct wts_timeouts){
        .connect_ms = read_timeout("WTSAPI32_CONNECT_TIMEOUT_MS", CONNECT_TIMEOUT_MS),
        .call_ms = read_timeout("WTSAPI32_CALL_TIMEOUT_MS", CALL_TIMEOUT_MS),
    };
}

struct wts_deadline wts_deadline_start(const struct wts_timeouts *timeouts)
{
    return (struct wts_deadline){.end_ms = wts_deadline_after(timeouts->call_ms),
                                 .connect_left_ms = timeouts->connect_ms};
}

uint64_t wts_deadline_connect_by(const struct wts_deadline *deadline)
{
    return wts_deadline_after(deadline->connect_left_ms);
}

void wts_deadline_connected(struct wts_deadline *deadline, uint64_t began_ms)
{
    const uint64_t spent_ms = wts_clock_ms() - began_ms;
    /* A connect that took longer than it was allowed does not lengthen the call. */
    const uint32_t granted_ms =
        spent_ms < deadline->connect_left_ms ? (uint32_t)spent_ms : deadline->connect_left_ms;
    deadline->connect_left_ms -= granted_ms;
    deadline->end_ms = wts_deadline_extended(deadline->end_ms, granted_ms);
}

uint64_t wts_deadline_extended(uint64_t moment_ms, uint32_t timeout_ms)
{
    return timeout_ms == UINT32_MAX || moment_ms >= WTS_NEVER - timeout_ms ? WTS_NEVER
                                                                           : moment_ms + timeout_ms;
}

uint64_t wts_deadline_after(uint32_t timeout_ms)
{
    return wts_deadline_extended(wts_clock_ms(), timeout_ms);
}

uint32_t wts_deadline_left(uint64_t moment_ms)
{
    const uint64_t now_ms = wts_clock_ms();
    if (moment_ms == WTS_NEVER)
        return UINT32_MAX;
    if (moment_ms <= now_ms)
        return 0;
    return moment_ms - now_ms < UINT32_MAX ? (uint32_t)(moment_ms - now_ms) : UINT32_MAX - 1;
}
