/*
 * The life of a helper: how it is started, kept and released, and when it counts as dead; see helper.h.
 */
#include <stdlib.h>

#include "core/deadline.h"
#include "core/error.h"
#include "helper/client/helper.h"

#define LINGER_MS 10000U       /* a helper without a channel is released after this time */
#define LOOK_MS 1000U          /* how often its process is checked */
#define START_LOOK_MS 30U      /* the same while it starts, because it may be unable to */
#define SILENCE_MS 10U         /* after a silence this long its process is checked before it gets work */
#define CERTAIN_GRACE_MS 1000U /* an answer that is this late will not come any more */

void wts_helper_missed_deadline(struct wts_helper *helper, uint32_t grace_ms)
{
    if (grace_ms >= CERTAIN_GRACE_MS) {
        wts_helper_declare_dead(helper, "no answer in time; it is given up");
    } else if (helper->state != WTS_HELPER_DEAD) {
        wts_helper_doubt(helper);
    }
}

/* If the process has ended, lets the receiving thread read the last bytes, and then the end. */
static void look_after_process(struct wts_helper *helper)
{
    if (helper->wire == NULL || helper->state == WTS_HELPER_DEAD || wts_wire_is_alive(helper->wire))
        return;
    wts_helper_doubt(helper);
    wts_wire_finish(helper->wire);
}

bool wts_helper_takes_work(struct wts_helper *helper)
{
    if (helper->state == WTS_HELPER_SERVING && wts_clock_ms() - helper->heard_at_ms >= SILENCE_MS)
        look_after_process(helper);
    return helper->state != WTS_HELPER_DEAD && !helper->is_doubtful;
}

/* Sends the bytes that the socket did not accept at once. Releases the lock while it waits for room. */
static void send_rest(struct wts_helper *helper, uint64_t until_ms)
{
    wts_lock_release(&helper->kind->lock);
    wts_wire_wait_for_room(helper->wire, until_ms);
    wts_lock_acquire(&helper->kind->lock);
    wts_helper_send_unsent(helper);
}

/* How much longer a helper without channels is kept. */
static uint32_t lingers_ms(const struct wts_helper *helper)
{
    const uint64_t since_ms = wts_clock_ms() - helper->used_at_ms;
    return helper->used_at_ms != 0 && since_ms < LINGER_MS ? LINGER_MS - (uint32_t)since_ms : 0;
}

/* When its process is to be checked next. */
static uint64_t next_look(const struct wts_helper *helper)
{
    const bool is_urgent = helper->state == WTS_HELPER_STARTING || helper->is_doubtful;
    const uint32_t own_ms = helper->kind->look_interval_ms;
    uint32_t look_ms = is_urgent ? START_LOOK_MS : own_ms != 0 ? own_ms : LOOK_MS;
    if (!wts_helper_has_channels(helper) && lingers_ms(helper) < look_ms)
        look_ms = lingers_ms(helper);
    return wts_deadline_after(look_ms);
}

/* The thread that keeps a helper: it sends the rest, checks its process, and releases it when it is
 * unused. */
static void keep(void *argument)
{
    struct wts_helper *helper = argument;
    struct wts_lock *lock = &helper->kind->lock;
    wts_lock_acquire(lock);
    while (helper->state != WTS_HELPER_DEAD) {
        const uint64_t until_ms = next_look(helper);
        if (helper->unsent == NULL)
            wts_condition_wait(&helper->changed, lock, until_ms);
        else
            send_rest(helper, until_ms);
        if (!wts_helper_has_channels(helper) && lingers_ms(helper) == 0)
            wts_helper_declare_dead(helper, NULL);
        if (helper->is_doubtful && wts_clock_ms() - helper->doubted_at_ms >= CERTAIN_GRACE_MS)
            wts_helper_declare_dead(helper, "no answer in time; it is given up");
        else
            look_after_process(helper);
    }
    wts_helper_release(helper);
    wts_lock_release(lock);
}

static void say_hello(struct wts_helper *helper)
{
    char texts[8192];
    uint8_t frame[sizeof texts + 1024];
    struct wts_frame_hello hello;
    wts_wire_variables(helper->kind, &hello, texts, sizeof texts);
    struct wts_frame_writer writer = wts_frame_begin(frame, sizeof frame);
    wts_frame_put_hello(&writer, &hello);
    const size_t length = wts_frame_finish(&writer, (struct wts_frame){.type = WTS_FRAME_HELLO});
    if (length > 0 && length <= sizeof frame)
        wts_helper_send(helper, frame, length);
    else
        wts_helper_declare_dead(helper, "its environment is too long");
}

/* Both threads count as users from before they start. */
static void start_threads(struct wts_helper *helper)
{
    helper->users++;
    if (!wts_thread_start(keep, helper)) {
        helper->users--;
    } else {
        helper->users++;
        if (wts_thread_start(wts_helper_receive, helper))
            return;
        helper->users--;
    }
    helper->start_error = ERROR_NOT_ENOUGH_MEMORY;
    wts_helper_declare_dead(helper, "no thread can be started");
}

/* Starts it for its first user; releases the lock in the meantime, so others may join and wait for it. */
static void start(struct wts_helper *helper)
{
    struct wts_wire *wire = NULL;
    wts_lock_release(&helper->kind->lock);
    const uint32_t error = wts_wire_start(helper->kind, &wire);
    wts_lock_acquire(&helper->kind->lock);
    if (error == ERROR_SUCCESS) {
        helper->wire = wire;
        helper->heard_at_ms = wts_clock_ms();
        start_threads(helper);
        if (helper->state != WTS_HELPER_DEAD)
            say_hello(helper);
    } else {
        helper->start_error = error;
        wts_helper_declare_dead(helper, NULL);
    }
}

struct wts_helper *wts_helper_acquire(struct wts_helper_kind *kind)
{
    struct wts_helper *helper = kind->current;
    if (helper != NULL && wts_helper_takes_work(helper)) {
        helper->users++;
        return helper;
    }
    helper = calloc(1, sizeof *helper);
    if (helper == NULL)
        return NULL;
    helper->kind = kind;
    helper->start_error = RPC_S_PROTSEQ_NOT_SUPPORTED;
    helper->users = 1;
    helper->unsent_end = &helper->unsent;
    wts_condition_initialize(&helper->changed);
    kind->current = helper;
    start(helper);
    return helper;
}
