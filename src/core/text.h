/*
 * UTF-16 text as the back ends give it: by its count, so that names from the kernel or from the wire need no
 * copy. Portable.
 */
#ifndef WTS_CORE_TEXT_H
#define WTS_CORE_TEXT_H

#include <stdint.h>

struct wts_text {
    const uint16_t *units; /* NULL: there is none, which is not the same as empty */
    uint32_t count;        /* code units, without any NUL */
};

/* A NUL terminated text (kept, not copied); NULL stays NULL. */
struct wts_text wts_text_of(const uint16_t *units);

/* The text of no characters: present, and empty. */
struct wts_text wts_text_empty(void);

#endif
