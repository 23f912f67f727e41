/*
 * The answer of one server, or of this machine, to a command: rows, sentences, and how much of it failed.
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
    bool is_one_of_many;   /* its lines name the server */
    bool has_outcomes;     /* the last three columns of each row are done, error, message */
    struct rows rows;
    struct buffer said;       /* for people: what was done, one sentence on each line */
    struct buffer complaints; /* what was not done */
    unsigned tried;
    unsigned failed;
    unsigned nothing;          /* those of `tried` with nothing to do: neither done nor failed */
    unsigned unreached;        /* those of the failed that did nothing: the server was not reached */
    volatile LONG is_finished; /* no thread writes to it any more */

    /* The result of a command's `plan`. */
    struct meant_session *sessions; /* malloc'ed, and their users */
    unsigned session_count;
    void *plan; /* defined by the command; NULL: none */
    void (*free_plan)(void *plan);
    bool is_over;        /* nothing more is tried on this server */
    bool is_absent;      /* its only failure: no session has the name or user that is meant */
    struct buffer wrong; /* not empty: nothing may be tried on any server */
};

/* Notes that one thing was done. With outcomes, ends the row that the caller has begun. The sentence has no
 * line end. */
void answer_done(struct answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Notes that one thing failed with `error`. Number and text of the error are added to the sentence. */
void answer_failed(struct answer *answer, DWORD error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for an effect: if the server's answer was lost, the sentence says that it may have been done. */
void answer_effect_failed(struct answer *answer, DWORD error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The state of an answer at one moment; answer_rewind() drops everything added since. */
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

/* Whether everything since the mark failed because the server was not reached. */
bool answer_is_unreached(const struct answer *answer, const struct answer_mark *mark);

/* Frees the result of a plan, so that it can run again. */
void answer_drop_plan(struct answer *answer);

/* Notes what would be done in a dry run: a row with `done` false and no error. */
void answer_planned(struct answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Notes that there is nothing to do on this server, which is not a failure: a sentence without a row. */
void answer_nothing(struct answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Counts `count` of its failures as nothing to do, because another server had something to do. */
void answer_forgive(struct answer *answer, unsigned count);

/* Adds empty cells up to the outcome, for a row that fits none of the other columns. */
void answer_skip_cells(struct answer *answer);

/* The same for a list, which the rows show themselves. */
void answer_listed(struct answer *answer);

/* An empty answer about the same server, for a thread of its own; it borrows the sessions. answer_join()
 * moves what it holds to the end of `answer`. */
struct answer answer_part(const struct answer *answer);
void answer_join(struct answer *answer, struct answer *part);

void answer_free(struct answer *answer);

#endif
