/*
 * Sessions as the system shows them without its session manager: the session ids of the process list, the
 * console, the users of the processes, and the desktop of the caller's session. Changes are found by
 * comparing one look with the next; nothing looks unless a caller waits.
 */
#include "local/session/source.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/platform.h"
#include "core/system.h"
#include "local/nt.h"
#include "local/nt_process_list.h"
#include "local/session/desktop.h"
#include "local/session/user.h"

/* ---- the rows ---- */

static const struct wts_session_client no_client;

static bool is_services(const struct wts_snapshot *snapshot, uint32_t session_id)
{
    return session_id == WTS_SESSION_SERVICES && snapshot->console_id != WTS_SESSION_SERVICES;
}

/*
 * Adds a session with everything that is known without its processes. The console's is named "Console" and
 * active, that of services is named "Services" and disconnected. The system does not report who sees any
 * other session: it has an empty name, and counts as disconnected unless this process is in it.
 */
static struct wts_session_row *add_row(struct wts_snapshot *snapshot, uint32_t session_id)
{
    const bool is_console = session_id == snapshot->console_id;
    const bool is_own = session_id == snapshot->own_id && session_id != WTS_SESSION_SERVICES;
    const uint32_t count = snapshot->count;
    struct wts_session_row *row = wts_snapshot_add(snapshot, session_id);
    if (row == NULL || snapshot->count == count)
        return row;
    row->is_services = is_services(snapshot, session_id);
    row->state = is_console || is_own ? WTS_STATE_ACTIVE : WTS_STATE_DISCONNECTED;
    row->name = wts_text_empty();
    if (is_console)
        row->name = wts_text_of(L"Console");
    else if (row->is_services)
        row->name = wts_text_of(L"Services");
    row->lock = WTS_LOCK_UNKNOWN;
    row->has_protocol = is_console || row->is_services;
    row->client = row->has_protocol ? &no_client : NULL;
    row->protocol_type = WTS_PROTOCOL_CONSOLE;
    return row;
}

static bool is_older(const struct wts_process *process, const struct wts_process *than)
{
    return than == NULL || process->create_time < than->create_time;
}

/* A session began with its oldest process, and its user logged on with the user's oldest process. Nobody
 * connects or logs on to the session of services. */
static void add_process(struct wts_session_row *row, const struct wts_process *process)
{
    if (row->is_services)
        return;
    if (row->connect_time == 0 || process->create_time < row->connect_time)
        row->connect_time = process->create_time;
    if (process->sid != NULL && wts_user_is_person(process->sid) && is_older(process, row->user_process)) {
        row->user_process = process;
        row->logon_time = process->create_time;
    }
}

static bool has_process(const struct wts_processes *processes, uint32_t session_id)
{
    for (uint32_t i = 0; i < processes->count; i++) {
        if (processes->rows[i].session_id == session_id)
            return true;
    }
    return false;
}

/* Adds services, the console if it shows an existing session, then the others in the order of their
 * processes. */
