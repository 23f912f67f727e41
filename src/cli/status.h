/*
 * The exit statuses of wts.exe.
 */
#ifndef WTS_CLI_STATUS_H
#define WTS_CLI_STATUS_H

enum {
    STATUS_ALL_DONE = 0,
    STATUS_SOME_FAILED = 1,
    STATUS_ALL_FAILED = 2,
    STATUS_STOPPED = 130,    /* by Ctrl+C; the word "interrupted" is a macro of newer mingw-w64 */
    STATUS_WRONG_USAGE = 64, /* nothing was tried */
};

#endif
