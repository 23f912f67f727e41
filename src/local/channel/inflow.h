/*
 * The data that comes through a virtual channel, in the same chunks as from the system's own service. Several
 * threads may read; each chunk goes to the first one that called. Portable.
 */
#ifndef WTS_LOCAL_CHANNEL_INFLOW_H
#define WTS_LOCAL_CHANNEL_INFLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/platform.h"
#include "helper/client/client.h"
#include "helper/session/channel_payload.h"

enum {
    WTS_CHUNK_LENGTH = 1600,     /* bytes of a message in one chunk: CHANNEL_CHUNK_LENGTH */
    WTS_CHUNK_HEADER_LENGTH = 8, /* in front of them on a dynamic channel: CHANNEL_PDU_HEADER */
    WTS_MAX_CHUNK = WTS_CHUNK_HEADER_LENGTH + WTS_CHUNK_LENGTH
};

struct wts_inflow {
    struct wts_channel *helper;
    bool is_dynamic;
    struct wts_lock lock; /* guards the flags */
    struct wts_condition changed;
    bool is_taken;   /* a thread reads; the members after the flags are its own */
    bool is_purging; /* data that comes before the helper's mark is dropped */
    bool is_closed;  /* for readers that the closing of the handle ends */
    uint8_t head[WTS_VC_RECORD_HEADER_LENGTH];
    size_t head_length;
    struct wts_vc_record record;
    uint32_t record_left; /* bytes of the record that are in no chunk yet */
    uint8_t chunk[WTS_MAX_CHUNK];
    size_t chunk_end;   /* bytes received so far, including the header */
    size_t chunk_whole; /* bytes of the whole chunk; 0: there is none */
    size_t chunk_read;  /* bytes that readers have taken */
};

/* [in] helper: an open channel of the helper, still owned by the caller. The helper begins to send. */
void wts_inflow_begin(struct wts_inflow *inflow, struct wts_channel *helper, bool is_dynamic);

/*
 * Reads one chunk, or the rest of it. 0; 234: more of it is left; 1818: nothing came in time; 1726: the
 * channel has ended and everything was read, or its helper violated the protocol. [in] ends_with_handle: fail
 * with 995 after wts_inflow_close().
 */
uint32_t wts_inflow_read(struct wts_inflow *inflow, bool ends_with_handle, uint64_t deadline_ms, void *data,
                         size_t size, size_t *length);

/* Ends the reads with `ends_with_handle`, those in flight and those to come. */
void wts_inflow_close(struct wts_inflow *inflow);

/* From now on all data is dropped, until the mark comes that the helper sends after WTS_VC_PURGE_INPUT. */
void wts_inflow_begin_purge(struct wts_inflow *inflow);

/* Ends the purge without the mark, after a failure. */
void wts_inflow_end_purge(struct wts_inflow *inflow);

/* Waits for the mark; `reads`: this thread reads up to it, unless another thread does. 0, 1818, 1726. */
uint32_t wts_inflow_wait_for_purge(struct wts_inflow *inflow, bool reads, uint64_t deadline_ms);

#endif
