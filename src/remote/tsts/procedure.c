/*
 * Code that all procedures share; see procedure.h.
 */
#include "remote/tsts/procedure.h"

#include <string.h>

enum wts_ndr_status wts_procedure_read(const struct wts_procedure *procedure, const uint8_t *stub,
                                       size_t length, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_ndr_reader reader;
    memset(answer, 0, procedure->answer_length);
    wts_ndr_reader_init(&reader, stub, length);
    procedure->get(&reader, arena, answer);
    return reader.status;
}

void wts_put_nothing(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                     const void *arguments)
{
    (void)writer, (void)context, (void)arguments;
}

void wts_put_context(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                     const void *arguments)
{
    (void)arguments;
    wts_ndr_put_context(writer, context);
}

void wts_put_session_id(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                        const void *arguments)
{
    const uint32_t *session_id = arguments;
    (void)context;
    wts_ndr_put_u32(writer, *session_id);
}
