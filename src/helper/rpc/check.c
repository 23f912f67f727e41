/*
 * A connect for a user; see check.h. A child process serves, and this process uses the same protocol as the
 * DLL.
 */
#include "helper/rpc/check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "helper/host/process.h"
#include "helper/host/serve.h"
#include "helper/host/stream.h"
#include "helper/rpc/payload.h"

enum { TIMEOUT_MS = 10000, GRACE_MS = 5000, CHANNEL = 1 };

/* The oldest interface of a session host: TermSrv's Legacy one, [MS-TSTS] 1.9. Every server since Vista has
 * it. */
static const char legacy_uuid[] = "5ca4a760-ebb1-11cf-8611-00a0245420ed";
static const char legacy_pipe[] = "Ctx_WinStation_API_service";

static struct wts_frame_text text_of(const char *text)
{
    return (struct wts_frame_text){text, strlen(text)};
}

/* Log-on, pipe and bind are one step to Samba: their time is shown at the log-on. */
static void print_step(uint32_t step, const struct wts_frame_outcome *outcome,
                       const struct wts_rpc_opened *opened)
{
    const char *verdict = outcome->error == 0 || step < outcome->step ? "ok" : "FAILED";
    if (step <= WTS_CONNECT_LOGON)
        printf("%-6s %-7s%9.1f ms\n", wts_connect_step_name(step), verdict,
               (double)opened->microseconds[step] / 1000);
    else
        printf("%-6s %s\n", wts_connect_step_name(step), verdict);
}

static int print(const char *host, const struct wts_frame_outcome *outcome,
                 const struct wts_rpc_opened *opened)
{
    const uint32_t last = outcome->error ? outcome->step : (uint32_t)WTS_CONNECT_BIND;
    const char *advice = wts_connect_step_advice(outcome->step, outcome->status);
    printf("%s\n", host);
    for (uint32_t step = WTS_CONNECT_NAME; step <= last; step++)
        print_step(step, outcome, opened);
    printf("(the time of logon is that of pipe and bind, too)\n");
    if (outcome->error == 0) {
        printf("connected: %.*s\n", (int)opened->text.length, opened->text.data);
        return 0;
    }
    printf("error %u, status 0x%08X: %.*s\n", outcome->error, outcome->status, (int)opened->text.length,
           opened->text.data);
    printf("look at: %s\n", advice != NULL ? advice : "the relay itself");
    return 1;
}

/* One line of standard input, without its end. */
static bool read_password(char *password, size_t size)
{
    struct termios before;
    const bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    if (is_terminal) {
        struct termios silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
        fputs("Password: ", stderr);
    }
    size_t length = 0;
    while (length < size && read(STDIN_FILENO, password + length, 1) == 1 && password[length] != '\n')
        length++;
    if (is_terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (length == size)
        return false;
    password[length] = 0;
    return true;
}

static void set_user(struct wts_rpc_open *open, const char *user)
{
    const char *slash = strchr(user, '\\');
    if (slash != NULL)
        open->domain = (struct wts_frame_text){user, (size_t)(slash - user)};
    open->user = text_of(slash != NULL ? slash + 1 : user);
}

static pid_t start_helper(const struct wts_duty *const *duties, struct wts_stream *stream)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    const pid_t helper = fork();
    if (helper == 0)
        _exit(dup2(pair[1], STDIN_FILENO) < 0 ? 1 : wts_serve(duties));
    close(pair[1]);
    stream->fd = pair[0];
    return helper;
}

/* Sends the waiting output and receives one frame of `type`. The payload lives until the next one. */
static bool exchange(struct wts_stream *stream, enum wts_frame_type type, struct wts_frame_reader *payload)
{
    struct wts_frame frame;
    uint8_t *data = NULL;
    int got;
    const int64_t end = wts_process_milliseconds() + TIMEOUT_MS + GRACE_MS;
    while ((got = wts_stream_frame(stream, &frame, &data)) == 0) {
        const short events = wts_stream_waiting(stream) != 0 ? POLLIN | POLLOUT : POLLIN;
        struct pollfd one = {.fd = stream->fd, .events = events};
        const int64_t left = end - wts_process_milliseconds();
        if (left <= 0 || (poll(&one, 1, (int)left) < 0 && errno != EINTR) ||
            wts_stream_write(stream) == WTS_STREAM_ENDED ||
            ((one.revents & ~POLLOUT) && wts_stream_read(stream) == WTS_STREAM_ENDED))
            return false;
    }
    *payload = (struct wts_frame_reader){.data = data, .left = got == 1 ? frame.length : 0};
    return got == 1 && frame.type == type;
}