static uint32_t add_rows(struct wts_snapshot *snapshot)
{
    const struct wts_processes *processes = &snapshot->processes;
    if (add_row(snapshot, WTS_SESSION_SERVICES) == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    if ((snapshot->console_id == snapshot->own_id || has_process(processes, snapshot->console_id)) &&
        add_row(snapshot, snapshot->console_id) == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (uint32_t i = 0; i < processes->count; i++) {
        struct wts_session_row *row = add_row(snapshot, processes->rows[i].session_id);
        if (row == NULL)
            return ERROR_NOT_ENOUGH_MEMORY;
        add_process(row, &processes->rows[i]);
    }
    return add_row(snapshot, snapshot->own_id) != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

/* ---- the caller's session ---- */

/*
 * When this system started, a FILETIME; 0: unknown. Under Wine that is when the session of the prefix began:
 * before its first process, and unchanged as long as any process lives (measured: Wine 8.0).
 */
static uint64_t boot_time(void)
{
    struct {
        LARGE_INTEGER boot_time;
        uint8_t rest[sizeof(SYSTEM_TIMEOFDAY_INFORMATION) - sizeof(LARGE_INTEGER)];
    } answer = {.boot_time = {.QuadPart = 0}};
    const NTSTATUS status =
        NtQuerySystemInformation(SystemTimeOfDayInformation, &answer, sizeof answer, NULL);
    return NT_SUCCESS(status) ? (uint64_t)answer.boot_time.QuadPart : 0;
}

/* Under Wine the oldest living process may be any program, so the session counts from the start of the
 * system. */
static void correct_times(struct wts_session_row *row)
{
    const uint64_t start_time = wts_system_is_wine() ? boot_time() : 0;
    if (start_time == 0)
        return;
    if (row->connect_time != 0)
        row->connect_time = start_time;
    if (row->logon_time != 0)
        row->logon_time = start_time;
}

/* Only the session manager knows a remote client. Unverified: that Windows gives the display of the console.
 */
static void describe_own(struct wts_snapshot *snapshot, uint32_t parts)
{
    struct wts_session_row *row = wts_snapshot_find(snapshot, snapshot->own_id);
    if ((parts & WTS_PART_STATUS) != 0) {
        correct_times(row);
        row->lock = wts_desktop_lock();
        row->last_input_time = wts_desktop_last_input(snapshot->time);
    }
    if ((parts & (WTS_PART_PROTOCOL | WTS_PART_CLIENT)) != 0) {
        row->is_remote = wts_desktop_is_remote();
        row->protocol_type = row->is_remote ? WTS_PROTOCOL_RDP : WTS_PROTOCOL_CONSOLE;
        row->has_protocol = true;
        row->client = row->is_remote ? NULL : &snapshot->own_client; /* written for WTS_PART_CLIENT */
    }
    if ((parts & WTS_PART_CLIENT) != 0 && row->client != NULL) {
        snapshot->own_client = no_client;
        wts_desktop_display(&snapshot->own_client);
    }
}

/* The caller's session exists, and most of its data is known without the processes. */
static bool needs_processes(const struct wts_snapshot *snapshot, uint32_t session_id, uint32_t parts)
{
    if (session_id != WTS_SESSION_CURRENT && session_id != snapshot->own_id)
        return true;
    return (parts & WTS_PART_STATUS) != 0 ||
           ((parts & WTS_PART_USER) != 0 && !wts_user_own_is_known(is_services(snapshot, snapshot->own_id)));
}

static uint32_t read(struct wts_snapshot *snapshot, uint32_t session_id, uint32_t parts)
{
    DWORD own_id = WTS_SESSION_SERVICES;
    uint32_t error;
    ProcessIdToSessionId(GetCurrentProcessId(), &own_id);
    snapshot->own_id = own_id;
    snapshot->console_id = WTSGetActiveConsoleSessionId();
    if (!needs_processes(snapshot, session_id, parts)) {
        error = add_row(snapshot, own_id) != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
    } else {
        error = wts_process_list_read(&snapshot->processes);
        if (error == ERROR_SUCCESS)
            error = add_rows(snapshot);
    }
    if (error == ERROR_SUCCESS)
        describe_own(snapshot, parts);
    return error;
}

/* ---- changes ---- */

/* How long the result of a look stays valid; after that the processes are listed again. */
#define LOOK_INTERVAL_MS 1000U

/* A session as it was at the last look. */
struct seen_session {
    uint32_t session_id;
    uint32_t state;
};

static struct {
    struct wts_lock lock;
    uint64_t time_ms; /* of the last look */
    bool is_known;
    struct seen_session *sessions;
    uint32_t count;
} seen = {.lock = WTS_LOCK_INITIALIZER};

/* A change of one session. */
struct change {
    enum wts_session_change kind;
    uint32_t session_id;
};

static const struct seen_session *find_seen(uint32_t session_id)
{
    for (uint32_t i = 0; i < seen.count; i++) {
        if (seen.sessions[i].session_id == session_id)
            return &seen.sessions[i];
    }
    return NULL;
}

/* Writes the changes since the last look, and returns their count. To this source a session is connected only
 * at the console. */
static uint32_t compare(const struct wts_snapshot *now, struct change *changes)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < now->count; i++) {
        const struct wts_session_row *row = &now->rows[i];
        const struct seen_session *before = find_seen(row->session_id);
        if (before == NULL)
            changes[count++] = (struct change){WTS_CHANGE_CREATE, row->session_id};
        else if (before->state != row->state)
            changes[count++] = (struct change){row->state == WTS_STATE_ACTIVE ? WTS_CHANGE_CONSOLE_CONNECT
                                                                              : WTS_CHANGE_CONSOLE_DISCONNECT,
                                               row->session_id};
    }
    for (uint32_t i = 0; i < seen.count; i++) {
        if (wts_snapshot_find(now, seen.sessions[i].session_id) == NULL)
            changes[count++] = (struct change){WTS_CHANGE_TERMINATE, seen.sessions[i].session_id};
    }
    return count;
}

/* Keeps `now` as the last look. Returns the changes, NULL if there are none; when memory is exhausted the
 * last look stays. Call under the lock. */
static struct change *keep_look(const struct wts_snapshot *now, uint32_t *count)
{
    struct seen_session *sessions = calloc(now->count, sizeof *sessions);
    struct change *changes = calloc((size_t)now->count + seen.count, sizeof *changes);
    *count = 0;
    if (sessions == NULL || changes == NULL) {
        free(sessions);
        free(changes);
        return NULL;
    }
    if (seen.is_known)
        *count = compare(now, changes);
    for (uint32_t i = 0; i < now->count; i++)
        sessions[i] = (struct seen_session){now->rows[i].session_id, now->rows[i].state};
    free(seen.sessions);
    seen.sessions = sessions;
    seen.count = now->count;
    seen.is_known = true;
    seen.time_ms = wts_clock_ms();
    return changes;
}

/* Looks at the sessions, unless another caller just did. A look that fails changes nothing. */
static void look(const struct wts_session_watcher *watcher)
{
    struct wts_snapshot now;
    struct change *changes = NULL;
    uint32_t count = 0;
    wts_snapshot_initialize(&now);
    wts_lock_acquire(&seen.lock);
    const bool is_due = !seen.is_known || wts_clock_ms() - seen.time_ms >= LOOK_INTERVAL_MS;
    if (is_due && read(&now, WTS_SESSION_ANY, 0) == ERROR_SUCCESS)
        changes = keep_look(&now, &count);
    wts_lock_release(&seen.lock);
    wts_snapshot_free(&now);
    for (uint32_t i = 0; i < count; i++)
        watcher->changed(changes[i].kind, changes[i].session_id);
    free(changes);
}

static void forget(void)
{
    wts_process_list_forget();
    free(seen.sessions);
}

const struct wts_session_source wts_source_processes = {.read = read, .look = look, .forget = forget};
