/*
 * What one server, or this machine, answered to a command: rows, sentences, and how much of it failed.
 */
#ifndef WTS_CLI_ANSWER_H
#define WTS_CLI_ANSWER_H

#include <windows.h>

#include <stdbool.h>

#include "cli/buffer.h"
#include "cli/rows.h"

struct answer {
    const wchar_t *server; /* NULL: this machine */
    HANDLE handle;         /* for the WTS functions */
    bool is_one_of_many;   /* its lines say whose they are */
    bool has_outcomes;     /* the last three columns of each row are done, error, message */
    struct rows rows;
    struct buffer said;       /* for people: what was done, a sentence a line */
    struct buffer complaints; /* what was not done */
    unsigned tried;
    unsigned failed;
    unsigned unreached; /* of the failed, those that certainly did nothing: the server was not reached */
    volatile LONG is_finished; /* nothing writes here any more */

    /* What a command's `plan` found. */
    DWORD *session_ids; /* the sessions that are meant; malloc'ed */
    unsigned session_count;
    void *plan; /* the command's own; NULL: none */
    void (*free_plan)(void *plan);
    bool is_over;        /* it failed already: nothing is tried on this server */
    struct buffer wrong; /* not empty: nothing may be tried on any server */
};

/* One thing was done. With outcomes, it ends the row that the caller has begun; the sentence needs no line
 * end. */
void answer_done(struct answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One thing was not done, and `error` is why. The sentence is followed by number and text of the error. */
void answer_failed(struct answer *answer, DWORD error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same of an effect: where the server's answer was lost, the sentence says that it may have happened. */
void answer_effect_failed(struct answer *answer, DWORD error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What an answer has so far; answer_rewind() drops what was added since. */
struct answer_mark {
    size_t cell_count;
    size_t said_count;
    size_t complaint_count;
    unsigned tried;
    unsigned failed;
    unsigned unreached;
};

struct answer_mark answer_mark(const struct answer *answer);
void answer_rewind(struct answer *answer, const struct answer_mark *mark);

/* Whether everything since then failed because the server was not reached. */
bool answer_is_unreached(const struct answer *answer, const struct answer_mark *mark);

/* Frees what a plan found, to be found again. */
void answer_drop_plan(struct answer *answer);

/* One thing would be done, and is not: a row with `done` false and no error. */
void answer_planned(struct answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds empty cells up to the outcome, of a row about nothing that the columns could name. */
void answer_skip_cells(struct answer *answer);

/* The same for a list, which the rows show themselves. */
void answer_listed(struct answer *answer);

/* An empty answer about the same server, for a thread of its own; it borrows the session_ids. answer_join()
 * moves what it holds to the end of `answer`. */
struct answer answer_part(const struct answer *answer);
void answer_join(struct answer *answer, struct answer *part);

void answer_free(struct answer *answer);

#endif
