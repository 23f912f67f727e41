/*
 * The source org.freedesktop.ScreenSaver on the session bus: whether the screen is locked, on desktops that
 * leave LockedHint of logind alone, and in sandboxes that reach no logind.
 */
#ifndef WTS_HELPER_SESSION_SCREEN_SAVER_H
#define WTS_HELPER_SESSION_SCREEN_SAVER_H

#include "helper/session/bus.h"
#include "helper/session/report.h"

struct wts_screen_saver {
    struct wts_report report;
    bool is_known; /* is_active has a value */
    bool is_active;

    /* Private: */
    struct wts_bus *bus;
    size_t path; /* the one that is tried, or answers */
    char owner[WTS_BUS_OWNER_SIZE];
    sd_bus_slot *call, *owner_match, *active_match;
    int64_t due; /* the next try */
    int64_t pause_ms;
};

/* What wts_bus_start() is given. */
struct wts_bus_user wts_screen_saver_user(struct wts_screen_saver *saver, struct wts_bus *bus);

/* Tries again when that is due. */
void wts_screen_saver_turn(struct wts_screen_saver *saver);
int64_t wts_screen_saver_due(const struct wts_screen_saver *saver);

#endif
