/*
 * The source xrdp; see xrdp.h.
 */
#include "helper/session/xrdp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/host/process.h"
#include "helper/session/clock.h"
#include "helper/session/xrdp_ini.h"

#ifndef WTS_SESADMIN /* tests have one of their own */
#define WTS_SESADMIN "/usr/bin/xrdp-sesadmin"
#endif

enum { LISTER_MS = 150 };

bool wts_xrdp_read_display(const char *display, uint32_t *number)
{
    if (display == NULL || display[0] != ':' || display[1] < '0' || display[1] > '9')
        return false;
    char *end;
    const unsigned long value = strtoul(display + 1, &end, 10);
    if (value > 0xFFFF || (*end != 0 && *end != '.'))
        return false;
    *number = (uint32_t)value;
    return true;
}

/* Whether this session has such a socket. Everybody may write to the folder of xrdp 0.9, so only sockets of
 * our user count. */
static bool has_socket(const struct wts_xrdp *xrdp, const char *kind)
{
    char path[WTS_XRDP_PATH_SIZE + 64];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s_%u", xrdp->folder, kind, xrdp->display_number);
    return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode) && status.st_uid == getuid();
}

static void end_lister(struct wts_xrdp *xrdp)
{
    if (xrdp->lister <= 0)
        return;
    kill(xrdp->lister, SIGKILL);
    waitpid(xrdp->lister, NULL, 0);
    xrdp->lister = 0;
    close(xrdp->output);
    xrdp->lister_due = WTS_NEVER;
}

/* Its output comes through a pipe; it inherits nothing else. Returns its process id or -1. */
static pid_t spawn_lister(int output)
{
    static char program[] = WTS_SESADMIN;
    static char list[] = "-c=list";
    char *const words[] = {program, list, NULL};
    char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    pid_t lister = -1;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    if (posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) != 0 ||
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) != 0 ||
        posix_spawn(&lister, program, &actions, NULL, words, environment) != 0)
        lister = -1;
    posix_spawn_file_actions_destroy(&actions);
    return lister;
}

static void start_lister(struct wts_xrdp *xrdp)
{
    int ends[2];
    end_lister(xrdp);
    if (access(WTS_SESADMIN, X_OK) != 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = ends[0]};
    const pid_t lister =
        epoll_ctl(xrdp->epoll, EPOLL_CTL_ADD, ends[0], &event) == 0 ? spawn_lister(ends[1]) : -1;
    close(ends[1]);
    if (lister < 0) {
        close(ends[0]);
        return;
    }
    xrdp->lister = lister;
    xrdp->output = ends[0];
    xrdp->length = 0;
    xrdp->lister_due = wts_process_milliseconds() + LISTER_MS;
}

static void take_output(struct wts_xrdp *xrdp)
{
    struct wts_sesadmin details;
    xrdp->text[xrdp->length] = 0;
    end_lister(xrdp);
    if (wts_sesadmin_read(xrdp->text, xrdp->display_number, &details))
        xrdp->details = details;
}

static void read_lister(struct wts_xrdp *xrdp)
{
    while (xrdp->lister > 0) {
        const size_t room = sizeof xrdp->text - 1 - xrdp->length;
        const ssize_t got = room == 0 ? 0 : read(xrdp->output, xrdp->text + xrdp->length, room);
        if (got > 0)
            xrdp->length += (size_t)got;
        else if (got == 0)
            take_output(xrdp);
        else if (errno != EINTR)
            break;
    }
    if (wts_process_milliseconds() >= xrdp->lister_due)
        end_lister(xrdp);
}

