/*
 * What waits to be sent to a helper. Nobody waits for the socket: what it does not take at once is kept, and
 * sent by whoever comes next. Not thread safe: the caller's lock. Portable.
 */
#ifndef WTS_HELPER_OUTPUT_H
#define WTS_HELPER_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helper/client/wire.h"

struct wts_output_chunk;

/* All zero: empty. */
struct wts_output {
    struct wts_output_chunk *first;
    struct wts_output_chunk *last;
    uint64_t queued; /* bytes since the start: given to wts_output_send */
    uint64_t sent;   /* taken by the socket; less what is known to be lost */
};

/* Sends `length` bytes or keeps a copy of the rest. False: the socket is broken, or there is no memory. */
bool wts_output_send(struct wts_output *output, struct wts_wire *wire, const void *data, size_t length);

/* Sends what was kept, as far as the socket takes it. False: the socket is broken. */
bool wts_output_flush(struct wts_output *output, struct wts_wire *wire);

bool wts_output_is_empty(const struct wts_output *output);

/* The last `length` bytes that the socket took reached nobody. */
void wts_output_lost(struct wts_output *output, size_t length);

/* Drops what was kept. */
void wts_output_clear(struct wts_output *output);

#endif
