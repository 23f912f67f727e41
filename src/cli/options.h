/*
 * The options of all commands, in one table, and the words of a command line taken apart by it.
 */
#ifndef WTS_CLI_OPTIONS_H
#define WTS_CLI_OPTIONS_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

#include "cli/buffer.h"

enum option {
    OPTION_HELP,
    OPTION_SERVER,
    OPTION_SERVERS_FILE,
    OPTION_PARALLEL,
    OPTION_JSON,
    OPTION_EXIT_CODE,
    OPTION_SESSION,
    OPTION_OWN_SESSION,
    OPTION_TITLE,
    OPTION_STYLE,
    OPTION_TIMEOUT,
    OPTION_NO_WAIT,
    OPTION_WAIT,
    OPTION_WAIT_GONE,
    OPTION_DISCONNECTED,
    OPTION_OF_USER,
    OPTION_TREE,
    OPTION_DRY_RUN,
    OPTION_YES,
    OPTION_EVENTS,
    OPTION_REBOOT,
    OPTION_POWER_OFF,
    OPTION_LOGOFF,
    OPTION_USER,
    OPTION_SAVE,
    OPTION_FORCE,
    OPTION_RETRY,
    OPTION_LOG,
    OPTION_SET,
    OPTION_ALL,
    OPTION_CSV,
    OPTION_NO_HEADER,
    OPTION_DOMAIN, /* of a tool of Windows only */
    OPTION_COUNT
};

#define OPTION_BIT(option) (1ULL << (option))
_Static_assert(OPTION_COUNT <= 64, "a bit for each option");

/* What every command about servers knows. */
#define OPTIONS_OF_SERVERS                                                                                   \
    (OPTION_BIT(OPTION_SERVER) | OPTION_BIT(OPTION_SERVERS_FILE) | OPTION_BIT(OPTION_PARALLEL) |             \
     OPTION_BIT(OPTION_RETRY) | OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_CSV) |                           \
     OPTION_BIT(OPTION_NO_HEADER))

/* What every command knows that does something to servers. */
#define OPTIONS_OF_EFFECTS (OPTIONS_OF_SERVERS | OPTION_BIT(OPTION_LOG))

enum option_kind {
    OPTION_IS_FLAG,
    OPTION_IS_TEXT,
    OPTION_IS_FILE, /* a text that is not empty */
    OPTION_IS_NUMBER,
    OPTION_IS_EXIT_CODE,
    OPTION_MAY_HAVE_NUMBER
};

struct option_rule {
    const wchar_t *name; /* with its two hyphens */
    enum option_kind kind;
    const wchar_t *value;  /* what the usage calls its value */
    const wchar_t *advice; /* for the usage: what it does */
};

struct options {
    bool is_given[OPTION_COUNT];
    wchar_t *texts[OPTION_COUNT]; /* the value of a given option; NULL where it may be left out and is */
    DWORD numbers[OPTION_COUNT];  /* the same as a number, for those that take one */
    wchar_t **words;              /* what is no option, in order */
    unsigned word_count;
    unsigned loose_count; /* of these words, those before "--" */
    const wchar_t
        *unknown; /* the word that looks like an option and is none of the allowed; NULL: every one is */
};

const struct option_rule *option_rule(enum option option);

/* Adds "--server NAME[,NAME...]": the option and what its value is called. */
void option_add(struct buffer *buffer, enum option option);

/* Whether the word asks for help: --help, -h, -? or, as Windows' own commands have it, /? */
bool option_is_help(const wchar_t *word);

/*
 * Takes `count` words apart; `words` is sorted in place and kept by `options`. An option's value is the next
 * word, which must be a number where the value may be left out, or stands behind a "="; "--" ends the
 * options. Of all options, --help and those in `allowed` are known. ERROR_INVALID_PARAMETER: wrong usage; the
 * reason is added to `wrong`.
 */
DWORD options_read(int count, wchar_t **words, uint64_t allowed, struct options *options,
                   struct buffer *wrong);

#endif
