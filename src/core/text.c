/*
 * UTF-16 text; see text.h.
 */
#include "core/text.h"

#include <stddef.h>

struct wts_text wts_text_of(const uint16_t *units)
{
    struct wts_text text = {.units = units};
    while (units != NULL && units[text.count] != 0)
        text.count++;
    return text;
}

struct wts_text wts_text_empty(void)
{
    static const uint16_t nothing[1] = {0};
    return (struct wts_text){.units = nothing};
}