static void fill_hello(struct wts_frame_writer *writer, const void *what)
{
    struct wts_frame_hello hello = {.version = WTS_FRAME_VERSION};
    for (const char *const *name = ((const struct wts_duty *)what)->variables; *name != NULL; name++) {
        const char *value = getenv(*name);
        if (value != NULL)
            hello.variables[hello.count++] = (struct wts_frame_variable){text_of(*name), text_of(value)};
    }
    wts_frame_put_hello(writer, &hello);
}

static void fill_open(struct wts_frame_writer *writer, const void *what)
{
    wts_frame_put_open(writer, &(struct wts_frame_open){.timeout_ms = TIMEOUT_MS, .duty = WTS_RPC_DUTY});
    wts_rpc_put_open(writer, what);
}

static bool greet(struct wts_stream *stream, const struct wts_duty *duty, struct wts_frame_ready *ready)
{
    struct wts_frame_reader payload;
    if (!wts_stream_put_frame(stream, (struct wts_frame){.type = WTS_FRAME_HELLO}, fill_hello, duty) ||
        !exchange(stream, WTS_FRAME_READY, &payload) || !wts_frame_get_ready(&payload, ready)) {
        fputs("wts-relay: it does not serve\n", stderr);
        return false;
    }
    if (ready->error != 0)
        fprintf(stderr, "wts-relay: %.*s\n", (int)ready->text.length, ready->text.data);
    return ready->error == 0;
}

/* Reads the password and stores it where no other user can read it. */
static bool give_password(const struct wts_frame_ready *ready, struct wts_rpc_open *open)
{
    char password[WTS_RPC_MAX_PASSWORD + 1];
    char path[64];
    if (!read_password(password, sizeof password)) {
        fputs("wts-relay: the password is too long\n", stderr);
        return false;
    }
    open->password_length = (uint32_t)strlen(password);
    snprintf(path, sizeof path, "/proc/%u/fd/%u", ready->process_id, ready->secret_descriptor);
    const int area = ready->secret_length != 0 ? openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC) : -1;
    const bool is_given =
        area >= 0 && pwrite(area, password, open->password_length, 0) == (ssize_t)open->password_length;
    explicit_bzero(password, sizeof password);
    if (area >= 0)
        close(area);
    if (!is_given)
        fprintf(stderr, "wts-relay: %s cannot be opened, so no password can be handed over\n", path);
    return is_given;
}

static int check(const struct wts_duty *const *duties, struct wts_stream *stream, const char *host,
                 const char *user)
{
    struct wts_rpc_open open = {.version_major = 1,
                                .server = text_of(host),
                                .uuid = text_of(legacy_uuid),
                                .pipe = text_of(legacy_pipe)};
    struct wts_frame_ready ready;
    struct wts_frame_reader payload;
    struct wts_frame_outcome outcome;
    struct wts_rpc_opened opened;
    if (!greet(stream, duties[0], &ready))
        return 1;
    if (user != NULL) {
        set_user(&open, user);
        if (!give_password(&ready, &open))
            return 1;
    }
    wts_stream_skip(stream,
                    &(struct wts_frame){.length = WTS_FRAME_READY_LENGTH + (uint32_t)ready.text.length});
    const struct wts_frame frame = {.type = WTS_FRAME_OPEN, .channel = CHANNEL};
    if (!wts_stream_put_frame(stream, frame, fill_open, &open) ||
        !exchange(stream, WTS_FRAME_OPENED, &payload) || !wts_frame_get_outcome(&payload, &outcome) ||
        !wts_rpc_get_opened(&payload, &opened)) {
        fputs("wts-relay: no process for the connection\n", stderr);
        return 1;
    }
    return print(host, &outcome, &opened);
}

int wts_check(const struct wts_duty *const *duties, const char *host, const char *user)
{
    struct wts_stream stream = {.fd = -1};
    const pid_t helper = start_helper(duties, &stream);
    if (helper < 0) {
        fputs("wts-relay: no process is left\n", stderr);
        return 1;
    }
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* a password will be in memory */
    signal(SIGPIPE, SIG_IGN);
    const int status = check(duties, &stream, host, user);
    wts_stream_close(&stream);
    waitpid(helper, NULL, 0);
    return status;
}
