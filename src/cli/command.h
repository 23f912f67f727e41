/*
 * The commands of wts.exe. Each takes the words after its own name and returns an exit status.
 */
#ifndef WTS_CLI_COMMAND_H
#define WTS_CLI_COMMAND_H

#include <stddef.h>

/* Exit statuses of every command, now and later. */
enum {
    STATUS_ALL_DONE = 0,
    STATUS_SOME_FAILED = 1,
    STATUS_ALL_FAILED = 2,
    STATUS_WRONG_USAGE = 64, /* nothing was tried */
};

/* 0 done, 1 some failed, 2 all failed. */
int command_status(unsigned tried, unsigned failed);

int command_check(int count, wchar_t **words);
int command_credential(int count, wchar_t **words);
int command_kill(int count, wchar_t **words);
int command_version(int count, wchar_t **words);

#endif
