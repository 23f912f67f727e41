/*
 * What became of connecting to a server, step by step: the one record of the trace that programs may read.
 * Every transport writes it, and nothing else writes one. Portable.
 *
 * One line, at level `errors` when a step failed, else at `wire`, and at any level in the file that
 * WTSAPI32_CONNECT_FILE names; what is not known is "-":
 *   rdsh01: connect: over relay, step logon, error 1326, status c000006d, name 12 us, tcp 340 us,
 *   logon 2100 us, look at "ADVICE", text "TEXT"
 * `step` is the one that failed, "none" when connected (connect_step.h); `error` a Win32 code; `status` an
 * NTSTATUS, or 0. The text is last, and whatever it has in it, the line ends with its quote. Connected by
 * a Kerberos ticket the relay says "Kerberos as PRINCIPAL at ADDRESS" there.
 */
#ifndef WTS_CORE_CONNECT_REPORT_H
#define WTS_CORE_CONNECT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "core/connect_step.h"

struct wts_connect_report {
    const char *transport;        /* its name */
    const char *server;           /* UTF-8 */
    uint32_t step;                /* that failed; WTS_CONNECT_NONE: none */
    uint32_t error;               /* Win32 code */
    uint32_t status;              /* NTSTATUS, or 0 */
    const uint32_t *microseconds; /* of each step, WTS_CONNECT_STEP_COUNT of them; NULL: not measured */
    const char *text;             /* UTF-8; the reason that the transport got, or "" */
    size_t text_length;           /* bytes */
};

void wts_connect_report(const struct wts_connect_report *report);

#endif
