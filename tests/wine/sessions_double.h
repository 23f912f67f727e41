/*
 * Other pictures of this machine than the one that Wine gives: process lists whose processes lie in several
 * sessions, accounts with chosen names, allocations that fail. Each is put between the DLL and the system,
 * and taken away by sessions_double_remove.
 */
#ifndef WTS_TESTS_WINE_SESSIONS_DOUBLE_H
#define WTS_TESTS_WINE_SESSIONS_DOUBLE_H

#include "support.h"

/* The process lists that the DLL asked for since the double is there. */
extern unsigned sessions_double_lists;

/*
 * Puts processes into other sessions: the first process of the list that is not this program into ids[0] and
 * so on. At most as many as there are.
 */
void sessions_double_spread(const DWORD *ids, unsigned count);

/* Puts the oldest process of the machine into session 0, as if it had ended for every other session. */
void sessions_double_end_oldest(void);

/*
 * Binds the DLL's lookup of names to this file. Programs that use one of the two functions below call it at
 * their start: what the DLL has bound it keeps.
 */
void sessions_double_start(void);

/* Names every account `name` of `domain`; with NULL none has a name. Counts how often it was asked. */
extern unsigned sessions_double_names;
void sessions_double_name(const wchar_t *name, const wchar_t *domain);

/* Answers every LookupAccountSidW by `function`. */
void sessions_double_lookup(BOOL(WINAPI *function)(LPCWSTR, PSID, LPWSTR, DWORD *, LPWSTR, DWORD *,
                                                   PSID_NAME_USE));

/* The session of the console, and of this process. */
void sessions_double_place(DWORD console, DWORD own);

/* Lets `count` of the DLL's calls of malloc, calloc and LocalAlloc pass; the next fails, those after it pass
 * again.
 */
void sessions_double_allocate(unsigned count);

/* True when an allocation was made to fail. */
bool sessions_double_has_failed(void);

/* Blocks that malloc and calloc gave the DLL since sessions_double_allocate, less those it freed. */
int sessions_double_leaks(void);

/*
 * The late-bound function `name` is `function`, or with NULL missing. For the whole process: what the DLL has
 * looked up it keeps, so this comes before its first use, in a child process.
 */
void sessions_double_bind(const char *name, void *function);

/* Any other import. Returns the real one. */
void *sessions_double_replace(const char *name, void *replacement);

void sessions_double_remove(void);

/* Test tear-down: removes the doubles; fails when the process heap is damaged. */
int sessions_double_check(void **state);

#endif
