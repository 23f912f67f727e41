/*
 * Ctrl+C; see interrupt.h. Windows calls the handler in a thread of its own. It does not read answers that
 * other threads still write: of a server that is not finished it shows only the effects, which have a lock.
 */
#include "cli/interrupt.h"

#include "cli/effects.h"
#include "cli/memory.h"
#include "cli/report.h"
#include "cli/text.h"

#include <stdlib.h>

/* Held by the thread that prints the report, to the end of the program. */
static SRWLOCK lock = SRWLOCK_INIT;
static const struct request *request_now;
static struct answer *answers_now;
static unsigned count_now;

static void print_finished(void)
{
    unsigned finished = 0;
    struct answer *done = memory_resize(NULL, count_now, sizeof *done);
    for (unsigned i = 0; i < count_now; i++) {
        if (InterlockedCompareExchange(&answers_now[i].is_finished, 1, 1) != 0)
            done[finished++] = answers_now[i];
    }
    if (finished > 0)
        report_print(request_now, done, finished);
    else if (request_now->options.is_given[OPTION_JSON] && request_now->command->layout != LAYOUT_STREAM)
        text_print_line("[]");
}

static void print_unfinished(void)
{
    struct buffer text = {.units = NULL};
    unsigned open = 0;
    for (unsigned i = 0; i < count_now; i++) {
        if (InterlockedCompareExchange(&answers_now[i].is_finished, 1, 1) == 0) {
            effects_add(&text, &answers_now[i]);
            open++;
        }
    }
    text_put(STD_ERROR_HANDLE, &text);
    text_complain_line("wts %ls: interrupted, %u of %u servers not finished", request_now->command->name,
                       open, count_now);
    buffer_free(&text);
}

static BOOL WINAPI handle(DWORD event)
{
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        return FALSE;
    if (!TryAcquireSRWLockExclusive(&lock))
        return FALSE;
    effects_stop();
    report_progress(NULL, 0, 0, count_now, 0);
    if (request_now->command->layout == LAYOUT_STREAM && request_now->command->end != NULL)
        request_now->command->end(request_now);
    print_finished();
    print_unfinished();
    /* Not exit(), which under Wine sometimes leaves another status when called from a thread. */
    TerminateProcess(GetCurrentProcess(), STATUS_STOPPED);
    return TRUE;
}

void interrupt_begin(const struct request *request, struct answer *answers, unsigned count)
{
    request_now = request;
    answers_now = answers;
    count_now = count;
    SetConsoleCtrlHandler(handle, TRUE);
}

void interrupt_end(void)
{
    AcquireSRWLockExclusive(&lock);
}
