/*
 * The secret area: a file in memory, mode 0600, to which the DLL writes secrets through /proc, so that none
 * crosses a socket. Its size is sealed.
 */
#ifndef WTS_HELPER_HOST_SECRET_H
#define WTS_HELPER_HOST_SECRET_H

#include <stdbool.h>

#include "helper/host/duty.h"

enum { WTS_SECRET_AREA_LENGTH = 1024 * 1024 };

/* Returns its descriptor, or -1 when the system has no such file. */
int wts_secret_create(void);

/*
 * Whether the place is within the area, and has at most WTS_DUTY_MAX_SECRET bytes. A place of length 0 is
 * always valid.
 */
bool wts_secret_is_place(int area, struct wts_secret_place place);

/*
 * Reads a secret and erases its place. [out] secret: of WTS_DUTY_MAX_SECRET + 1 bytes, NUL terminated. False:
 * not possible; it is then erased as far as possible.
 */
bool wts_secret_take(int area, struct wts_secret_place place, char *secret);

#endif
