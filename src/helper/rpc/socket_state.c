/*
 * Samba's TCP connection; see socket_state.h.
 */
#include "helper/rpc/socket_state.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A connection process has a handful of descriptors. */
enum { HIGHEST = 64 };

static bool is_connected_tcp(int fd)
{
    struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
    socklen_t length = sizeof peer;
    return getpeername(fd, (struct sockaddr *)&peer, &length) == 0 &&
           (peer.ss_family == AF_INET || peer.ss_family == AF_INET6);
}

int wts_socket_find(void)
{
    int found = -1;
    for (int fd = STDERR_FILENO + 1; fd < HIGHEST; fd++) {
        if (!is_connected_tcp(fd))
            continue;
        if (found >= 0)
            return -1;
        found = fd;
    }
    return found;
}

bool wts_socket_is_lost(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLRDHUP};
    return fd >= 0 && poll(&one, 1, 0) == 1;
}
