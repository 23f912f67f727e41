/*
 * The connection that is reused; see reached.h.
 */
#include "helper/rpc/reached.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int kept = -1;

void wts_reached_keep(int socket)
{
    wts_reached_drop();
    kept = socket;
}

void wts_reached_drop(void)
{
    if (kept >= 0)
        close(kept);
    kept = -1;
}

/* Whether the kept connection leads to this address. */
static bool leads_to(const struct sockaddr *to, socklen_t length)
{
    struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
    socklen_t peer_length = sizeof peer;
    if (to == NULL || length < sizeof to->sa_family ||
        getpeername(kept, (struct sockaddr *)&peer, &peer_length) != 0 || peer.ss_family != to->sa_family)
        return false;
    if (peer.ss_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
        const struct sockaddr_in *ours = (const void *)&peer;
        const struct sockaddr_in *theirs = (const void *)to;
        return ours->sin_port == theirs->sin_port && ours->sin_addr.s_addr == theirs->sin_addr.s_addr;
    }
    if (peer.ss_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
        const struct sockaddr_in6 *ours = (const void *)&peer;
        const struct sockaddr_in6 *theirs = (const void *)to;
        return ours->sin6_port == theirs->sin6_port && ours->sin6_scope_id == theirs->sin6_scope_id &&
               memcmp(&ours->sin6_addr, &theirs->sin6_addr, sizeof ours->sin6_addr) == 0;
    }
    return false;
}

/*
 * Replaces the C library's function for this program and its libraries. A caller with a non-blocking socket
 * expects to wait, and then finds the socket connected, as with any server.
 */
int connect(int fd, const struct sockaddr *to, socklen_t length)
{
    const int flags = kept >= 0 ? fcntl(fd, F_GETFL) : 0;
    if (kept >= 0 && flags >= 0 && (flags & O_NONBLOCK) && leads_to(to, length) && dup2(kept, fd) == fd) {
        wts_reached_drop();
        errno = EINPROGRESS;
        return -1;
    }
    return (int)syscall(SYS_connect, fd, to, length);
}
