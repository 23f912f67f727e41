/*
 * The seam between the client of a remote server and what carries its calls. A transport opens a connection
 * to one RPC interface of one server, sends one request stub at a time and hands back the response stub. It
 * knows no opnum and reads no stub byte. Implementations: relay (Wine), rpcrt4 (Windows), script (tests).
 * Portable.
 */
#ifndef WTS_REMOTE_TRANSPORT_H
#define WTS_REMOTE_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/progress.h"

/* One RPC interface, as [MS-TSTS] 1.9 lists them. Constant for the life of the process. */
struct wts_interface {
    const char *name; /* for the trace */
    const char *uuid; /* lower case, with hyphens */
    uint16_t version_major;
    uint16_t version_minor;
    const char *pipe; /* without \PIPE\ */
};

/* What became of one call. */
struct wts_call_result {
    uint32_t error; /* Win32 code; 0: the response stub is valid */
    enum wts_progress progress;
    bool broken; /* the connection is of no further use and must be closed */
};

/* Response stub: `data` is malloc'ed by the transport, `length` in bytes; the caller frees it with free(). */
struct wts_response {
    uint8_t *data;
    size_t length;
};

/* A connection of some transport; each implementation has its own layout behind this. */
struct wts_connection;

struct wts_transport {
    const char *name;

    /*
     * Opens a connection to `interface` of `server` (UTF-16, NUL terminated, 1..255 characters, already
     * checked to hold host name characters only) within `timeout_ms`. Returns 0 and the connection, or a
     * Win32 code: 1722 not reachable or too late, 1326 log-on refused, 5 refused later, 1717 interface
     * unknown, 1703 no such transport here, 8 memory.
     */
    uint32_t (*connect)(const uint16_t *server, const struct wts_interface *interface, uint32_t timeout_ms,
                        struct wts_connection **connection);

    /*
     * Sends one call and waits for its end, `timeout_ms` at most (UINT32_MAX: no limit). One call at a time
     * on a connection; different connections may be used by different threads at once. On error 0 the caller
     * owns *response. Error 1818: the time passed (maybe executed, broken).
     */
    struct wts_call_result (*call)(struct wts_connection *connection, uint16_t opnum, const uint8_t *request,
                                   size_t request_length, struct wts_response *response, uint32_t timeout_ms);

    /*
     * Ends the call that another thread has in flight on the connection (error 1726, maybe executed); a call
     * that comes later fails at once (error 1726, not executed).
     */
    void (*cancel)(struct wts_connection *connection);

    /* Closes and frees; never fails, never waits for the network. No call may be in flight. */
    void (*close)(struct wts_connection *connection);
};

/* The transport of this system, or NULL when there is none: calls fail with 1703 then. See choose.c. */
const struct wts_transport *wts_transport_choose(void);

#endif
