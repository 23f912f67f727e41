/*
 * The transport under Wine: wts-relay, a native program on Samba's library. See relay.c.
 */
#ifndef WTS_REMOTE_RELAY_H
#define WTS_REMOTE_RELAY_H

#include "remote/transport/transport.h"

extern const struct wts_transport wts_transport_relay;

#endif
