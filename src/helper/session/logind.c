/*
 * The source logind; see logind.h.
 */
#include "helper/session/logind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helper/host/process.h"
#include "helper/session/clock.h"

static const char service[] = "org.freedesktop.login1";
static const char manager_path[] = "/org/freedesktop/login1";
static const char manager[] = "org.freedesktop.login1.Manager";
static const char session_interface[] = "org.freedesktop.login1.Session";
static const char user_interface[] = "org.freedesktop.login1.User";
static const char properties_interface[] = "org.freedesktop.DBus.Properties";

static void look(struct wts_logind *logind, enum wts_logind_step step);
static void read_session(struct wts_logind *logind);

static void stop(struct wts_logind *logind)
{
    wts_bus_forget(&logind->call);
    logind->due = WTS_NEVER;
}

static void try_later(struct wts_logind *logind)
{
    logind->pause_ms = wts_next_pause(logind->pause_ms);
    logind->due = wts_process_milliseconds() + logind->pause_ms;
}

/*
 * Takes the answer to the call in flight. False: it is not from the service itself, so there is no source
 * now.
 */
static bool take_answer(struct wts_logind *logind, sd_bus_message *answer)
{
    const sd_bus_error *error = wts_sd_bus.message_get_error(answer);
    const enum wts_bus_error meaning = error != NULL ? wts_bus_error_of(error) : WTS_BUS_REFUSED;
    wts_bus_forget(&logind->call);
    switch (meaning) {
    case WTS_BUS_NO_SERVICE:
        wts_report_trouble(&logind->report, WTS_LINUX_ABSENT, "nobody on the system bus has the name",
                           service);
        return false;
    case WTS_BUS_DENIED:
        wts_report_trouble(&logind->report, WTS_LINUX_ABSENT, "the system bus denies access", service);
        return false;
    case WTS_BUS_NO_ANSWER:
        wts_report_trouble(&logind->report, WTS_LINUX_SILENT, "no answer", service);
        try_later(logind);
        return false;
    default:
        wts_bus_take_owner(logind->owner, answer);
        return true;
    }
}

static void call(struct wts_logind *logind, const struct wts_bus_call *what, sd_bus_message_handler_t answer)
{
    if (!wts_bus_call(logind->bus, &logind->call, what, answer, logind)) {
        wts_report_trouble(&logind->report, WTS_LINUX_SILENT, "no call can be sent", service);
        try_later(logind);
    }
}

/* Sessions of the manager itself, or of other users, are ignored. */
static bool is_own(const struct wts_logind *logind)
{
    const struct wts_logind_values *values = &logind->fresh;
    if (strncmp(values->class_name, "manager", 7) == 0)
        return false;
    return logind->step == WTS_LOGIND_BY_PROCESS ||
           ((values->known & WTS_LINUX_USER_ID) && values->user_id == getuid());
}

static const char *words_of(enum wts_logind_step step)
{
    switch (step) {
    case WTS_LOGIND_BY_PROCESS:
        return "the session of this process";
    case WTS_LOGIND_BY_ID:
        return "the session of XDG_SESSION_ID";
    default:
        return "the display session of the user";
    }
}

static void take_values(struct wts_logind *logind)
{
    logind->values = logind->fresh;
    if ((logind->values.known & WTS_LINUX_LOCKED) && logind->values.is_locked)
        logind->has_moved = true;
}

static int on_properties(sd_bus_message *answer, void *context, sd_bus_error *error)
{
    struct wts_logind *logind = context;
    (void)error;
    if (!take_answer(logind, answer))
        return 0;
    logind->fresh = (struct wts_logind_values){.known = 0};
    if (wts_sd_bus.message_get_error(answer) != NULL || !wts_values_take_properties(answer, &logind->fresh) ||
        !is_own(logind)) {
        look(logind, logind->step + 1);
        return 0;
    }
    take_values(logind);
    logind->pause_ms = 0;
    wts_report_answer(&logind->report, words_of(logind->step));
    return 0;
}

