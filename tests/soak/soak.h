/*
 * What the calls of the soak share: see soak.c. Each kind of call makes one call with arguments of its own,
 * or a few that belong together, and returns whether they succeeded; the last error is that of the call.
 */
#ifndef SOAK_H
#define SOAK_H

#include <windows.h>

#include <stdbool.h>

struct call {
    HANDLE server;
    BOOL is_remote;
    unsigned random;
    DWORD extra_ms;    /* what the call itself asks to wait */
    bool is_timed_own; /* several calls, each of which was timed by itself */
};

unsigned next_random(unsigned *state);

/* One line of standard output. */
void say(const char *format, ...);

/* One call of several: reports that it took longer than the formula and `extra_ms` allow. */
void judge_time(const char *name, ULONGLONG begin_ms, DWORD extra_ms, DWORD error);

/* The server whose accounts may be configured; NULL: there is none. */
extern char *accounts_server;

BOOL use_channel(struct call *call);
BOOL configure_user(struct call *call);
BOOL use_listeners(struct call *call);
BOOL ask_child_sessions(struct call *call);
BOOL give_render_hints(struct call *call);
BOOL call_what_fails_here(struct call *call);

#endif
