/*
 * What the threads and channels of a helper share: sending to it, and its end; see helper.h.
 */
#include "helper/client/helper.h"

#include <stdlib.h>

#include "core/deadline.h"
#include "core/trace.h"

void wts_helper_wake_channels(struct wts_helper *helper)
{
    for (struct wts_channel *channel = helper->channels; channel != NULL; channel = channel->next)
        wts_condition_wake_all(&channel->changed);
}

/* Channels that come from now on go to another one. */
static void give_nothing_new(struct wts_helper *helper)
{
    if (helper->kind->current == helper)
        helper->kind->current = NULL;
}

void wts_helper_declare_dead(struct wts_helper *helper, const char *reason)
{
    if (helper->state == WTS_HELPER_DEAD)
        return;
    if (reason != NULL)
        wts_trace(WTS_TRACE_ERRORS, "%s: %s", helper->kind->program, reason);
    helper->state = WTS_HELPER_DEAD;
    give_nothing_new(helper);
    wts_output_clear(&helper->output);
    if (helper->wire != NULL) {
        wts_output_lost(&helper->output, wts_wire_unread(helper->wire));
        wts_wire_end(helper->wire);
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

void wts_helper_send(struct wts_helper *helper, const void *frame, size_t length)
{
    if (helper->state == WTS_HELPER_DEAD)
        return;
    if (!wts_output_send(&helper->output, helper->wire, frame, length))
        wts_helper_declare_dead(helper, "it cannot be sent to");
    else if (!wts_output_is_empty(&helper->output))
        wts_condition_wake_all(&helper->changed);
}

void wts_helper_send_header(struct wts_helper *helper, enum wts_frame_type type, uint32_t channel)
{
    uint8_t header[WTS_FRAME_HEADER_LENGTH];
    wts_frame_put_header(header, &(struct wts_frame){.type = (uint16_t)type, .channel = channel});
    wts_helper_send(helper, header, sizeof header);
}

void wts_helper_release(struct wts_helper *helper)
{
    if (--helper->users > 0)
        return;
    if (helper->wire != NULL)
        wts_wire_close(helper->wire);
    wts_output_clear(&helper->output);
    free(helper);
}
