/*
 * The state of a source; see report.h.
 */
#include "helper/session/report.h"

#include <stdio.h>

/* Reasons contain texts of other programs, so only printable ASCII is kept, and long ones are cut. */
static void write_reason(struct wts_report *report, const char *words, const char *about)
{
    if (snprintf(report->reason, sizeof report->reason, "%s%s%s", words, about != NULL ? ": " : "",
                 about != NULL ? about : "") < 0)
        report->reason[0] = 0;
    for (char *at = report->reason; *at; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
}

void wts_report_answer(struct wts_report *report, const char *from)
{
    write_reason(report, from, NULL);
    report->presence = WTS_LINUX_ANSWERING;
    report->is_settled = report->has_answered = true;
}

void wts_report_trouble(struct wts_report *report, enum wts_linux_presence presence, const char *words,
                        const char *about)
{
    write_reason(report, words, about);
    report->presence = report->has_answered ? WTS_LINUX_LOST : presence;
    report->is_settled = true;
}
