/*
 * The environment of a helper: those variables of HELLO that its duties take.
 */
#ifndef WTS_HELPER_HOST_ENVIRONMENT_H
#define WTS_HELPER_HOST_ENVIRONMENT_H

#include "helper/host/duty.h"

/* Replaces the whole environment. [in] duties: ended by NULL. False: no memory. */
bool wts_environment_set(const struct wts_duty *const *duties, const struct wts_frame_hello *hello);

#endif
