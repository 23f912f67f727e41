/*
 * A helper as a Unix process: it keeps nothing that it was started with except its socket, and none of its
 * processes outlives the socket.
 */
#ifndef WTS_HELPER_HOST_PROCESS_H
#define WTS_HELPER_HOST_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * For serving: keeps descriptor 0 and closes every other (1 and 2 lead to /dev/null), changes to /, forbids
 * core dumps, and takes as many descriptors as the system allows. The process stays accessible to its own
 * user, because the DLL opens the secret area through /proc. False: not possible.
 */
bool wts_process_isolate(void);

/* The kernel ends the process unless this is called again within `seconds`. */
void wts_process_watch(unsigned seconds);

/* A worker's ends of the two pipes. The first is read-only, so output that a library prints there is lost. */
enum { WTS_PROCESS_REQUESTS = 1, WTS_PROCESS_REPLIES = 3 };

/*
 * Called in a forked worker: makes the process inaccessible; `fd` becomes descriptor 0, 2 leads to a file in
 * memory that wts_process_output() reads, `requests` and `replies` get the numbers above (-1: there are
 * none), everything else is closed, and the process gets SIGTERM when `parent` ends. False: not possible, or
 * the parent is gone.
 */
bool wts_process_become_worker(int fd, int requests, int replies, pid_t parent);

/*
 * The last part of a worker's standard error output. [out] text, size: NUL terminated; empty when there was
 * none.
 */
void wts_process_output(char *text, size_t size);

/* Milliseconds and microseconds of the monotonic clock. */
int64_t wts_process_milliseconds(void);
int64_t wts_process_microseconds(void);

#endif
