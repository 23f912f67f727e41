/*
 * The lists of qprocess, qwinsta, quser and qappsrv; see foreign_lists.h. Source: Microsoft's command
 * reference, "query process", "query session", "query user" and "query termserver". A ">" marks the caller's
 * session, user or process. Unverified: the widths of the columns, that TYPE and DEVICE are empty on every
 * Windows since Vista, and the heading of the list of servers.
 */
#include "cli/foreign_lists.h"

#include <wtsapi32.h>

#include "cli/account.h"
#include "cli/error_text.h"
#include "cli/image.h"
#include "cli/memory.h"
#include "cli/number.h"
#include "cli/owner.h"
#include "cli/session.h"
#include "cli/session_times.h"

#include <stdlib.h>
#include <wchar.h>

const struct column qprocess_columns[] = {
    {L"user", L" USERNAME", COLUMN_TEXT}, {L"session_name", L"SESSIONNAME", COLUMN_TEXT},
    {L"session", L"ID", COLUMN_NUMBER},   {L"pid", L"PID", COLUMN_NUMBER},
    {L"image", L"IMAGE", COLUMN_TEXT},
};
const unsigned qprocess_widths[] = {21, 16, 5, 5, 0};
const unsigned qprocess_column_count = ARRAYSIZE(qprocess_columns);

const struct column qwinsta_columns[] = {
    {L"name", L" SESSIONNAME", COLUMN_TEXT}, {L"user", L"USERNAME", COLUMN_TEXT},
    {L"session", L"ID", COLUMN_NUMBER},      {L"state", L"STATE", COLUMN_TEXT},
    {L"type", L"TYPE", COLUMN_TEXT},         {L"device", L"DEVICE", COLUMN_TEXT},
};
const unsigned qwinsta_widths[] = {17, 20, 5, 6, 10, 0};
const unsigned qwinsta_column_count = ARRAYSIZE(qwinsta_columns);

const struct column quser_columns[] = {
    {L"user", L" USERNAME", COLUMN_TEXT},   {L"session_name", L"SESSIONNAME", COLUMN_TEXT},
    {L"session", L"ID", COLUMN_NUMBER},     {L"state", L"STATE", COLUMN_TEXT},
    {L"idle", L"IDLE TIME", COLUMN_NUMBER}, {L"logon", L"LOGON TIME", COLUMN_TEXT},
};
const unsigned quser_widths[] = {21, 16, 3, 6, 9, 0};
const unsigned quser_column_count = ARRAYSIZE(quser_columns);

const struct column qappsrv_columns[] = {{L"name", L"SERVER", COLUMN_TEXT}};
const unsigned qappsrv_column_count = ARRAYSIZE(qappsrv_columns);

static const wchar_t *short_state(WTS_CONNECTSTATE_CLASS state)
{
    switch (state) {
    case WTSConnected:
        return L"Conn";
    case WTSConnectQuery:
        return L"ConnQ";
    case WTSDisconnected:
        return L"Disc";
    default:
        return session_state(state);
    }
}

static void add_marked(struct rows *rows, bool is_own, const wchar_t *text)
{
    struct buffer cell = {.units = NULL};
    buffer_add_format(&cell, "%ls%ls", is_own ? L">" : L" ", text != NULL ? text : L"");
    rows_add_text(rows, buffer_text(&cell));
    buffer_free(&cell);
}

/* A list of sessions; false: the answer has failed. Freed with free_sessions(). */
struct sessions {
    WTS_SESSION_INFO_1W *rows;
    DWORD count;
};

static bool read_sessions(struct answer *answer, struct sessions *sessions)
{
    DWORD level = 1;
    *sessions = (struct sessions){.rows = NULL};
    if (WTSEnumerateSessionsExW(answer->handle, &level, 0, &sessions->rows, &sessions->count))
        return true;
    answer_failed(answer, error_of_failure(), "sessions not listed");
    return false;
}

static void free_sessions(const struct sessions *sessions)
{
    WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, sessions->rows, sessions->count);
}

static const wchar_t *word_of(const struct request *request)
{
    return request->options.word_count > 0 ? request->options.words[0] : NULL;
}

static bool is_chosen(const WTS_SESSION_INFO_1W *session, const wchar_t *word)
{
    DWORD id;
    if (word == NULL)
        return true;
    return number_read(word, &id) ? session->SessionId == id : session_is_meant(session, word, SESSION_ANY);
}

static void add_session(struct answer *answer, const wchar_t *name, const wchar_t *user, DWORD session_id,
                        WTS_CONNECTSTATE_CLASS state)
{
    add_marked(&answer->rows, session_is_own(answer, session_id), name);
    rows_add_text(&answer->rows, user);
    rows_add_number(&answer->rows, session_id);
    rows_add_text(&answer->rows, short_state(state));
    rows_add_text(&answer->rows, NULL);
    rows_add_text(&answer->rows, NULL);
}

