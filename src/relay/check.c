/*
 * A connect for a person; see check.h. It goes the same way as one of the DLL, in a process of its own.
 */
#include "relay/check.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "relay/connection.h"
#include "relay/process.h"
#include "relay/samba_rpc.h"

enum { TIMEOUT_MS = 10000, PASSWORD_SIZE = 1024 };

/* The oldest interface of a session host: TermSrv's Legacy one, [MS-TSTS] 1.9. Every server since Vista has
 * it. */
static const char legacy_uuid[] = "5ca4a760-ebb1-11cf-8611-00a0245420ed";
static const char legacy_pipe[] = "Ctx_WinStation_API_service";

static struct wts_frame_text text_of(const char *text)
{
    return (struct wts_frame_text){text, strlen(text)};
}

/* What to look at, by the step that failed. */
static const char *advice_for(const struct wts_frame_connected *answer)
{
    static const char *const advice[WTS_STEP_COUNT] = {
        [WTS_STEP_NAME] = "the spelling of the name, /etc/resolv.conf and /etc/hosts (getent hosts HOST)",
        [WTS_STEP_TCP] = "whether the host is up and its firewall lets SMB in (TCP port 445)",
        [WTS_STEP_LOGON] =
            "user, password and domain; the Kerberos ticket (klist); the clock; whether the host "
            "speaks SMB 2 with signing and accepts NTLM",
        [WTS_STEP_PIPE] =
            "whether Remote Desktop Services (TermService) run on the host, and whether this user "
            "may open their pipe",
        [WTS_STEP_BIND] =
            "whether the host's Remote Desktop Services offer the interface with packet privacy; "
            "nothing weaker is used",
    };
    if (answer->step == WTS_STEP_LOGON && answer->status == 0xC00000B5)
        return "why the host accepts a connection and then does not answer: its Server service, or a KDC "
               "that is "
               "silent (/etc/krb5.conf)";
    return advice[answer->step] ? advice[answer->step] : "the relay itself";
}

/* Log-on, pipe and bind are one to Samba: their time stands at the log-on. */
static void print_step(enum wts_step step, const struct wts_frame_connected *answer)
{
    const char *verdict = answer->error == 0 || step < answer->step ? "ok" : "FAILED";
    if (step <= WTS_STEP_LOGON)
        printf("%-6s %-7s%9.1f ms\n", wts_step_name(step), verdict,
               (double)answer->microseconds[step] / 1000);
    else
        printf("%-6s %s\n", wts_step_name(step), verdict);
}

static int print(const char *host, const struct wts_frame_connected *answer)
{
    const int last = answer->error ? (int)answer->step : WTS_STEP_BIND;
    printf("%s\n", host);
    for (int step = WTS_STEP_NAME; step <= last; step++)
        print_step((enum wts_step)step, answer);
    printf("(the time of logon is that of pipe and bind, too)\n");
    if (answer->error == 0) {
        printf("connected: %.*s\n", (int)answer->text.length, answer->text.data);
        return 0;
    }
    printf("error %u, status 0x%08X: %.*s\n", answer->error, answer->status, (int)answer->text.length,
           answer->text.data);
    printf("look at: %s\n", advice_for(answer));
    return 1;
}

/* One line of standard input, without its end. */
static bool read_password(char *password)
{
    struct termios before;
    const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
        struct termios silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
        fputs("Password: ", stderr);
    }
    size_t length = 0;
    while (length < PASSWORD_SIZE && read(STDIN_FILENO, password + length, 1) == 1 &&
           password[length] != '\n')
        length++;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (length == PASSWORD_SIZE)
        return false;
    password[length] = 0;
    return true;
}

static void set_user(struct wts_frame_connect *connect, const char *user)
{
    const char *slash = strchr(user, '\\');
    if (slash)
        connect->domain = (struct wts_frame_text){user, (size_t)(slash - user)};
    connect->user = text_of(slash ? slash + 1 : user);
}

/* Waits for the answer of the connection's process; when it does not come in time, an answer is made up. */
static bool wait_for_answer(struct wts_connection_entry *entry, struct wts_stream *answers,
                            struct wts_frame_connected *answer)
{
    struct wts_frame frame;
    uint8_t *payload = NULL;
    struct wts_stream *from = &entry->stream;
    int got;
    while ((got = wts_stream_frame(from, &frame, &payload)) == 0) {
        const int64_t left = entry->deadline - wts_process_milliseconds();
        struct pollfd one = {.fd = from->fd, .events = POLLIN};
        const int ready = left > 0 ? poll(&one, 1, (int)left) : 0;
        if (ready > 0 && wts_stream_read(from) == WTS_STREAM_OPEN)
            continue;
        if (!wts_connection_end(entry, ready > 0 ? WTS_END_PROCESS : WTS_END_LATE, answers))
            return false;
        answers->in = answers->out;
        answers->out = (struct wts_buffer){0};
        from = answers;
    }
    return got == 1 && frame.type == WTS_FRAME_CONNECTED &&
           wts_relay_frame_get_connected(payload, frame.length, answer);
}

int wts_check(const char *host, const char *user)
{
    char password[PASSWORD_SIZE];
    struct wts_frame_connect connect = {.version_major = 1,
                                        .timeout_ms = TIMEOUT_MS,
                                        .server = text_of(host),
                                        .uuid = text_of(legacy_uuid),
                                        .pipe = text_of(legacy_pipe)};
    struct loadparm_context *lp = NULL;
    const char *why = wts_rpc_start(&lp);
    if (why) {
        fprintf(stderr, "wts-relay: %s\n", why);
        return 1;
    }
    if (user) {
        if (!read_password(password)) {
            fprintf(stderr, "wts-relay: the password is too long\n");
            return 1;
        }
        set_user(&connect, user);
        connect.password = text_of(password);
    }
    struct wts_stream answers = {.fd = -1};
    struct wts_frame_connected answer;
    struct wts_connection_entry *entry = wts_connection_start(lp, 1, &connect, &answers);
    explicit_bzero(password, sizeof password);
    if (!entry || !wait_for_answer(entry, &answers, &answer)) {
        fprintf(stderr, "wts-relay: no process for the connection\n");
        return 1;
    }
    const int status = print(host, &answer);
    wts_connection_free(entry);
    wts_stream_close(&answers);
    return status;
}
