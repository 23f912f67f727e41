/*
 * A helper, as the DLL starts it: descriptor 0 is the socket to the DLL; the parent process reads its frames
 * and starts one worker for each channel.
 */
#ifndef WTS_HELPER_HOST_SERVE_H
#define WTS_HELPER_HOST_SERVE_H

#include "helper/host/duty.h"

/* Whether descriptor 0 is a connected socket: whether the DLL, or somebody like it, started this process. */
bool wts_serve_is_requested(void);

/*
 * Serves until the DLL ends the socket or says good-bye. [in] duties: ended by NULL. Returns the exit status:
 * 0 when that was so, 1 when the helper ended for a reason of its own, which its last word says.
 */
int wts_serve(const struct wts_duty *const *duties);

#endif
