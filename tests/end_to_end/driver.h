/*
 * What the parts of the driver share: the words of the command at hand, and the table of commands.
 */
#ifndef WTS_TESTS_DRIVER_H
#define WTS_TESTS_DRIVER_H

#include <wtsapi32.h>

#include <stdbool.h>

/* Put into the last error before each call. */
#define UNTOUCHED 3131U

struct command {
    const char *name;
    void (*run)(void);
};

/* driver_calls.c: ended by a command without a name. */
extern const struct command driver_calls[];

/* The next word of the line as a number, 0 without one. */
DWORD next_number(void);

/* The server handle whose number is the next word. */
HANDLE next_server(void);

/* UTF-8 to UTF-16; too long a text gives an empty one. */
void wide(const char *text, WCHAR *out, int capacity);

#endif
