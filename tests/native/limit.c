/*
 * A limit for tests that wait; see limit.h.
 */
#include "limit.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_S = 60 };

static _Atomic(const char *) waits_for;

static void say(const char *text)
{
    const ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

static void give_up(int number)
{
    const char *what = atomic_load(&waits_for);
    (void)number;
    say("\nThe test is not over after a minute; it waits for: ");
    say(what != NULL ? what : "a call of its own thread to come back");
    say("\n");
    abort();
}

void limit_begin(void)
{
    atomic_store(&waits_for, NULL);
    signal(SIGALRM, give_up);
    alarm(LIMIT_S);
}

void limit_end(void)
{
    alarm(0);
}

void limit_waits_for(const char *what)
{
    atomic_store(&waits_for, what);
}

void limit_join(pthread_t thread, void **result, const char *what)
{
    limit_waits_for(what);
    pthread_join(thread, result);
    limit_waits_for(NULL);
}
