/*
 * The socket of xrdp's channels; see chansrv.h. Numbers are little endian.
 */
#include "helper/session/chansrv.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    VERSION_MS = 1000, /* for the answer that shows the version */
    OPEN_MS = 8000,    /* for the answer to an open, which comes from the client */
    RETRY_MS = 5,      /* between two attempts when too many connect at once */
    REQUEST_LENGTH = 384,
    NAME_CAPACITY = 261,
    SESSION_QUERY = 0x78726470
};

static const struct wts_chansrv_failure no_session = {1, 0, "this is no xrdp session"};
static const struct wts_chansrv_failure silent = {1, 0, "xrdp's channel server does not answer"};
static const struct wts_chansrv_failure no_client = {1, 0, "no client is connected"};

struct place {
    char folder[PATH_MAX];
    char waiting[64]; /* the file that exists while no client is connected; version 0 */
    struct sockaddr_un address;
};

static uint64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static int left_ms(uint64_t end)
{
    const uint64_t now = now_ms();
    return now < end ? (int)(end - now) : 0;
}

/* The number of the display: of ":10.0" it is 10. */
static bool display_number(unsigned *number)
{
    const char *display = getenv("DISPLAY");
    const char *colon = display != NULL ? strrchr(display, ':') : NULL;
    char *end;
    if (colon == NULL || colon[1] < '0' || colon[1] > '9')
        return false;
    const unsigned long value = strtoul(colon + 1, &end, 10);
    *number = (unsigned)value;
    return value <= 0xFFFF && (*end == 0 || *end == '.');
}

static bool find_place(struct place *place)
{
    unsigned number;
    const char *folder = getenv("XRDP_SOCKET_PATH");
    if (folder == NULL || folder[0] != '/' || strlen(folder) >= sizeof place->folder ||
        !display_number(&number))
        return false;
    snprintf(place->folder, sizeof place->folder, "%s", folder);
    snprintf(place->waiting, sizeof place->waiting, "xrdp_chansrv_socket_%u", number);
    place->address.sun_family = AF_UNIX;
    const int length =
        snprintf(place->address.sun_path, sizeof place->address.sun_path, "%s/xrdpapi_%u", folder, number);
    return length > 0 && (size_t)length < sizeof place->address.sun_path;
}

static bool fail(struct wts_chansrv_failure *failure, struct wts_chansrv_failure what)
{
    *failure = what;
    return false;
}

/* In a folder that everybody may write to, the socket may be another user's. */
static bool is_peer_ours(int fd)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid();
}

static bool connect_once(const struct place *place, int *fd, struct wts_chansrv_failure *failure)
{
    const uint64_t end = now_ms() + VERSION_MS;
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    while (*fd >= 0 && connect(*fd, (const struct sockaddr *)&place->address, sizeof place->address) != 0) {
        const int error = errno;
        if (error == EAGAIN && left_ms(end) != 0) {
            poll(NULL, 0, RETRY_MS);
            continue;
        }
        close(*fd);
        if (error == EACCES)
            return fail(failure, (struct wts_chansrv_failure){5, (uint32_t)error,
                                                              "the channel socket belongs to somebody else"});
        return fail(failure, (struct wts_chansrv_failure){
                                 1, (uint32_t)error,
                                 error == ENOENT ? "the session has no channel socket: xrdp's channel server "
                                                   "does not run"
                                                 : "xrdp's channel server cannot be reached"});
    }
    if (*fd < 0)
        return fail(failure, (struct wts_chansrv_failure){1, (uint32_t)errno, "no socket can be made"});
    if (is_peer_ours(*fd))
        return true;
    close(*fd);
    return fail(failure, (struct wts_chansrv_failure){1, 0, "the channel socket is served by another user"});
}

static void put_u32(uint8_t *bytes, uint32_t value)
{
    struct wts_frame_writer writer = {.data = bytes, .size = 4};
    wts_frame_put_u32(&writer, value);
}

static uint32_t get_u32(const uint8_t *bytes)
{
    struct wts_frame_reader reader = {.data = bytes, .left = 4};
    return wts_frame_get_u32(&reader);
}

