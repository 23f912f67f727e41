/* docs/contract.md#wait-system-event, docs/contract.md#notifications, docs/contract.md#active-session-exists.
 */
#include "conformance.h"

enum { SOON_MS = 20000 };

struct waiter {
    HANDLE server, thread;
    BOOL result;
    DWORD flags, error;
};

static DWORD WINAPI wait_for_event(void *context)
{
    struct waiter *waiter = context;
    SetLastError(POISON);
    waiter->result = CALL(WTSWaitSystemEvent)(waiter->server, WTS_EVENT_CREATE, &waiter->flags);
    waiter->error = GetLastError();
    return 0;
}

/* A thread that waits on a handle. There is no sign that a wait has begun: it is given a second. */
static void start_waiter(struct waiter *waiter, HANDLE server)
{
    *waiter = (struct waiter){.server = server, .flags = 4711};
    waiter->thread = CreateThread(NULL, 0, wait_for_event, waiter, 0, NULL);
    if (WaitForSingleObject(waiter->thread, 1000) == WAIT_OBJECT_0)
        skip("the wait returned at once: %s, last error %lu", waiter->result ? "TRUE" : "FALSE",
             waiter->error);
}

static void see_waiter(struct waiter *waiter)
{
    if (WaitForSingleObject(waiter->thread, SOON_MS) == WAIT_TIMEOUT) {
        see("the waiter still waits");
        return;
    }
    see_result(waiter->result, waiter->error);
    if (waiter->flags == 4711)
        see("flags untouched");
    else
        see("flags 0x%lX", waiter->flags);
}

static HANDLE own_machine(void)
{
    WCHAR name[] = L"localhost";
    return CALL(WTSOpenServerW)(name);
}

static void flags_null(void)
{
    SEE(CALL(WTSWaitSystemEvent)(NULL, WTS_EVENT_CREATE, NULL));
}

static void flush(void)
{
    struct waiter waiter;
    DWORD flags = 0;
    start_waiter(&waiter, NULL);
    CALL(WTSWaitSystemEvent)(NULL, WTS_EVENT_FLUSH, &flags);
    see_waiter(&waiter);
}

static void flush_of_another_handle(void)
{
    struct waiter waiter;
    DWORD flags = 0;
    start_waiter(&waiter, own_machine());
    CALL(WTSWaitSystemEvent)(NULL, WTS_EVENT_FLUSH, &flags);
    see("%s", WaitForSingleObject(waiter.thread, 1000) == WAIT_TIMEOUT ? "the waiter still waits"
                                                                       : "the wait has ended");
    CALL(WTSCloseServer)(waiter.server);
    WaitForSingleObject(waiter.thread, SOON_MS);
}

static void second_waiter(void)
{
    struct waiter waiter;
    DWORD flags = 4711;
    start_waiter(&waiter, NULL);
    SEE(CALL(WTSWaitSystemEvent)(NULL, WTS_EVENT_CREATE, &flags));
    CALL(WTSWaitSystemEvent)(NULL, WTS_EVENT_FLUSH, &flags);
    WaitForSingleObject(waiter.thread, SOON_MS);
}

static void closing(void)
{
    struct waiter waiter;
    start_waiter(&waiter, own_machine());
    CALL(WTSCloseServer)(waiter.server);
    see_waiter(&waiter);
}

/* ---- notifications ---- */

static HWND make_window(void)
{
    const HWND window = CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    if (window == NULL)
        skip("no window can be made: %lu", GetLastError());
    return window;
}

static void register_once(void)
{
    const HWND window = make_window();
    SEE(CALL(WTSRegisterSessionNotification)(window, NOTIFY_FOR_THIS_SESSION));
    SEE(CALL(WTSUnRegisterSessionNotification)(window));
    DestroyWindow(window);
}

static void registered_twice(void)
{
    const HWND window = make_window();
    CALL(WTSRegisterSessionNotification)(window, NOTIFY_FOR_THIS_SESSION);
    see("%d", CALL(WTSRegisterSessionNotification)(window, NOTIFY_FOR_ALL_SESSIONS));
    see("%d", CALL(WTSUnRegisterSessionNotification)(window));
    see("%d", CALL(WTSUnRegisterSessionNotification)(window));
    see("%d", CALL(WTSUnRegisterSessionNotification)(window)); /* both are taken back by now */
    DestroyWindow(window);
}

static void handles_of_this_machine(void)
{
    const HWND window = make_window();
    const HANDLE server = own_machine();
    see("%d", CALL(WTSRegisterSessionNotificationEx)(server, window, NOTIFY_FOR_ALL_SESSIONS));
    see("%d", CALL(WTSRegisterSessionNotification)(window, NOTIFY_FOR_ALL_SESSIONS));
    see("%d", CALL(WTSUnRegisterSessionNotificationEx)(NULL, window));
    see("%d", CALL(WTSUnRegisterSessionNotificationEx)(server, window));
    see("%d", CALL(WTSUnRegisterSessionNotificationEx)(server, window));
    CALL(WTSCloseServer)(server);
    DestroyWindow(window);
}

