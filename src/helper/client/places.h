/*
 * Places for secrets in a helper's secret area: which are in use. The helper copies and erases a secret when
 * it takes the OPEN that names it, before it reads any later frame. So the place is free again when an OPENED
 * comes: for its own channel, or for one whose OPEN was sent later. Not thread safe. Portable.
 */
#ifndef WTS_HELPER_PLACES_H
#define WTS_HELPER_PLACES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    WTS_PLACE_LENGTH = 4096, /* bytes of one */
    WTS_MAX_PLACES = 256,
    WTS_NO_PLACE = WTS_MAX_PLACES
};

/* All zero: everything is free. */
struct wts_places {
    uint32_t channels[WTS_MAX_PLACES]; /* the channel whose OPEN names it; 0: free; UINT32_MAX: reserved, that
                                          OPEN is not sent yet */
};

/* A free place of an area of `area_length` bytes, now reserved; WTS_NO_PLACE when all are in use. */
unsigned wts_places_reserve(struct wts_places *places, uint32_t area_length);

/* Notes that the OPEN of `channel` names the place; 0: no OPEN will. */
void wts_places_note(struct wts_places *places, unsigned place, uint32_t channel);

/* Notes that the OPENED of `channel` came. True: places became free. */
bool wts_places_opened(struct wts_places *places, uint32_t channel);

#endif
