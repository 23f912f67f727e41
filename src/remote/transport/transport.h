/*
 * The interface between the client of a remote server and the transports, which carry its calls. A transport
 * opens a connection to one RPC interface of one server, sends one request stub at a time and returns the
 * response stub. It interprets neither opnums nor stubs. Implementations: relay (Wine), rpcrt4 (Windows),
 * script (tests). Portable.
 */
#ifndef WTS_REMOTE_TRANSPORT_H
#define WTS_REMOTE_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/interface.h"
#include "core/progress.h"

/*
 * The result of connecting, or of one call. Only an answer of the server itself (`is_answer`) may be trusted:
 * a session, a listener or an interface does not exist if the server reports so, never because the server
 * could not be reached. A failure on the way is not an answer, whatever its code: the server is not reached,
 * the log-on is refused, the connection is lost or cancelled, the deadline has passed, memory is exhausted.
 */
struct wts_call_result {
    uint32_t error; /* Win32 code; 0: connected, or the response stub is valid */
    enum wts_progress progress;
    bool broken;    /* the connection can no longer be used and must be closed */
    bool is_answer; /* it came from the server: a response, a fault, a refused bind, a pipe that does not
                       exist or that this user may not open */
    bool is_refused_logon; /* the log-on was tried and refused; each further try may count towards the
                              account's lock-out. Never an answer to the call itself */
};

/* Response stub: `data` is malloc'ed by the transport, `length` in bytes; the caller frees it with free(). */
struct wts_response {
    uint8_t *data;
    size_t length;
};

/* The longest request or response stub that every transport carries, in bytes. */
enum { WTS_MAX_STUB = 64 * 1024 * 1024 - 64 };

/* A connection; each transport has its own layout. */
struct wts_connection;

/*
 * In this order: create, connect once, any number of calls, close. One connect or call at a time on a
 * connection; different connections may be used by different threads at once. Deadlines are moments of
 * wts_clock_ms, WTS_NEVER for no limit (core/deadline.h); a transport gives up at that moment and adds no
 * wait of its own, so anything that it waits for gets less time.
 */
struct wts_transport {
    const char *name;

    /*
     * Makes the object of a connection to `interface` of `server` (UTF-16, NUL terminated, 1..255 characters,
     * already checked to hold host name characters only; kept, not copied). Touches nothing outside this
     * process and never waits. NULL: memory is exhausted.
     */
    struct wts_connection *(*create)(const uint16_t *server, const struct wts_interface *interface);

    /*
     * Connects, until `deadline_ms` at the latest. Errors: 1722 not reachable or too late, 1326 log-on
     * refused, 5 refused later, 1717 interface unknown, 1703 no such transport here, 1726 cancelled, 8
     * memory. After an error the connection is broken and can only be closed.
     */
    struct wts_call_result (*connect)(struct wts_connection *connection, uint64_t deadline_ms);

    /*
     * Sends one call and waits for its end, until `deadline_ms` at the latest. On error 0 the caller owns
     * *response. Error 1818: the deadline passed (maybe executed, broken).
     */
    struct wts_call_result (*call)(struct wts_connection *connection, uint16_t opnum, const uint8_t *request,
                                   size_t request_length, struct wts_response *response,
                                   uint64_t deadline_ms);

    /*
     * Ends the connect or the call that another thread has in flight on the connection at once (error 1726,
     * maybe executed); a later one fails at once (error 1726, not executed). The caller holds no lock; the
     * connection is not closed before this has returned.
     */
    void (*cancel)(struct wts_connection *connection);

    /*
     * Closes and frees; never fails, never waits for the network. No connect, call or cancel may be in
     * flight. The caller holds no lock.
     */
    void (*close)(struct wts_connection *connection);
};

/* The transport of this system; NULL: there is none, and calls fail with 1703. See choose.c. */
const struct wts_transport *wts_transport_choose(void);

#endif
