/*
 * The report about the answers of all servers; see report.h.
 */
#include "cli/report.h"

#include "cli/complaints.h"
#include "cli/csv.h"
#include "cli/json.h"
#include "cli/memory.h"
#include "cli/table.h"
#include "cli/text.h"

#include <stdlib.h>
#include <string.h>

#define PROGRESS_COLUMNS 60 /* the longest line of progress */

/* Joins all rows, with a column for the server if that is wanted. */
static struct rows join(const struct command *command, struct answer *answers, unsigned count,
                        bool with_server, struct column *columns)
{
    struct rows all = {.columns = columns, .column_count = command->column_count + (with_server ? 1 : 0)};
    columns[0] = (struct column){L"server", L"SERVER", COLUMN_TEXT};
    memcpy(columns + (with_server ? 1 : 0), command->columns, command->column_count * sizeof *columns);
    for (unsigned i = 0; i < count; i++)
        rows_move(&all, with_server ? answers[i].server : NULL, &answers[i].rows);
    return all;
}

/* Reports that nothing was found, on the servers that answered. */
static void print_nothing(const struct request *request, const struct answer *answers, unsigned count)
{
    unsigned failed = 0;
    for (unsigned i = 0; i < count; i++)
        failed += answers[i].failed > 0;
    if (request->command->nothing == NULL || request->options.word_count == 0 || failed == count)
        return;
    text_complain_line("%ls: %ls%ls", request->options.words[0], request->command->nothing,
                       failed > 0 ? L" on the servers that answered" : L"");
}

static void print_rows(const struct request *request, struct answer *answers, unsigned count)
{
    struct buffer text = {.units = NULL};
    const struct command *command = request->command;
    const bool is_json = request->options.is_given[OPTION_JSON];
    const bool is_csv = request->options.is_given[OPTION_CSV];
    const bool has_header = !request->options.is_given[OPTION_NO_HEADER];
    const bool with_server = is_json || is_csv ? answers[0].server != NULL : answers[0].is_one_of_many;
    struct column *columns = memory_resize(NULL, command->column_count + 1, sizeof *columns);
    struct rows all = join(command, answers, count, with_server, columns);
    all.min_widths = with_server ? NULL : command->min_widths;
    const bool is_empty = all.cell_count == 0;
    if (is_json)
        json_add_array(&text, &all);
    else if (is_csv)
        csv_add(&text, &all, has_header);
    else if (command->layout == LAYOUT_LIST)
        table_add_list(&text, &all, with_server ? 1 : 0);
    else if (all.cell_count > 0)
        table_add_within(&text, &all, text_columns(STD_OUTPUT_HANDLE), has_header);
    text_put(STD_OUTPUT_HANDLE, &text);
    if (is_empty)
        print_nothing(request, answers, count);
    rows_free(&all);
    free(columns);
    buffer_free(&text);
}

static void print_summary(const struct answer *answers, unsigned count)
{
    unsigned done = 0;
    unsigned failed = 0;
    unsigned nothing = 0;
    struct buffer text = {.units = NULL};
    for (unsigned i = 0; i < count; i++) {
        const unsigned tried = answers[i].tried - answers[i].nothing;
        nothing += tried == 0 && answers[i].nothing > 0;
        done += answers[i].failed == 0 && (tried > 0 || answers[i].nothing == 0);
        failed += answers[i].failed > 0 && answers[i].failed == tried;
    }
    buffer_add_format(&text, "%u servers: %u done, %u partly, %u failed", count, done,
                      count - done - failed - nothing, failed);
    if (nothing > 0)
        buffer_add_format(&text, ", %u with nothing to do", nothing);
    text_complain_line("%ls", buffer_text(&text));
    buffer_free(&text);
}

void report_print(const struct request *request, struct answer *answers, unsigned count)
{
    const bool has_rows = request->options.is_given[OPTION_JSON] || request->options.is_given[OPTION_CSV];
    const enum layout layout = request->command->layout;
    struct buffer complaints = {.units = NULL};
    if (layout != LAYOUT_STREAM && (has_rows || layout != LAYOUT_SENTENCES))
        print_rows(request, answers, count);
    for (unsigned i = 0; i < count; i++) {
        if (layout == LAYOUT_SENTENCES && !has_rows && !request->is_quiet)
            text_put(STD_OUTPUT_HANDLE, &answers[i].said);
    }
    complaints_add(&complaints, answers, count);
    text_put(STD_ERROR_HANDLE, &complaints);
    buffer_free(&complaints);
    if (answers[0].is_one_of_many)
        print_summary(answers, count);
}

void report_progress(const wchar_t *what, unsigned done, unsigned failed, unsigned count, ULONGLONG begin)
{
    struct buffer text = {.units = NULL};
    struct buffer line = {.units = NULL};
    if (count < 2 || !text_is_terminal(STD_ERROR_HANDLE))
        return;
    if (what != NULL && done < count) {
        const ULONGLONG spent_ms = GetTickCount64() - begin;
        buffer_add_format(&line, "%u of %u servers %ls", done, count, what);
        if (failed > 0)
            buffer_add_format(&line, ", %u failed", failed);
        if (done > 0)
            buffer_add_format(&line, ", about %lu s left",
                              (unsigned long)(spent_ms * (count - done) / done / 1000 + 1));
    }
    /* In the last column some terminals begin the next line. */
    const unsigned columns = text_columns(STD_ERROR_HANDLE);
    const size_t width = columns > 1 && columns <= PROGRESS_COLUMNS ? columns - 1 : PROGRESS_COLUMNS;
    if (line.count > width)
        buffer_cut(&line, width);
    buffer_add_text(&text, L"\r");
    buffer_add_repeated(&text, L' ', width);
    buffer_add_format(&text, "\r%ls", buffer_text(&line));
    text_put(STD_ERROR_HANDLE, &text);
    buffer_free(&text);
    buffer_free(&line);
}