/* The bytes fit into the buffer of a new socket. */
static bool send_all(int fd, const uint8_t *bytes, size_t length)
{
    return send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static bool send_version_0(int fd, struct wts_frame_text name, uint32_t options)
{
    uint8_t request[16 + NAME_CAPACITY];
    const uint32_t length = (uint32_t)name.length;
    put_u32(request, 16 + length);
    put_u32(request + 4, 0);
    put_u32(request + 8, length);
    memcpy(request + 12, name.data, length);
    put_u32(request + 12 + length, options);
    return send_all(fd, request, 16 + length);
}

/* [in] private: 0 for a channel, SESSION_QUERY for the session. */
static bool send_version_1(int fd, struct wts_frame_text name, uint32_t options, uint32_t private)
{
    uint8_t request[REQUEST_LENGTH] = {0};
    put_u32(request, 1);
    put_u32(request + 4, private);
    put_u32(request + 8, options);
    if (name.length != 0)
        memcpy(request + 12, name.data, name.length);
    return send_all(fd, request, sizeof request);
}

enum wait { ANSWERED, ENDED, LATE };

/* Waits for `length` bytes on `fd`, without reading them, or for its end, or for `leave`. */
static enum wait wait_for(int fd, size_t length, int leave, uint64_t end)
{
    for (;;) {
        uint8_t bytes[16];
        const ssize_t got = recv(fd, bytes, length, MSG_PEEK | MSG_DONTWAIT);
        if (got == (ssize_t)length)
            return ANSWERED;
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return ENDED;
        struct pollfd polls[] = {{.fd = fd, .events = POLLIN}, {.fd = leave, .events = POLLIN}};
        const int left = left_ms(end);
        if (left == 0)
            return LATE;
        /* Waits briefly, because part of an answer would wake poll() over and over. */
        poll(polls, 2, got > 0 ? 1 : left);
        if (polls[1].revents != 0)
            return LATE;
    }
}

/* The answered one of two requests shows the version of the server. */
static int wait_for_version(int old, int new, int leave)
{
    const uint64_t end = now_ms() + VERSION_MS;
    struct pollfd polls[] = {
        {.fd = old, .events = POLLIN}, {.fd = new, .events = POLLIN}, {.fd = leave, .events = POLLIN}};
    while (left_ms(end) != 0) {
        if (poll(polls, 3, left_ms(end)) <= 0)
            continue;
        if (polls[2].revents != 0)
            return -1;
        if (polls[0].revents != 0 && wait_for(old, 4, leave, end) == ANSWERED)
            return 0;
        if (polls[1].revents != 0 && wait_for(new, 8, leave, end) == ANSWERED)
            return 1;
        /* A server that closes the wrong one still answers the other. */
        for (int i = 0; i < 2; i++)
            if (polls[i].revents != 0)
                polls[i].fd = -1;
        if (polls[0].fd < 0 && polls[1].fd < 0)
            return -1;
    }
    return -1;
}

/* For a version that does not report the client except by a file. */
static bool watch_folder(const struct place *place, struct wts_chansrv *chansrv,
                         struct wts_chansrv_failure *failure)
{
    char path[PATH_MAX + 64];
    chansrv->is_state_inotify = true;
    chansrv->state = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (chansrv->state < 0 ||
        inotify_add_watch(chansrv->state, place->folder, IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF) < 0) {
        const int error = errno;
        if (chansrv->state >= 0)
            close(chansrv->state);
        return fail(failure, (struct wts_chansrv_failure){1, (uint32_t)error,
                                                          "the folder of the sockets cannot be watched"});
    }
    snprintf(path, sizeof path, "%s/%s", place->folder, place->waiting);
    if (access(path, F_OK) != 0)
        return true;
    close(chansrv->state);
    return fail(failure, no_client);
}

/* Keeps the connection of the session query, which goes on reporting the client. */
static bool keep_session_query(int fd, struct wts_chansrv *chansrv, struct wts_chansrv_failure *failure)
{
    uint8_t answer[8];
    chansrv->is_state_inotify = false;
    chansrv->state = fd;
    if (recv(fd, answer, sizeof answer, 0) == sizeof answer && get_u32(answer) == 0 &&
        get_u32(answer + 4) != 0)
        return true;
    close(fd);
    return fail(failure, no_client);
}

/* Determines the version and sets up `state`. */
static bool begin(const struct place *place, int leave, struct wts_chansrv *chansrv, int *version,
                  struct wts_chansrv_failure *failure)
{
    static const struct wts_frame_text nobody = {"?", 1};
    static const struct wts_frame_text no_name = {NULL, 0};
    int old;
    int new;
    if (!connect_once(place, &old, failure))
        return false;
    if (!connect_once(place, &new, failure)) {
        close(old);
        return false;
    }
    *version = -1;
    if (send_version_1(new, no_name, 0, SESSION_QUERY) && send_version_0(old, nobody, 0))
        *version = wait_for_version(old, new, leave);
    close(old);
    if (*version == 1)
        return keep_session_query(new, chansrv, failure);
    close(new);
    return *version == 0 ? watch_folder(place, chansrv, failure) : fail(failure, silent);
}

static bool judge(uint32_t status, bool is_dynamic, struct wts_chansrv_failure *failure)
{
    if (status == 0)
        return true;
    if (is_dynamic)
        return fail(failure,
                    (struct wts_chansrv_failure){31, status, "the client does not serve the channel"});
    return fail(failure,
                (struct wts_chansrv_failure){2, status, "the client has no static channel of this name"});
}

/* Waits for the answer of an open, or for the end of the client, which some servers never report. */
static bool wait_for_open(struct wts_chansrv *chansrv, bool is_dynamic, int leave,
                          struct wts_chansrv_failure *failure)
{
    const uint64_t end = now_ms() + OPEN_MS;
    uint8_t answer[4];
    for (;;) {
        struct pollfd polls[] = {{.fd = chansrv->data, .events = POLLIN},
                                 {.fd = chansrv->state, .events = POLLIN},
                                 {.fd = leave, .events = POLLIN}};
        const int left = left_ms(end);
        if (left == 0)
            return fail(failure, silent);
        if (poll(polls, 3, left) <= 0)
            continue;
        if (polls[2].revents != 0)
            return fail(failure, silent);
        if (polls[0].revents != 0) {
            if (wait_for(chansrv->data, sizeof answer, leave, end) != ANSWERED ||
                recv(chansrv->data, answer, sizeof answer, 0) != sizeof answer)
                return fail(failure, no_client);
            return judge(get_u32(answer), is_dynamic, failure);
        }
        if (!wts_chansrv_has_client(chansrv))
            return fail(failure, no_client);
    }
}

/* Their data go to programs of the session itself, although an open succeeds. */
static bool is_taken(struct wts_frame_text name)
{
    static const char *const taken[] = {"cliprdr", "rdpsnd", "rdpdr", "drdynvc", "rail"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        if (strlen(taken[i]) == name.length && strncasecmp(taken[i], name.data, name.length) == 0)
            return true;
    return false;
}

bool wts_chansrv_open(const struct wts_vc_open *open, int leave, struct wts_chansrv *chansrv,
                      struct wts_chansrv_failure *failure)
{
    struct place place;
    int version;
    const bool is_dynamic = open->options != 0;
    if (!is_dynamic && is_taken(open->name))
        return fail(failure,
                    (struct wts_chansrv_failure){5, 0, "the session itself uses the channel of this name"});
    if (!find_place(&place))
        return fail(failure, no_session);
    if (!begin(&place, leave, chansrv, &version, failure))
        return false;
    if (!connect_once(&place, &chansrv->data, failure)) {
        close(chansrv->state);
        return false;
    }
    const bool is_sent = version == 0 ? send_version_0(chansrv->data, open->name, open->options)
                                      : send_version_1(chansrv->data, open->name, open->options, 0);
    if (is_sent ? wait_for_open(chansrv, is_dynamic, leave, failure) : fail(failure, silent))
        return true;
    close(chansrv->data);
    close(chansrv->state);
    return false;
}

static bool is_folder_quiet(struct wts_chansrv *chansrv)
{
    _Alignas(struct inotify_event) char events[4096];
    const ssize_t length = read(chansrv->state, events, sizeof events);
    if (length < 0)
        return errno == EAGAIN || errno == EINTR;
    for (ssize_t at = 0; at < length;) {
        const struct inotify_event *event = (const void *)(events + at);
        /* The folder has the files of all displays, so the name of the own one is compared. */
        if ((event->mask & (IN_DELETE_SELF | IN_IGNORED | IN_Q_OVERFLOW)) != 0)
            return false;
        unsigned number;
        if (display_number(&number) && event->len != 0) {
            char name[64];
            snprintf(name, sizeof name, "xrdp_chansrv_socket_%u", number);
            if (strcmp(event->name, name) == 0)
                return false;
        }
        at += (ssize_t)(sizeof *event + event->len);
    }
    return true;
}

bool wts_chansrv_has_client(struct wts_chansrv *chansrv)
{
    uint8_t answer[4];
    if (chansrv->is_state_inotify)
        return is_folder_quiet(chansrv);
    for (;;) {
        const ssize_t got = recv(chansrv->state, answer, sizeof answer, MSG_PEEK | MSG_DONTWAIT);
        if (got < 0)
            return errno == EAGAIN || errno == EINTR;
        if (got == 0)
            return false;
        if (got < (ssize_t)sizeof answer)
            return true;
        recv(chansrv->state, answer, sizeof answer, 0);
        if (get_u32(answer) == 0)
            return false;
    }
}
