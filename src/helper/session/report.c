/*
 * What became of a source; see report.h.
 */
#include "helper/session/report.h"

#include <stdarg.h>
#include <stdio.h>

/* Reasons hold words of other programs: only printable ASCII is kept. */
static void write_reason(struct wts_report *report, const char *format, va_list arguments)
{
    if (vsnprintf(report->reason, sizeof report->reason, format, arguments) < 0)
        report->reason[0] = 0;
    for (char *at = report->reason; *at; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
}

void wts_report_answer(struct wts_report *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_reason(report, format, arguments);
    va_end(arguments);
    report->presence = WTS_LINUX_ANSWERING;
    report->is_settled = report->has_answered = true;
}

void wts_report_trouble(struct wts_report *report, enum wts_linux_presence presence, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_reason(report, format, arguments);
    va_end(arguments);
    report->presence = report->has_answered ? WTS_LINUX_LOST : presence;
    report->is_settled = true;
}
