/*
 * Places in a secret area; see places.h.
 */
#include "helper/client/places.h"

#define RESERVED UINT32_MAX

unsigned wts_places_reserve(struct wts_places *places, uint32_t area_length)
{
    const uint32_t count = area_length / WTS_PLACE_LENGTH;
    for (unsigned place = 0; place < WTS_MAX_PLACES && place < count; place++) {
        if (places->channels[place] == 0) {
            places->channels[place] = RESERVED;
            return place;
        }
    }
    return WTS_NO_PLACE;
}

void wts_places_note(struct wts_places *places, unsigned place, uint32_t channel)
{
    if (place != WTS_NO_PLACE)
        places->channels[place] = channel;
}

bool wts_places_opened(struct wts_places *places, uint32_t channel)
{
    bool is_any_free = false;
    for (unsigned place = 0; place < WTS_MAX_PLACES; place++) {
        if (places->channels[place] != 0 && places->channels[place] <= channel) {
            places->channels[place] = 0;
            is_any_free = true;
        }
    }
    return is_any_free;
}
