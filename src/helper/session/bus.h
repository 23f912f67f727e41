/*
 * A connection to a D-Bus bus that reconnects by itself, and calls on it with a time limit. Nothing here
 * blocks. Times are wts_process_milliseconds().
 */
#ifndef WTS_HELPER_SESSION_BUS_H
#define WTS_HELPER_SESSION_BUS_H

#include <stdint.h>

#include "helper/session/payload.h"
#include "helper/session/sdbus.h"

enum {
    WTS_BUS_CALL_MS = 100, /* the limit of one call, and of a connect */
    WTS_BUS_ADDRESS_SIZE = 512
};

struct wts_bus_user {
    /* The connection was made; state of an earlier one is lost. */
    void (*up)(void *context);
    /* The connection cannot be made, does not answer yet (WTS_LINUX_SILENT), or broke. up() may follow
     * later. */
    void (*down)(void *context, enum wts_linux_presence presence, const char *why);
    void *context;
};

enum wts_bus_state {
    WTS_BUS_GIVEN_UP,
    WTS_BUS_PAUSED,     /* until `due` */
    WTS_BUS_CONNECTING, /* reported as silent at `due` */
    WTS_BUS_WAITING,    /* for the socket to appear, or for the first answer */
    WTS_BUS_UP
};

struct wts_bus {
    struct wts_bus_user user;
    char address[WTS_BUS_ADDRESS_SIZE];
    int epoll; /* the descriptor of the connection is watched here */
    sd_bus *connection;
    int fd;
    uint32_t events;
    enum wts_bus_state state;
    int64_t due;
    int64_t pause_ms; /* before the next try */
    int64_t up_since;
};

/*
 * Begins to connect. [in] address: of D-Bus; NULL: there is none, for the reason `why`. Connects to Unix
 * sockets only, because other kinds start programs or wait for a name server.
 */
void wts_bus_start(struct wts_bus *bus, int epoll, const struct wts_bus_user *user, const char *address,
                   const char *why);

/* Does what is due: reads, writes, connects again, calls the user. */
void wts_bus_turn(struct wts_bus *bus);

/* When wts_bus_turn() has to be called even if the descriptor is not readable. */
int64_t wts_bus_due(const struct wts_bus *bus);

/* One method call; `text` and `number` are its arguments in this order, NULL: none. */
struct wts_bus_call {
    const char *service;
    const char *path;
    const char *interface;
    const char *member;
    const char *text;
    const char *second_text;
    const uint32_t *number;
};

/*
 * Sends a call that starts no service and has a limit of WTS_BUS_CALL_MS. `answer` is called once, with an
 * error message if there is no answer. [in, out] slot: an earlier call in it is forgotten. False: not sent.
 */
bool wts_bus_call(struct wts_bus *bus, sd_bus_slot **slot, const struct wts_bus_call *call,
                  sd_bus_message_handler_t answer, void *context);

/*
 * For the subscription to a signal: whether the bus refused it. Without a function for that sd-bus ends the
 * connection.
 */
int wts_bus_ignore_answer(sd_bus_message *answer, void *context, sd_bus_error *error);

/* Forgets a call or a match. */
void wts_bus_forget(sd_bus_slot **slot);

/* The meaning of a call's error for its source. */
enum wts_bus_error {
    WTS_BUS_NO_SERVICE, /* nobody has the name, or the sandbox hides it */
    WTS_BUS_DENIED,
    WTS_BUS_NO_ANSWER,
    WTS_BUS_REFUSED /* the service itself answered with an error */
};

enum wts_bus_error wts_bus_error_of(const sd_bus_error *error);

/* Sets a service's owner from its answer, and reports whether a message comes from that owner. */
enum { WTS_BUS_OWNER_SIZE = 64 };
void wts_bus_take_owner(char *owner, sd_bus_message *answer);
/* Reads NameOwnerChanged. False: it is not from the bus, or not about this service. */
bool wts_bus_take_owner_change(sd_bus_message *signal, const char *service, bool *is_there);
bool wts_bus_is_from(const char *owner, sd_bus_message *message);

#endif
