/*
 * A process that only waits for the relay's death and then shuts the socket to the DLL down. The end of a
 * program is usually the end of its sockets; but Wine's server keeps a copy of this one for the DLL, and must
 * (it shuts down what the last of its handles leaves), so that a relay that was killed would go unnoticed.
 */
#ifndef WTS_RELAY_GUARDIAN_H
#define WTS_RELAY_GUARDIAN_H

#include <stdbool.h>

/* Starts the guardian of `socket`, which it inherits. False: no process. It ends by itself. */
bool wts_guardian_start(int socket);

#endif
