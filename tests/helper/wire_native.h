/*
 * helper/client/wire.h for native tests: the helper is a program, or the test itself at the other end of a
 * socket pair.
 */
#ifndef WTS_TESTS_WIRE_NATIVE_H
#define WTS_TESTS_WIRE_NATIVE_H

#include <stdbool.h>

/* From now on a helper is this program; NULL: the test plays it. */
void wire_native_use(const char *program);

/* The test's end of the socket of the helper that was started next; waits for it. The caller closes it. */
int wire_native_next(void);

/* How many helpers have been started, and how many wires are not closed yet. */
unsigned wire_native_started(void);
unsigned wire_native_open(void);

/* Ends the sockets of all helpers that run, and closes the ends that no test took. */
void wire_native_end_all(void);

/* The bytes that the system keeps for a socket, in each direction; 0: as it likes. */
void wire_native_limit(int length);

#endif
