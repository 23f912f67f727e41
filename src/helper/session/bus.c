/*
 * A connection that reconnects; see bus.h.
 */
#include "helper/session/bus.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "helper/host/process.h"
#include "helper/session/clock.h"
#include "helper/session/values.h"

enum { MAX_MESSAGES = 256, STEADY_MS = 5000 };

static const uint64_t call_limit = WTS_BUS_CALL_MS * UINT64_C(1000); /* microseconds */

/* D-Bus separates addresses by semicolons. */
static bool is_local(const char *address)
{
    for (;;) {
        if (strncmp(address, "unix:", 5) != 0)
            return false;
        address = strchr(address, ';');
        if (address == NULL || !address[1])
            return true;
        address++;
    }
}

static void unwatch(struct wts_bus *bus)
{
    /* The descriptor may have been closed or reused; then there is nothing to remove. */
    if (bus->fd >= 0)
        epoll_ctl(bus->epoll, EPOLL_CTL_DEL, bus->fd, NULL);
    bus->fd = -1;
}

static void disconnect(struct wts_bus *bus)
{
    unwatch(bus);
    if (bus->connection != NULL)
        wts_sd_bus.close_unref(bus->connection);
    bus->connection = NULL;
}

static void watch(struct wts_bus *bus)
{
    const int fd = wts_sd_bus.get_fd(bus->connection);
    const int events = wts_sd_bus.get_events(bus->connection);
    struct epoll_event event = {.events = events < 0 ? EPOLLIN : (uint32_t)events, .data.fd = fd};
    if (fd == bus->fd && event.events == bus->events)
        return;
    if (fd != bus->fd)
        unwatch(bus);
    if (fd >= 0 && epoll_ctl(bus->epoll, bus->fd == fd ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0) {
        bus->fd = fd;
        bus->events = event.events;
    }
}

/* [in] is_patient: waits for the socket if it is absent. Returns 0 or a negative errno. */
static int connect_to(struct wts_bus *bus, bool is_patient)
{
    disconnect(bus);
    int result = wts_sd_bus.new(&bus->connection);
    if (result >= 0)
        result = wts_sd_bus.set_address(bus->connection, bus->address);
    if (result >= 0)
        result = wts_sd_bus.set_bus_client(bus->connection, 1);
    if (result >= 0)
        result = wts_sd_bus.set_watch_bind(bus->connection, is_patient);
    if (result >= 0)
        result = wts_sd_bus.start(bus->connection);
    if (result < 0)
        disconnect(bus);
    return result < 0 ? result : 0;
}

static void pause_connection(struct wts_bus *bus)
{
    disconnect(bus);
    bus->pause_ms = wts_next_pause(bus->pause_ms);
    bus->state = WTS_BUS_PAUSED;
    bus->due = wts_process_milliseconds() + bus->pause_ms;
}

static bool is_missing(int error)
{
    return error == ENOENT || error == ECONNREFUSED || error == ENOTDIR;
}

/* Notes that there is no connection, and why. After a denied access no further try is made. */
static void take_failure(struct wts_bus *bus, int error, const char *what)
{
    char why[128];
    snprintf(why, sizeof why, "%s: %s", what, strerror(error));
    disconnect(bus);
    if (error == EACCES || error == EPERM) {
        bus->state = WTS_BUS_GIVEN_UP;
        bus->due = WTS_NEVER;
    } else if (is_missing(error) && connect_to(bus, true) == 0) {
        bus->state = WTS_BUS_WAITING;
        bus->due = WTS_NEVER;
    } else
        pause_connection(bus);
    bus->user.down(bus->user.context, WTS_LINUX_ABSENT, why);
}

static void begin(struct wts_bus *bus)
{
    const int result = connect_to(bus, false);
    if (result < 0) {
        take_failure(bus, -result, "the bus cannot be reached");
        return;
    }
    bus->state = WTS_BUS_CONNECTING;
    bus->due = wts_process_milliseconds() + WTS_BUS_CALL_MS;
}

static void take_break(struct wts_bus *bus, int error)
{
    const bool was_up = bus->state == WTS_BUS_UP;
    if (was_up && wts_process_milliseconds() - bus->up_since >= STEADY_MS)
        bus->pause_ms = 0;
    /* A bus that accepts and disconnects at once is not tried again at once. */
    char why[128];
    snprintf(why, sizeof why, "the connection to the bus broke: %s", strerror(error));
    pause_connection(bus);
    bus->user.down(bus->user.context, WTS_LINUX_ABSENT, why);
}

static void come_up(struct wts_bus *bus)
{
    /* Only set now, because the first call, Hello, may wait for a bus that is slow to start. */
    wts_sd_bus.set_method_call_timeout(bus->connection, call_limit);
    bus->state = WTS_BUS_UP;
    bus->due = WTS_NEVER;
    bus->up_since = wts_process_milliseconds();
    bus->user.up(bus->user.context);
}

static void process(struct wts_bus *bus)
{
    int result = 1;
    for (int i = 0; i < MAX_MESSAGES && result > 0; i++)
        result = wts_sd_bus.process(bus->connection, NULL);
    if (result < 0)
        take_break(bus, -result);
    else if (wts_sd_bus.is_open(bus->connection) <= 0)
        take_break(bus, ECONNRESET);
    else if (bus->state != WTS_BUS_UP && wts_sd_bus.is_ready(bus->connection) > 0)
        come_up(bus);
}

void wts_bus_start(struct wts_bus *bus, int epoll, const struct wts_bus_user *user, const char *address,
                   const char *why)
{
    *bus = (struct wts_bus){
        .user = *user, .epoll = epoll, .fd = -1, .state = WTS_BUS_GIVEN_UP, .due = WTS_NEVER};
    if (address != NULL && !is_local(address))
        why = "the address of the bus is not that of a Unix socket";
    else if (address != NULL && strlen(address) >= sizeof bus->address)
        why = "the address of the bus is too long";
    else if (address != NULL) {
        snprintf(bus->address, sizeof bus->address, "%s", address);
        begin(bus);
        return;
    }
    user->down(user->context, WTS_LINUX_ABSENT, why);
}

void wts_bus_turn(struct wts_bus *bus)
{
    if (bus->connection != NULL)
        process(bus);
    if (wts_process_milliseconds() >= bus->due) {
        if (bus->state == WTS_BUS_PAUSED)
            begin(bus);
        else if (bus->state == WTS_BUS_CONNECTING) {
            bus->state = WTS_BUS_WAITING;
            bus->due = WTS_NEVER;
            bus->user.down(bus->user.context, WTS_LINUX_SILENT, "the bus does not answer");
        }
    }
    /* Messages of the user are sent now, or when the descriptor accepts them. */
    if (bus->connection != NULL)
        watch(bus);
}

int64_t wts_bus_due(const struct wts_bus *bus)
{
    uint64_t until;
    if (bus->connection == NULL || wts_sd_bus.get_timeout(bus->connection, &until) <= 0 ||
        until == UINT64_MAX)
        return bus->due;
    return wts_earlier(bus->due, (int64_t)(until / 1000) + (until % 1000 != 0));
}

int wts_bus_ignore_answer(sd_bus_message *answer, void *context, sd_bus_error *error)
{
    (void)answer, (void)context, (void)error;
    return 0;
}

void wts_bus_forget(sd_bus_slot **slot)
{
    if (*slot != NULL)
        wts_sd_bus.slot_unref(*slot);
    *slot = NULL;
}

static bool append(sd_bus_message *message, const struct wts_bus_call *call)
{
    return (call->text == NULL || wts_sd_bus.message_append_basic(message, 's', call->text) >= 0) &&
           (call->second_text == NULL ||
            wts_sd_bus.message_append_basic(message, 's', call->second_text) >= 0) &&
           (call->number == NULL || wts_sd_bus.message_append_basic(message, 'u', call->number) >= 0);
}

bool wts_bus_call(struct wts_bus *bus, sd_bus_slot **slot, const struct wts_bus_call *call,
                  sd_bus_message_handler_t answer, void *context)
{
    sd_bus_message *message = NULL;
    wts_bus_forget(slot);
    const bool is_sent =
        bus->connection != NULL &&
        wts_sd_bus.message_new_method_call(bus->connection, &message, call->service, call->path,
                                           call->interface, call->member) >= 0 &&
        wts_sd_bus.message_set_auto_start(message, 0) >= 0 && append(message, call) &&
        wts_sd_bus.call_async(bus->connection, slot, message, answer, context, call_limit) >= 0;
    if (message != NULL)
        wts_sd_bus.message_unref(message);
    return is_sent;
}

enum wts_bus_error wts_bus_error_of(const sd_bus_error *error)
{
    static const struct {
        const char *name;
        enum wts_bus_error meaning;
    } names[] = {
        {"org.freedesktop.DBus.Error.ServiceUnknown", WTS_BUS_NO_SERVICE},
        {"org.freedesktop.DBus.Error.NameHasNoOwner", WTS_BUS_NO_SERVICE},
        {"org.freedesktop.DBus.Error.AccessDenied", WTS_BUS_DENIED},
        {"org.freedesktop.DBus.Error.AuthFailed", WTS_BUS_DENIED},
        {"org.freedesktop.DBus.Error.NoReply", WTS_BUS_NO_ANSWER},
        {"org.freedesktop.DBus.Error.Timeout", WTS_BUS_NO_ANSWER},
        {"org.freedesktop.DBus.Error.TimedOut", WTS_BUS_NO_ANSWER},
        {"org.freedesktop.DBus.Error.Disconnected", WTS_BUS_NO_ANSWER},
        {"System.Error.ETIMEDOUT", WTS_BUS_NO_ANSWER},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (error->name != NULL && strcmp(error->name, names[i].name) == 0)
            return names[i].meaning;
    return WTS_BUS_REFUSED;
}

void wts_bus_take_owner(char *owner, sd_bus_message *answer)
{
    const char *sender = wts_sd_bus.message_get_sender(answer);
    snprintf(owner, WTS_BUS_OWNER_SIZE, "%s", sender != NULL ? sender : "");
}

bool wts_bus_is_from(const char *owner, sd_bus_message *message)
{
    const char *sender = wts_sd_bus.message_get_sender(message);
    return sender != NULL && *owner && strcmp(sender, owner) == 0;
}

bool wts_bus_take_owner_change(sd_bus_message *signal, const char *service, bool *is_there)
{
    const char *name;
    const char *before;
    const char *after;
    if (!wts_bus_is_from("org.freedesktop.DBus", signal) || !wts_values_take_text(signal, &name) ||
        strcmp(name, service) != 0 || !wts_values_take_text(signal, &before) ||
        !wts_values_take_text(signal, &after))
        return false;
    *is_there = *after != 0;
    return true;
}
