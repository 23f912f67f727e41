/*
 * wts info: everything that is known about a session, class by class of WTSQuerySessionInformation. A fact
 * that the session does not have, or that the system does not support (50), is left out; any other refusal is
 * a failure.
 */
#include <wtsapi32.h>

#include "cli/address_text.h"
#include "cli/command.h"
#include "cli/error_text.h"
#include "cli/session.h"
#include "cli/session_times.h"
#include "cli/time_text.h"

#include <wchar.h>

#define CLASS_COUNT (WTSCapabilityCheck + 1)

static const struct column columns[] = {
    {L"session", L"Session", COLUMN_NUMBER},
    {L"name", L"Name", COLUMN_TEXT},
    {L"state", L"State", COLUMN_TEXT},
    {L"user_name", L"User name", COLUMN_TEXT},
    {L"domain", L"Domain", COLUMN_TEXT},
    {L"locked", L"Locked", COLUMN_FLAG},
    {L"logon_time", L"Logged on", COLUMN_TEXT},
    {L"connect_time", L"Connected", COLUMN_TEXT},
    {L"disconnect_time", L"Disconnected", COLUMN_TEXT},
    {L"last_input_time", L"Last input", COLUMN_TEXT},
    {L"idle_seconds", L"Idle seconds", COLUMN_NUMBER},
    {L"protocol", L"Protocol", COLUMN_TEXT},
    {L"client_name", L"Client name", COLUMN_TEXT},
    {L"client_address", L"Client address", COLUMN_TEXT},
    {L"client_display", L"Client display", COLUMN_TEXT},
    {L"client_build", L"Client build", COLUMN_NUMBER},
    {L"client_directory", L"Client directory", COLUMN_TEXT},
    {L"initial_program", L"Initial program", COLUMN_TEXT},
    {L"working_directory", L"Working directory", COLUMN_TEXT},
    {L"incoming_bytes", L"Incoming bytes", COLUMN_NUMBER},
    {L"outgoing_bytes", L"Outgoing bytes", COLUMN_NUMBER},
};

/* Reads one fact from the result of its class, `length` bytes. Returns the text, in `data` or `text`; NULL:
 * none. */
typedef const wchar_t *reader(const void *data, DWORD length, struct buffer *text);

/* NULL: the result has another level. */
static const WTSINFOEX_LEVEL1_W *level_1(const void *data, DWORD length)
{
    const WTSINFOEXW *information = data;
    return length >= sizeof *information && information->Level == 1 ? &information->Data.WTSInfoExLevel1
                                                                    : NULL;
}

static const wchar_t *number(unsigned long long value, struct buffer *text)
{
    buffer_add_format(text, "%I64u", value);
    return buffer_text(text);
}

static const wchar_t *time(LARGE_INTEGER value, struct buffer *text)
{
    return time_add(text, value.QuadPart) ? buffer_text(text) : NULL;
}

static const wchar_t *read_text(const void *data, DWORD length, struct buffer *text)
{
    const wchar_t *units = data;
    (void)text;
    return length > sizeof *units ? units : NULL;
}

static const wchar_t *read_id(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    return level != NULL ? number(level->SessionId, text) : NULL;
}

static const wchar_t *read_state(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    (void)text;
    return level != NULL ? session_state(level->SessionState) : NULL;
}

static const wchar_t *read_lock(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    (void)text;
    if (level == NULL ||
        (level->SessionFlags != WTS_SESSIONSTATE_LOCK && level->SessionFlags != WTS_SESSIONSTATE_UNLOCK))
        return NULL;
    return level->SessionFlags == WTS_SESSIONSTATE_LOCK ? L"true" : L"false";
}

static const wchar_t *read_logon(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    return level != NULL ? time(level->LogonTime, text) : NULL;
}

static const wchar_t *read_connect(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    return level != NULL ? time(level->ConnectTime, text) : NULL;
}

static const wchar_t *read_disconnect(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    return level != NULL ? time(level->DisconnectTime, text) : NULL;
}

static const wchar_t *read_last_input(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    return level != NULL ? time(level->LastInputTime, text) : NULL;
}

static const wchar_t *read_idle(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    unsigned long long seconds;
    return level != NULL && session_times_idle(level, &seconds) ? number(seconds, text) : NULL;
}

static const wchar_t *read_incoming(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    return level != NULL ? number(level->IncomingBytes, text) : NULL;
}

static const wchar_t *read_outgoing(const void *data, DWORD length, struct buffer *text)
{
    const WTSINFOEX_LEVEL1_W *level = level_1(data, length);
    return level != NULL ? number(level->OutgoingBytes, text) : NULL;
}

static const wchar_t *read_protocol(const void *data, DWORD length, struct buffer *text)
{
    static const wchar_t *const names[] = {L"console", L"ICA", L"RDP"};
    const USHORT *type = data;
    (void)text;
    return length >= sizeof *type && *type < ARRAYSIZE(names) ? names[*type] : NULL;
}

static const wchar_t *read_address(const void *data, DWORD length, struct buffer *text)
{
    const WTS_CLIENT_ADDRESS *address = data;
    return length >= sizeof *address && address_add(text, address->AddressFamily, address->Address)
               ? buffer_text(text)
               : NULL;
}

/* ColorDepth is a code for the bits per pixel: 16 means 15 bits, 8 means 24; or it is the number itself. */
static const wchar_t *read_display(const void *data, DWORD length, struct buffer *text)
{
    static const unsigned bits[] = {[1] = 4, [2] = 8, [4] = 16, [8] = 24, [16] = 15, [24] = 24, [32] = 32};
    const WTS_CLIENT_DISPLAY *display = data;
    if (length < sizeof *display || display->HorizontalResolution == 0)
        return NULL;
    buffer_add_format(text, "%lu x %lu", display->HorizontalResolution, display->VerticalResolution);
    if (display->ColorDepth < ARRAYSIZE(bits) && bits[display->ColorDepth] != 0)
        buffer_add_format(text, ", %u bits", bits[display->ColorDepth]);
    return buffer_text(text);
}

