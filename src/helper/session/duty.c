/*
 * The duty session; see duty.h. One epoll descriptor covers all connections of the sources and a timer for
 * the next due time: whenever it is readable, each source does its work.
 */
#include "helper/session/duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/error.h"
#include "helper/host/process.h"
#include "helper/host/worker.h"
#include "helper/session/clock.h"
#include "helper/session/state.h"

/* The last state that was sent to the DLL. */
struct told {
    uint8_t bytes[WTS_FRAME_MAX_TEXT];
    struct wts_linux_session session; /* its texts lie in `bytes` */
};

/* The channel of this process. */
static struct {
    int epoll;
    int timer;
    struct wts_bus system_bus;
    struct wts_bus session_bus;
    struct wts_sources sources;
    int64_t gathered_by; /* a reply does not wait longer */
    bool is_requested;   /* a request is in flight */
    bool is_watching;
    bool will_watch; /* begins with the reply */
    struct told told;
    int64_t next_event; /* the earliest time for it */
} channel;

static bool check_open(struct wts_frame_reader *payload, struct wts_secret_place *secret)
{
    *secret = (struct wts_secret_place){0, 0};
    return wts_frame_reader_ended(payload);
}

static void fill_session(struct wts_frame_writer *writer, const void *what)
{
    wts_linux_put_session(writer, what);
}

/* No text is too long for a state, because the sources cut them. */
static void remember(const struct wts_linux_session *session)
{
    struct told *told = &channel.told;
    struct wts_frame_writer writer = {.data = told->bytes, .size = sizeof told->bytes};
    wts_linux_put_session(&writer, session);
    struct wts_frame_reader reader = {.data = told->bytes, .left = writer.used};
    if (writer.failed || writer.used > sizeof told->bytes || !wts_linux_get_session(&reader, &told->session))
        abort();
}

static bool is_settled(void)
{
    return channel.sources.logind.report.is_settled && channel.sources.saver.report.is_settled &&
           wts_xrdp_is_settled(&channel.sources.xrdp);
}

static void answer(struct wts_worker *worker)
{
    static const struct wts_frame_outcome done = {.progress = WTS_EXECUTED};
    struct wts_linux_session session;
    wts_state_gather(&channel.sources, &session);
    if (channel.will_watch) {
        channel.is_watching = true;
        remember(&session);
    }
    channel.is_requested = false;
    wts_worker_reply(worker, &done, false, fill_session, &session);
}

/* Sends the state if it has changed. A single change is sent at once; several in quick succession are
 * merged. */
static void tell(struct wts_worker *worker, int64_t now)
{
    struct wts_linux_session session;
    wts_state_gather(&channel.sources, &session);
    if (now < channel.next_event || wts_linux_is_same(&session, &channel.told.session))
        return;
    remember(&session);
    channel.next_event = now + WTS_LINUX_MIN_EVENT_GAP_MS;
    wts_worker_event(worker, fill_session, &session);
}

/* When there is something to do even if no descriptor is readable. */
static int64_t next_due(int64_t now)
{
    int64_t due = wts_earlier(wts_bus_due(&channel.system_bus), wts_bus_due(&channel.session_bus));
    due = wts_earlier(due, wts_logind_due(&channel.sources.logind));
    due = wts_earlier(due, wts_screen_saver_due(&channel.sources.saver));
    due = wts_earlier(due, wts_xrdp_due(&channel.sources.xrdp));
    if (channel.is_requested)
        due = wts_earlier(due, channel.gathered_by);
    if (channel.is_watching && now < channel.next_event)
        due = wts_earlier(due, channel.next_event);
    return due;
}

static void set_timer(int64_t now)
{
    const int64_t due = next_due(now);
    /* 0 would switch the timer off. */
    const int64_t at = due > 0 ? due : 1;
    const struct itimerspec when = {.it_value = {.tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000}};
    const struct itimerspec never = {.it_value = {0, 0}};
    if (timerfd_settime(channel.timer, TFD_TIMER_ABSTIME, due == WTS_NEVER ? &never : &when, NULL) != 0)
        abort();
}

static void turn(struct wts_worker *worker)
{
    uint64_t count;
    if (read(channel.timer, &count, sizeof count) < 0)
        count = 0;
    wts_logind_turn(&channel.sources.logind);
    wts_screen_saver_turn(&channel.sources.saver);
    wts_xrdp_turn(&channel.sources.xrdp);
    wts_bus_turn(&channel.system_bus);
    wts_bus_turn(&channel.session_bus);
    const int64_t now = wts_process_milliseconds();
    if (channel.is_requested && (is_settled() || now >= channel.gathered_by))
        answer(worker);
    if (channel.is_watching)
        tell(worker, now);
    set_timer(now);
}

static void readable(struct wts_worker *worker, int fd)
{
    (void)fd;
    turn(worker);
}

