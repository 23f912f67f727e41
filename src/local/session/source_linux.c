/*
 * The Linux session in which Wine runs, as a source: it corrects the row of the session that people log on
 * to. docs/design.md#linux-session, docs/linux-session.md. Wine only.
 */
#include "local/session/source.h"

#include <windows.h>

#include <stdatomic.h>
#include <wchar.h>

#include "core/error.h"
#include "core/platform.h"
#include "core/system.h"
#include "local/session/desktop.h"
#include "local/session/linux_watch.h"

#define LINUX_PARTS (WTS_PART_NAME | WTS_PART_STATE | WTS_PART_STATUS | WTS_PART_CLIENT | WTS_PART_PROTOCOL)

static _Atomic(const struct wts_session_watcher *) session_watcher;

/* ---- changes ---- */

/* The session that people log on to: the caller's, or for a service that of the console. */
static uint32_t find_id(void)
{
    DWORD session_id = WTS_SESSION_SERVICES;
    ProcessIdToSessionId(GetCurrentProcessId(), &session_id);
    return session_id != WTS_SESSION_SERVICES ? session_id : WTSGetActiveConsoleSessionId();
}

static void report(enum wts_session_change change, uint32_t session_id)
{
    const struct wts_session_watcher *watcher = atomic_load(&session_watcher);
    if (watcher != NULL)
        watcher->changed(change, session_id);
}

/* Unverified: that on Windows a returning user is connected before the session is unlocked, and that the
 * session is locked before a leaving user is disconnected. */
static void changed(const struct wts_linux_picture *before, const struct wts_linux_picture *after)
{
    const uint32_t session_id = find_id();
    const bool was_locked = before->lock == WTS_LOCK_LOCKED;
    const bool is_locked = after->lock == WTS_LOCK_LOCKED;
    if (!before->is_connected && after->is_connected)
        report(after->is_rdp ? WTS_CHANGE_REMOTE_CONNECT : WTS_CHANGE_CONSOLE_CONNECT, session_id);
    if (was_locked && !is_locked)
        report(WTS_CHANGE_UNLOCK, session_id);
    if (!was_locked && is_locked)
        report(WTS_CHANGE_LOCK, session_id);
    if (before->is_connected && !after->is_connected)
        report(after->is_rdp ? WTS_CHANGE_REMOTE_DISCONNECT : WTS_CHANGE_CONSOLE_DISCONNECT, session_id);
}

static bool is_needed(void)
{
    const struct wts_session_watcher *watcher = atomic_load(&session_watcher);
    return watcher != NULL && watcher->is_needed();
}

static void is_lost(void)
{
    const struct wts_session_watcher *watcher = atomic_load(&session_watcher);
    if (watcher != NULL)
        watcher->look_again();
}

static const struct wts_linux_watcher linux_watcher = {
    .changed = changed, .is_needed = is_needed, .is_lost = is_lost};

static bool watch(const struct wts_session_watcher *watcher)
{
    atomic_store(&session_watcher, watcher);
    return wts_system_is_wine() && wts_linux_watch_start(&linux_watcher);
}

/* ---- the row ---- */

/* Texts of a session must outlive the snapshot. A static name does, because the display of a process does not
 * change. */
static struct wts_text name_of_display(uint16_t display)
{
    static struct wts_lock lock = WTS_LOCK_INITIALIZER;
    static WCHAR name[16];
    wts_lock_acquire(&lock);
    if (name[0] == L'\0')
        _snwprintf(name, ARRAYSIZE(name), L"RDP-Tcp#%u", display);
    wts_lock_release(&lock);
    return wts_text_of(name);
}

/* WTSCLIENT holds the address as text. */
static void write_address(struct wts_session_client *client, const struct wts_session_address *address)
{
    WCHAR text[ARRAYSIZE(client->address_words)] = L"";
    const uint8_t *bytes = address->bytes;
    int length = 0;
    client->address = *address;
    client->address_family = address->family;
    if (address->family == WTS_FAMILY_IPV4)
        length = _snwprintf(text, ARRAYSIZE(text), L"%u.%u.%u.%u", bytes[2], bytes[3], bytes[4], bytes[5]);
    for (unsigned i = 0; address->family == WTS_FAMILY_IPV6 && i < 16; i += 2)
        length += _snwprintf(text + length, ARRAYSIZE(text) - (size_t)length, L"%ls%x", i > 0 ? L":" : L"",
                             bytes[i] << 8 | bytes[i + 1]);
    for (int i = 0; i < length; i++)
        client->address_words[i] = text[i];
}

/* The client's name is unknown here. Without a connected client everything stays empty. */
static void describe_client(struct wts_session_client *client, const struct wts_linux_picture *picture)
{
    *client = (struct wts_session_client){.protocol_type = WTS_PROTOCOL_RDP};
    if (!picture->is_connected)
        return;
    write_address(client, &picture->address);
    client->horizontal = picture->width;
    client->vertical = picture->height;
    client->color_depth = picture->bits != 0 ? wts_desktop_color_depth(picture->bits) : 0;
}

/* A log-on from another machine that does not use xrdp keeps the protocol of the console, because the API has
 * no number for it. */
static void correct(struct wts_snapshot *snapshot, struct wts_session_row *row,
                    const struct wts_linux_picture *picture)
{
    if (picture->has_lock)
        row->lock = picture->lock;
    if (picture->has_connection)
        row->state = picture->is_connected ? WTS_STATE_ACTIVE : WTS_STATE_DISCONNECTED;
    if (picture->logon_time != 0 && row->logon_time != 0)
        row->logon_time = picture->logon_time;
    if (picture->idle_since != 0)
        row->last_input_time = picture->idle_since;
    row->is_remote = row->is_remote || picture->is_remote;
    if (!picture->is_rdp)
        return;
    row->name = name_of_display(picture->display);
    row->has_protocol = true;
    row->protocol_type = WTS_PROTOCOL_RDP;
    row->client = &snapshot->own_client;
    describe_client(&snapshot->own_client, picture);
}

static uint32_t read(struct wts_snapshot *snapshot, uint32_t session_id, uint32_t parts)
{
    struct wts_linux_picture picture;
    const uint32_t linux_id =
        snapshot->own_id != WTS_SESSION_SERVICES ? snapshot->own_id : snapshot->console_id;
    if (session_id == WTS_SESSION_CURRENT)
        session_id = snapshot->own_id;
    if ((parts & LINUX_PARTS) == 0 || (session_id != WTS_SESSION_ANY && session_id != linux_id) ||
        !wts_system_is_wine())
        return ERROR_SUCCESS;
    struct wts_session_row *row = wts_snapshot_find(snapshot, linux_id);
    if (row != NULL && wts_linux_watch_read(&linux_watcher, &picture))
        correct(snapshot, row, &picture);
    return ERROR_SUCCESS;
}

const struct wts_session_source wts_source_linux = {.read = read, .watch = watch};
