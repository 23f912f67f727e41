/*
 * The options of all commands, in one table, and a reader of command lines that uses it.
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
    OPTION_DOMAIN, /* for a tool of Windows only */
    OPTION_COUNT
};

#define OPTION_BIT(option) (1ULL << (option))
_Static_assert(OPTION_COUNT <= 64, "a bit for each option");

/* The options of every command about servers. */
#define OPTIONS_OF_SERVERS                                                                                   \
    (OPTION_BIT(OPTION_SERVER) | OPTION_BIT(OPTION_SERVERS_FILE) | OPTION_BIT(OPTION_PARALLEL) |             \
     OPTION_BIT(OPTION_RETRY) | OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_CSV) |                           \
     OPTION_BIT(OPTION_NO_HEADER))

/* The options of every command that has effects on servers. */
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
    const wchar_t *value;  /* the name of its value in the usage */
    const wchar_t *advice; /* for the usage: what it does */
};

struct options {
    bool is_given[OPTION_COUNT];
    wchar_t *texts[OPTION_COUNT]; /* the value of a given option; NULL if it was left out */
    DWORD numbers[OPTION_COUNT];  /* the same as a number, for those that take one */
    wchar_t **words;              /* the words that are not options, in order */
    unsigned word_count;
    unsigned loose_count;   /* of these words, those before "--" */
    const wchar_t *unknown; /* a word that looks like an option but is not allowed, or NULL */
};

const struct option_rule *option_rule(enum option option);

/* Adds "--server NAME[,NAME...]": the option and the name of its value. */
void option_add(struct buffer *buffer, enum option option);

/* Whether the word requests help: --help, -h, -? or, as in Windows' own commands, /? */
bool option_is_help(const wchar_t *word);

/*
 * Reads `count` words; `words` is sorted in place and kept by `options`. An option's value is the next word,
 * which must be a number if the value is optional, or follows a "="; "--" ends the options. Only --help and
 * the options in `allowed` are accepted. ERROR_INVALID_PARAMETER: wrong usage; the reason is added to
 * `wrong`.
 */
DWORD options_read(int count, wchar_t **words, uint64_t allowed, struct options *options,
                   struct buffer *wrong);

#endif
