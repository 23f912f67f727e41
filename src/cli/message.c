/*
 * wts message: a box on the desktop of a session, and the button that was pressed.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/effects.h"
#include "cli/error_text.h"
#include "cli/file_text.h"
#include "cli/number.h"
#include "cli/session.h"

#include <stdlib.h>
#include <wchar.h>

static const struct column columns[] = {
    {L"session", L"SESSION", COLUMN_NUMBER},
    {L"user", L"USER", COLUMN_TEXT},
    {L"response", L"RESPONSE", COLUMN_NUMBER},
    {L"answer", L"ANSWER", COLUMN_TEXT},
    OUTCOME_COLUMNS,
};

static const struct {
    const wchar_t *word;
    DWORD bits;
    DWORD mask; /* the group of styles that it belongs to, of which only one may be chosen */
} styles[] = {
    {L"ok", MB_OK, MB_TYPEMASK},
    {L"ok-cancel", MB_OKCANCEL, MB_TYPEMASK},
    {L"abort-retry-ignore", MB_ABORTRETRYIGNORE, MB_TYPEMASK},
    {L"yes-no-cancel", MB_YESNOCANCEL, MB_TYPEMASK},
    {L"yes-no", MB_YESNO, MB_TYPEMASK},
    {L"retry-cancel", MB_RETRYCANCEL, MB_TYPEMASK},
    {L"cancel-try-continue", MB_CANCELTRYCONTINUE, MB_TYPEMASK},
    {L"error", MB_ICONERROR, MB_ICONMASK},
    {L"question", MB_ICONQUESTION, MB_ICONMASK},
    {L"warning", MB_ICONWARNING, MB_ICONMASK},
    {L"information", MB_ICONINFORMATION, MB_ICONMASK},
};

static const struct {
    DWORD response;
    const wchar_t *name;
} responses[] = {
    {IDOK, L"ok"},           {IDCANCEL, L"cancel"},        {IDABORT, L"abort"},
    {IDRETRY, L"retry"},     {IDIGNORE, L"ignore"},        {IDYES, L"yes"},
    {IDNO, L"no"},           {IDTRYAGAIN, L"try again"},   {IDCONTINUE, L"continue"},
    {IDTIMEOUT, L"timeout"}, {IDASYNC, L"not waited for"},
};

static bool read_style_word(const wchar_t *word, size_t length, DWORD *style, DWORD *chosen)
{
    for (unsigned i = 0; i < ARRAYSIZE(styles); i++) {
        if (wcslen(styles[i].word) == length && wcsncmp(styles[i].word, word, length) == 0 &&
            (*chosen & styles[i].mask) == 0) {
            *style |= styles[i].bits;
            *chosen |= styles[i].mask;
            return true;
        }
    }
    return false;
}

static DWORD read_style(const wchar_t *text, DWORD *style, struct buffer *wrong)
{
    DWORD chosen = 0;
    if (number_read(text, style))
        return ERROR_SUCCESS;
    for (;;) {
        const size_t length = wcscspn(text, L",");
        if (!read_style_word(text, length, style, &chosen)) {
            buffer_add_format(wrong, "--style: %.*ls is unknown, or there are two of its kind", (int)length,
                              text);
            return ERROR_INVALID_PARAMETER;
        }
        if (text[length] == L'\0')
            return ERROR_SUCCESS;
        text += length + 1;
    }
}

/* Takes the text of a file or of the standard input, without its last line end. */
static DWORD read_from(struct buffer *text, const wchar_t *word, struct buffer *wrong)
{
    DWORD error;
    wchar_t *read =
        word[0] == L'@' ? file_text_read(word + 1, &error, wrong) : file_text_read_input(&error, wrong);
    if (read == NULL)
        return error;
    size_t count = wcslen(read);
    while (count > 0 && (read[count - 1] == L'\n' || read[count - 1] == L'\r'))
        count--;
    buffer_add(text, read, count);
    free(read);
    return ERROR_SUCCESS;
}

/* Joins the words behind the session with blanks; a single word may name the source of the text. Behind "--"
 * every word is text. */
static DWORD read_message(struct request *request, struct buffer *wrong)
{
    const struct options *options = &request->options;
    const wchar_t *first = options->words[1];
    if (options->word_count == 2 && options->loose_count == 2 &&
        (first[0] == L'@' || wcscmp(first, L"-") == 0)) {
        if (first[0] == L'-' && options->is_given[OPTION_SERVERS_FILE] &&
            wcscmp(options->texts[OPTION_SERVERS_FILE], L"-") == 0) {
            buffer_add_text(wrong, L"the standard input has either the text or the servers");
            return ERROR_INVALID_PARAMETER;
        }
        return read_from(&request->text, first, wrong);
    }
    for (unsigned i = 1; i < options->word_count; i++) {
        buffer_add_text(&request->text, i > 1 ? L" " : L"");
        buffer_add_text(&request->text, options->words[i]);
    }
    return ERROR_SUCCESS;
}

