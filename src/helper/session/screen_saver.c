/*
 * The source ScreenSaver; see screen_saver.h.
 */
#include "helper/session/screen_saver.h"

#include <string.h>

#include "helper/host/process.h"
#include "helper/session/clock.h"
#include "helper/session/values.h"

static const char service[] = "org.freedesktop.ScreenSaver";

/* The specification's path, and the one that most desktops use in addition or instead. */
static const char *const paths[] = {"/org/freedesktop/ScreenSaver", "/ScreenSaver"};
enum { PATH_COUNT = sizeof paths / sizeof *paths };

static void request_state(struct wts_screen_saver *saver);

static void try_later(struct wts_screen_saver *saver)
{
    saver->pause_ms = wts_next_pause(saver->pause_ms);
    saver->due = wts_process_milliseconds() + saver->pause_ms;
    wts_report_trouble(&saver->report, WTS_LINUX_SILENT, "no answer", service);
}

static void take(struct wts_screen_saver *saver, bool is_active)
{
    saver->is_known = true;
    saver->is_active = is_active;
    saver->pause_ms = 0;
    wts_report_answer(&saver->report, paths[saver->path]);
}

/* The service answered, but not with what was requested: perhaps at its other path. */
static void try_next_path(struct wts_screen_saver *saver, const sd_bus_error *error)
{
    if (saver->path + 1 < PATH_COUNT) {
        saver->path++;
        request_state(saver);
        return;
    }
    wts_report_trouble(&saver->report, WTS_LINUX_ABSENT, "GetActive is not answered as it should be",
                       error != NULL && error->name != NULL ? error->name : "of another type");
}

static int on_active(sd_bus_message *answer, void *context, sd_bus_error *unused)
{
    struct wts_screen_saver *saver = context;
    const sd_bus_error *error = wts_sd_bus.message_get_error(answer);
    bool is_active;
    (void)unused;
    wts_bus_forget(&saver->call);
    switch (error != NULL ? wts_bus_error_of(error) : WTS_BUS_REFUSED) {
    case WTS_BUS_NO_SERVICE:
        wts_report_trouble(&saver->report, WTS_LINUX_ABSENT, "nobody on the session bus has the name",
                           service);
        return 0;
    case WTS_BUS_DENIED:
        wts_report_trouble(&saver->report, WTS_LINUX_ABSENT, "the session bus denies access", service);
        return 0;
    case WTS_BUS_NO_ANSWER:
        try_later(saver);
        return 0;
    default:
        break;
    }
    wts_bus_take_owner(saver->owner, answer);
    if (error == NULL && wts_values_take_flag(answer, &is_active))
        take(saver, is_active);
    else
        try_next_path(saver, error);
    return 0;
}

static void request_state(struct wts_screen_saver *saver)
{
    const struct wts_bus_call get_active = {
        .service = service, .path = paths[saver->path], .interface = service, .member = "GetActive"};
    saver->due = WTS_NEVER;
    if (!wts_bus_call(saver->bus, &saver->call, &get_active, on_active, saver))
        try_later(saver);
}

/* A change before the answer to a call in flight is part of that answer. */
static int on_active_changed(sd_bus_message *signal, void *context, sd_bus_error *error)
{
    struct wts_screen_saver *saver = context;
    bool is_active;
    (void)error;
    if (saver->call == NULL && wts_bus_is_from(saver->owner, signal) &&
        wts_values_take_flag(signal, &is_active))
        take(saver, is_active);
    return 0;
}

static void restart(struct wts_screen_saver *saver)
{
    wts_bus_forget(&saver->call);
    saver->path = 0;
    saver->owner[0] = 0;
    saver->pause_ms = 0;
    saver->due = WTS_NEVER;
}

static int on_owner(sd_bus_message *signal, void *context, sd_bus_error *error)
{
    struct wts_screen_saver *saver = context;
    bool is_there;
    (void)error;
    if (!wts_bus_take_owner_change(signal, service, &is_there))
        return 0;
    restart(saver);
    if (is_there)
        request_state(saver);
    else
        wts_report_trouble(&saver->report, WTS_LINUX_ABSENT, "gone from the session bus", service);
    return 0;
}

static void forget(struct wts_screen_saver *saver)
{
    restart(saver);
    wts_bus_forget(&saver->owner_match);
    wts_bus_forget(&saver->active_match);
}

static void on_up(void *context)
{
    static const char owner_rule[] =
        "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
        "member='NameOwnerChanged',arg0='org.freedesktop.ScreenSaver'";
    struct wts_screen_saver *saver = context;
    sd_bus *connection = saver->bus->connection;
    forget(saver);
    if (wts_sd_bus.add_match_async(connection, &saver->owner_match, owner_rule, on_owner,
                                   wts_bus_ignore_answer, saver) < 0 ||
        wts_sd_bus.match_signal_async(connection, &saver->active_match, service, NULL, service,
                                      "ActiveChanged", on_active_changed, wts_bus_ignore_answer, saver) < 0) {
        wts_report_trouble(&saver->report, WTS_LINUX_ABSENT, "no signal can be subscribed to", service);
        return;
    }
    request_state(saver);
}

static void on_down(void *context, enum wts_linux_presence presence, const char *why)
{
    struct wts_screen_saver *saver = context;
    forget(saver);
    wts_report_trouble(&saver->report, presence, why, NULL);
}

struct wts_bus_user wts_screen_saver_user(struct wts_screen_saver *saver, struct wts_bus *bus)
{
    *saver = (struct wts_screen_saver){.bus = bus, .due = WTS_NEVER};
    return (struct wts_bus_user){.up = on_up, .down = on_down, .context = saver};
}

void wts_screen_saver_turn(struct wts_screen_saver *saver)
{
    if (wts_process_milliseconds() >= saver->due)
        request_state(saver);
}

int64_t wts_screen_saver_due(const struct wts_screen_saver *saver)
{
    return saver->due;
}
