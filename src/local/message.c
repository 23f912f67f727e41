/*
 * Message boxes on this machine. If the caller waits and is on the desktop of its session, a thread of the
 * DLL shows the box. wts-message.exe shows a box that outlives the call, and a box for a caller whose desktop
 * nobody sees (a service). Contract: docs/contract.md#send-message.
 */
#include "local/local.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/module.h"
#include "local/message_box.h"
#include "local/message_program.h"
#include "local/session/source.h"
#include "local/session/station.h"

#ifndef IDASYNC
#define IDASYNC 32001
#endif

/* One box whose caller waits for it; the caller owns this. */
struct job {
    struct wts_message_box box;
    uint32_t answer;
    uint32_t error;
};

static DWORD WINAPI do_job(void *argument)
{
    struct job *job = argument;
    job->error = wts_message_box_show(&job->box, NULL, NULL, &job->answer);
    FreeLibraryAndExitThread(wts_module, 0);
}

/* It has a thread of its own, because the caller's thread may have dialogs, or windows on another desktop. */
static uint32_t show_on_thread(struct job *job)
{
    HMODULE module;
    if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const WCHAR *)wts_module, &module))
        return GetLastError();
    const HANDLE thread = CreateThread(NULL, 0, do_job, job, 0, NULL);
    if (thread == NULL) {
        const uint32_t error = GetLastError();
        FreeLibrary(module);
        return error;
    }
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return job->error;
}

static uint32_t show(const struct wts_message *message, uint32_t *response)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    wts_message_box_fill(&job->box, message);
    job->answer = IDASYNC;
    const uint32_t error = message->waits && wts_station_is_visible()
                               ? show_on_thread(job)
                               : wts_message_program_show(&job->box, message->waits, &job->answer);
    if (error == ERROR_SUCCESS)
        *response = job->answer;
    free(job);
    return error;
}

/* Only the caller's own session has a desktop here that a program of ours can reach. */
uint32_t wts_local_send_message(struct wts_server *server, const struct wts_message *message,
                                uint32_t *response)
{
    uint32_t session_id = message->session_id;
    bool is_own = false;
    (void)server;
    const uint32_t error = wts_session_look_up(&session_id, &is_own);
    if (error != ERROR_SUCCESS)
        return error == ERROR_FILE_NOT_FOUND ? ERROR_CTX_WINSTATION_NOT_FOUND : error;
    return is_own ? show(message, response) : ERROR_NOT_SUPPORTED;
}
