/*
 * DATA on a channel, bounded by credit; see client.h and helper/frame.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "helper/client/helper.h"

/* How many bytes the helper may send ahead of the reader. The credit is given at the first read. */
#define WINDOW (256U * 1024U)

bool wts_channel_take_data(struct wts_channel *channel, size_t length, uint8_t **payload)
{
    if (channel->state != WTS_CHANNEL_OPEN || length > channel->given_credit)
        return false;
    struct wts_channel_data *data = calloc(1, sizeof *data);
    if (data == NULL)
        return false;
    *data = (struct wts_channel_data){.block = *payload, .length = length};
    channel->given_credit -= (uint32_t)length;
    *channel->received_end = data;
    channel->received_end = &data->next;
    *payload = NULL;
    wts_condition_wake_all(&channel->changed);
    return true;
}

bool wts_channel_take_window(struct wts_channel *channel, uint32_t credit)
{
    if (channel->state != WTS_CHANNEL_OPEN || credit > WTS_FRAME_MAX_CREDIT - channel->credit)
        return false;
    channel->credit += credit;
    wts_condition_wake_all(&channel->changed);
    return true;
}

static void drop_first(struct wts_channel *channel)
{
    struct wts_channel_data *data = channel->received;
    channel->received = data->next;
    if (channel->received == NULL)
        channel->received_end = &channel->received;
    free(data->block);
    free(data);
}

void wts_channel_drop_data(struct wts_channel *channel)
{
    while (channel->received != NULL)
        drop_first(channel);
}

static void send_window(struct wts_channel *channel, uint32_t credit)
{
    uint8_t frame[WTS_FRAME_HEADER_LENGTH + 4];
    struct wts_frame_writer writer = wts_frame_begin(frame, sizeof frame);
    wts_frame_put_window(&writer, credit);
    const size_t length =
        wts_frame_finish(&writer, (struct wts_frame){.type = WTS_FRAME_WINDOW, .channel = channel->number});
    channel->given_credit += credit;
    wts_helper_send(channel->helper, frame, length);
}

/* Gives the helper credit: at first the whole window, then the bytes that were read, half a window at a
 * time. */
static void give_credit(struct wts_channel *channel)
{
    const bool is_first =
        channel->given_credit == 0 && channel->owed_credit == 0 && channel->received == NULL;
    if (channel->state != WTS_CHANNEL_OPEN || !wts_channel_is_usable(channel))
        return;
    if (is_first) {
        send_window(channel, WINDOW);
    } else if (channel->owed_credit >= WINDOW / 2) {
        send_window(channel, channel->owed_credit);
        channel->owed_credit = 0;
    }
}

static size_t take(struct wts_channel *channel, uint8_t *out, size_t size)
{
    size_t taken = 0;
    while (taken < size && channel->received != NULL) {
        struct wts_channel_data *data = channel->received;
        const size_t left = data->length - data->read;
        const size_t part = left < size - taken ? left : size - taken;
        memcpy(out + taken, data->block + data->read, part);
        data->read += part;
        taken += part;
        if (data->read == data->length)
            drop_first(channel);
    }
    return taken;
}

static bool can_go_on(const struct wts_channel *channel)
{
    return channel->state == WTS_CHANNEL_OPEN && wts_channel_is_usable(channel);
}

uint32_t wts_channel_read(struct wts_channel *channel, void *data, size_t size, uint64_t deadline_ms,
                          size_t *length)
{
    bool in_time = true;
    uint32_t error = ERROR_SUCCESS;
    wts_lock_acquire(&channel->kind->lock);
    give_credit(channel);
    while (channel->received == NULL && can_go_on(channel) && in_time && !channel->is_woken)
        in_time = wts_condition_wait(&channel->changed, &channel->kind->lock, deadline_ms);
    channel->is_woken = false;
    *length = channel->is_cancelled ? 0 : take(channel, data, size);
    if (*length > 0) {
        channel->owed_credit += (uint32_t)*length;
        give_credit(channel);
    } else {
        error = can_go_on(channel) ? RPC_S_CALL_CANCELLED : RPC_S_CALL_FAILED;
    }
    wts_lock_release(&channel->kind->lock);
    return error;
}

void wts_channel_wake(struct wts_channel *channel)
{
    wts_lock_acquire(&channel->kind->lock);
    channel->is_woken = true;
    wts_condition_wake_all(&channel->changed);
    wts_lock_release(&channel->kind->lock);
}

/* Sends at most one DATA frame, within the credit; the pipe has room for that, unless its process is gone. */
static uint32_t send_data(struct wts_channel *channel, const void *data, size_t size, size_t *length)
{
    size_t part = size < channel->credit ? size : channel->credit;
    part = part < WTS_FRAME_MAX_DATA ? part : WTS_FRAME_MAX_DATA;
    uint8_t *frame = malloc(WTS_FRAME_HEADER_LENGTH + part);
    if (frame == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    struct wts_frame_writer writer = wts_frame_begin(frame, WTS_FRAME_HEADER_LENGTH + part);
    wts_frame_put_bytes(&writer, data, part);
    const size_t frame_length =
        wts_frame_finish(&writer, (struct wts_frame){.type = WTS_FRAME_DATA, .channel = channel->number});
    bool is_sent = true;
    if (channel->requests != WTS_NO_PIPE) {
        channel->has_sent_data = true;
        is_sent = wts_wire_write_request(channel->requests, frame, frame_length);
    } else {
        wts_helper_send(channel->helper, frame, frame_length);
    }
    free(frame);
    channel->credit -= (uint32_t)part;
    *length = part;
    return is_sent ? ERROR_SUCCESS : RPC_S_CALL_FAILED;
}

uint32_t wts_channel_write(struct wts_channel *channel, const void *data, size_t size, uint64_t deadline_ms,
                           size_t *length)
{
    bool in_time = true;
    uint32_t error = RPC_S_CALL_FAILED;
    *length = 0;
    wts_lock_acquire(&channel->kind->lock);
    while (channel->credit == 0 && can_go_on(channel) && in_time)
        in_time = wts_condition_wait(&channel->changed, &channel->kind->lock, deadline_ms);
    if (can_go_on(channel))
        error = channel->credit > 0 ? send_data(channel, data, size, length) : RPC_S_CALL_CANCELLED;
    wts_lock_release(&channel->kind->lock);
    return error;
}
