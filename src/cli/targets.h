/*
 * The processes of one server that a `wts kill` means, found before anything is ended.
 */
#ifndef WTS_CLI_TARGETS_H
#define WTS_CLI_TARGETS_H

#include "cli/command.h"

/* What a word of the command line means on this server. */
enum match { MATCH_UNKNOWN, MATCH_NOTHING, MATCH_FOUND };

struct target {
    DWORD process_id;
    DWORD session_id; /* where has_session */
    bool has_session; /* it was looked up */
    wchar_t *user;    /* as `wts processes` shows it; NULL: unknown */
    wchar_t *name;    /* NULL: given by its id, and not looked up */
    bool is_chosen;   /* given by its id; else by its name, or as part of a tree */
    bool is_tried;
    bool is_ended;
    DWORD error;    /* why it is not ended */
    HANDLE process; /* to wait for; NULL: none */
};

struct targets {
    struct target *rows;
    size_t count;
    size_t capacity;
    size_t found_count;  /* the number of those that are not chosen */
    enum match *matches; /* of each word */
    DWORD server_error;  /* the server is not reached: nothing is tried */
    bool must_recheck;   /* the user was asked for confirmation in the meantime */
};

/* The `plan` of the command: answer->plan becomes its targets. A word that matches nothing fails. */
void targets_find(const struct request *request, struct answer *answer);

/* Keeps only those targets found by name that are still listed with their names; the others fail. */
void targets_recheck(struct answer *answer);

/* Sets is_listed[i] for each target that the server still lists with its name. Returns a Win32 code. */
DWORD targets_look(const struct answer *answer, bool *is_listed);

/* No call can succeed where the server is not reached. */
bool target_error_is_about_server(DWORD error);

#endif
