/*
 * The relay's own process; see process.h.
 */
#include "relay/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "remote/transport/relay_frame.h"

static bool redirect_output(int to)
{
    const bool done = to >= 0 && dup2(to, STDOUT_FILENO) >= 0 && dup2(to, STDERR_FILENO) >= 0;
    return close_range(STDERR_FILENO + 1, ~0U, 0) == 0 && done;
}

bool wts_process_isolate(void)
{
    struct rlimit files;
    const struct rlimit no_core = {0, 0};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return false;
    files.rlim_cur = files.rlim_max;
    return redirect_output(open("/dev/null", O_RDWR)) && chdir("/") == 0 &&
           prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &no_core) == 0 &&
           setrlimit(RLIMIT_NOFILE, &files) == 0;
}

static bool set_variable(const char *name, struct wts_frame_text text)
{
    if (!text.data)
        return true;
    char *value = strndup(text.data, text.length);
    const bool done = value && setenv(name, value, 1) == 0;
    free(value);
    return done;
}

bool wts_process_set_environment(const struct wts_frame_hello *hello)
{
    return clearenv() == 0 && set_variable("HOME", hello->home) &&
           set_variable("KRB5CCNAME", hello->krb5_cache) && set_variable("KRB5_CONFIG", hello->krb5_config);
}

void wts_process_watch(unsigned seconds)
{
    alarm(seconds);
}

bool wts_process_become_child(int fd, pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != parent)
        return false;
    alarm(0);
    sigset_t none;
    sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL) == 0 && dup2(fd, STDIN_FILENO) >= 0 &&
           redirect_output(memfd_create("messages", 0));
}

/* Line ends and whatever is not printable become one blank each. */
static void make_printable(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            *text = ' ';
}

void wts_process_output(char *text, size_t size)
{
    const off_t length = lseek(STDERR_FILENO, 0, SEEK_END);
    const off_t most = (off_t)size - 1;
    const off_t from = length > most ? length - most : 0;
    const ssize_t got = length > 0 ? pread(STDERR_FILENO, text, size - 1, from) : 0;
    text[got > 0 ? got : 0] = 0;
    make_printable(text);
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
