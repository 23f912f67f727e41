/*
 * Sessions as words; see session.h.
 */
#include "cli/session.h"

#include "cli/error_text.h"
#include "cli/fan_out.h"
#include "cli/memory.h"
#include "cli/number.h"

#include <stdlib.h>
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

/* A session that a user has or had connected: not that of services, and not a listener. */
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

void session_add(struct answer *answer, DWORD session_id, const wchar_t *user)
{
    for (unsigned i = 0; i < answer->session_count; i++) {
        if (answer->sessions[i].id == session_id)
            return;
    }
    answer->sessions = memory_resize(answer->sessions, answer->session_count + 1, sizeof *answer->sessions);
    answer->sessions[answer->session_count++] = (struct meant_session){
        .id = session_id, .user = user != NULL ? memory_copy(user, wcslen(user)) : NULL};
}

bool session_is_own(const struct answer *answer, DWORD session_id)
{
    DWORD own;
    return answer->server == NULL && ProcessIdToSessionId(GetCurrentProcessId(), &own) && own == session_id;
}

const wchar_t *session_label(const struct meant_session *session, struct buffer *buffer)
{
    buffer_add_format(buffer, "session %lu", session->id);
    if (session->user != NULL)
        buffer_add_format(buffer, " (%ls)", session->user);
    return buffer_text(buffer);
}

/* Whether "*" means the session; `words` has SESSION_ALL. */
static bool is_one_of_all(const struct answer *answer, const WTS_SESSION_INFO_1W *session, unsigned words)
{
    const bool has_user = session->pUserName != NULL && session->pUserName[0] != L'\0';
    if (!has_desktop(session))
        return false;
    if ((words & SESSION_OF_USERS) != 0 && (!has_user || session_is_own(answer, session->SessionId)))
        return false;
    return session->State == WTSDisconnected ? (words & SESSION_CONNECTED) == 0
                                             : (words & SESSION_DISCONNECTED) == 0;
}

static void add_found(struct answer *answer, const WTS_SESSION_INFO_1W *session)
{
    struct buffer full = {.units = NULL};
    session_add(answer, session->SessionId, session_user(session->pDomainName, session->pUserName, &full));
    buffer_free(&full);
}

static void add_nothing(struct answer *answer, unsigned words)
{
    const wchar_t *nobody = answer->server == NULL ? L"nobody else" : L"nobody";
    if ((words & SESSION_DISCONNECTED) != 0)
        answer_nothing(answer, "no user's session is disconnected");
    else if ((words & SESSION_CONNECTED) != 0)
        answer_nothing(answer, "%ls is connected", nobody);
    else
        answer_nothing(answer, "%ls is logged on", nobody);
    answer->is_over = true;
}

static void choose(struct answer *answer, const wchar_t *word, unsigned words,
                   const WTS_SESSION_INFO_1W *sessions, DWORD count)
{
    struct buffer candidates = {.units = NULL};
    const bool is_all = (words & SESSION_ALL) != 0 && wcscmp(word, L"*") == 0;
    unsigned found = 0;
    for (DWORD i = 0; i < count; i++) {
        if (is_all ? is_one_of_all(answer, &sessions[i], words)
                   : session_is_meant(&sessions[i], word, words)) {
            add_found(answer, &sessions[i]);
            add_candidate(&candidates, &sessions[i]);
            found++;
        }
    }
    if (found == 0 && is_all && (words & SESSION_OF_USERS) != 0) {
        add_nothing(answer, words);
    } else if (found == 0) {
        fail(answer, word, ERROR_CTX_WINSTATION_NOT_FOUND, L"none has this name or user");
        answer->is_absent = true;
    } else if (found > 1 && !is_all && (words & SESSION_EVERY) == 0) {
        buffer_add_format(&answer->wrong, "%ls means several sessions: %ls", word, buffer_text(&candidates));
    }
    buffer_free(&candidates);
}

