/*
 * Samba's messages; see messages.h.
 */
#include "helper/rpc/messages.h"

#include <stdbool.h>
#include <string.h>

#include "helper/host/process.h"

/* Samba's dumps of packets: "[0000] 8E 4D 96 ...". */
static bool is_dump(const char *line)
{
    return line[0] == '[' && strspn(line + 1, "0123456789ABCDEF") >= 4;
}

/* Moves a line to `end`; unprintable bytes become blanks. Returns the new end. */
static char *move(char *end, const char *line, size_t length)
{
    memmove(end, line, length);
    for (const char *last = end + length; end < last; end++)
        if (*end < ' ' || *end > '~')
            *end = ' ';
    return end;
}

void wts_messages_read(char *text, size_t size)
{
    char *end = text;
    const char *line = text;
    wts_process_output(text, size);
    while (*line) {
        const size_t length = strcspn(line, "\n");
        const bool is_last = !line[length];
        if (!is_dump(line))
            end = move(end, line, is_last ? length : length + 1);
        line += is_last ? length : length + 1;
    }
    while (end > text && end[-1] == ' ')
        end--;
    *end = 0;
}
