/*
 * The effects of this program on servers; see effects.h.
 */
#include "cli/effects.h"

#include "cli/error_text.h"
#include "cli/json.h"
#include "cli/logon.h"
#include "cli/mask.h"
#include "cli/memory.h"
#include "cli/time_text.h"
#include "core/append.h"

#include <stdlib.h>

const struct column effects_columns[] = {
    {L"time", L"TIME", COLUMN_TEXT},     {L"who", L"WHO", COLUMN_TEXT},
    {L"as", L"AS", COLUMN_TEXT},         {L"command", L"COMMAND", COLUMN_TEXT},
    {L"server", L"SERVER", COLUMN_TEXT}, {L"what", L"WHAT", COLUMN_TEXT},
    {L"result", L"RESULT", COLUMN_TEXT}, {L"error", L"ERROR", COLUMN_NUMBER},
};
const unsigned effects_column_count = ARRAYSIZE(effects_columns);

struct effect {
    struct effect *next;
    const wchar_t *server; /* NULL: this machine */
    struct buffer what;
    struct buffer time;
    bool is_over;
    DWORD error;
};

/* Effects live as long as the program, in their order. */
static SRWLOCK lock = SRWLOCK_INIT;
static struct effect *first;
static struct effect **last = &first;
static HANDLE file = INVALID_HANDLE_VALUE;
static bool is_on_disk;
static const wchar_t *command_name;
static struct buffer who;
static DWORD loss;

DWORD effects_log(const wchar_t *path, const wchar_t *command)
{
    wchar_t user[257] = L"";
    DWORD capacity = ARRAYSIZE(user);
    file = wts_append_open(path);
    if (file == INVALID_HANDLE_VALUE)
        return error_of_failure();
    is_on_disk = GetFileType(file) == FILE_TYPE_DISK;
    GetUserNameW(user, &capacity);
    buffer_add_text(&who, user);
    command_name = command;
    return ERROR_SUCCESS;
}

static const wchar_t *result_of(const struct effect *effect)
{
    if (!effect->is_over || error_is_about_answer(effect->error))
        return L"unknown";
    return effect->error == ERROR_SUCCESS ? L"done" : L"failed";
}

static void add_line(struct buffer *line, const struct effect *effect)
{
    struct rows rows = {.columns = effects_columns, .column_count = ARRAYSIZE(effects_columns)};
    wchar_t *logon = logon_of(effect->server);
    rows_add_text(&rows, buffer_text(&effect->time));
    rows_add_text(&rows, buffer_text(&who));
    rows_add_text(&rows, logon);
    rows_add_text(&rows, command_name);
    rows_add_text(&rows, effect->server);
    rows_add_text(&rows, buffer_text(&effect->what));
    rows_add_text(&rows, result_of(effect));
    if (effect->is_over)
        rows_add_number(&rows, effect->error);
    else
        rows_add_text(&rows, NULL);
    json_add_object(line, &rows, 0);
    buffer_add_text(line, L"\n");
    free(logon);
    rows_free(&rows);
}

/* Under the lock. */
static void write_line(const struct effect *effect)
{
    struct buffer line = {.units = NULL};
    if (file == INVALID_HANDLE_VALUE)
        return;
    add_line(&line, effect);
    char *bytes = memory_resize(NULL, line.count, 3);
    const int length =
        WideCharToMultiByte(CP_UTF8, 0, line.units, (int)line.count, bytes, (int)line.count * 3, NULL, NULL);
    const bool is_written = wts_append(file, bytes, (DWORD)length) && (!is_on_disk || FlushFileBuffers(file));
    if (!is_written && loss == ERROR_SUCCESS)
        loss = error_of_failure();
    free(bytes);
    buffer_free(&line);
}

struct effect *effect_begin(const struct answer *answer, const char *format, ...)
{
    struct effect *effect = memory_resize(NULL, 1, sizeof *effect);
    va_list arguments;
    *effect = (struct effect){.server = answer->server};
    va_start(arguments, format);
    buffer_add_arguments(&effect->what, format, arguments);
    va_end(arguments);
    time_add_now(&effect->time);
    AcquireSRWLockExclusive(&lock);
    *last = effect;
    last = &effect->next;
    ReleaseSRWLockExclusive(&lock);
    return effect;
}

void effect_end(struct effect *effect, DWORD error)
{
    AcquireSRWLockExclusive(&lock);
    effect->is_over = true;
    effect->error = error;
    write_line(effect);
    ReleaseSRWLockExclusive(&lock);
}

bool effects_are_possible(const struct answer *answer)
{
    bool is_any = false;
    AcquireSRWLockExclusive(&lock);
    for (const struct effect *effect = first; effect != NULL; effect = effect->next)
        is_any = is_any ||
                 (effect->server == answer->server && (!effect->is_over || effect->error == ERROR_SUCCESS ||
                                                       error_is_about_answer(effect->error)));
    ReleaseSRWLockExclusive(&lock);
    return is_any;
}

void effects_stop(void)
{
    AcquireSRWLockExclusive(&lock);
    for (const struct effect *effect = first; effect != NULL; effect = effect->next) {
        if (!effect->is_over)
            write_line(effect);
    }
}

unsigned effects_add(struct buffer *lines, const struct answer *answer)
{
    unsigned count = 0;
    for (const struct effect *effect = first; effect != NULL; effect = effect->next) {
        struct buffer text = {.units = NULL};
        if (effect->server != answer->server)
            continue;
        buffer_add_format(&text, "%ls%ls%ls: ", answer->server != NULL ? answer->server : L"",
                          answer->server != NULL ? L": " : L"", buffer_text(&effect->what));
        if (!effect->is_over)
            buffer_add_text(&text, L"interrupted, it is not known whether it was done");
        else if (effect->error == ERROR_SUCCESS)
            buffer_add_text(&text, L"done");
        else
            error_add(&text, effect->error);
        mask_add(lines, buffer_text(&text));
        buffer_add_text(lines, L"\n");
        buffer_free(&text);
        count++;
    }
    return count;
}

DWORD effects_loss(void)
{
    return loss;
}