/*
 * Signals that are not from logind are ignored, because another user may send them. A change before the
 * answer to a call in flight is part of that answer.
 */
static int on_properties_changed(sd_bus_message *signal, void *context, sd_bus_error *error)
{
    struct wts_logind *logind = context;
    const char *interface;
    (void)error;
    if (logind->report.presence != WTS_LINUX_ANSWERING || logind->call != NULL ||
        !wts_bus_is_from(logind->owner, signal) || !wts_values_take_text(signal, &interface) ||
        strcmp(interface, session_interface) != 0)
        return 0;
    logind->fresh = logind->values;
    /* After anything unexpected, or a value that was not sent, the properties are read. */
    if (!wts_values_take_properties(signal, &logind->fresh) || wts_values_are_missing(signal))
        read_session(logind);
    else
        take_values(logind);
    return 0;
}

static void read_session(struct wts_logind *logind)
{
    const struct wts_bus_call get_all = {.service = service,
                                         .path = logind->path,
                                         .interface = properties_interface,
                                         .member = "GetAll",
                                         .text = session_interface};
    call(logind, &get_all, on_properties);
}

/* Watches a session before reading it, so that no change is missed. */
static void take_session(struct wts_logind *logind, const char *path)
{
    wts_bus_forget(&logind->session_match);
    if (snprintf(logind->path, sizeof logind->path, "%s", path) >= (int)sizeof logind->path ||
        wts_sd_bus.match_signal_async(logind->bus->connection, &logind->session_match, service, logind->path,
                                      properties_interface, "PropertiesChanged", on_properties_changed,
                                      wts_bus_ignore_answer, logind) < 0) {
        look(logind, logind->step + 1);
        return;
    }
    read_session(logind);
}

static int on_session(sd_bus_message *answer, void *context, sd_bus_error *error)
{
    struct wts_logind *logind = context;
    const char *path;
    (void)error;
    if (!take_answer(logind, answer))
        return 0;
    if (wts_sd_bus.message_get_error(answer) != NULL || !wts_values_take_path(answer, &path))
        look(logind, logind->step + 1);
    else
        take_session(logind, path);
    return 0;
}

static int on_display(sd_bus_message *answer, void *context, sd_bus_error *error)
{
    struct wts_logind *logind = context;
    const char *path;
    (void)error;
    if (!take_answer(logind, answer))
        return 0;
    if (wts_sd_bus.message_get_error(answer) != NULL || !wts_values_take_display(answer, &path))
        look(logind, logind->step + 1);
    else
        take_session(logind, path);
    return 0;
}

static int on_user(sd_bus_message *answer, void *context, sd_bus_error *error)
{
    struct wts_logind *logind = context;
    const char *path;
    (void)error;
    if (!take_answer(logind, answer))
        return 0;
    if (wts_sd_bus.message_get_error(answer) != NULL || !wts_values_take_path(answer, &path)) {
        look(logind, logind->step + 1);
        return 0;
    }
    const struct wts_bus_call get = {.service = service,
                                     .path = path,
                                     .interface = properties_interface,
                                     .member = "Get",
                                     .text = user_interface,
                                     .second_text = "Display"};
    call(logind, &get, on_display);
    return 0;
}

/* Whether it is a session name in the form of logind and elogind. */
static bool is_session_id(const char *id)
{
    return id != NULL && *id && strlen(id) <= WTS_LINUX_MAX_TEXT &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(id);
}

