/*
 * The description of a command of wts.exe. Each command has one, in a file of its own.
 */
#ifndef WTS_CLI_COMMAND_H
#define WTS_CLI_COMMAND_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

#include "cli/answer.h"
#include "cli/buffer.h"
#include "cli/options.h"
#include "cli/rows.h"
#include "cli/status.h"

/* How an answer's rows are shown to people. */
enum layout {
    LAYOUT_TABLE,
    LAYOUT_LIST,
    LAYOUT_SENTENCES, /* by the sentences of answer_done and answer_failed, whose columns are the last three
                       */
    LAYOUT_STREAM,    /* printed by the command itself, while it runs */
};

struct command;

/* A command line that was read. */
struct request {
    const struct command *command;
    struct options options;
    DWORD style;        /* of a message box */
    struct buffer text; /* of a message box */
    bool is_quiet;      /* only failures are printed, not what was done */
};

/* A useful command line, and what it does. */
struct example {
    const wchar_t *line; /* in bash's syntax */
    const wchar_t *meaning;
};

struct command {
    const wchar_t *name;
    const wchar_t *grammar; /* of a tool of Windows, behind the name; NULL: made from the rest */
    const wchar_t *words;   /* as shown in the usage; "" for none */
    const wchar_t *purpose; /* for the usage, without a full stop */
    uint64_t options;       /* bits of the options that it takes */
    const struct example *examples;
    unsigned example_count;
    unsigned min_words;
    unsigned max_words;
    unsigned all_sessions; /* the meaning of "*" as the first word, bits of session_words; 0: none */
    bool takes_text;       /* a word that begins with a slash need not be a switch of another program */
    bool waits;            /* it waits for a person or an event, so no server may wait for another one */

    /* Interprets the words. Not 0: wrong usage, and the reason is added to `wrong`. NULL: nothing to
     * interpret. */
    DWORD (*prepare)(struct request *request, struct buffer *wrong);

    /* For a command about servers: finds the targets on one server, before anything is done on any. NULL:
     * nothing to find. Runs in the same way as `run`. */
    void (*plan)(const struct request *request, struct answer *answer);
    /* Called after the plans of all servers, in one thread. False: nothing may be done, and the reason was
     * printed. */
    bool (*confirm)(const struct request *request, struct answer *answers, unsigned count);
    /* One server's part, in a thread of its own when there are several. */
    void (*run)(const struct request *request, struct answer *answer);
    enum layout layout;
    unsigned column_count;
    const struct column *columns; /* of the rows that `run` gives */
    const wchar_t *nothing;       /* printed when no server has a row; NULL: nothing is printed */
    const unsigned *min_widths;   /* see rows.h */
    void (*end)(const struct request *request); /* after the last server; NULL: nothing to do */

    /* Any other command, instead of `run`. Returns an exit status. */
    int (*run_alone)(const struct request *request);
};

/* The last columns of each command whose layout is LAYOUT_SENTENCES. */
#define OUTCOME_COLUMNS                                                                                      \
    {L"done", L"DONE", COLUMN_FLAG}, {L"error", L"ERROR", COLUMN_NUMBER},                                    \
    {                                                                                                        \
        L"message", L"MESSAGE", COLUMN_TEXT                                                                  \
    }

#endif
