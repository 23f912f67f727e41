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

/* Exit statuses of every command. */
enum {
    STATUS_ALL_DONE = 0,
    STATUS_SOME_FAILED = 1,
    STATUS_ALL_FAILED = 2,
    STATUS_WRONG_USAGE = 64, /* nothing was tried */
};

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
    DWORD session_id; /* of the commands about a session */
    DWORD style;      /* of a message box */
};

struct command {
    const wchar_t *name;
    const wchar_t *words;   /* as the usage names them; "" for none */
    const wchar_t *purpose; /* for the usage, without an end */
    uint32_t options;       /* bits of those it knows */
    unsigned least_words;
    unsigned most_words;

    /* Reads the words further. Not 0: wrong usage, the reason is added to `wrong`. NULL: nothing to read. */
    DWORD (*prepare)(struct request *request, struct buffer *wrong);

    /* A command about servers: one server's part, in a thread of its own when there are several. */
    void (*run)(const struct request *request, struct answer *answer);
    enum layout layout;
    const struct column *columns; /* of the rows that `run` gives */
    unsigned column_count;
    bool waits; /* for a person or an event: no server may wait for another one */
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

/* 0 done, 1 some failed, 2 all failed. */
int command_status(unsigned tried, unsigned failed);

/* Says what is wrong, and the usage of the command. Returns STATUS_WRONG_USAGE. */
int command_is_wrong(const struct command *command, DWORD error, const wchar_t *reason);

extern const struct command command_check;
extern const struct command command_credential;
extern const struct command command_disconnect;
extern const struct command command_events;
extern const struct command command_info;
extern const struct command command_kill;
extern const struct command command_logoff;
extern const struct command command_message;
extern const struct command command_processes;
extern const struct command command_sessions;
extern const struct command command_shutdown;
extern const struct command command_version;

#endif
