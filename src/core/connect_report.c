/*
 * The record of connecting; see connect_report.h.
 */
#include "core/connect_report.h"

#include <stdio.h>

#include "core/trace.h"

enum { DURATION_CAPACITY = 16 };

static const char *duration_of(const struct wts_connect_report *report, enum wts_connect_step step,
                               char text[DURATION_CAPACITY])
{
    if (report->microseconds == NULL)
        return "-";
    snprintf(text, DURATION_CAPACITY, "%lu", (unsigned long)report->microseconds[step]);
    return text;
}

void wts_connect_report(const struct wts_connect_report *report)
{
    char name[DURATION_CAPACITY];
    char tcp[DURATION_CAPACITY];
    char logon[DURATION_CAPACITY];
    const char *advice = wts_connect_step_advice(report->step, report->status);
    wts_trace_record(report->step != WTS_CONNECT_NONE ? WTS_TRACE_ERRORS : WTS_TRACE_WIRE,
                     "%s: connect: over %s, step %s, error %lu, status %08lx, name %s us, tcp %s us, "
                     "logon %s us, look at \"%s\", text \"%.*s\"",
                     report->server, report->transport, wts_connect_step_name(report->step),
                     (unsigned long)report->error, (unsigned long)report->status,
                     duration_of(report, WTS_CONNECT_NAME, name), duration_of(report, WTS_CONNECT_TCP, tcp),
                     duration_of(report, WTS_CONNECT_LOGON, logon), advice != NULL ? advice : "-",
                     (int)report->text_length, report->text);
}
