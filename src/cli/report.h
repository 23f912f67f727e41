/*
 * The report about the answers of all servers.
 */
#ifndef WTS_CLI_REPORT_H
#define WTS_CLI_REPORT_H

#include "cli/command.h"

/* Prints everything: rows or sentences to the standard output, complaints and, with several servers, a
 * summary to the standard error output, in the order of the answers. The rows are moved out of the
 * answers. */
void report_print(const struct request *request, struct answer *answers, unsigned count);

/* With several servers and on a terminal only, a line that the next one overwrites: how many of `count`
 * servers are done, and failed, and how long the rest will take, when the first began at `begin`
 * (GetTickCount64()). `what` NULL: an empty line. */
void report_progress(const wchar_t *what, unsigned done, unsigned failed, unsigned count, ULONGLONG begin);

#endif
