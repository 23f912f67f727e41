/*
 * The box and its clock; see message_box.h. The clock is a timer of an invisible window of ours. The message
 * loop of the dialog drives it, so box and clock share one thread, and no window of the program is touched.
 */
#include "local/message_box.h"

#include <string.h>

#include "core/error.h"
#include "core/system.h"
#include "local/session/station.h"

#define LOOK_INTERVAL_MS 10U /* while the box is not yet on the screen */

/* One box while it is shown; its address is the timer's id. */
struct display {
    uint64_t end_ms; /* UINT64_MAX: never */
    void (*shown)(void *context);
    void *context;
    HWND dialog; /* NULL until it is found */
    bool is_shown;
    bool is_late;
};

static void copy_text(WCHAR *target, struct wts_text text)
{
    const uint32_t count = text.count < WTS_MESSAGE_CAPACITY ? text.count : WTS_MESSAGE_CAPACITY;
    memcpy(target, text.units, count * sizeof(WCHAR));
    target[count] = L'\0';
}

void wts_message_box_fill(struct wts_message_box *box, const struct wts_message *message)
{
    memset(box, 0, sizeof *box);
    box->style = message->style;
    box->timeout_s = message->timeout_s;
    copy_text(box->title, message->title);
    copy_text(box->text, message->text);
}

static BOOL CALLBACK keep_dialog(HWND window, LPARAM parameter)
{
    struct display *display = (struct display *)parameter;
    WCHAR name[16];
    if (WTS_SYSTEM(GetClassNameW)(window, name, ARRAYSIZE(name)) > 0 && wcscmp(name, L"#32770") == 0)
        display->dialog = window;
    return display->dialog == NULL;
}

/* True when the dialog exists. */
static bool find_dialog(struct display *display)
{
    if (display->dialog == NULL)
        WTS_SYSTEM(EnumThreadWindows)(GetCurrentThreadId(), keep_dialog, (LPARAM)display);
    return display->dialog != NULL;
}

static void set_clock(HWND clock, struct display *display);

static void CALLBACK tick(HWND clock, UINT message, UINT_PTR id, DWORD time)
{
    struct display *display = (struct display *)id;
    (void)message;
    (void)time;
    if (!find_dialog(display))
        return;
    if (!display->is_shown && WTS_SYSTEM(IsWindowVisible)(display->dialog)) {
        display->is_shown = true;
        if (display->shown != NULL)
            display->shown(display->context);
    }
    if (!display->is_late && GetTickCount64() >= display->end_ms)
        display->is_late = WTS_SYSTEM(EndDialog)(display->dialog, IDTIMEOUT) != FALSE;
    if (!display->is_late)
        set_clock(clock, display);
}

/* Setting a timer again replaces it. */
static void set_clock(HWND clock, struct display *display)
{
    uint64_t rest_ms = LOOK_INTERVAL_MS;
    if (display->is_shown) {
        const uint64_t now_ms = GetTickCount64();
        rest_ms = display->end_ms > now_ms ? display->end_ms - now_ms : 0;
    }
    WTS_SYSTEM(SetTimer)
    (clock, (UINT_PTR)display, rest_ms < USER_TIMER_MAXIMUM ? (UINT)rest_ms : USER_TIMER_MAXIMUM, tick);
}

uint32_t wts_message_box_show(const struct wts_message_box *box, void (*shown)(void *context), void *context,
                              uint32_t *answer)
{
    /* These styles are dropped: the thread is on the right desktop already, and a box that another process
     * shows would not have this clock. */
    const UINT style = box->style & ~(UINT)(MB_SERVICE_NOTIFICATION | MB_DEFAULT_DESKTOP_ONLY);
    struct display display = {.end_ms = UINT64_MAX, .shown = shown, .context = context};
    if (WTS_SYSTEM(MessageBoxW) == NULL || !wts_station_has_display())
        return ERROR_NOT_SUPPORTED;
    if (box->timeout_s > 0)
        display.end_ms = GetTickCount64() + box->timeout_s * 1000ULL;
    const HWND clock =
        WTS_SYSTEM(CreateWindowExW)(0, L"STATIC", NULL, 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    if (clock == NULL)
        return ERROR_NOT_SUPPORTED;
    set_clock(clock, &display);
    const int result = WTS_SYSTEM(MessageBoxW)(NULL, box->text, box->title, style);
    WTS_SYSTEM(DestroyWindow)(clock); /* its timer ends with it */
    if (display.is_late)
        *answer = IDTIMEOUT;
    else if (result > 0)
        *answer = (uint32_t)result;
    return display.is_late || result > 0 ? ERROR_SUCCESS : ERROR_NOT_SUPPORTED;
}
