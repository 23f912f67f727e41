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
 * error output, through a start step (see start.c) that first writes its process number to the socket and
 * refuses, in words, what others may change. False: not even that can be started; the last error says why.
 */
bool wts_start_program(const char *path, SOCKET input);

#endif
