/*
 * What a command of wts.exe is: one description each, in a file of its own.
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

/* One command line, read. */
struct request {
    const struct command *command;
    struct options options;
    DWORD style;        /* of a message box */
    struct buffer text; /* of a message box */
    bool is_quiet;      /* what was done is not said, only what failed */
};

/* A command line that does something useful, and what. */
struct example {
    const wchar_t *line; /* as bash takes it */
    const wchar_t *meaning;
};

struct command {
    const wchar_t *name;
    const wchar_t
        *grammar; /* of a tool of Windows: its own usage behind the name; NULL: made of what follows */
    const wchar_t *words;   /* as the usage names them; "" for none */
    const wchar_t *purpose; /* for the usage, without an end */
    uint64_t options;       /* bits of those it knows */
    const struct example *examples;
    unsigned example_count;
    unsigned min_words;
    unsigned max_words;
    unsigned all_sessions; /* what "*" as the first word means, bits of session_words; 0: nothing */
    bool takes_text;       /* a word may begin with a slash and be no switch of another program */
    bool waits;            /* for a person or an event: no server may wait for another one */

    /* Reads the words further. Not 0: wrong usage, the reason is added to `wrong`. NULL: nothing to read. */
    DWORD (*prepare)(struct request *request, struct buffer *wrong);

    /* A command about servers. What is meant on one server is found before anything is done on any; NULL:
     * nothing to find. Runs as `run` does. */
    void (*plan)(const struct request *request, struct answer *answer);
    /* After the plans of all servers, in one thread; false: nothing may be done, and it has said why. */
    bool (*confirm)(const struct request *request, struct answer *answers, unsigned count);
    /* One server's part, in a thread of its own when there are several. */
    void (*run)(const struct request *request, struct answer *answer);
    enum layout layout;
    unsigned column_count;
    const struct column *columns;               /* of the rows that `run` gives */
    const wchar_t *nothing;                     /* said when no server has a row; NULL: nothing is said */
    const unsigned *min_widths;                 /* see rows.h */
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
