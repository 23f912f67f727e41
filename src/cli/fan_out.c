/*
 * Work on many servers in parallel; see fan_out.h. Each thread takes the next piece that is left.
 */
#include "cli/fan_out.h"

#include "cli/memory.h"

#include <process.h>
#include <stdlib.h>
#include <windows.h>

struct queue {
    const struct fan_out *work;
    volatile LONG next;
    HANDLE finished; /* a semaphore: one for each finished piece; NULL with a single thread */
};

static void take_all(struct queue *queue)
{
    const struct fan_out *work = queue->work;
    for (;;) {
        const unsigned index = (unsigned)InterlockedIncrement(&queue->next) - 1;
        if (index >= work->count)
            return;
        work->run(work->context, index);
        if (queue->finished != NULL)
            ReleaseSemaphore(queue->finished, 1, NULL);
        else if (work->done != NULL)
            work->done(work->context, index + 1);
    }
}

static unsigned __stdcall run_thread(void *argument)
{
    take_all(argument);
    return 0;
}

/* Starts as many threads as it can, `wanted` at most. */
static unsigned start(struct queue *queue, HANDLE *threads, unsigned wanted)
{
    unsigned started = 0;
    while (started < wanted) {
        threads[started] = (HANDLE)_beginthreadex(NULL, 0, run_thread, queue, 0, NULL);
        if (threads[started] == NULL)
            break;
        started++;
    }
    return started;
}

void fan_out_run(const struct fan_out *work)
{
    struct queue queue = {.work = work};
    const unsigned wanted = work->count < work->at_once ? work->count : work->at_once;
    if (wanted > 1)
        queue.finished = CreateSemaphoreW(NULL, 0, LONG_MAX, NULL);
    if (queue.finished == NULL) {
        take_all(&queue);
        return;
    }
    HANDLE *threads = memory_resize(NULL, wanted, sizeof *threads);
    const unsigned started = start(&queue, threads, wanted);
    if (started == 0)
        take_all(&queue);
    for (unsigned i = 1; i <= work->count; i++) {
        WaitForSingleObject(queue.finished, INFINITE);
        if (work->done != NULL)
            work->done(work->context, i);
    }
    for (unsigned i = 0; i < started; i++) {
        WaitForSingleObject(threads[i], INFINITE);
        CloseHandle(threads[i]);
    }
    free(threads);
    CloseHandle(queue.finished);
}
