/*
 * Sessions as words; see session.h.
 */
#include "cli/session.h"

#include "cli/error_text.h"
#include "cli/memory.h"
#include "cli/number.h"

#include <wchar.h>

const wchar_t *session_state(WTS_CONNECTSTATE_CLASS state)
{
    static const wchar_t *const names[] = {
        [WTSActive] = L"Active",
        [WTSConnected] = L"Connected",
        [WTSConnectQuery] = L"ConnectQuery",
        [WTSShadow] = L"Shadow",
        [WTSDisconnected] = L"Disconnected",
        [WTSIdle] = L"Idle",
        [WTSListen] = L"Listen",
        [WTSReset] = L"Reset",
        [WTSDown] = L"Down",
        [WTSInit] = L"Init",
    };
    return (unsigned)state < ARRAYSIZE(names) ? names[state] : L"unknown";
}

const wchar_t *session_user(const wchar_t *domain, const wchar_t *user, struct buffer *buffer)
{
    if (user == NULL || user[0] == L'\0')
        return NULL;
    if (domain != NULL && domain[0] != L'\0')
        buffer_add_format(buffer, "%ls\\", domain);
    buffer_add_text(buffer, user);
    return buffer_text(buffer);
}

const wchar_t *session_failure(DWORD error, const wchar_t *otherwise)
{
    const bool is_absent = error == ERROR_FILE_NOT_FOUND || error == ERROR_CTX_WINSTATION_NOT_FOUND;
    return is_absent ? L"there is no such session" : otherwise;
}

DWORD session_check(const wchar_t *word, struct buffer *wrong)
{
    DWORD id;
    const bool is_number = word[0] != L'\0' && wcsspn(word, L"0123456789") == wcslen(word);
    if (word[0] != L'\0' && wcspbrk(word, L"/\"<>|") == NULL && (!is_number || number_read(word, &id)))
        return ERROR_SUCCESS;
    buffer_add_format(wrong, "\"%ls\" is neither the id nor the name of a session, nor a user", word);
    return ERROR_INVALID_PARAMETER;
}

static bool is_same(const wchar_t *a, const wchar_t *b)
{
    return a != NULL && CompareStringOrdinal(a, -1, b, -1, TRUE) == CSTR_EQUAL;
}

bool session_is_meant(const WTS_SESSION_INFO_1W *session, const wchar_t *word, unsigned words)
{
    struct buffer full = {.units = NULL};
    const wchar_t *user = session_user(session->pDomainName, session->pUserName, &full);
    const bool is_user = user != NULL && (is_same(user, word) || is_same(session->pUserName, word));
    const bool is_so = ((words & SESSION_BY_NAME) != 0 && is_same(session->pSessionName, word)) ||
                       ((words & SESSION_BY_USER) != 0 && is_user);
    buffer_free(&full);
    return is_so;
}

/* A session that a person sits at, or left: not the services', and no listener. */
static bool has_desktop(const WTS_SESSION_INFO_1W *session)
{
    return session->SessionId != 0 && session->State != WTSListen && session->State != WTSDown &&
           session->State != WTSInit && session->State != WTSReset;
}

static void add_candidate(struct buffer *list, const WTS_SESSION_INFO_1W *session)
{
    struct buffer full = {.units = NULL};
    const wchar_t *user = session_user(session->pDomainName, session->pUserName, &full);
    buffer_add_format(list, "%ls%lu (%ls", list->count > 0 ? L", " : L"", session->SessionId,
                      session_state(session->State));
    if (session->pSessionName != NULL && session->pSessionName[0] != L'\0')
        buffer_add_format(list, ", %ls", session->pSessionName);
    if (user != NULL)
        buffer_add_format(list, ", %ls", user);
    buffer_add_text(list, L")");
    buffer_free(&full);
}

static void fail(struct answer *answer, const wchar_t *word, DWORD error, const wchar_t *what)
{
    answer_skip_cells(answer);
    answer_failed(answer, error, "session %ls: %ls", word, what);
    answer->is_over = true;
}

void session_add(struct answer *answer, DWORD session_id)
{
    for (unsigned i = 0; i < answer->session_count; i++) {
        if (answer->session_ids[i] == session_id)
            return;
    }
    answer->session_ids =
        memory_resize(answer->session_ids, answer->session_count + 1, sizeof *answer->session_ids);
    answer->session_ids[answer->session_count++] = session_id;
}

static void choose(struct answer *answer, const wchar_t *word, unsigned words,
                   const WTS_SESSION_INFO_1W *sessions, DWORD count)
{
    struct buffer candidates = {.units = NULL};
    const bool is_all = (words & SESSION_ALL) != 0 && wcscmp(word, L"*") == 0;
    unsigned found = 0;
    for (DWORD i = 0; i < count; i++) {
        if (is_all ? has_desktop(&sessions[i]) : session_is_meant(&sessions[i], word, words)) {
            session_add(answer, sessions[i].SessionId);
            add_candidate(&candidates, &sessions[i]);
            found++;
        }
    }
    if (found == 0)
        fail(answer, word, ERROR_CTX_WINSTATION_NOT_FOUND, L"none has this name or user");
    else if (found > 1 && !is_all && (words & SESSION_EVERY) == 0)
        buffer_add_format(&answer->wrong, "%ls means several sessions: %ls", word, buffer_text(&candidates));
    buffer_free(&candidates);
}

void session_find(struct answer *answer, const wchar_t *word, unsigned words)
{
    WTS_SESSION_INFO_1W *sessions = NULL;
    DWORD level = 1;
    DWORD count = 0;
    DWORD id;
    if (number_read(word, &id)) {
        session_add(answer, id);
    } else if (!WTSEnumerateSessionsExW(answer->handle, &level, 0, &sessions, &count)) {
        fail(answer, word, error_of_failure(), L"not looked for, the sessions could not be listed");
    } else {
        choose(answer, word, words, sessions, count);
        WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, sessions, count);
    }
}

static bool is_listed(const WTS_SESSION_INFO_1W *sessions, DWORD count, DWORD session_id)
{
    for (DWORD i = 0; i < count; i++) {
        if (sessions[i].SessionId == session_id)
            return true;
    }
    return false;
}

DWORD session_read_listeners(struct answer *answer, const WTS_SESSION_INFO_1W *sessions, DWORD session_count,
                             WTS_SESSION_INFOW **listeners)
{
    DWORD count = 0;
    DWORD kept = 0;
    *listeners = NULL;
    if (!WTSEnumerateSessionsW(answer->handle, 0, 1, listeners, &count)) {
        *listeners = NULL;
        answer_failed(answer, error_of_failure(), "listeners not listed");
        return 0;
    }
    for (DWORD i = 0; i < count; i++) {
        if (!is_listed(sessions, session_count, (*listeners)[i].SessionId))
            (*listeners)[kept++] = (*listeners)[i];
    }
    return kept;
}

DWORD session_prepare(struct request *request, struct buffer *wrong)
{
    const wchar_t *word = request->options.words[0];
    if (wcscmp(word, L"*") == 0 && !request->command->takes_all_sessions) {
        buffer_add_format(wrong, "one session at a time%ls",
                          wcscmp(request->command->name, L"logoff") == 0
                              ? L"; wts shutdown --logoff logs all users off"
                              : L"; wts sessions lists them");
        return ERROR_INVALID_PARAMETER;
    }
    return session_check(word, wrong);
}

void session_plan(const struct request *request, struct answer *answer)
{
    const unsigned all = request->command->takes_all_sessions ? SESSION_ALL : 0;
    session_find(answer, request->options.words[0], SESSION_ANY | all);
}
