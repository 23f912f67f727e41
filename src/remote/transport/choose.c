/*
 * Which transport carries the calls of this system, docs/design.md#choice-of-transport: under Wine the relay,
 * else rpcrt4; for tests under Wine WTSAPI32_TRANSPORT may say otherwise. Windows API.
 */
#include <windows.h>

#include <string.h>

#include "core/system.h"
#include "core/trace.h"
#include "remote/transport/relay.h"
#include "remote/transport/rpcrt4.h"
#include "remote/transport/transport.h"

const struct wts_transport *wts_transport_choose(void)
{
    static const char prefix[] = "rpcrt4:";
    char setting[128];
    if (!wts_system_is_wine())
        return &wts_transport_rpcrt4;
    const DWORD length = GetEnvironmentVariableA("WTSAPI32_TRANSPORT", setting, sizeof setting);
    if (length == 0)
        return &wts_transport_relay;
    if (length >= sizeof setting || strncmp(setting, prefix, sizeof prefix - 1) != 0 ||
        !wts_rpcrt4_redirect(setting + sizeof prefix - 1)) {
        wts_trace(WTS_TRACE_ERRORS, "WTSAPI32_TRANSPORT: unknown transport");
        return NULL;
    }
    wts_trace(WTS_TRACE_ERRORS, "for tests: every server is %s, without authentication", setting);
    return &wts_transport_rpcrt4;
}
