/*
 * The source logind (or elogind): which session is the program's own, and its properties.
 *
 * The session is, in this order, the one that logind finds this process in, the one that XDG_SESSION_ID names
 * when it belongs to this user, and the user's display session. Other sessions are not read. The helper calls
 * nothing that would change a session.
 */
#ifndef WTS_HELPER_SESSION_LOGIND_H
#define WTS_HELPER_SESSION_LOGIND_H

#include "helper/session/bus.h"
#include "helper/session/report.h"
#include "helper/session/values.h"

enum wts_logind_step { WTS_LOGIND_BY_PROCESS, WTS_LOGIND_BY_ID, WTS_LOGIND_BY_USER, WTS_LOGIND_NOWHERE };

struct wts_logind {
    struct wts_report report;
    struct wts_logind_values values; /* the last known */
    bool has_moved;                  /* LockedHint has been true, so the desktop maintains it */

    /* Private: */
    struct wts_bus *bus;
    enum wts_logind_step step; /* how the session is looked for */
    struct wts_logind_values fresh;
    char owner[WTS_BUS_OWNER_SIZE];  /* of logind, on the bus */
    char path[WTS_BUS_ADDRESS_SIZE]; /* of the session; empty: none */
    sd_bus_slot *call, *owner_match, *manager_match, *session_match;
    int64_t due; /* the next try */
    int64_t pause_ms;
};

/* The user to pass to wts_bus_start(). */
struct wts_bus_user wts_logind_user(struct wts_logind *logind, struct wts_bus *bus);

/* Tries again when that is due. */
void wts_logind_turn(struct wts_logind *logind);
int64_t wts_logind_due(const struct wts_logind *logind);

#endif
