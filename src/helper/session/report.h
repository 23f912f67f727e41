/*
 * What became of a source, and why.
 */
#ifndef WTS_HELPER_SESSION_REPORT_H
#define WTS_HELPER_SESSION_REPORT_H

#include "helper/session/payload.h"

struct wts_report {
    enum wts_linux_presence presence;
    bool is_settled;   /* the source has answered, or it is known why it does not */
    bool has_answered; /* at any time */
    char reason[WTS_LINUX_MAX_TEXT + 1];
};

/* The source answers; its fields are up to date. [in] from: which one it is. */
void wts_report_answer(struct wts_report *report, const char *from);

/*
 * The source does not answer. One that answered before is lost, whatever `presence` says. [in] about: what
 * the words are about; NULL: they say it.
 */
void wts_report_trouble(struct wts_report *report, enum wts_linux_presence presence, const char *words,
                        const char *about);

#endif
