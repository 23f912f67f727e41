/*
 * The duty RPC: a channel is a connection to one interface of one server, a request is one call.
 */
#ifndef WTS_HELPER_RPC_DUTY_H
#define WTS_HELPER_RPC_DUTY_H

#include "helper/host/duty.h"

extern const struct wts_duty wts_rpc_duty;

#endif