/* As D-Bus writes a path in an address. */
static const char *address_of_socket(const char *folder, const char *name, char *address, size_t size)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/.*";
    size_t used = (size_t)snprintf(address, size, "unix:path=");
    for (; *folder && used + 4 < size; folder++)
        if (strchr(plain, *folder) != NULL)
            address[used++] = *folder;
        else
            used += (size_t)snprintf(address + used, size - used, "%%%02x", (unsigned char)*folder);
    return *folder || snprintf(address + used, size - used, "/%s", name) >= (int)(size - used) ? NULL
                                                                                               : address;
}

static const char *not_empty(const char *text)
{
    return text != NULL && *text ? text : NULL;
}

/* [in] own: memory for an address that is made here. Returns NULL if the environment names no session bus. */
static const char *session_address(char *own, size_t size)
{
    const char *address = not_empty(getenv("DBUS_SESSION_BUS_ADDRESS"));
    const char *folder = not_empty(getenv("XDG_RUNTIME_DIR"));
    return address != NULL || folder == NULL ? address : address_of_socket(folder, "bus", own, size);
}

static void start_buses(void)
{
    char own[WTS_BUS_ADDRESS_SIZE];
    const char *missing = wts_sd_bus_load();
    const char *system = not_empty(getenv("DBUS_SYSTEM_BUS_ADDRESS"));
    const struct wts_bus_user logind = wts_logind_user(&channel.sources.logind, &channel.system_bus);
    const struct wts_bus_user saver = wts_screen_saver_user(&channel.sources.saver, &channel.session_bus);
    if (system == NULL)
        system = "unix:path=/run/dbus/system_bus_socket";
    wts_bus_start(&channel.system_bus, channel.epoll, &logind, missing != NULL ? NULL : system, missing);
    wts_bus_start(&channel.session_bus, channel.epoll, &saver,
                  missing != NULL ? NULL : session_address(own, sizeof own),
                  missing != NULL ? missing : "neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set");
}

static bool make_descriptors(struct wts_worker *worker)
{
    channel.epoll = epoll_create1(EPOLL_CLOEXEC);
    channel.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = channel.timer};
    return channel.epoll >= 0 && channel.timer >= 0 &&
           epoll_ctl(channel.epoll, EPOLL_CTL_ADD, channel.timer, &event) == 0 &&
           wts_worker_watch(worker, channel.epoll);
}

static void open_channel(struct wts_worker *worker, struct wts_frame_reader payload, char *secret,
                         size_t length)
{
    static const struct wts_frame_outcome done = {.progress = WTS_EXECUTED};
    static const struct wts_frame_outcome failed = {.error = ERROR_NOT_ENOUGH_MEMORY};
    (void)payload, (void)secret, (void)length;
    if (!make_descriptors(worker)) {
        wts_worker_opened(worker, &failed, NULL, NULL);
        return;
    }
    channel.gathered_by = wts_process_milliseconds() + WTS_LINUX_MAX_GATHER_MS;
    wts_xrdp_start(&channel.sources.xrdp, channel.epoll);
    start_buses();
    turn(worker);
    wts_worker_opened(worker, &done, NULL, NULL);
}

static void request(struct wts_worker *worker, uint32_t verb, struct wts_frame_reader payload)
{
    static const struct wts_frame_outcome unknown = {.error = ERROR_CALL_NOT_IMPLEMENTED,
                                                     .progress = WTS_NOT_EXECUTED};
    if ((verb != WTS_LINUX_READ && verb != WTS_LINUX_WATCH) || !wts_frame_reader_ended(&payload)) {
        wts_worker_reply(worker, &unknown, false, NULL, NULL);
        return;
    }
    channel.is_requested = true;
    channel.will_watch = verb == WTS_LINUX_WATCH;
    turn(worker);
}

static void goodbye(struct wts_worker *worker)
{
    (void)worker;
    wts_xrdp_stop(&channel.sources.xrdp);
}

/* Where the sources are. */
static const char *const variables[] = {"DBUS_SYSTEM_BUS_ADDRESS",
                                        "DBUS_SESSION_BUS_ADDRESS",
                                        "XDG_RUNTIME_DIR",
                                        "XDG_SESSION_ID",
                                        "XRDP_SOCKET_PATH",
                                        "DISPLAY",
                                        NULL};

const struct wts_duty wts_session_duty = {
    .number = WTS_SESSION_DUTY,
    .variables = variables,
    .open_lost = RPC_S_SERVER_UNAVAILABLE,
    .request_late = RPC_S_CALL_CANCELLED,
    .request_lost = RPC_S_CALL_FAILED,
    .check_open = check_open,
    .open = open_channel,
    .request = request,
    .readable = readable,
    .goodbye = goodbye,
};
