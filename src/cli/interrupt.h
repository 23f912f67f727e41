/*
 * Ctrl+C while calls to servers are in flight: the program ends at once, and prints what was done.
 */
#ifndef WTS_CLI_INTERRUPT_H
#define WTS_CLI_INTERRUPT_H

#include "cli/command.h"

/* From now on Ctrl+C prints the answers that are finished and the effects of the others, and ends the program
 * with STATUS_STOPPED. */
void interrupt_begin(const struct request *request, struct answer *answers, unsigned count);

/* From now on the report is printed in the usual way, and Ctrl+C ends the program as usual. */
void interrupt_end(void);

#endif
