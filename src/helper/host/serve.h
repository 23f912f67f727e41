/*
 * A helper, as the DLL starts it: descriptor 0 is the socket to the DLL; the parent process reads its frames
 * and starts one worker for each channel.
 */
#ifndef WTS_HELPER_HOST_SERVE_H
#define WTS_HELPER_HOST_SERVE_H

#include "helper/host/duty.h"

/* Whether descriptor 0 is a connected socket, as when the DLL or a similar program started this process. */
bool wts_serve_is_requested(void);

/*
 * Serves until the DLL ends the socket or says good-bye. [in] duties: ended by NULL. Returns the exit status:
 * 0 then, 1 when the helper ended for a reason of its own, which its last word contains.
 */
int wts_serve(const struct wts_duty *const *duties);

#endif
