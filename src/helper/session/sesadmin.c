/*
 * The output of xrdp-sesadmin; see sesadmin.h.
 */
#include "helper/session/sesadmin.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE_SIZE = 256 };

static const char *next_line(const char *at)
{
    const char *end = strchr(at, '\n');
    return end != NULL ? end + 1 : at + strlen(at);
}

/* Copies the line without the blanks around it; a long one is cut. */
static void copy_line(const char *at, char *line)
{
    at += strspn(at, " \t");
    size_t length = strcspn(at, "\n");
    if (length >= LINE_SIZE)
        length = LINE_SIZE - 1;
    while (length > 0 && strchr(" \t\r", at[length - 1]) != NULL)
        length--;
    memcpy(line, at, length);
    line[length] = 0;
}

static const char *value_of(const char *line, const char *label)
{
    const size_t length = strlen(label);
    return strncmp(line, label, length) == 0 ? line + length : NULL;
}

static void read_screen(const char *value, struct wts_sesadmin *session)
{
    unsigned width, height, depth;
    char rest;
    if (sscanf(value, "%5ux%5u, color depth %3u%c", &width, &height, &depth, &rest) != 3 || width == 0 ||
        width > 0xFFFF || height == 0 || height > 0xFFFF || depth == 0 || depth > 32)
        return;
    session->width = width;
    session->height = height;
    session->color_depth = depth;
    session->known |= WTS_LINUX_SCREEN;
}

static void read_address(const char *value, struct wts_sesadmin *session)
{
    static const uint8_t mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    uint8_t *address = session->address;
    if (inet_pton(AF_INET, value, address) == 1)
        session->address_length = 4;
    else if (inet_pton(AF_INET6, value, address) == 1)
        session->address_length = 16;
    else
        return;
    /* An IPv4 client of a server that listens on IPv6. */
    if (session->address_length == 16 && memcmp(address, mapped, sizeof mapped) == 0) {
        memmove(address, address + sizeof mapped, 4);
        memset(address + 4, 0, sizeof session->address - 4);
        session->address_length = 4;
    }
    session->known |= WTS_LINUX_CLIENT_ADDRESS;
}

/* In local time, as ctime() or as date writes it. */
static void read_start(const char *value, struct wts_sesadmin *session)
{
    static const char *const forms[] = {"%a %b %d %H:%M:%S %Y", "%Y-%m-%d %H:%M:%S"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm parts = {.tm_isdst = -1};
        const char *end = strptime(value, forms[i], &parts);
        const time_t start = end != NULL && !*end ? mktime(&parts) : -1;
        if (start > 0) {
            session->logon_time = (uint64_t)start * 1000000;
            session->known |= WTS_LINUX_LOGON_TIME;
            return;
        }
    }
}

static void read_line(const char *line, struct wts_sesadmin *session)
{
    const char *screen = value_of(line, "Screen size: ");
    const char *address = value_of(line, "Start IP address: ");
    const char *start = value_of(line, "Started: ");
    if (screen != NULL)
        read_screen(screen, session);
    if (address != NULL)
        read_address(address, session);
    if (start != NULL)
        read_start(start, session);
}

/* [in, out] at: the first line of a session; then of the next one. */
static bool read_session(const char **at, uint32_t display_number, struct wts_sesadmin *session)
{
    char line[LINE_SIZE];
    bool is_wanted = false;
    *session = (struct wts_sesadmin){.known = 0};
    for (*at = next_line(*at); **at; *at = next_line(*at)) {
        copy_line(*at, line);
        if (value_of(line, "Session ID: ") != NULL)
            break;
        const char *display = value_of(line, "Display: :");
        char *end;
        if (display != NULL && strtoul(display, &end, 10) == display_number && end != display && !*end)
            is_wanted = true;
        read_line(line, session);
    }
    return is_wanted;
}

bool wts_sesadmin_read(const char *output, uint32_t display_number, struct wts_sesadmin *session)
{
    char line[LINE_SIZE];
    while (*output) {
        copy_line(output, line);
        if (value_of(line, "Session ID: ") == NULL)
            output = next_line(output);
        else if (read_session(&output, display_number, session))
            return true;
    }
    *session = (struct wts_sesadmin){.known = 0};
    return false;
}