/* Tries one way after the other, until a session is found. */
static void look(struct wts_logind *logind, enum wts_logind_step step)
{
    static const uint32_t caller = 0; /* logind's word for the process that calls */
    const uint32_t user = getuid();
    const char *id = getenv("XDG_SESSION_ID");
    struct wts_bus_call what = {.service = service, .path = manager_path, .interface = manager};
    logind->due = WTS_NEVER;
    if (step == WTS_LOGIND_BY_ID && !is_session_id(id))
        step = WTS_LOGIND_BY_USER;
    logind->step = step;
    switch (step) {
    case WTS_LOGIND_BY_PROCESS:
        what.member = "GetSessionByPID";
        what.number = &caller;
        call(logind, &what, on_session);
        return;
    case WTS_LOGIND_BY_ID:
        what.member = "GetSession";
        what.text = id;
        call(logind, &what, on_session);
        return;
    case WTS_LOGIND_BY_USER:
        what.member = "GetUser";
        what.number = &user;
        call(logind, &what, on_user);
        return;
    default:
        wts_bus_forget(&logind->session_match);
        logind->path[0] = 0;
        wts_report_trouble(&logind->report, WTS_LINUX_ABSENT,
                           "logind knows no session of this process, of XDG_SESSION_ID or of this user",
                           NULL);
    }
}

/* A name on the bus has another owner: logind came, went, or was started again. */
static int on_owner(sd_bus_message *signal, void *context, sd_bus_error *error)
{
    struct wts_logind *logind = context;
    bool is_there;
    (void)error;
    if (!wts_bus_take_owner_change(signal, service, &is_there))
        return 0;
    stop(logind);
    logind->pause_ms = 0;
    logind->owner[0] = 0;
    if (is_there)
        look(logind, WTS_LOGIND_BY_PROCESS);
    else
        wts_report_trouble(&logind->report, WTS_LINUX_ABSENT, "gone from the system bus", service);
    return 0;
}

/* A session came or went, which matters if there is none yet, or if it is ours. */
static int on_manager(sd_bus_message *signal, void *context, sd_bus_error *error)
{
    struct wts_logind *logind = context;
    const char *id;
    const char *path;
    (void)error;
    if (!wts_bus_is_from(logind->owner, signal) || !wts_values_take_text(signal, &id) ||
        !wts_values_take_path(signal, &path))
        return 0;
    if (logind->path[0] == 0 || strcmp(path, logind->path) == 0)
        look(logind, WTS_LOGIND_BY_PROCESS);
    return 0;
}

static void forget(struct wts_logind *logind)
{
    stop(logind);
    wts_bus_forget(&logind->owner_match);
    wts_bus_forget(&logind->manager_match);
    wts_bus_forget(&logind->session_match);
    logind->path[0] = logind->owner[0] = 0;
    logind->pause_ms = 0;
}

static void on_up(void *context)
{
    static const char owner_rule[] =
        "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
        "member='NameOwnerChanged',arg0='org.freedesktop.login1'";
    struct wts_logind *logind = context;
    sd_bus *connection = logind->bus->connection;
    forget(logind);
    if (wts_sd_bus.add_match_async(connection, &logind->owner_match, owner_rule, on_owner,
                                   wts_bus_ignore_answer, logind) < 0 ||
        wts_sd_bus.match_signal_async(connection, &logind->manager_match, service, manager_path, manager,
                                      NULL, on_manager, wts_bus_ignore_answer, logind) < 0) {
        wts_report_trouble(&logind->report, WTS_LINUX_ABSENT, "no signal can be subscribed to", service);
        return;
    }
    look(logind, WTS_LOGIND_BY_PROCESS);
}

static void on_down(void *context, enum wts_linux_presence presence, const char *why)
{
    struct wts_logind *logind = context;
    forget(logind);
    wts_report_trouble(&logind->report, presence, why, NULL);
}

struct wts_bus_user wts_logind_user(struct wts_logind *logind, struct wts_bus *bus)
{
    *logind = (struct wts_logind){.bus = bus, .due = WTS_NEVER};
    return (struct wts_bus_user){.up = on_up, .down = on_down, .context = logind};
}

void wts_logind_turn(struct wts_logind *logind)
{
    if (wts_process_milliseconds() >= logind->due)
        look(logind, WTS_LOGIND_BY_PROCESS);
}

int64_t wts_logind_due(const struct wts_logind *logind)
{
    return logind->due;
}
