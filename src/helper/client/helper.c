/*
 * Code that the threads and channels of a helper share: sending to it, and its end; see helper.h.
 */
#include "helper/client/helper.h"

#include <stdlib.h>
#include <string.h>

#include "core/deadline.h"
#include "core/trace.h"

static const char cannot_send[] = "it cannot be sent to";

void wts_helper_wake_channels(struct wts_helper *helper)
{
    for (struct wts_channel *channel = helper->channels; channel != NULL; channel = channel->next)
        wts_condition_wake_all(&channel->changed);
}

void wts_channel_report_end(const struct wts_channel *channel)
{
    if (channel->listener.ended != NULL)
        channel->listener.ended(channel->listener.context);
}

/* From now on new channels use another helper. */
static void give_nothing_new(struct wts_helper *helper)
{
    if (helper->kind->current == helper)
        helper->kind->current = NULL;
}

static void drop_first(struct wts_helper *helper)
{
    struct wts_unsent *first = helper->unsent;
    helper->unsent = first->next;
    if (helper->unsent == NULL)
        helper->unsent_end = &helper->unsent;
    free(first);
}

static void clear_unsent(struct wts_helper *helper)
{
    while (helper->unsent != NULL)
        drop_first(helper);
}

void wts_helper_declare_dead(struct wts_helper *helper, const char *reason)
{
    if (helper->state == WTS_HELPER_DEAD)
        return;
    if (reason != NULL)
        wts_trace(WTS_TRACE_ERRORS, "%s: %s", helper->kind->program, reason);
    helper->state = WTS_HELPER_DEAD;
    give_nothing_new(helper);
    clear_unsent(helper);
    if (helper->wire != NULL) {
        const size_t lost = wts_wire_unread(helper->wire);
        helper->sent -= lost < helper->sent ? lost : helper->sent;
        wts_wire_end(helper->wire);
    }
    for (const struct wts_channel *channel = helper->channels; channel != NULL; channel = channel->next) {
        if (channel->state == WTS_CHANNEL_OPEN)
            wts_channel_report_end(channel);
    }
    wts_helper_wake_channels(helper);
    wts_condition_wake_all(&helper->changed);
}

void wts_helper_doubt(struct wts_helper *helper)
{
    if (helper->is_doubtful)
        return;
    helper->is_doubtful = true;
    helper->doubted_at_ms = wts_clock_ms();
    give_nothing_new(helper);
    wts_condition_wake_all(&helper->changed);
}

bool wts_channel_is_usable(const struct wts_channel *channel)
{
    return !channel->is_cancelled && channel->helper->state != WTS_HELPER_DEAD;
}

/* Keeps bytes for the keeper to send. */
static void keep(struct wts_helper *helper, const uint8_t *data, size_t length)
{
    struct wts_unsent *unsent = malloc(sizeof *unsent + length);
    if (unsent == NULL) {
        wts_helper_declare_dead(helper, cannot_send);
        return;
    }
    *unsent = (struct wts_unsent){.length = length};
    memcpy(unsent->data, data, length);
    *helper->unsent_end = unsent;
    helper->unsent_end = &unsent->next;
    wts_condition_wake_all(&helper->changed);
}

void wts_helper_send_unsent(struct wts_helper *helper)
{
    while (helper->unsent != NULL) {
        struct wts_unsent *first = helper->unsent;
        size_t sent;
        if (!wts_wire_send(helper->wire, first->data + first->sent, first->length - first->sent, &sent)) {
            wts_helper_declare_dead(helper, cannot_send);
            return;
        }
        first->sent += sent;
        helper->sent += sent;
        if (first->sent < first->length)
            return;
        drop_first(helper);
    }
}

void wts_helper_send(struct wts_helper *helper, const void *frame, size_t length)
{
    size_t sent = 0;
    helper->queued += length;
    wts_helper_send_unsent(helper);
    if (helper->state == WTS_HELPER_DEAD)
        return;
    if (helper->unsent == NULL && !wts_wire_send(helper->wire, frame, length, &sent)) {
        wts_helper_declare_dead(helper, cannot_send);
        return;
    }
    helper->sent += sent;
    if (sent < length)
        keep(helper, (const uint8_t *)frame + sent, length - sent);
}

void wts_helper_send_header(struct wts_helper *helper, enum wts_frame_type type, uint32_t channel,
                            uint32_t serial)
{
    uint8_t header[WTS_FRAME_HEADER_LENGTH];
    wts_frame_put_header(header,
                         &(struct wts_frame){.type = (uint16_t)type, .channel = channel, .serial = serial});
    wts_helper_send(helper, header, sizeof header);
}

bool wts_helper_has_channels(const struct wts_helper *helper)
{
    return helper->users > 2; /* its two threads */
}

void wts_helper_release(struct wts_helper *helper)
{
    helper->users--;
    if (!wts_helper_has_channels(helper))
        wts_condition_wake_all(&helper->changed);
    if (helper->users > 0)
        return;
    if (helper->wire != NULL)
        wts_wire_close(helper->wire);
    clear_unsent(helper);
    free(helper);
}
