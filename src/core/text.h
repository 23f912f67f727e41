/*
 * UTF-16 text as the back ends pass it: counted, not NUL terminated, so that names from the kernel or from
 * the wire need no copy. Portable.
 */
#ifndef WTS_CORE_TEXT_H
#define WTS_CORE_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct wts_text {
    const uint16_t *units; /* NULL: absent, which is not the same as empty */
    uint32_t count;        /* code units, without any NUL */
};

/* A NUL terminated text (kept, not copied); NULL stays NULL. */
struct wts_text wts_text_of(const uint16_t *units);

/* A text without characters: present, but empty. */
struct wts_text wts_text_empty(void);

/*
 * Writes NUL terminated UTF-16 as NUL terminated UTF-8, at most `capacity` bytes (1 or more); a text that
 * does not fit is cut between characters. Half of a surrogate pair becomes U+FFFD. Three bytes for each unit
 * are enough.
 */
void wts_text_to_utf8(const uint16_t *units, char *utf8, size_t capacity);

#endif
