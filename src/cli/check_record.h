/*
 * The record of connecting that the DLL's trace has: the line that docs/compatibility.md documents, read
 * back.
 */
#ifndef WTS_CLI_CHECK_RECORD_H
#define WTS_CLI_CHECK_RECORD_H

#include <stdbool.h>

#define CHECK_TIMES 3 /* name, tcp, logon */

struct check_record {
    char server[768];
    char transport[16];
    char step[16];                  /* the one that failed; "none": connected */
    unsigned long error;            /* Win32 code */
    unsigned long status;           /* NTSTATUS */
    long microseconds[CHECK_TIMES]; /* -1: not measured */
    char advice[512];               /* what to look at; "": no advice */
    char text[2048];                /* UTF-8, with unsafe characters escaped */
};

/* Reads a line of the trace. False: it is not such a record, and *record is left alone. */
bool check_record_read(const char *line, struct check_record *record);

/* The text of a line of level `errors` that is not such a record, without the prefix; NULL for any other
 * line. */
const char *check_record_note(const char *line);

#endif
