/*
 * The servers that a command line names, in order, each once.
 */
#ifndef WTS_CLI_SERVERS_H
#define WTS_CLI_SERVERS_H

#include <windows.h>

#include <stdbool.h>

#include "cli/buffer.h"

/* All zero: none. */
struct servers {
    wchar_t **names;
    size_t count;
    size_t capacity;
};

/* Both add the names that are not there yet; case is ignored. They return a Win32 code; unless it is 0, the
 * reason is added to `wrong`. */

/* Names separated by commas, with or without blanks. */
DWORD servers_add_list(struct servers *servers, const wchar_t *text, struct buffer *wrong);

/* One name a line of a UTF-8 file, or of the standard input when the path is "-", with or without a byte
 * order mark; # begins a comment; empty lines do not count. */
DWORD servers_add_file(struct servers *servers, const wchar_t *path, struct buffer *wrong);

/* Whether `name` can be the name or the address of a server. False: the reason is added to `wrong`. */
bool servers_name_is_possible(const wchar_t *name, struct buffer *wrong);

void servers_free(struct servers *servers);

#endif