/* A blank text probably comes from a script whose variable is not set, so no box is shown. */
static bool is_blank(const wchar_t *text)
{
    return text[wcsspn(text, L" \t\r\n")] == L'\0';
}

static DWORD prepare(struct request *request, struct buffer *wrong)
{
    const struct options *options = &request->options;
    DWORD error = session_prepare(request, wrong);
    if (error == ERROR_SUCCESS && options->is_given[OPTION_STYLE])
        error = read_style(options->texts[OPTION_STYLE], &request->style, wrong);
    if (error == ERROR_SUCCESS)
        error = read_message(request, wrong);
    if (error == ERROR_SUCCESS && is_blank(buffer_text(&request->text))) {
        buffer_add_text(wrong, L"the text is empty");
        error = ERROR_INVALID_PARAMETER;
    }
    return error;
}

static const wchar_t *name_of(DWORD response)
{
    for (unsigned i = 0; i < ARRAYSIZE(responses); i++) {
        if (responses[i].response == response)
            return responses[i].name;
    }
    return L"unknown";
}

static DWORD length_of(const wchar_t *text)
{
    return (DWORD)(wcslen(text) * sizeof *text);
}

static void show(const struct request *request, struct answer *answer, const struct meant_session *session)
{
    static wchar_t usual_title[] = L"Message";
    const struct options *options = &request->options;
    wchar_t *title = options->is_given[OPTION_TITLE] ? options->texts[OPTION_TITLE] : usual_title;
    wchar_t *text = (wchar_t *)buffer_text(&request->text);
    DWORD response = 0;
    const DWORD timeout_s = options->is_given[OPTION_TIMEOUT] ? options->numbers[OPTION_TIMEOUT] : 0;
    struct buffer label = {.units = NULL};
    session_label(session, &label);
    rows_add_number(&answer->rows, session->id);
    rows_add_text(&answer->rows, session->user);
    struct effect *effect = effect_begin(answer, "show a message in %ls: %.200ls", buffer_text(&label), text);
    const BOOL done =
        WTSSendMessageW(answer->handle, session->id, title, length_of(title), text, length_of(text),
                        request->style, timeout_s, &response, !options->is_given[OPTION_NO_WAIT]);
    const DWORD error = done ? ERROR_SUCCESS : error_of_failure();
    effect_end(effect, error);
    if (done) {
        rows_add_number(&answer->rows, response);
        rows_add_text(&answer->rows, name_of(response));
        answer_done(answer, "%ls: %ls", buffer_text(&label), name_of(response));
    } else {
        rows_add_text(&answer->rows, NULL);
        rows_add_text(&answer->rows, NULL);
        answer_effect_failed(answer, error, "%ls: %ls", buffer_text(&label),
                             session_failure(error, L"message not shown"));
    }
    buffer_free(&label);
}

/* The boxes of all sessions are shown at the same time. */
static void run(const struct request *request, struct answer *answer)
{
    session_each(request, answer, answer->session_count, show);
}

static const struct example examples[] = {
    {L"wts message alice Back in ten minutes --no-wait --server rdsh01", L"show a text to alice"},
    {L"wts message \"*\" \"Restart at six. Save work.\" --timeout 60 --server rdsh01",
     L"to everybody, for a minute"},
    {L"wts message alice \"Restart now?\" --style yes-no,question --server rdsh01",
     L"ask, and print the answer"},
};

const struct command command_message = {
    .name = L"message",
    .words = L"SESSION TEXT...",
    .purpose = L"show a message box in a session and print the answer",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .options = OPTIONS_OF_EFFECTS | OPTION_BIT(OPTION_TITLE) | OPTION_BIT(OPTION_STYLE) |
               OPTION_BIT(OPTION_TIMEOUT) | OPTION_BIT(OPTION_NO_WAIT),
    .min_words = 2,
    .max_words = UINT_MAX,
    .takes_text = true,
    .all_sessions = SESSION_ALL,
    .prepare = prepare,
    .plan = session_plan,
    .run = run,
    .layout = LAYOUT_SENTENCES,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
    .waits = true,
};
