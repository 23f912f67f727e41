/*
 * A command about servers: on this machine, on one server, or on many in parallel.
 */
#ifndef WTS_CLI_RUN_H
#define WTS_CLI_RUN_H

#include "cli/command.h"

/* Runs it everywhere and prints the report. Returns an exit status. */
int run_everywhere(const struct request *request);

#endif