void session_find(struct answer *answer, const wchar_t *word, unsigned words)
{
    WTS_SESSION_INFO_1W *sessions = NULL;
    DWORD level = 1;
    DWORD count = 0;
    DWORD id;
    if (number_read(word, &id)) {
        session_add(answer, id, NULL);
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

static bool is_all_meant(const struct request *request)
{
    return request->command->all_sessions != 0 && wcscmp(request->options.words[0], L"*") == 0;
}

DWORD session_prepare(struct request *request, struct buffer *wrong)
{
    const wchar_t *word = request->options.words[0];
    if (wcscmp(word, L"*") == 0 && !is_all_meant(request)) {
        buffer_add_format(wrong, "one session at a time%ls",
                          wcscmp(request->command->name, L"logoff") == 0
                              ? L"; wts logoff \"*\" logs all users off"
                              : L"; wts sessions lists them");
        return ERROR_INVALID_PARAMETER;
    }
    if (request->options.is_given[OPTION_DISCONNECTED] && !is_all_meant(request)) {
        buffer_add_text(wrong, L"--disconnected is for \"*\" only");
        return ERROR_INVALID_PARAMETER;
    }
    return session_check(word, wrong);
}

static unsigned words_of(const struct request *request)
{
    return SESSION_ANY | request->command->all_sessions |
           (request->options.is_given[OPTION_DISCONNECTED] ? SESSION_DISCONNECTED : 0);
}

void session_plan(const struct request *request, struct answer *answer)
{
    session_find(answer, request->options.words[0], words_of(request));
}

/* Whether the session is still listed, still meant, and has the same user. */
static bool is_still_meant(const struct answer *answer, const struct meant_session *meant, unsigned words,
                           const WTS_SESSION_INFO_1W *sessions, DWORD count)
{
    bool is_so = false;
    for (DWORD i = 0; i < count && !is_so; i++) {
        struct buffer full = {.units = NULL};
        is_so = sessions[i].SessionId == meant->id && is_one_of_all(answer, &sessions[i], words) &&
                is_same(session_user(sessions[i].pDomainName, sessions[i].pUserName, &full), meant->user);
        buffer_free(&full);
    }
    return is_so;
}

static void fail_again(struct answer *answer, const struct meant_session *session, DWORD error,
                       const wchar_t *failed, const wchar_t *why)
{
    struct buffer label = {.units = NULL};
    rows_add_number(&answer->rows, session->id);
    rows_add_text(&answer->rows, session->user);
    answer_failed(answer, error, "%ls: %ls, %ls", session_label(session, &label), failed, why);
    buffer_free(&label);
}

bool session_recheck(const struct request *request, struct answer *answer, const wchar_t *failed)
{
    WTS_SESSION_INFO_1W *sessions = NULL;
    DWORD level = 1;
    DWORD count = 0;
    unsigned kept = 0;
    if (!is_all_meant(request))
        return true;
    if (!WTSEnumerateSessionsExW(answer->handle, &level, 0, &sessions, &count)) {
        const DWORD error = error_of_failure();
        for (unsigned i = 0; i < answer->session_count; i++)
            fail_again(answer, &answer->sessions[i], error, failed,
                       L"the sessions could not be listed again");
        return false;
    }
    for (unsigned i = 0; i < answer->session_count; i++) {
        struct meant_session *session = &answer->sessions[i];
        if (is_still_meant(answer, session, words_of(request), sessions, count)) {
            answer->sessions[kept++] = *session;
            continue;
        }
        fail_again(answer, session, ERROR_NOT_FOUND, failed, L"it is no longer as it was listed");
        free(session->user);
    }
    answer->session_count = kept;
    WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, sessions, count);
    return true;
}

struct each {
    const struct request *request;
    struct answer *parts;
    void (*one)(const struct request *request, struct answer *part, const struct meant_session *session);
};

static void run_one(void *context, unsigned index)
{
    const struct each *each = context;
    struct answer *part = &each->parts[index];
    each->one(each->request, part, &part->sessions[index]);
}

void session_each(const struct request *request, struct answer *answer, unsigned at_once,
                  void (*one)(const struct request *request, struct answer *part,
                              const struct meant_session *session))
{
    const unsigned count = answer->session_count;
    struct each each = {
        .request = request, .parts = memory_resize(NULL, count, sizeof *each.parts), .one = one};
    const struct fan_out fan_out = {.count = count, .at_once = at_once, .run = run_one, .context = &each};
    for (unsigned i = 0; i < count; i++)
        each.parts[i] = answer_part(answer);
    fan_out_run(&fan_out);
    for (unsigned i = 0; i < count; i++)
        answer_join(answer, &each.parts[i]);
    free(each.parts);
}
