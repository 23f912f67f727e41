/*
 * The state of a source, and the reason for it.
 */
#ifndef WTS_HELPER_SESSION_REPORT_H
#define WTS_HELPER_SESSION_REPORT_H

#include "helper/session/payload.h"

struct wts_report {
    enum wts_linux_presence presence;
    bool is_settled;   /* the source has answered, or the reason why it does not is known */
    bool has_answered; /* at any time */
    char reason[WTS_LINUX_MAX_TEXT + 1];
};

/* The source answers; its fields are up to date. [in] from: which service or session it is. */
void wts_report_answer(struct wts_report *report, const char *from);

/*
 * The source does not answer. One that has answered before counts as lost, whatever `presence` is. [in]
 * about: the object of the words; NULL: the words name it.
 */
void wts_report_trouble(struct wts_report *report, enum wts_linux_presence presence, const char *words,
                        const char *about);

#endif
