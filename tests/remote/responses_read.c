/*
 * See responses.h.
 */
#include "responses.h"

#include <stdlib.h>

uint16_t response_number(const struct response *response)
{
    return response->procedure != NULL ? response->procedure->opnum : response->number;
}

bool response_is_last(const struct response *response)
{
    return response->procedure == NULL && response->read == NULL;
}

enum wts_ndr_status response_read(const struct response *response, const uint8_t *stub, size_t length,
                                  struct wts_ndr_arena *arena, struct show *show)
{
    if (response->procedure == NULL)
        return response->read(stub, length, arena, show);
    void *answer = malloc(response->procedure->answer_length);
    if (answer == NULL)
        abort();
    const enum wts_ndr_status status = wts_procedure_read(response->procedure, stub, length, arena, answer);
    if (status == WTS_NDR_OK)
        response->show(show, answer);
    free(answer);
    return status;
}

void show_end(struct show *show, const void *answer)
{
    show_result(show, answer);
}
