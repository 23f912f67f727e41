/*
 * What waits to be sent to a helper; see output.h.
 */
#include "helper/client/output.h"

#include <stdlib.h>
#include <string.h>

struct wts_output_chunk {
    struct wts_output_chunk *next;
    size_t length;
    size_t sent;
    uint8_t data[];
};

static bool keep(struct wts_output *output, const uint8_t *data, size_t length)
{
    struct wts_output_chunk *chunk = malloc(sizeof *chunk + length);
    if (chunk == NULL)
        return false;
    *chunk = (struct wts_output_chunk){.length = length};
    memcpy(chunk->data, data, length);
    if (output->last != NULL)
        output->last->next = chunk;
    else
        output->first = chunk;
    output->last = chunk;
    return true;
}

static void drop_first(struct wts_output *output)
{
    struct wts_output_chunk *chunk = output->first;
    output->first = chunk->next;
    if (output->first == NULL)
        output->last = NULL;
    free(chunk);
}

bool wts_output_flush(struct wts_output *output, struct wts_wire *wire)
{
    while (output->first != NULL) {
        struct wts_output_chunk *chunk = output->first;
        size_t sent;
        if (!wts_wire_send(wire, chunk->data + chunk->sent, chunk->length - chunk->sent, &sent))
            return false;
        chunk->sent += sent;
        output->sent += sent;
        if (chunk->sent < chunk->length)
            return true;
        drop_first(output);
    }
    return true;
}

bool wts_output_send(struct wts_output *output, struct wts_wire *wire, const void *data, size_t length)
{
    size_t sent = 0;
    output->queued += length;
    if (!wts_output_flush(output, wire))
        return false;
    if (wts_output_is_empty(output)) {
        if (!wts_wire_send(wire, data, length, &sent))
            return false;
        output->sent += sent;
    }
    return sent == length || keep(output, (const uint8_t *)data + sent, length - sent);
}

bool wts_output_is_empty(const struct wts_output *output)
{
    return output->first == NULL;
}

void wts_output_lost(struct wts_output *output, size_t length)
{
    output->sent -= length < output->sent ? length : output->sent;
}

void wts_output_clear(struct wts_output *output)
{
    while (output->first != NULL)
        drop_first(output);
}