static const wchar_t *read_build(const void *data, DWORD length, struct buffer *text)
{
    const ULONG *build = data;
    return length >= sizeof *build && *build != 0 ? number(*build, text) : NULL;
}

/* In the order of the columns. */
static const struct {
    WTS_INFO_CLASS class;
    reader *read;
} facts[] = {
    {WTSSessionInfoEx, read_id},         {WTSWinStationName, read_text},
    {WTSSessionInfoEx, read_state},      {WTSUserName, read_text},
    {WTSDomainName, read_text},          {WTSSessionInfoEx, read_lock},
    {WTSSessionInfoEx, read_logon},      {WTSSessionInfoEx, read_connect},
    {WTSSessionInfoEx, read_disconnect}, {WTSSessionInfoEx, read_last_input},
    {WTSSessionInfoEx, read_idle},       {WTSClientProtocolType, read_protocol},
    {WTSClientName, read_text},          {WTSClientAddress, read_address},
    {WTSClientDisplay, read_display},    {WTSClientBuildNumber, read_build},
    {WTSClientDirectory, read_text},     {WTSInitialProgram, read_text},
    {WTSWorkingDirectory, read_text},    {WTSSessionInfoEx, read_incoming},
    {WTSSessionInfoEx, read_outgoing},
};
_Static_assert(ARRAYSIZE(facts) == ARRAYSIZE(columns), "a fact for each column");

/* The result of each class; each is queried once. */
struct classes {
    struct {
        wchar_t *data; /* NULL: refused, or not queried */
        DWORD length;
        bool is_queried;
    } of[CLASS_COUNT];
};

/* Returns the error of the query the first time, later 0 without data. */
static DWORD query(HANDLE server, DWORD session_id, WTS_INFO_CLASS class, struct classes *classes)
{
    if (classes->of[class].is_queried)
        return ERROR_SUCCESS;
    classes->of[class].is_queried = true;
    if (WTSQuerySessionInformationW(server, session_id, class, &classes->of[class].data,
                                    &classes->of[class].length))
        return ERROR_SUCCESS;
    classes->of[class].data = NULL;
    return error_of_failure();
}

static void fail(struct answer *answer, DWORD error, const wchar_t *what)
{
    const wchar_t *absent = session_failure(error, NULL);
    struct buffer session = {.units = NULL};
    if (answer->sessions[0].id == WTS_CURRENT_SESSION)
        buffer_add_text(&session, L"this session");
    else
        buffer_add_format(&session, "session %lu", answer->sessions[0].id);
    answer_failed(answer, error, "%ls: %ls%ls", buffer_text(&session), absent != NULL ? absent : what,
                  absent != NULL ? L"" : L" not known");
    buffer_free(&session);
}

static void add_fact(struct answer *answer, struct classes *classes, unsigned index)
{
    struct buffer text = {.units = NULL};
    const WTS_INFO_CLASS class = facts[index].class;
    const DWORD error = query(answer->handle, answer->sessions[0].id, class, classes);
    if (error != ERROR_SUCCESS && error != ERROR_NOT_SUPPORTED)
        fail(answer, error, columns[index].heading);
    if (classes->of[class].data != NULL)
        rows_add_text(&answer->rows,
                      facts[index].read(classes->of[class].data, classes->of[class].length, &text));
    else
        rows_add_text(&answer->rows, NULL);
    buffer_free(&text);
}

static void run(const struct request *request, struct answer *answer)
{
    struct classes classes = {0};
    (void)request;
    const DWORD error = query(answer->handle, answer->sessions[0].id, WTSSessionInfoEx, &classes);
    if (error != ERROR_SUCCESS) {
        fail(answer, error, L"state");
        return;
    }
    answer_listed(answer);
    for (unsigned i = 0; i < ARRAYSIZE(facts); i++)
        add_fact(answer, &classes, i);
    for (unsigned i = 0; i < CLASS_COUNT; i++)
        WTSFreeMemory(classes.of[i].data);
}

/* On a server the caller has no session of its own. */
static DWORD prepare(struct request *request, struct buffer *wrong)
{
    const struct options *options = &request->options;
    if (options->word_count > 0)
        return session_prepare(request, wrong);
    if (!options->is_given[OPTION_SERVER] && !options->is_given[OPTION_SERVERS_FILE])
        return ERROR_SUCCESS;
    buffer_add_text(wrong, L"on a server a session must be named");
    return ERROR_INVALID_PARAMETER;
}

static void plan(const struct request *request, struct answer *answer)
{
    if (request->options.word_count > 0) {
        session_plan(request, answer);
        return;
    }
    session_add(answer, WTS_CURRENT_SESSION, NULL);
}

static const struct example examples[] = {
    {L"wts info", L"the session of the caller"},
    {L"wts info alice --server rdsh01", L"alice's session: client, times, idle time"},
};

const struct command command_info = {
    .name = L"info",
    .words = L"[SESSION]",
    .purpose = L"show what is known about a session, the caller's own by default",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .options = OPTIONS_OF_SERVERS,
    .max_words = 1,
    .prepare = prepare,
    .plan = plan,
    .run = run,
    .layout = LAYOUT_LIST,
    .columns = columns,
    .column_count = ARRAYSIZE(columns),
};