static void add_listeners(struct answer *answer, const wchar_t *word, const struct sessions *sessions)
{
    WTS_SESSION_INFOW *listeners;
    const DWORD count = session_read_listeners(answer, sessions->rows, sessions->count, &listeners);
    for (DWORD i = 0; i < count; i++) {
        const WTS_SESSION_INFO_1W one = {.SessionId = listeners[i].SessionId,
                                         .pSessionName = listeners[i].pWinStationName};
        if (is_chosen(&one, word))
            add_session(answer, one.pSessionName, NULL, one.SessionId, listeners[i].State);
    }
    WTSFreeMemory(listeners);
}

void qwinsta_run(const struct request *request, struct answer *answer)
{
    const wchar_t *word = word_of(request);
    struct sessions sessions;
    if (!read_sessions(answer, &sessions))
        return;
    for (DWORD i = 0; i < sessions.count; i++) {
        const WTS_SESSION_INFO_1W *session = &sessions.rows[i];
        if (is_chosen(session, word))
            add_session(answer, session->pSessionName, session->pUserName, session->SessionId,
                        session->State);
    }
    add_listeners(answer, word, &sessions);
    free_sessions(&sessions);
    if (answer->rows.cell_count > 0)
        answer_listed(answer);
    else
        answer_failed(answer, ERROR_CTX_WINSTATION_NOT_FOUND, "no session exists for %ls",
                      word != NULL ? word : L"*");
}

/* "." below a minute, "none" if unknown, else minutes, hours and minutes, or days, hours and minutes. */
static void add_idle(struct rows *rows, const struct session_times *times)
{
    struct buffer text = {.units = NULL};
    const unsigned long long minutes = times->idle_seconds / 60;
    const unsigned days = (unsigned)(minutes / 60 / 24);
    const unsigned hours = (unsigned)(minutes / 60 % 24);
    if (!times->is_idle_known)
        buffer_add_text(&text, L"none");
    else if (minutes == 0)
        buffer_add_text(&text, L".");
    else if (days > 0)
        buffer_add_format(&text, "%u+%02u:%02u", days, hours, (unsigned)(minutes % 60));
    else if (hours > 0)
        buffer_add_format(&text, "%u:%02u", hours, (unsigned)(minutes % 60));
    else
        buffer_add_format(&text, "%u", (unsigned)minutes);
    rows_add_text(rows, buffer_text(&text));
    buffer_free(&text);
}

/* In local time, in the format of the user's settings. */
static void add_logon(struct rows *rows, long long logon)
{
    const FILETIME moment = {.dwLowDateTime = (DWORD)logon, .dwHighDateTime = (DWORD)(logon >> 32)};
    FILETIME local;
    SYSTEMTIME time;
    wchar_t day[64];
    wchar_t hour[64];
    struct buffer text = {.units = NULL};
    if (logon > 0 && FileTimeToLocalFileTime(&moment, &local) && FileTimeToSystemTime(&local, &time) &&
        GetDateFormatW(LOCALE_USER_DEFAULT, DATE_SHORTDATE, &time, NULL, day, ARRAYSIZE(day)) > 0 &&
        GetTimeFormatW(LOCALE_USER_DEFAULT, TIME_NOSECONDS, &time, NULL, hour, ARRAYSIZE(hour)) > 0)
        buffer_add_format(&text, "%ls %ls", day, hour);
    rows_add_text(rows, buffer_text(&text));
    buffer_free(&text);
}

void quser_run(const struct request *request, struct answer *answer)
{
    const wchar_t *word = word_of(request);
    struct sessions sessions;
    if (!read_sessions(answer, &sessions))
        return;
    for (DWORD i = 0; i < sessions.count; i++) {
        const WTS_SESSION_INFO_1W *session = &sessions.rows[i];
        struct session_times times;
        if (session->pUserName == NULL || session->pUserName[0] == L'\0' || !is_chosen(session, word))
            continue;
        const DWORD error = session_times_read(answer->handle, session->SessionId, &times);
        if (error != ERROR_SUCCESS)
            answer_failed(answer, error, "session %lu: times not known", session->SessionId);
        add_marked(&answer->rows, session_is_own(answer, session->SessionId), session->pUserName);
        rows_add_text(&answer->rows, session->pSessionName);
        rows_add_number(&answer->rows, session->SessionId);
        rows_add_text(&answer->rows, short_state(session->State));
        add_idle(&answer->rows, &times);
        add_logon(&answer->rows, times.logon);
    }
    free_sessions(&sessions);
    if (answer->rows.cell_count > 0)
        answer_listed(answer);
    else
        answer_failed(answer, ERROR_NOT_FOUND, "no user exists for %ls", word != NULL ? word : L"*");
}

