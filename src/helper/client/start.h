/*
 * Makes a helper's program a process, if it can be trusted. Wine only.
 */
#ifndef WTS_HELPER_START_H
#define WTS_HELPER_START_H

#include <winsock2.h>
#include <windows.h>

#include <stdbool.h>

/*
 * Starts the program at `path` (absolute, of Unix, UTF-8) with `input`, a socket, as its standard input and
 * error output, through a start step (see start.c) that first writes its process number to the socket, and
 * refuses, with a message, a program that others may change. False: the start step cannot be started; the
 * last error is the reason.
 */
bool wts_start_program(const char *path, SOCKET input);

#endif
