/*
 * The guardian; see guardian.h.
 */
#include "relay/guardian.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static _Noreturn void guard(int socket, pid_t parent)
{
    sigset_t death;
    int received;
    sigemptyset(&death);
    sigaddset(&death, SIGUSR1);
    /* The order counts: a parent that died before the request is seen by its number. */
    if (sigprocmask(SIG_BLOCK, &death, NULL) == 0 && prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0) == 0 &&
        getppid() == parent)
        sigwait(&death, &received);
    shutdown(socket, SHUT_RDWR);
    _exit(0);
}

bool wts_guardian_start(int socket)
{
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0)
        guard(socket, parent);
    return child > 0;
}
