/*
 * The record of connecting; see check_record.h.
 */
#include "cli/check_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text behind the name of the server. */
static const char middle[] = ": connect: over ";

/* Copies up to the last quote of the line, or all of it if the line was too long to have one. */
static void read_last(const char *from, char *text, size_t capacity)
{
    const char *end = strrchr(from, '"');
    size_t length = end != NULL ? (size_t)(end - from) : strlen(from);
    if (length > capacity - 1)
        length = capacity - 1;
    memcpy(text, from, length);
    text[length] = '\0';
}

/* The text behind "wtsapi32: PID.THREAD LEVEL "; NULL: the line does not begin with that. */
static const char *words_of(const char *line, char level[16])
{
    int length = 0;
    if (sscanf(line, "wtsapi32: %*u.%*u %15[a-z] %n", level, &length) != 1 || length == 0)
        return NULL;
    return line + length;
}

bool check_record_read(const char *line, struct check_record *record)
{
    char level[16];
    char times[CHECK_TIMES][16];
    struct check_record read = {.error = 0};
    int length = 0;
    const char *words = words_of(line, level);
    const char *facts = words != NULL ? strstr(words, middle) : NULL;
    if (facts == NULL ||
        sscanf(facts + sizeof middle - 1,
               "%15[^,], step %15[^,], error %lu, status %lx, name %15s us, tcp %15s us, logon %15s us, "
               "look at \"%511[^\"]\", text \"%n",
               read.transport, read.step, &read.error, &read.status, times[0], times[1], times[2],
               read.advice, &length) != 8 ||
        length == 0)
        return false;
    read_last(facts + sizeof middle - 1 + length, read.text, sizeof read.text);
    for (unsigned i = 0; i < CHECK_TIMES; i++)
        read.microseconds[i] = times[i][0] == '-' ? -1 : strtol(times[i], NULL, 10);
    snprintf(read.server, sizeof read.server, "%.*s", (int)(facts - words), words);
    if (strcmp(read.advice, "-") == 0)
        read.advice[0] = '\0';
    *record = read;
    return true;
}

const char *check_record_note(const char *line)
{
    char level[16];
    struct check_record record;
    const char *words = words_of(line, level);
    return words != NULL && strcmp(level, "errors") == 0 && !check_record_read(line, &record) ? words : NULL;
}
