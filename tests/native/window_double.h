/*
 * Windows for native tests, where there is no user32: a handful of numbered ones, and what was posted to
 * them.
 */
#ifndef WTS_TESTS_WINDOW_DOUBLE_H
#define WTS_TESTS_WINDOW_DOUBLE_H

#include <stdint.h>

#include "core/session_change.h"

enum { WINDOW_COUNT = 1024, WINDOW_POST_CAPACITY = 256 };

struct window_post {
    unsigned window; /* its number */
    enum wts_session_change change;
    uint32_t session_id;
};

/* The handle of window `number` (0 .. WINDOW_COUNT - 1), made if it is not there, owned by thread `owner`. */
void *window_make(unsigned number, uint32_t owner);

/* Ends a window. */
void window_end(unsigned number);

/* Waits until `count` messages were posted since the last reset, and gives them in their order. */
const struct window_post *window_wait_posts(unsigned count);

/* How many messages were posted since the last reset. */
unsigned window_post_count(void);

/* No windows, no messages. */
void window_reset(void);

/* While held, posting blocks. */
void window_hold(void);
void window_let_go(void);

/* Waits until a thread blocks in posting. */
void window_wait_held(void);

#endif
