/*
 * The handles of virtual channels; see core/virtual_channels.h. They have a table of their own, whose values
 * never equal those of servers.
 */
#include "core/virtual_channels.h"

#include <windows.h>

#include <stdlib.h>

#include "core/deadline.h"
#include "core/error.h"
#include "core/handle_table.h"
#include "local/channel/pump.h"

struct virtual_channel {
    struct wts_pump *pump;
    HANDLE closed; /* set when the handle is closed */
    /* An event kept for the next read, because making one takes a third of a read's time; NULL: it is in
     * use. */
    void *volatile spare_event;
};

static void destroy(void *object)
{
    struct virtual_channel *channel = object;
    const HANDLE file = wts_pump_file(channel->pump);
    if (file != NULL)
        CloseHandle(file);
    CloseHandle(channel->closed);
    if (channel->spare_event != NULL)
        CloseHandle(channel->spare_event);
    wts_pump_release(channel->pump);
    free(channel);
}

#if UINTPTR_MAX > UINT32_MAX
static struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(&wts_channel_layout_64, destroy);
#else
static struct wts_handle_table table = WTS_HANDLE_TABLE_INITIALIZER(&wts_channel_layout_32, destroy);
#endif

static struct virtual_channel *acquire(void *handle)
{
    return wts_handle_acquire(&table, (uintptr_t)handle);
}

static void release(void *handle)
{
    wts_handle_release(&table, (uintptr_t)handle);
}

