/*
 * The result of connecting to a server, step by step: the only trace record that programs may read. Every
 * transport writes it, and nothing else does. Portable.
 *
 * One line, at level `errors` when a step failed, else at `wire`, and at any level in the file that
 * WTSAPI32_CONNECT_FILE names; an unknown value is "-":
 *   rdsh01: connect: over relay, step logon, error 1326, status c000006d, name 12 us, tcp 340 us,
 *   logon 2100 us, look at "ADVICE", text "TEXT"
 * `step` is the one that failed, "none" when connected (connect_step.h); `error` a Win32 code; `status` an
 * NTSTATUS, or 0. The text is last; whatever it contains, the line ends with its closing quote. After a
 * log-on with a Kerberos ticket the relay's text is "Kerberos as PRINCIPAL at ADDRESS".
 */
#ifndef WTS_CORE_CONNECT_REPORT_H
#define WTS_CORE_CONNECT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "core/connect_step.h"

struct wts_connect_report {
    const char *transport;        /* its name */
    const char *server;           /* UTF-8 */
    uint32_t step;                /* the one that failed; WTS_CONNECT_NONE: none */
    uint32_t error;               /* Win32 code */
    uint32_t status;              /* NTSTATUS, or 0 */
    const uint32_t *microseconds; /* of each step, WTS_CONNECT_STEP_COUNT of them; NULL: not measured */
    const char *text;             /* UTF-8; the reason that the transport was given, or "" */
    size_t text_length;           /* bytes */
};

void wts_connect_report(const struct wts_connect_report *report);

#endif