static void not_registered(void)
{
    const HWND window = make_window();
    SEE(CALL(WTSUnRegisterSessionNotification)(window));
    DestroyWindow(window);
}

static void no_window(void)
{
    SEE(CALL(WTSRegisterSessionNotification)(NULL, NOTIFY_FOR_THIS_SESSION));
    SEE(CALL(WTSUnRegisterSessionNotification)(NULL));
}

/* They stand for other windows in other functions. */
static void names_of_windows(void)
{
    SEE(CALL(WTSRegisterSessionNotification)(HWND_BROADCAST, NOTIFY_FOR_THIS_SESSION));
    SEE(CALL(WTSUnRegisterSessionNotification)(HWND_BROADCAST));
    SEE(CALL(WTSRegisterSessionNotification)(HWND_MESSAGE, NOTIFY_FOR_THIS_SESSION));
    SEE(CALL(WTSUnRegisterSessionNotification)(HWND_MESSAGE));
}

static void dead_window(void)
{
    const HWND window = make_window();
    DestroyWindow(window);
    SEE(CALL(WTSRegisterSessionNotification)(window, NOTIFY_FOR_THIS_SESSION));
    SEE(CALL(WTSUnRegisterSessionNotification)(window));
}

static void unknown_flags(void)
{
    const HWND window = make_window();
    SEE(CALL(WTSRegisterSessionNotification)(window, 2));
    SEE(CALL(WTSRegisterSessionNotification)(window, 7));
    SEE(CALL(WTSRegisterSessionNotification)(window, 0x80000000));
    DestroyWindow(window);
}

static void window_then_flags_then_handle(void)
{
    const HWND window = make_window();
    const HANDLE closed = own_machine();
    CALL(WTSCloseServer)(closed);
    SEE(CALL(WTSRegisterSessionNotificationEx)(closed, NULL, 7));
    SEE(CALL(WTSRegisterSessionNotificationEx)(closed, window, 7));
    SEE(CALL(WTSRegisterSessionNotificationEx)(closed, window, NOTIFY_FOR_THIS_SESSION));
    SEE(CALL(WTSUnRegisterSessionNotificationEx)(closed, NULL));
    SEE(CALL(WTSUnRegisterSessionNotificationEx)(closed, window));
    DestroyWindow(window);
}

static void active_null(void)
{
    SEE(CALL(WTSActiveSessionExists)(NULL));
}

static void active(void)
{
    BOOL exists = 4711;
    SEE(CALL(WTSActiveSessionExists)(&exists));
    see("%s", exists == TRUE ? "exists" : exists == FALSE ? "does not exist" : "neither TRUE nor FALSE");
}

static const struct conformance_case cases[] = {
    {"wait-system-event.flags-null", OURS, NOTHING, FAILS(87), flags_null},
    {"wait-system-event.flush", UNVERIFIED, NOTHING, KEPT "; flags 0x0", flush},
    {"wait-system-event.flush-of-another-handle", UNVERIFIED, NOTHING, "the waiter still waits",
     flush_of_another_handle},
    {"wait-system-event.second-waiter", OURS, NOTHING, FAILS(170), second_waiter},
    {"wait-system-event.closing", UNVERIFIED, NOTHING, FAILS(995) "; flags untouched", closing},
    {"notification.once", DOCUMENTED, NOTHING,
     KEPT "; " KEPT " | " ZERO "; " ZERO " | " KEPT "; " ZERO " | " ZERO "; " KEPT, register_once},
    {"notification.counted", DOCUMENTED, NOTHING, "1; 1; 1; 0", registered_twice},
    {"notification.handles-of-this-machine", OURS, NOTHING, "1; 1; 1; 1; 0", handles_of_this_machine},
    {"notification.not-registered", UNVERIFIED, NOTHING, FAILS(87), not_registered},
    {"notification.null-window", UNVERIFIED, NOTHING, FAILS(1400) "; " FAILS(1400), no_window},
    {"notification.names-of-windows", UNVERIFIED, NOTHING,
     FAILS(1400) "; " FAILS(1400) "; " FAILS(1400) "; " FAILS(1400), names_of_windows},
    {"notification.dead-window", UNVERIFIED, NOTHING, FAILS(1400) "; " FAILS(1400), dead_window},
    {"notification.flags", OURS, NOTHING, FAILS(87) "; " FAILS(87) "; " FAILS(87), unknown_flags},
    {"notification.order", OURS, NOTHING,
     FAILS(1400) "; " FAILS(87) "; " FAILS(6) "; " FAILS(1400) "; " FAILS(6), window_then_flags_then_handle},
    {"active-session-exists.null", UNVERIFIED, NOTHING, FAILS(87), active_null},
    {"active-session-exists.success", DOCUMENTED, NOTHING,
     KEPT "; exists | " ZERO "; exists | " KEPT "; does not exist | " ZERO "; does not exist", active},
};
CONFORMANCE_GROUP(conformance_events);