uint32_t wts_virtual_channel_open(const char *name, uint32_t options, void **handle)
{
    struct virtual_channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    channel->closed = CreateEventW(NULL, TRUE, FALSE, NULL);
    uint32_t error = ERROR_NOT_ENOUGH_MEMORY;
    if (channel->closed != NULL)
        error = wts_pump_open(name, options, &channel->pump);
    if (error != ERROR_SUCCESS) {
        if (channel->closed != NULL)
            CloseHandle(channel->closed);
        free(channel);
        return error;
    }
    const uint64_t value = wts_handle_open(&table, channel);
    if (value == 0) {
        destroy(channel);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    *handle = (void *)(uintptr_t)value; // NOLINT(performance-no-int-to-ptr)
    return ERROR_SUCCESS;
}

/* Everything written is sent first, because the process may end right after this. */
uint32_t wts_virtual_channel_close(void *handle)
{
    struct virtual_channel *channel = acquire(handle);
    if (channel == NULL)
        return ERROR_INVALID_PARAMETER;
    struct wts_pump *pump = channel->pump;
    const bool is_ours = wts_handle_close(&table, (uintptr_t)handle);
    wts_pump_hold(pump);
    if (is_ours) {
        SetEvent(channel->closed);
        wts_pump_close(pump);
    }
    release(handle);
    if (is_ours)
        wts_pump_settle(pump);
    wts_pump_release(pump);
    return is_ours ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}

/* The end of the pipe is reported as the end of the client. */
static uint32_t error_of(uint32_t error)
{
    return error == ERROR_BROKEN_PIPE || error == ERROR_NO_DATA || error == ERROR_PIPE_NOT_CONNECTED
               ? ERROR_IO_DEVICE
               : error;
}

static HANDLE take_event(struct virtual_channel *channel)
{
    const HANDLE event = InterlockedExchangePointer(&channel->spare_event, NULL);
    return event != NULL ? event : CreateEventW(NULL, TRUE, FALSE, NULL);
}

static void give_event(struct virtual_channel *channel, HANDLE event)
{
    const HANDLE other = InterlockedExchangePointer(&channel->spare_event, event);
    if (other != NULL)
        CloseHandle(other);
}

/* Waits for a read of the file that is in flight. After the deadline it is cancelled, but it may still have
 * read something. */
static uint32_t finish_read(const struct virtual_channel *channel, HANDLE file, OVERLAPPED *overlapped,
                            uint32_t timeout_ms, DWORD *length)
{
    const HANDLE waited[] = {overlapped->hEvent, channel->closed};
    const DWORD result = WaitForMultipleObjects(2, waited, FALSE, timeout_ms);
    if (result != WAIT_OBJECT_0)
        CancelIoEx(file, overlapped);
    if (GetOverlappedResult(file, overlapped, length, TRUE))
        return ERROR_SUCCESS;
    const DWORD error = GetLastError();
    if (error != ERROR_OPERATION_ABORTED || result != WAIT_TIMEOUT)
        return error;
    *length = 0;
    return timeout_ms == 0 ? ERROR_SUCCESS : ERROR_IO_INCOMPLETE;
}

static uint32_t read_file(struct virtual_channel *channel, HANDLE file, uint32_t timeout_ms, void *data,
                          uint32_t size, uint32_t *length)
{
    OVERLAPPED overlapped = {.hEvent = take_event(channel)};
    DWORD got = 0;
    uint32_t error = ERROR_SUCCESS;
    if (overlapped.hEvent == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (!ReadFile(file, data, size, NULL, &overlapped))
        error = GetLastError();
    if (error == ERROR_IO_PENDING)
        error = finish_read(channel, file, &overlapped, timeout_ms, &got);
    else if (error == ERROR_SUCCESS || error == ERROR_MORE_DATA)
        got = (DWORD)overlapped.InternalHigh;
    give_event(channel, overlapped.hEvent);
    if (error == ERROR_SUCCESS || error == ERROR_MORE_DATA)
        *length = got;
    return error_of(error);
}

/* Reads without the pipe until the program wants the file: the pipe takes several round trips to Wine's
 * server. */
static uint32_t read_chunk(struct virtual_channel *channel, uint32_t timeout_ms, void *data, uint32_t size,
                           uint32_t *length)
{
    const HANDLE file = wts_pump_file(channel->pump);
    if (file != NULL)
        return read_file(channel, file, timeout_ms, data, size, length);
    const uint32_t error = wts_pump_read(channel->pump, wts_deadline_after(timeout_ms), data, size, length);
    if (error != RPC_S_CALL_CANCELLED)
        return error;
    return timeout_ms == 0 ? ERROR_SUCCESS : ERROR_IO_INCOMPLETE;
}

uint32_t wts_virtual_channel_read(void *handle, uint32_t timeout_ms, void *data, uint32_t size,
                                  uint32_t *length)
{
    struct virtual_channel *channel = acquire(handle);
    if (channel == NULL)
        return ERROR_INVALID_PARAMETER;
    const uint32_t error = read_chunk(channel, timeout_ms, data, size, length);
    release(handle);
    return error;
}

uint32_t wts_virtual_channel_write(void *handle, const void *data, uint32_t length)
{
    const struct virtual_channel *channel = acquire(handle);
    if (channel == NULL)
        return ERROR_INVALID_PARAMETER;
    const uint32_t error = wts_pump_write(channel->pump, data, length);
    release(handle);
    return error;
}

static void drain(void *context)
{
    struct virtual_channel *channel = context;
    char scratch[1608];
    uint32_t length;
    uint32_t error;
    do {
        length = 0;
        error = read_file(channel, wts_pump_file(channel->pump), 0, scratch, sizeof scratch, &length);
    } while (length != 0 && (error == ERROR_SUCCESS || error == ERROR_MORE_DATA));
}

uint32_t wts_virtual_channel_purge_input(void *handle)
{
    struct virtual_channel *channel = acquire(handle);
    if (channel == NULL)
        return ERROR_INVALID_PARAMETER;
    const uint32_t error = wts_pump_purge_input(channel->pump, drain, channel);
    release(handle);
    return error;
}

uint32_t wts_virtual_channel_purge_output(void *handle)
{
    const struct virtual_channel *channel = acquire(handle);
    if (channel == NULL)
        return ERROR_INVALID_PARAMETER;
    const uint32_t error = wts_pump_purge_output(channel->pump);
    release(handle);
    return error;
}

uint32_t wts_virtual_channel_file(void *handle, void **file)
{
    const struct virtual_channel *channel = acquire(handle);
    if (channel == NULL)
        return ERROR_INVALID_PARAMETER;
    const uint32_t error = wts_pump_make_file(channel->pump, file);
    release(handle);
    return error;
}

void wts_virtual_channels_unload(void)
{
    wts_handle_table_free(&table);
}
