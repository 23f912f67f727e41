/*
 * What the portable rooms need from the operating system: a lock, a condition, a thread, the environment, a
 * clock, an output for trace lines, the ANSI code page, zeroed memory. One implementation for Windows
 * (platform_windows.c) and one for native test builds (tests/native/platform_posix.c).
 */
#ifndef WTS_CORE_PLATFORM_H
#define WTS_CORE_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
/* An SRWLOCK and a CONDITION_VARIABLE are one pointer each, all zero when fresh: no initialisation, no
 * clean-up. */
struct wts_lock {
    void *native;
};
struct wts_condition {
    void *native;
};
#define WTS_LOCK_INITIALIZER                                                                                 \
    {                                                                                                        \
        0                                                                                                    \
    }
#define WTS_CONDITION_INITIALIZER                                                                            \
    {                                                                                                        \
        0                                                                                                    \
    }
#else
#include <pthread.h>
struct wts_lock {
    pthread_mutex_t native;
};
struct wts_condition {
    pthread_cond_t native;
};
#define WTS_LOCK_INITIALIZER                                                                                 \
    {                                                                                                        \
        PTHREAD_MUTEX_INITIALIZER                                                                            \
    }
#define WTS_CONDITION_INITIALIZER                                                                            \
    {                                                                                                        \
        PTHREAD_COND_INITIALIZER                                                                             \
    }
#endif

/* Sets up a lock or condition that lies in allocated memory. They hold no resource: freeing the memory ends
 * them. */
void wts_lock_initialize(struct wts_lock *lock);
void wts_condition_initialize(struct wts_condition *condition);

/* Not recursive. The holder must be the thread that releases. */
void wts_lock_acquire(struct wts_lock *lock);
void wts_lock_release(struct wts_lock *lock);

/*
 * Releases `lock`, waits until woken or until wts_clock_ms reaches `until_ms` (UINT64_MAX: no limit), takes
 * `lock` again. Returns false exactly when the clock has reached it. Wake-ups may be spurious: the caller
 * tests the condition again, and waits again until the same moment.
 */
bool wts_condition_wait(struct wts_condition *condition, struct wts_lock *lock, uint64_t until_ms);
void wts_condition_wake_all(struct wts_condition *condition);

/*
 * Copies the environment variable `name` to `value` (`capacity` bytes). Returns false, and leaves an empty
 * string, when it is not set or does not fit. The text is UTF-8, on Windows too.
 */
bool wts_environment_get(const char *name, char *value, size_t capacity);

/* True for a UTF-16 code unit that by itself is a letter of any script; half of a surrogate pair is not. */
bool wts_character_is_letter(uint16_t unit);

/*
 * Converts `count` UTF-16 units to the ANSI code page: `capacity` bytes at `ansi`, or with a capacity of 0
 * only measures. Returns the number of bytes; there is no NUL. A character that the code page lacks becomes
 * its default character.
 */
size_t wts_text_to_ansi(const uint16_t *text, size_t count, char *ansi, size_t capacity);

/*
 * Converts `length` bytes of the ANSI code page to UTF-16, `capacity` units at `text`; a capacity of `length`
 * is always enough. Returns the number of units; there is no NUL. Invalid bytes become its default character.
 */
size_t wts_text_from_ansi(const char *ansi, size_t length, uint16_t *text, size_t capacity);

/* Zeroed memory of `length` bytes that LocalFree frees (natively: free), or NULL. */
void *wts_zeroed_allocate(size_t length);

/*
 * Starts a thread that runs `run(argument)` and ends; nobody waits for its end. On Windows it keeps the
 * module of this code loaded until it has left it. False when none can be started: `run` is not called then.
 */
bool wts_thread_start(void (*run)(void *argument), void *argument);

/* Milliseconds of a clock that never goes back; only differences mean anything. */
uint64_t wts_clock_ms(void);

/* The time of day as a FILETIME in one number: units of 100 ns since 1601, UTC. */
uint64_t wts_clock_now(void);

/* Writes one complete trace line to `path`, or to standard error when `path` is empty. */
void wts_output_write(const char *path, const char *line, size_t length);

/* Numbers of the calling process and thread, for the trace. */
uint32_t wts_process_number(void);
uint32_t wts_thread_number(void);

#endif
