/*
 * The watchdog, when it runs later than its parent: a busy machine gives it its first turn after the parent
 * was killed and waited for. pidfd_open is replaced, so that this happens each time.
 */
#include "native_test.h"

#include <errno.h>
#include <poll.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/host/watchdog.h"

enum { PATIENCE_MS = 60000, LOOK_US = 1000 };

int __real_pidfd_open(pid_t pid, unsigned flags);
int __wrap_pidfd_open(pid_t pid, unsigned flags);

/* Of the watchdog's process: goes on when its parent has ended and its number is free. */
int __wrap_pidfd_open(pid_t pid, unsigned flags)
{
    int handle;
    while ((handle = __real_pidfd_open(pid, flags)) >= 0) {
        close(handle);
        usleep(LOOK_US);
    }
    errno = ESRCH;
    return -1;
}

static const int no_pipe[] = {-1, -1};

static void a_parent_that_is_gone_before_the_watchdog_runs_ends_the_socket(void **state)
{
    int pair[2];
    int status;
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    const pid_t parent = fork();
    if (parent == 0)
        _exit(wts_watchdog_start(pair[1], no_pipe) > 0 ? 0 : 1);
    assert_int_equal(waitpid(parent, &status, 0), parent);
    assert_int_equal(status, 0);
    struct pollfd end = {.fd = pair[0], .events = POLLIN};
    assert_int_equal(poll(&end, 1, PATIENCE_MS), 1); /* this process has a copy of the other end */
    char byte;
    assert_int_equal(read(pair[0], &byte, sizeof byte), 0);
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parent_that_is_gone_before_the_watchdog_runs_ends_the_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
