/*
 * The process of one channel. Its duty calls the functions that begin with wts_worker_ on the worker that it
 * was given; the parent starts and dismisses workers.
 */
#ifndef WTS_HELPER_HOST_WORKER_H
#define WTS_HELPER_HOST_WORKER_H

#include <sys/types.h>

#include "helper/host/duty.h"
#include "helper/host/stream.h"

enum { WTS_WORKER_GOODBYE_MS = 200 };

/*
 * For duties. Everything below sends at once and waits until the parent has taken it; if the worker has to
 * leave in the meantime, the function says good-bye and does not return.
 */

/* Answers the open. With an error, or `is_broken`, the channel is broken and the process ends. */
void wts_worker_opened(struct wts_worker *worker, const struct wts_frame_outcome *outcome,
                       wts_stream_fill *fill, const void *what);

/* Answers the request in flight. `fill` may be NULL. */
void wts_worker_reply(struct wts_worker *worker, const struct wts_frame_outcome *outcome, bool is_broken,
                      wts_stream_fill *fill, const void *what);

void wts_worker_event(struct wts_worker *worker, wts_stream_fill *fill, const void *what);

/* Sends at most as much as the DLL's credit allows. Returns the bytes sent. */
size_t wts_worker_data(struct wts_worker *worker, const uint8_t *data, size_t length);

/* How many bytes of DATA may be sent. */
uint32_t wts_worker_credit(const struct wts_worker *worker);

/* Gives the DLL credit. [in] credit: together with unused credit at most WTS_FRAME_MAX_CREDIT. */
void wts_worker_give_credit(struct wts_worker *worker, uint32_t credit);

/* Breaks the channel while no request is in flight, and ends the process. */
_Noreturn void wts_worker_close(struct wts_worker *worker, const struct wts_frame_outcome *outcome,
                                wts_stream_fill *fill, const void *what);

/* The marks for how far the open came; see struct wts_duty_marks. */
struct wts_duty_marks *wts_worker_marks(struct wts_worker *worker);

/* `readable` of the duty is called while `fd` is readable or ended. False: too many. */
bool wts_worker_watch(struct wts_worker *worker, int fd);
void wts_worker_unwatch(struct wts_worker *worker, int fd);

/*
 * A descriptor that becomes readable when the worker is to leave. A duty that waits in its open, or in a
 * request while no DATA may come, must wait for this descriptor, too, and then return or call
 * wts_worker_leave(). It is the socket to the parent; no frame is due in the meantime.
 */
int wts_worker_leave_descriptor(const struct wts_worker *worker);

/* Says good-bye and ends the process. */
_Noreturn void wts_worker_leave(struct wts_worker *worker);

/*
 * For the parent. The data that a worker begins with; `payload` is that of the OPEN, behind its prefix.
 * `secret` has a NUL behind its `secret_length` bytes.
 */
struct wts_worker_order {
    const struct wts_duty *duty;
    uint32_t channel;
    struct wts_frame_reader payload;
    char *secret;
    size_t secret_length;
    struct wts_duty_marks *marks;
    int requests; /* the pipe of short requests, or -1 */
    int replies;  /* the pipe of short answers to them */
};

/*
 * Forks a worker. [in] forget: called in the new process with `held`, closes and wipes the parent's data of
 * other channels. [out] socket: to the worker. Returns its process id, or -1 when the system has no process
 * or socket left.
 */
pid_t wts_worker_start(const struct wts_worker_order *order, void (*forget)(void *held), void *held,
                       int *socket);

/* Makes a worker leave. It ends by itself within WTS_WORKER_GOODBYE_MS, unless it is stopped. */
void wts_worker_dismiss(pid_t worker);

/* Ends a worker at once. */
void wts_worker_kill(pid_t worker);

#endif
