/*
 * Loaded before the relay when valgrind counts its instructions: valgrind does not know pidfd_open(), without
 * which the watchdog ends. Here it gives a descriptor that never becomes readable.
 */
#include <sys/eventfd.h>
#include <sys/pidfd.h>

int pidfd_open(__pid_t pid, unsigned flags)
{
    (void)pid;
    (void)flags;
    return eventfd(0, EFD_CLOEXEC);
}
