/*
 * What this machine knows about one of its sessions, part by part. Contract 3.7. Nothing is made up: what the
 * system does not tell without its session manager is zero where that means "none" or "unknown", else refused
 * with 50.
 */
#include "local/local.h"

#include <winternl.h>

#include <stdlib.h>

#include "core/error.h"
#include "core/system.h"
#include "local/own/desktop.h"
#include "local/own/session.h"

/* Virtual addresses, activity ids and client capabilities come from the session manager only. */
#define PARTS_HERE                                                                                           \
    (WTS_PART_USER | WTS_PART_NAME | WTS_PART_STATE | WTS_PART_STATUS | WTS_PART_CLIENT | WTS_PART_CONFIG |  \
     WTS_PART_PROTOCOL | WTS_PART_PROGRAM)

static void free_information(struct wts_session_information *information)
{
    free(information->owner);
}

static uint64_t current_time(void)
{
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    return (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
}

/* The user of the caller's session is remembered; another's is the information's own. */
static uint32_t fill_user(struct wts_session_information *information, const struct wts_processes *processes)
{
    const struct wts_session_user *user = NULL;
    uint32_t error;
    if (information->session_id == wts_session_own()) {
        error = wts_session_own_user(&user);
    } else {
        struct wts_session_user *found = malloc(sizeof *found);
        if (found == NULL)
            return ERROR_NOT_ENOUGH_MEMORY;
        information->owner = found;
        error = wts_session_find_user(information->session_id, processes, found);
        user = found;
    }
    if (error == ERROR_SUCCESS && user != NULL) {
        information->user = wts_text_of(user->name);
        information->domain = wts_text_of(user->domain);
    }
    return error;
}

static uint64_t create_time(const struct wts_process *process)
{
    return process != NULL ? process->create_time : 0;
}

/*
 * When this system started; 0: unknown. Under Wine that is when the session of its prefix began, before any
 * process and for as long as one lives (measured: Wine 8.0).
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

/*
 * The console has no counters. A session began with its oldest process, its user logged on with the oldest of
 * theirs; nobody connects or logs on to the session of services. Under Wine, where the oldest process is any
 * program that happens to run, the caller's session began with the system.
 */
static void fill_status(struct wts_session_information *information, const struct wts_processes *processes)
{
    const uint32_t session_id = information->session_id;
    information->current_time = current_time();
    information->lock = WTS_LOCK_UNKNOWN;
    if (!wts_session_is_services(session_id)) {
        information->connect_time = create_time(wts_session_oldest(session_id, processes, false));
        information->logon_time = create_time(wts_session_oldest(session_id, processes, true));
    }
    if (session_id == wts_session_own()) {
        const uint64_t start_time = wts_system_is_wine() ? boot_time() : 0;
        if (start_time != 0 && information->connect_time != 0)
            information->connect_time = start_time;
        if (start_time != 0 && information->logon_time != 0)
            information->logon_time = start_time;
        information->lock = wts_desktop_lock();
        information->last_input_time = wts_desktop_last_input(information->current_time);
    }
}

/* Who shows the session. 50 for one of which the system does not tell. */
static uint32_t fill_protocol(struct wts_session_information *information)
{
    const uint32_t session_id = information->session_id;
    if (session_id == wts_session_own())
        information->is_remote = wts_desktop_is_remote();
    else if (session_id != wts_session_console() && session_id != WTS_SESSION_SERVICES)
        return ERROR_NOT_SUPPORTED;
    information->protocol_type = information->is_remote ? WTS_PROTOCOL_RDP : WTS_PROTOCOL_CONSOLE;
    return ERROR_SUCCESS;
}

/*
 * The console and the services have no client: all is zero and empty but the display, where it can be seen.
 * Unverified: that Windows gives the display of the console.
 */
static uint32_t fill_client(struct wts_session_information *information)
{
    const uint32_t error = fill_protocol(information);
    if (error != ERROR_SUCCESS)
        return error;
    if (information->is_remote)
        return ERROR_NOT_SUPPORTED; /* only the session manager knows the client */
    if (information->session_id == wts_session_own())
        wts_desktop_display(&information->client);
    return ERROR_SUCCESS;
}

/* Nothing of a client can be redirected here, nobody can watch, no program replaces the shell. */
static void fill_config(struct wts_session_information *information)
{
    information->config.disables_printer_redirection = 1;
    information->config.disables_default_printer = 1;
}

static uint32_t fill(struct wts_session_information *information, uint32_t parts,
                     const struct wts_processes *processes)
{
    uint32_t error = ERROR_SUCCESS;
    if (!wts_session_is_there(information->session_id, processes))
        return ERROR_FILE_NOT_FOUND;
    if ((parts & (WTS_PART_USER | WTS_PART_STATUS)) != 0)
        error = fill_user(information, processes);
    if ((parts & WTS_PART_USER) == 0 && error != ERROR_NOT_ENOUGH_MEMORY)
        error = ERROR_SUCCESS; /* an account without a name spoils the rest for nobody */
    if ((parts & WTS_PART_STATUS) != 0)
        fill_status(information, processes);
    if ((parts & WTS_PART_CONFIG) != 0)
        fill_config(information);
    if (error == ERROR_SUCCESS && (parts & WTS_PART_PROTOCOL) != 0)
        error = fill_protocol(information);
    if (error == ERROR_SUCCESS && (parts & WTS_PART_CLIENT) != 0)
        error = fill_client(information);
    return error;
}

uint32_t wts_local_query_session(struct wts_server *server, uint32_t session_id, uint32_t parts,
                                 struct wts_session_information *information)
{
    struct wts_processes processes = {0};
    uint32_t error = ERROR_SUCCESS;
    if (session_id == WTS_SESSION_CURRENT)
        session_id = wts_session_own();
    if ((parts & ~(uint32_t)PARTS_HERE) != 0)
        return ERROR_NOT_SUPPORTED;
    /* The caller's own session is there, and most of it is known without the processes. */
    if (session_id != wts_session_own() || (parts & WTS_PART_STATUS) != 0)
        error = wts_local_list_processes(server, &processes);
    if (error != ERROR_SUCCESS)
        return error;
    *information = (struct wts_session_information){.session_id = session_id,
                                                    .state = wts_session_state(session_id),
                                                    .name = wts_session_name(session_id),
                                                    .free = free_information};
    error = fill(information, parts, &processes);
    if (error != ERROR_SUCCESS)
        free_information(information);
    if (processes.free != NULL)
        processes.free(&processes);
    return error;
}
