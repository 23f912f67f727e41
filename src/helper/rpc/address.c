/*
 * Name and TCP; see address.h.
 */
#include "helper/rpc/address.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* No more addresses and ports than this are tried. */
enum { MAX_ATTEMPTS = 32, MAX_NAME = 255 };

struct attempts {
    struct pollfd sockets[MAX_ATTEMPTS];
    const struct addrinfo *addresses[MAX_ATTEMPTS];
    nfds_t count;
    int failure; /* errno of the last failure */
};

static bool may_stand_in_name(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           strchr("-._:%", c) != NULL;
}

bool wts_address_is_name(const char *server)
{
    size_t characters = 0;
    for (const char *at = server; *at; at++) {
        if (!may_stand_in_name((unsigned char)*at))
            return false;
        characters += ((unsigned char)*at & 0xC0) != 0x80;
    }
    return characters >= 1 && characters <= MAX_NAME;
}

const char *wts_address_find(const char *server, struct addrinfo **list)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
    const int failure = getaddrinfo(server, NULL, &wanted, list);
    return failure == 0 ? NULL : gai_strerror(failure);
}

static void set_port(struct sockaddr *address, const char *port)
{
    const in_port_t number = htons((uint16_t)strtoul(port, NULL, 10));
    if (address->sa_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)address)->sin6_port = number;
    else
        ((struct sockaddr_in *)(void *)address)->sin_port = number;
}

/* Begins one connect. An immediate failure is only noted. */
static void begin(struct attempts *attempts, const struct addrinfo *to, const char *port)
{
    struct sockaddr_storage address;
    if (attempts->count == MAX_ATTEMPTS || to->ai_addrlen > sizeof address)
        return;
    memcpy(&address, to->ai_addr, to->ai_addrlen);
    set_port((struct sockaddr *)&address, port);
    const int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        attempts->failure = errno;
        return;
    }
    if (connect(fd, (struct sockaddr *)&address, to->ai_addrlen) != 0 && errno != EINPROGRESS) {
        attempts->failure = errno;
        close(fd);
        return;
    }
    attempts->sockets[attempts->count] = (struct pollfd){.fd = fd, .events = POLLOUT};
    attempts->addresses[attempts->count++] = to;
}

/* The first attempt that succeeds, whose socket is taken out, or NULL when none is left. */
static const struct addrinfo *wait_for_one(struct attempts *attempts, int *connection)
{
    nfds_t left = attempts->count;
    while (left != 0 && (poll(attempts->sockets, attempts->count, -1) >= 0 || errno == EINTR)) {
        for (nfds_t i = 0; i < attempts->count; i++) {
            struct pollfd *one = &attempts->sockets[i];
            int error = 0;
            socklen_t length = sizeof error;
            if (one->fd < 0 || one->revents == 0)
                continue;
            if (getsockopt(one->fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0) {
                *connection = one->fd;
                one->fd = -1;
                return attempts->addresses[i];
            }
            attempts->failure = error;
            close(one->fd);
            one->fd = -1; /* poll() ignores it */
            left--;
        }
    }
    return NULL;
}

int wts_address_reach(const struct addrinfo *list, const char *const *ports, char *address, int *connection)
{
    struct attempts attempts = {.failure = EADDRNOTAVAIL};
    for (const struct addrinfo *to = list; to != NULL; to = to->ai_next)
        for (const char *const *port = ports; *port != NULL; port++)
            begin(&attempts, to, *port);
    const struct addrinfo *reached = wait_for_one(&attempts, connection);
    for (nfds_t i = 0; i < attempts.count; i++)
        if (attempts.sockets[i].fd >= 0)
            close(attempts.sockets[i].fd);
    if (reached == NULL)
        return attempts.failure ? attempts.failure : EIO;
    if (getnameinfo(reached->ai_addr, reached->ai_addrlen, address, WTS_ADDRESS_SIZE, NULL, 0,
                    NI_NUMERICHOST) == 0)
        return 0;
    close(*connection);
    return EIO;
}
