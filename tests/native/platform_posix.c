/*
 * platform.h for native builds, which serve tests, sanitizers and fuzzers.
 */
#include "core/platform.h"

#include <fcntl.h>
#include <locale.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <wctype.h>

#include "core/deadline.h"
#include "platform_double.h"

void wts_lock_initialize(struct wts_lock *lock)
{
    pthread_mutex_init(&lock->native, NULL);
}

void wts_condition_initialize(struct wts_condition *condition)
{
    pthread_cond_init(&condition->native, NULL);
}

void wts_lock_acquire(struct wts_lock *lock)
{
    pthread_mutex_lock(&lock->native);
}

void wts_lock_release(struct wts_lock *lock)
{
    pthread_mutex_unlock(&lock->native);
}

/* The clock of tests; 0: it is not stopped. */
static _Atomic uint64_t stopped_ms;

void wts_clock_stop(uint64_t now_ms)
{
    atomic_store(&stopped_ms, now_ms);
}

void wts_clock_advance_to(uint64_t now_ms)
{
    uint64_t seen_ms = atomic_load(&stopped_ms);
    while (seen_ms < now_ms && !atomic_compare_exchange_weak(&stopped_ms, &seen_ms, now_ms)) {
    }
}

bool wts_condition_wait(struct wts_condition *condition, struct wts_lock *lock, uint64_t until_ms)
{
    if (until_ms == WTS_NEVER)
        return pthread_cond_wait(&condition->native, &lock->native) == 0;
    if (atomic_load(&stopped_ms) != 0) {
        const bool is_near = atomic_load(&stopped_ms) + 1 >= until_ms;
        wts_clock_advance_to(is_near ? until_ms : until_ms - 1);
    } else if (wts_clock_ms() < until_ms) {
        const struct timespec until = {(time_t)(until_ms / 1000), (long)(until_ms % 1000) * 1000000L};
        pthread_cond_clockwait(&condition->native, &lock->native, CLOCK_MONOTONIC, &until);
    }
    return wts_clock_ms() < until_ms;
}

void wts_condition_wake_all(struct wts_condition *condition)
{
    pthread_cond_broadcast(&condition->native);
}

bool wts_environment_get(const char *name, char *value, size_t capacity)
{
    const char *text = getenv(name);
    const size_t length = text != NULL ? strlen(text) : 0;
    const bool fits = length > 0 && length < capacity;
    value[0] = '\0';
    if (fits)
        memcpy(value, text, length + 1);
    return fits;
}

bool wts_character_is_letter(uint16_t unit)
{
    const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    const bool is_letter = locale != (locale_t)0 && iswalpha_l(unit, locale) != 0;
    if (locale != (locale_t)0)
        freelocale(locale);
    return is_letter;
}

/* There is no ANSI code page here. This one stands for those of Windows where characters take one or two
 * bytes. */
size_t wts_text_to_ansi(const uint16_t *text, size_t count, char *ansi, size_t capacity)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        const char pair[] = {(char)(0x80 | text[i] >> 8), (char)text[i]};
        const size_t width = text[i] < 0x80 ? 1 : 2;
        if (capacity > 0)
            memcpy(ansi + length, pair + 2 - width, width);
        length += width;
    }
    return length;
}

size_t wts_text_from_ansi(const char *ansi, size_t length, uint16_t *text, size_t capacity)
{
    size_t count = 0;
    for (size_t i = 0; i < length && count < capacity; i++) {
        const uint8_t byte = (uint8_t)ansi[i];
        if (byte < 0x80)
            text[count++] = byte;
        else if (i + 1 < length)
            text[count++] = (uint16_t)((byte & 0x7F) << 8 | (uint8_t)ansi[++i]);
    }
    return count;
}

void *wts_zeroed_allocate(size_t length)
{
    return calloc(1, length);
}

/* A thread that was started, until it is joined. */
struct thread {
    struct thread *next;
    pthread_t native;
    void (*run)(void *argument);
    void *argument;
};

static pthread_mutex_t threads_lock = PTHREAD_MUTEX_INITIALIZER;
static struct thread *threads;

static void *run_thread(void *memory)
{
    const struct thread *thread = memory;
    thread->run(thread->argument);
    return NULL;
}

bool wts_thread_start(void (*run)(void *argument), void *argument)
{
    struct thread *thread = malloc(sizeof *thread);
    if (thread == NULL)
        return false;
    *thread = (struct thread){.run = run, .argument = argument};
    pthread_mutex_lock(&threads_lock);
    const bool is_started = pthread_create(&thread->native, NULL, run_thread, thread) == 0;
    if (is_started) {
        thread->next = threads;
        threads = thread;
    }
    pthread_mutex_unlock(&threads_lock);
    if (!is_started)
        free(thread);
    return is_started;
}

void wts_threads_join(void)
{
    pthread_mutex_lock(&threads_lock);
    while (threads != NULL) {
        struct thread *thread = threads;
        threads = thread->next;
        pthread_mutex_unlock(&threads_lock);
        pthread_join(thread->native, NULL);
        free(thread);
        pthread_mutex_lock(&threads_lock);
    }
    pthread_mutex_unlock(&threads_lock);
}

uint64_t wts_clock_ms(void)
{
    const uint64_t stopped = atomic_load(&stopped_ms);
    struct timespec now;
    if (stopped != 0)
        return stopped;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000U + (uint64_t)now.tv_nsec / 1000000U;
}

uint64_t wts_clock_now(void)
{
    const uint64_t seconds_from_1601_to_1970 = 11644473600U;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return ((uint64_t)now.tv_sec + seconds_from_1601_to_1970) * 10000000U + (uint64_t)now.tv_nsec / 100U;
}

void wts_output_write(const char *path, const char *line, size_t length)
{
    const int output =
        path[0] == '\0' ? STDERR_FILENO : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (output < 0)
        return;
    const ssize_t written = write(output, line, length);
    (void)written; /* A trace line that cannot be written is lost; there is nobody to tell. */
    if (output != STDERR_FILENO)
        close(output);
}

uint32_t wts_process_number(void)
{
    return (uint32_t)getpid();
}

uint32_t wts_thread_number(void)
{
    return (uint32_t)syscall(SYS_gettid);
}
