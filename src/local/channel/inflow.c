/*
 * The chunks of a virtual channel; see inflow.h. A read that ends in the middle of a chunk leaves the
 * received part to the next read.
 */
#include "local/channel/inflow.h"

#include <string.h>

#include "core/deadline.h"
#include "core/error.h"

enum { FLAG_FIRST = 1, FLAG_LAST = 2 }; /* CHANNEL_FLAG_* */

void wts_inflow_begin(struct wts_inflow *inflow, struct wts_channel *helper, bool is_dynamic)
{
    size_t nothing;
    *inflow = (struct wts_inflow){.helper = helper, .is_dynamic = is_dynamic};
    wts_lock_initialize(&inflow->lock);
    wts_condition_initialize(&inflow->changed);
    wts_channel_read(helper, NULL, 0, 0, &nothing); /* the first read gives credit */
}

static size_t min_of(size_t left, size_t right)
{
    return left < right ? left : right;
}

/* Receives until *have of `wanted` bytes at `data` are there. */
static uint32_t fill(const struct wts_inflow *inflow, uint8_t *data, size_t *have, size_t wanted,
                     uint64_t deadline_ms)
{
    while (*have < wanted) {
        size_t length;
        const uint32_t error =
            wts_channel_read(inflow->helper, data + *have, wanted - *have, deadline_ms, &length);
        if (error != ERROR_SUCCESS)
            return error;
        *have += length;
    }
    return ERROR_SUCCESS;
}

static bool is_purging(struct wts_inflow *inflow)
{
    wts_lock_acquire(&inflow->lock);
    const bool purging = inflow->is_purging;
    wts_lock_release(&inflow->lock);
    return purging;
}

static uint32_t begin_record(struct wts_inflow *inflow, uint64_t deadline_ms)
{
    const uint32_t error = fill(inflow, inflow->head, &inflow->head_length, sizeof inflow->head, deadline_ms);
    if (error != ERROR_SUCCESS)
        return error;
    if (!wts_vc_get_record(inflow->head, &inflow->record)) {
        wts_channel_cancel(inflow->helper);
        return RPC_S_CALL_FAILED;
    }
    inflow->head_length = 0;
    inflow->record_left = inflow->record.length;
    if (inflow->record.flags == WTS_VC_PURGED)
        wts_inflow_end_purge(inflow);
    return ERROR_SUCCESS;
}

/* The header of a chunk says where in its message it stands. */
static void begin_chunk(struct wts_inflow *inflow)
{
    const uint32_t length = (uint32_t)min_of(inflow->record_left, WTS_CHUNK_LENGTH);
    const bool is_first =
        inflow->record_left == inflow->record.length && (inflow->record.flags & WTS_VC_FIRST) != 0;
    const bool is_last = inflow->record_left == length && (inflow->record.flags & WTS_VC_LAST) != 0;
    struct wts_frame_writer writer = {.data = inflow->chunk, .size = WTS_CHUNK_HEADER_LENGTH};
    wts_frame_put_u32(&writer, inflow->record.length);
    wts_frame_put_u32(&writer, (is_first ? FLAG_FIRST : 0U) | (is_last ? FLAG_LAST : 0U));
    inflow->chunk_end = WTS_CHUNK_HEADER_LENGTH;
    inflow->chunk_whole = WTS_CHUNK_HEADER_LENGTH + (size_t)length;
    inflow->chunk_read = inflow->is_dynamic ? 0 : WTS_CHUNK_HEADER_LENGTH;
    inflow->record_left -= length;
}

/* Receives until a whole chunk is there. */
static uint32_t complete_chunk(struct wts_inflow *inflow, uint64_t deadline_ms)
{
    while (inflow->chunk_whole == 0) {
        const uint32_t error = inflow->record_left == 0 ? begin_record(inflow, deadline_ms) : ERROR_SUCCESS;
        if (error != ERROR_SUCCESS)
            return error;
        if (inflow->record_left != 0)
            begin_chunk(inflow);
        else if (inflow->record.flags == WTS_VC_PURGED)
            return ERROR_SUCCESS; /* a waiter for the mark must see this error */
    }
    return fill(inflow, inflow->chunk, &inflow->chunk_end, inflow->chunk_whole, deadline_ms);
}

static bool is_chunk_there(const struct wts_inflow *inflow)
{
    return inflow->chunk_whole != 0 && inflow->chunk_end == inflow->chunk_whole;
}

