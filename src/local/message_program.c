/*
 * Starting wts-message.exe and hearing from it; see message_program.h.
 */
#include "local/message_program.h"

#include <stdlib.h>
#include <wchar.h>

#include "core/error.h"
#include "core/module.h"
#include "core/text.h"
#include "core/trace.h"
#include "local/session/station.h"

#define SHOW_TIMEOUT_MS 20000U /* a program's start and a box on the screen */

/* The handles that the program inherits, and our handle of the program. */
struct link {
    HANDLE input; /* the end of the pipe that it reads */
    HANDLE shown;
    HANDLE process;
};

static void close_handle(HANDLE *handle)
{
    if (*handle != NULL)
        CloseHandle(*handle);
    *handle = NULL;
}

static void close_link(struct link *link)
{
    close_handle(&link->input);
    close_handle(&link->shown);
    close_handle(&link->process);
}

/* The program does not inherit our end of the pipe, so that it sees the end of the pipe after the order. */
static uint32_t write_order(const struct wts_message_box *box, struct link *link)
{
    HANDLE output = NULL;
    DWORD written;
    uint32_t error = ERROR_SUCCESS;
    struct wts_message_order *order = calloc(1, sizeof *order);
    if (order == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    order->length = sizeof *order;
    order->shown = HandleToULong(link->shown); /* handles have 32 significant bits */
    order->box = *box;
    /* The pipe has room for the whole order, because nobody reads yet. */
    if (!CreatePipe(&link->input, &output, NULL, 2 * sizeof *order) ||
        !WriteFile(output, order, sizeof *order, &written, NULL))
        error = GetLastError();
    close_handle(&output);
    free(order);
    return error;
}

static uint32_t open_link(const struct wts_message_box *box, struct link *link)
{
    link->shown = CreateEventW(NULL, TRUE, FALSE, NULL);
    uint32_t error = link->shown != NULL ? ERROR_SUCCESS : GetLastError();
    if (error == ERROR_SUCCESS)
        error = write_order(box, link);
    if (error == ERROR_SUCCESS &&
        (!SetHandleInformation(link->shown, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT) ||
         !SetHandleInformation(link->input, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)))
        error = GetLastError();
    return error;
}

/* The program's full path, which is beside this DLL. */
static bool find_program(WCHAR *path, DWORD capacity)
{
    const DWORD count = GetModuleFileNameW(wts_module, path, capacity);
    if (count == 0 || count >= capacity)
        return false;
    WCHAR *name = wcsrchr(path, L'\\');
    if (name == NULL || (DWORD)(name + 1 - path) + ARRAYSIZE(WTS_MESSAGE_PROGRAM) > capacity)
        return false;
    wcscpy(name + 1, WTS_MESSAGE_PROGRAM);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/*
 * The program inherits these two handles and no others, because a box may stay for days, and the caller's
 * inheritable handles must not stay open with it. Its current folder is not the caller's either, so it does
 * not keep that one in use.
 */
static uint32_t create_process(const WCHAR *path, LPPROC_THREAD_ATTRIBUTE_LIST attributes, struct link *link)
{
    WCHAR desktop[] = WTS_STATION_DESKTOP;
    WCHAR folder[MAX_PATH];
    WCHAR command[] = WTS_MESSAGE_PROGRAM;
    HANDLE inherited[] = {link->input, link->shown};
    PROCESS_INFORMATION process;
    STARTUPINFOEXW startup = {.StartupInfo = {.cb = sizeof startup,
                                              .lpDesktop = wts_station_is_visible() ? NULL : desktop,
                                              .dwFlags = STARTF_USESTDHANDLES,
                                              .hStdInput = link->input},
                              .lpAttributeList = attributes};
    const UINT count = GetSystemDirectoryW(folder, ARRAYSIZE(folder));
    if (count == 0 || count >= ARRAYSIZE(folder) ||
        !UpdateProcThreadAttribute(attributes, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited,
                                   sizeof inherited, NULL, NULL) ||
        !CreateProcessW(path, command, NULL, NULL, TRUE, DETACHED_PROCESS | EXTENDED_STARTUPINFO_PRESENT,
                        NULL, folder, &startup.StartupInfo, &process))
        return GetLastError();
    CloseHandle(process.hThread);
    link->process = process.hProcess;
    return ERROR_SUCCESS;
}

static uint32_t start(const WCHAR *path, struct link *link)
{
    SIZE_T length = 0;
    InitializeProcThreadAttributeList(NULL, 1, 0, &length);
    LPPROC_THREAD_ATTRIBUTE_LIST attributes = malloc(length);
    if (attributes == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    uint32_t error = ERROR_SUCCESS;
    if (InitializeProcThreadAttributeList(attributes, 1, 0, &length)) {
        error = create_process(path, attributes, link);
        DeleteProcThreadAttributeList(attributes);
    } else {
        error = GetLastError();
    }
    free(attributes);
    return error;
}

/* Reads the answer of a program that has ended. A program that was terminated has none. */
static uint32_t read_answer(HANDLE process, uint32_t *answer)
{
    DWORD code = 0;
    GetExitCodeProcess(process, &code);
    const uint32_t value = code & 0xFFFFU;
    if ((code & ~0xFFFFU) == WTS_MESSAGE_ANSWERED) {
        *answer = value;
        return ERROR_SUCCESS;
    }
    return (code & ~0xFFFFU) == WTS_MESSAGE_FAILED && value != 0 ? value : ERROR_NOT_SUPPORTED;
}

static uint32_t wait_for_answer(const struct link *link, uint32_t *answer)
{
    if (WaitForSingleObject(link->process, INFINITE) != WAIT_OBJECT_0)
        return GetLastError();
    return read_answer(link->process, answer);
}

/* A box that was answered before this check was shown, too. */
static uint32_t wait_for_box(const struct link *link)
{
    const HANDLE objects[] = {link->shown, link->process};
    uint32_t ignored;
    switch (WaitForMultipleObjects(ARRAYSIZE(objects), objects, FALSE, SHOW_TIMEOUT_MS)) {
    case WAIT_OBJECT_0:
        return ERROR_SUCCESS;
    case WAIT_OBJECT_0 + 1:
        return read_answer(link->process, &ignored);
    default:
        TerminateProcess(link->process, 0); /* no box may come after a failure */
        return RPC_S_CALL_CANCELLED;
    }
}

uint32_t wts_message_program_show(const struct wts_message_box *box, bool waits, uint32_t *answer)
{
    WCHAR path[MAX_PATH + ARRAYSIZE(WTS_MESSAGE_PROGRAM)] = L""; /* traced even when it is not found */
    struct link link = {0};
    if (!find_program(path, ARRAYSIZE(path))) {
        char name[3 * ARRAYSIZE(path)];
        wts_text_to_utf8(path, name, sizeof name);
        wts_trace(WTS_TRACE_ERRORS, "message: no program %s", name);
        return ERROR_NOT_SUPPORTED;
    }
    uint32_t error = open_link(box, &link);
    if (error == ERROR_SUCCESS)
        error = start(path, &link);
    if (error == ERROR_SUCCESS)
        error = waits ? wait_for_answer(&link, answer) : wait_for_box(&link);
    close_link(&link);
    return error;
}
