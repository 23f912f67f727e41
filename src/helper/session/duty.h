/*
 * The duty session: the state of the Linux session of the program; see payload.h.
 */
#ifndef WTS_HELPER_SESSION_DUTY_H
#define WTS_HELPER_SESSION_DUTY_H

#include "helper/host/duty.h"

extern const struct wts_duty wts_session_duty;

#endif
