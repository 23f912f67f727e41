/*
 * The duty channel: one virtual channel of the xrdp session of the program; see channel_payload.h.
 */
#ifndef WTS_HELPER_SESSION_CHANNEL_DUTY_H
#define WTS_HELPER_SESSION_CHANNEL_DUTY_H

#include "helper/host/duty.h"

extern const struct wts_duty wts_vc_duty;

#endif
