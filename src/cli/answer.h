/*
 * What one server, or this machine, answered to a command: rows, sentences, and how much of it failed.
 */
#ifndef WTS_CLI_ANSWER_H
#define WTS_CLI_ANSWER_H

#include <windows.h>

#include <stdbool.h>

#include "cli/buffer.h"
#include "cli/rows.h"

/* A session that a command means. */
struct meant_session {
    DWORD id;
    wchar_t *user; /* DOMAIN\USER; NULL: nobody, or the session was not looked up */
};

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
    unsigned nothing;   /* of the tried, where there was nothing to do: neither done nor failed */
    unsigned unreached; /* of the failed, those that certainly did nothing: the server was not reached */
    volatile LONG is_finished; /* nothing writes here any more */

    /* What a command's `plan` found. */
    struct meant_session *sessions; /* malloc'ed, and their users */
    unsigned session_count;
    void *plan; /* the command's own; NULL: none */
    void (*free_plan)(void *plan);
    bool is_over;        /* nothing more is tried on this server */
    bool is_absent;      /* its only failure: it has no session of the name or user that is meant */
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
    unsigned nothing;
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

/* There is nothing to do on this server, and that is no failure: a sentence without a row. */
void answer_nothing(struct answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* So many of its failures only found nothing to do, as another server shows where there was something. */
void answer_forgive(struct answer *answer, unsigned count);

/* Adds empty cells up to the outcome, of a row about nothing that the columns could name. */
void answer_skip_cells(struct answer *answer);

/* The same for a list, which the rows show themselves. */
void answer_listed(struct answer *answer);

/* An empty answer about the same server, for a thread of its own; it borrows the sessions. answer_join()
 * moves what it holds to the end of `answer`. */
struct answer answer_part(const struct answer *answer);
void answer_join(struct answer *answer, struct answer *part);

void answer_free(struct answer *answer);

#endif
