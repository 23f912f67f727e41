/*
 * The transport of tests and fuzzers: no network, a function of the test plays the server. Portable; not part
 * of the DLL.
 */
#ifndef WTS_REMOTE_SCRIPT_H
#define WTS_REMOTE_SCRIPT_H

#include "remote/transport/transport.h"

/* What the test plays. `number` counts the connections from 1. Called by the threads that make the calls. */
struct wts_script {
    /* Gives the result of connecting. */
    struct wts_call_result (*connect)(const uint16_t *server, const struct wts_interface *interface,
                                      uint32_t number, uint64_t deadline_ms);
    /* Answers a call; on error 0 with a response stub as transport.h wants it. */
    struct wts_call_result (*call)(uint32_t number, uint16_t opnum, const uint8_t *request,
                                   size_t request_length, struct wts_response *response,
                                   uint64_t deadline_ms);
    /* Told of each cancel, and of each close of a connection whose connect was tried; may be NULL. */
    void (*cancel)(uint32_t number);
    void (*close)(uint32_t number);
};

extern const struct wts_transport wts_transport_script;

/* Plays `script` (kept, not copied) from now on; connections count from 1 again. */
void wts_script_play(const struct wts_script *script);

#endif
