/*
 * A helper's own process; see process.h.
 */
#include "helper/host/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static bool redirect(int from, int to)
{
    return to >= 0 && dup2(to, from) == from;
}

static bool close_from(int first)
{
    return close_range((unsigned)first, ~0U, 0) == 0;
}

bool wts_process_isolate(void)
{
    struct rlimit files;
    const struct rlimit no_core = {0, 0};
    const int nothing = open("/dev/null", O_RDWR);
    if (!redirect(STDOUT_FILENO, nothing) || !redirect(STDERR_FILENO, nothing) ||
        !close_from(STDERR_FILENO + 1) || getrlimit(RLIMIT_NOFILE, &files) != 0)
        return false;
    files.rlim_cur = files.rlim_max;
    return chdir("/") == 0 && setrlimit(RLIMIT_CORE, &no_core) == 0 && setrlimit(RLIMIT_NOFILE, &files) == 0;
}

void wts_process_watch(unsigned seconds)
{
    alarm(seconds);
}

bool wts_process_become_worker(int fd, int requests, int replies, pid_t parent)
{
    alarm(0);
    /* Its number may belong to another descriptor until then, so it is moved last. */
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) == 0 &&
           getppid() == parent && redirect(STDIN_FILENO, fd) &&
           redirect(STDERR_FILENO, memfd_create("messages", 0)) &&
           (requests < 0 || redirect(WTS_PROCESS_REQUESTS, requests)) &&
           (replies < 0 || redirect(WTS_PROCESS_REPLIES, replies)) &&
           close_from((replies < 0 ? STDERR_FILENO : WTS_PROCESS_REPLIES) + 1);
}

void wts_process_output(char *text, size_t size)
{
    const off_t length = lseek(STDERR_FILENO, 0, SEEK_END);
    const off_t most = (off_t)size - 1;
    const off_t from = length > most ? length - most : 0;
    const ssize_t got = length > 0 ? pread(STDERR_FILENO, text, size - 1, from) : 0;
    text[got > 0 ? got : 0] = 0;
}

int64_t wts_process_microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t wts_process_milliseconds(void)
{
    return wts_process_microseconds() / 1000;
}
