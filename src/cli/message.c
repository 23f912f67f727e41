/*
 * wts message: a box on the desktop of a session, and the button that was pressed.
 */
#include <wtsapi32.h>

#include "cli/command.h"
#include "cli/number.h"
#include "cli/session.h"

#include <wchar.h>

#define MOST_UNITS 512 /* of title and of text: the function takes 1024 bytes */

static const struct column columns[] = {
    {L"session", L"SESSION", COLUMN_NUMBER},
    {L"response", L"RESPONSE", COLUMN_NUMBER},
    {L"answer", L"ANSWER", COLUMN_TEXT},
    OUTCOME_COLUMNS,
};

static const struct {
    const wchar_t *word;
    DWORD bits;
    DWORD mask; /* the choice that it makes, which is made once */
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

static wchar_t *title_of(const struct options *options)
{
    static wchar_t title[] = L"Message";
    return options->is_given[OPTION_TITLE] ? options->texts[OPTION_TITLE] : title;
}

static DWORD prepare(struct request *request, struct buffer *wrong)
{
    const struct options *options = &request->options;
    DWORD error = session_read(request, wrong);
    if (error == ERROR_SUCCESS && options->is_given[OPTION_STYLE])
        error = read_style(options->texts[OPTION_STYLE], &request->style, wrong);
    if (error == ERROR_SUCCESS &&
        (wcslen(options->words[1]) > MOST_UNITS || wcslen(title_of(options)) > MOST_UNITS)) {
        buffer_add_format(wrong, "a title or text of more than %d characters", MOST_UNITS);
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

static void run(const struct request *request, struct answer *answer)
{
    const struct options *options = &request->options;
    wchar_t *title = title_of(options);
    wchar_t *text = options->words[1];
    DWORD response = 0;
    const DWORD timeout_s = options->is_given[OPTION_TIMEOUT] ? options->numbers[OPTION_TIMEOUT] : 0;
    rows_add_number(&answer->rows, request->session_id);
    if (!WTSSendMessageW(answer->handle, request->session_id, title, length_of(title), text, length_of(text),
                         request->style, timeout_s, &response, !options->is_given[OPTION_NO_WAIT])) {
        const DWORD error = GetLastError();
        rows_add_text(&answer->rows, NULL);
        rows_add_text(&answer->rows, NULL);
        answer_failed(answer, error, "session %lu: %ls", request->session_id,
                      session_failure(error, L"message not shown"));
        return;
    }
    rows_add_number(&answer->rows, response);
    rows_add_text(&answer->rows, name_of(response));
    answer_done(answer, "session %lu: %ls", request->session_id, name_of(response));
}

const struct command command_message = {
    .name = L"message",
    .words = L"SESSION TEXT",
    .purpose = L"show a message box in a session and print the answer",
    .options = OPTIONS_OF_SERVERS | OPTION_BIT(OPTION_TITLE) | OPTION_BIT(OPTION_STYLE) |
               OPTION_BIT(OPTION_TIMEOUT) | OPTION_BIT(OPTION_NO_WAIT),
    .least_words = 2,
    .most_words = 2,
    .takes_text = true,
    .prepare = prepare,
    .run = run,
    .layout = LAYOUT_SENTENCES,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
    .waits = true,
};