/* Describes what a program can do with virtual channels. */
static void report(struct wts_xrdp *xrdp)
{
    char text[WTS_XRDP_PATH_SIZE + 2 * WTS_LINUX_MAX_TEXT];
    char names[WTS_LINUX_MAX_TEXT];
    if (!xrdp->is_connected)
        snprintf(text, sizeof text, "no client is connected, so no virtual channel opens; %s", xrdp->folder);
    else if (!wts_xrdp_ini_channels(names, sizeof names))
        snprintf(text, sizeof text, "a client is connected; %s", xrdp->folder);
    else
        snprintf(text, sizeof text, "a client is connected; static channels in xrdp.ini: %s; %s", names,
                 xrdp->folder);
    wts_report_answer(&xrdp->report, text);
}

static void look(struct wts_xrdp *xrdp)
{
    const bool waits_for_client = has_socket(xrdp, "xrdp_chansrv_socket");
    const bool has_client = !waits_for_client && (has_socket(xrdp, "xrdpapi") ||
                                                  has_socket(xrdp, "xrdp_chansrv_audio_out_socket") ||
                                                  has_socket(xrdp, "xrdp_chansrv_audio_in_socket"));
    if (!waits_for_client && !has_client) {
        /* chansrv is starting, or has gone. */
        wts_report_trouble(&xrdp->report, WTS_LINUX_SILENT, "no socket of xrdp-chansrv", xrdp->folder);
        return;
    }
    if (has_client && !(xrdp->is_connection_known && xrdp->is_connected))
        start_lister(xrdp); /* the screen may have changed */
    xrdp->is_connection_known = true;
    xrdp->is_connected = has_client;
    report(xrdp);
}

static bool watch_folder(struct wts_xrdp *xrdp)
{
    xrdp->notices = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (xrdp->notices < 0)
        return false;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = xrdp->notices};
    return inotify_add_watch(xrdp->notices, xrdp->folder,
                             IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR) >= 0 &&
           epoll_ctl(xrdp->epoll, EPOLL_CTL_ADD, xrdp->notices, &event) == 0;
}

void wts_xrdp_start(struct wts_xrdp *xrdp, int epoll)
{
    const char *folder = getenv("XRDP_SOCKET_PATH");
    *xrdp = (struct wts_xrdp){.epoll = epoll, .notices = -1, .lister_due = WTS_NEVER};
    if (folder == NULL || !*folder) {
        wts_report_trouble(&xrdp->report, WTS_LINUX_ABSENT,
                           "no xrdp session, so no virtual channels: XRDP_SOCKET_PATH is not set", NULL);
        return;
    }
    if (folder[0] != '/' || strlen(folder) >= sizeof xrdp->folder) {
        wts_report_trouble(&xrdp->report, WTS_LINUX_ABSENT, "XRDP_SOCKET_PATH is not the path of a folder",
                           NULL);
        return;
    }
    if (!wts_xrdp_read_display(getenv("DISPLAY"), &xrdp->display_number)) {
        wts_report_trouble(&xrdp->report, WTS_LINUX_ABSENT, "DISPLAY names no display of this machine", NULL);
        return;
    }
    snprintf(xrdp->folder, sizeof xrdp->folder, "%s", folder);
    /* Watched first, so that no change is missed. */
    if (!watch_folder(xrdp)) {
        wts_report_trouble(&xrdp->report, WTS_LINUX_ABSENT, strerror(errno), folder);
        return;
    }
    xrdp->is_session = true;
    look(xrdp);
    if (xrdp->lister <= 0)
        start_lister(xrdp);
}

void wts_xrdp_turn(struct wts_xrdp *xrdp)
{
    char notices[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool is_changed = false;
    if (!xrdp->is_session)
        return;
    while (read(xrdp->notices, notices, sizeof notices) > 0)
        is_changed = true;
    if (is_changed)
        look(xrdp);
    read_lister(xrdp);
}

int64_t wts_xrdp_due(const struct wts_xrdp *xrdp)
{
    return xrdp->lister_due;
}

bool wts_xrdp_is_settled(const struct wts_xrdp *xrdp)
{
    return xrdp->report.is_settled && xrdp->lister <= 0;
}

void wts_xrdp_stop(struct wts_xrdp *xrdp)
{
    end_lister(xrdp);
}