static const WTS_SESSION_INFO_1W *session_of(const struct sessions *sessions, DWORD session_id)
{
    for (DWORD i = 0; i < sessions->count; i++) {
        if (sessions->rows[i].SessionId == session_id)
            return &sessions->rows[i];
    }
    return NULL;
}

/* Whether this program's own user has the SID. */
static bool is_own_user(PSID sid)
{
    struct {
        TOKEN_USER user;
        BYTE sid[SECURITY_MAX_SID_SIZE];
    } own;
    HANDLE token;
    DWORD length;
    if (sid == NULL || !OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    const bool is_same =
        GetTokenInformation(token, TokenUser, &own, sizeof own, &length) && EqualSid(own.user.User.Sid, sid);
    CloseHandle(token);
    return is_same;
}

static bool ends_in_exe(const wchar_t *word)
{
    const size_t length = wcslen(word);
    return length > 4 && _wcsicmp(word + length - 4, L".exe") == 0;
}

/*
 * `word`: a process id, a program with its extension, else a session or a user. A user without a name on this
 * machine is taken for that of the session, which is harmless because this only lists.
 */
static bool is_process_chosen(const struct request *request, const WTS_PROCESS_INFOW *process,
                              const WTS_SESSION_INFO_1W *session)
{
    const struct options *options = &request->options;
    const wchar_t *word = word_of(request);
    DWORD id;
    if (options->is_given[OPTION_SESSION])
        return process->SessionId == options->numbers[OPTION_SESSION];
    if (word == NULL)
        return is_own_user(process->pUserSid);
    if (wcscmp(word, L"*") == 0)
        return true;
    if (number_read(word, &id))
        return process->ProcessId == id;
    if (ends_in_exe(word))
        return image_is_meant(process->pProcessName, word);
    return account_is(process->pUserSid, word) ||
           (session != NULL &&
            session_is_meant(session, word,
                             account_is_known(process->pUserSid) ? SESSION_BY_NAME : SESSION_ANY));
}

static void add_process(struct answer *answer, const WTS_PROCESS_INFOW *process,
                        const WTS_SESSION_INFO_1W *session, const wchar_t *account)
{
    const wchar_t *behind_domain = account != NULL ? wcschr(account, L'\\') : NULL;
    add_marked(&answer->rows, answer->server == NULL && process->ProcessId == GetCurrentProcessId(),
               behind_domain != NULL ? behind_domain + 1 : account);
    rows_add_text(&answer->rows, session != NULL ? session->pSessionName : NULL);
    rows_add_number(&answer->rows, process->SessionId);
    rows_add_number(&answer->rows, process->ProcessId);
    rows_add_text(&answer->rows, process->pProcessName);
}

void qprocess_run(const struct request *request, struct answer *answer)
{
    const wchar_t *word = word_of(request);
    WTS_PROCESS_INFOW *processes = NULL;
    DWORD count = 0;
    struct sessions sessions;
    if (!read_sessions(answer, &sessions))
        return;
    if (!WTSEnumerateProcessesW(answer->handle, 0, 1, &processes, &count)) {
        answer_failed(answer, error_of_failure(), "processes not listed");
        free_sessions(&sessions);
        return;
    }
    for (DWORD i = 0; i < count; i++) {
        const WTS_SESSION_INFO_1W *session = session_of(&sessions, processes[i].SessionId);
        struct buffer full = {.units = NULL};
        const wchar_t *user =
            session != NULL ? session_user(session->pDomainName, session->pUserName, &full) : NULL;
        if (is_process_chosen(request, &processes[i], session))
            add_process(answer, &processes[i], session, owner_name(&processes[i], processes, count, user));
        buffer_free(&full);
    }
    WTSFreeMemory(processes);
    free_sessions(&sessions);
    if (answer->rows.cell_count > 0)
        answer_listed(answer);
    else
        answer_failed(answer, ERROR_NOT_FOUND, "no process exists for %ls",
                      request->options.is_given[OPTION_SESSION] ? request->options.texts[OPTION_SESSION]
                      : word != NULL                            ? word
                                                                : L"this user");
}

void qappsrv_run(const struct request *request, struct answer *answer)
{
    const wchar_t *word = word_of(request);
    WTS_SERVER_INFOW *servers = NULL;
    DWORD count = 0;
    if (!WTSEnumerateServersW(request->options.texts[OPTION_DOMAIN], 0, 1, &servers, &count)) {
        answer_failed(answer, error_of_failure(), "servers not listed");
        return;
    }
    for (DWORD i = 0; i < count; i++) {
        if (word == NULL || CompareStringOrdinal(servers[i].pServerName, -1, word, -1, TRUE) == CSTR_EQUAL)
            rows_add_text(&answer->rows, servers[i].pServerName);
    }
    WTSFreeMemory(servers);
    if (answer->rows.cell_count > 0)
        answer_listed(answer);
    else
        answer_failed(answer, ERROR_NOT_FOUND, "no session host exists for %ls", word != NULL ? word : L"*");
}
