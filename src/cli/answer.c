/*
 * The answer of one server to a command; see answer.h.
 */
#include "cli/answer.h"

#include "cli/advice.h"
#include "cli/error_text.h"
#include "cli/mask.h"

#include <stdarg.h>
#include <stdlib.h>

#define OUTCOME_COUNT 3 /* done, error, message */

static void end_row(struct answer *answer, bool is_done, DWORD error, const struct buffer *sentence)
{
    if (!answer->has_outcomes)
        return;
    rows_add_flag(&answer->rows, is_done);
    rows_add_number(&answer->rows, error);
    rows_add_text(&answer->rows, buffer_text(sentence));
}

static void add_line(struct buffer *lines, const wchar_t *server, const struct buffer *sentence)
{
    if (server != NULL) {
        mask_add(lines, server);
        buffer_add_text(lines, L": ");
    }
    mask_add(lines, buffer_text(sentence));
    buffer_add_text(lines, L"\n");
}

static void end_well(struct answer *answer, bool is_done, const char *format, va_list arguments)
{
    struct buffer sentence = {.units = NULL};
    buffer_add_arguments(&sentence, format, arguments);
    answer->tried++;
    end_row(answer, is_done, ERROR_SUCCESS, &sentence);
    add_line(&answer->said, answer->is_one_of_many ? answer->server : NULL, &sentence);
    buffer_free(&sentence);
}

void answer_done(struct answer *answer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    end_well(answer, true, format, arguments);
    va_end(arguments);
}

void answer_planned(struct answer *answer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    end_well(answer, false, format, arguments);
    va_end(arguments);
}

void answer_nothing(struct answer *answer, const char *format, ...)
{
    struct buffer sentence = {.units = NULL};
    va_list arguments;
    va_start(arguments, format);
    buffer_add_arguments(&sentence, format, arguments);
    va_end(arguments);
    answer->tried++;
    answer->nothing++;
    add_line(&answer->said, answer->is_one_of_many ? answer->server : NULL, &sentence);
    buffer_free(&sentence);
}

void answer_forgive(struct answer *answer, unsigned count)
{
    answer->failed -= count;
    answer->nothing += count;
}

void answer_skip_cells(struct answer *answer)
{
    for (unsigned i = OUTCOME_COUNT; answer->has_outcomes && i < answer->rows.column_count; i++)
        rows_add_text(&answer->rows, NULL);
}

/* There was no connection, or it was lost before anything was sent: docs/design.md#repeating. */
static bool is_unreached(DWORD error)
{
    return error == RPC_S_SERVER_UNAVAILABLE || error == RPC_S_SERVER_TOO_BUSY ||
           error == RPC_S_CALL_FAILED_DNE;
}

static void fail(struct answer *answer, DWORD error, const wchar_t *addition, const char *format,
                 va_list arguments)
{
    struct buffer sentence = {.units = NULL};
    buffer_add_arguments(&sentence, format, arguments);
    buffer_add_text(&sentence, L", ");
    error_add(&sentence, error);
    if (answer->server != NULL)
        advice_add(&sentence, error, answer->server, answer->is_one_of_many ? L"SERVER" : answer->server);
    buffer_add_text(&sentence, addition);
    answer->tried++;
    answer->failed++;
    answer->unreached += is_unreached(error);
    end_row(answer, false, error, &sentence);
    add_line(&answer->complaints, answer->server, &sentence);
    buffer_free(&sentence);
}

void answer_failed(struct answer *answer, DWORD error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(answer, error, L"", format, arguments);
    va_end(arguments);
}

void answer_effect_failed(struct answer *answer, DWORD error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(answer, error, error_is_about_answer(error) ? L" It may have been done all the same." : L"", format,
         arguments);
    va_end(arguments);
}

struct answer_mark answer_mark(const struct answer *answer)
{
    return (struct answer_mark){.cell_count = answer->rows.cell_count,
                                .said_count = answer->said.count,
                                .complaint_count = answer->complaints.count,
                                .tried = answer->tried,
                                .failed = answer->failed,
                                .nothing = answer->nothing,
                                .unreached = answer->unreached};
}

void answer_rewind(struct answer *answer, const struct answer_mark *mark)
{
    rows_cut(&answer->rows, mark->cell_count);
    buffer_cut(&answer->said, mark->said_count);
    buffer_cut(&answer->complaints, mark->complaint_count);
    answer->tried = mark->tried;
    answer->failed = mark->failed;
    answer->nothing = mark->nothing;
    answer->unreached = mark->unreached;
}

bool answer_is_unreached(const struct answer *answer, const struct answer_mark *mark)
{
    const unsigned tried = answer->tried - mark->tried;
    return tried > 0 && answer->unreached - mark->unreached == tried;
}

void answer_drop_plan(struct answer *answer)
{
    for (unsigned i = 0; i < answer->session_count; i++)
        free(answer->sessions[i].user);
    free(answer->sessions);
    answer->sessions = NULL;
    answer->session_count = 0;
    if (answer->plan != NULL)
        answer->free_plan(answer->plan);
    answer->plan = NULL;
    answer->is_over = false;
    answer->is_absent = false;
}

void answer_listed(struct answer *answer)
{
    answer->tried++;
}

struct answer answer_part(const struct answer *answer)
{
    return (struct answer){
        .server = answer->server,
        .handle = answer->handle,
        .is_one_of_many = answer->is_one_of_many,
        .has_outcomes = answer->has_outcomes,
        .sessions = answer->sessions,
        .session_count = answer->session_count,
        .rows = {.columns = answer->rows.columns, .column_count = answer->rows.column_count}};
}

void answer_join(struct answer *answer, struct answer *part)
{
    rows_move(&answer->rows, NULL, &part->rows);
    buffer_add_text(&answer->said, buffer_text(&part->said));
    buffer_add_text(&answer->complaints, buffer_text(&part->complaints));
    answer->tried += part->tried;
    answer->failed += part->failed;
    answer->nothing += part->nothing;
    answer->unreached += part->unreached;
    part->sessions = NULL;
    part->session_count = 0;
    answer_free(part);
}

void answer_free(struct answer *answer)
{
    rows_free(&answer->rows);
    buffer_free(&answer->said);
    buffer_free(&answer->complaints);
    buffer_free(&answer->wrong);
    answer_drop_plan(answer);
}