/* One step of the thread whose turn it is. True: *error and *length are the result of its read. */
static bool step(struct wts_inflow *inflow, uint64_t deadline_ms, void *data, size_t size, size_t *length,
                 uint32_t *error)
{
    *error = is_chunk_there(inflow) ? ERROR_SUCCESS : complete_chunk(inflow, deadline_ms);
    if (*error != ERROR_SUCCESS)
        return true;
    if (!is_chunk_there(inflow))
        return false;
    if (is_purging(inflow)) {
        inflow->chunk_whole = 0;
        return false;
    }
    if (size == 0)
        return true;
    const size_t part = min_of(size, inflow->chunk_whole - inflow->chunk_read);
    memcpy(data, inflow->chunk + inflow->chunk_read, part);
    inflow->chunk_read += part;
    *length = part;
    if (inflow->chunk_read == inflow->chunk_whole)
        inflow->chunk_whole = 0;
    else
        *error = ERROR_MORE_DATA;
    return true;
}

/* Under the lock: waits until nobody else reads. False: the deadline has passed, or the handle was closed. */
static bool take_turn(struct wts_inflow *inflow, bool ends_with_handle, uint64_t deadline_ms)
{
    bool in_time = true;
    while (inflow->is_taken && in_time && !(ends_with_handle && inflow->is_closed))
        in_time = wts_condition_wait(&inflow->changed, &inflow->lock, deadline_ms);
    if (inflow->is_taken || (ends_with_handle && inflow->is_closed))
        return false;
    inflow->is_taken = true;
    return true;
}

static void give_turn(struct wts_inflow *inflow)
{
    inflow->is_taken = false;
    wts_condition_wake_all(&inflow->changed);
}

uint32_t wts_inflow_read(struct wts_inflow *inflow, bool ends_with_handle, uint64_t deadline_ms, void *data,
                         size_t size, size_t *length)
{
    uint32_t error = RPC_S_CALL_CANCELLED;
    *length = 0;
    wts_lock_acquire(&inflow->lock);
    if (take_turn(inflow, ends_with_handle, deadline_ms)) {
        bool is_done = false;
        /* A wake-up does not mean that the deadline has passed, so the loop checks again what has changed. */
        while (!is_done && !(ends_with_handle && inflow->is_closed)) {
            wts_lock_release(&inflow->lock);
            is_done = step(inflow, deadline_ms, data, size, length, &error) &&
                      (error != RPC_S_CALL_CANCELLED || wts_deadline_left(deadline_ms) == 0);
            wts_lock_acquire(&inflow->lock);
        }
        /* The closing also ends the channel, which a step may see first. */
        if (!is_done || (error == RPC_S_CALL_FAILED && ends_with_handle && inflow->is_closed))
            error = ERROR_OPERATION_ABORTED;
        give_turn(inflow);
    } else if (ends_with_handle && inflow->is_closed) {
        error = ERROR_OPERATION_ABORTED;
    }
    wts_lock_release(&inflow->lock);
    return error;
}

void wts_inflow_close(struct wts_inflow *inflow)
{
    wts_lock_acquire(&inflow->lock);
    inflow->is_closed = true;
    wts_condition_wake_all(&inflow->changed);
    wts_lock_release(&inflow->lock);
    wts_channel_wake(inflow->helper);
}

void wts_inflow_begin_purge(struct wts_inflow *inflow)
{
    wts_lock_acquire(&inflow->lock);
    inflow->is_purging = true;
    wts_lock_release(&inflow->lock);
}

void wts_inflow_end_purge(struct wts_inflow *inflow)
{
    wts_lock_acquire(&inflow->lock);
    inflow->is_purging = false;
    wts_condition_wake_all(&inflow->changed);
    wts_lock_release(&inflow->lock);
}

uint32_t wts_inflow_wait_for_purge(struct wts_inflow *inflow, bool reads, uint64_t deadline_ms)
{
    uint32_t error = ERROR_SUCCESS;
    bool in_time = true;
    wts_lock_acquire(&inflow->lock);
    while (inflow->is_purging && in_time && error == ERROR_SUCCESS) {
        if (!reads || inflow->is_taken) {
            in_time = wts_condition_wait(&inflow->changed, &inflow->lock, deadline_ms);
            continue;
        }
        size_t length;
        inflow->is_taken = true;
        wts_lock_release(&inflow->lock);
        step(inflow, deadline_ms, NULL, 0, &length, &error);
        wts_lock_acquire(&inflow->lock);
        give_turn(inflow);
        if (error == RPC_S_CALL_CANCELLED && wts_deadline_left(deadline_ms) != 0)
            error = ERROR_SUCCESS;
    }
    if (inflow->is_purging && !in_time)
        error = RPC_S_CALL_CANCELLED;
    wts_lock_release(&inflow->lock);
    return error;
}
