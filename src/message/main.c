/*
 * wts-message.exe: shows the box that wtsapi32.dll describes on standard input (message_program.h), and exits
 * with the answer. It lives as long as its box, even if the caller ends.
 */
#include <windows.h>

#include "local/message_program.h"

/* Reads one order and the end of the pipe; anything else did not come from the DLL. */
static bool read_order(struct wts_message_order *order)
{
    const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    BYTE *place = (BYTE *)order;
    DWORD length = 0;
    DWORD count;
    BYTE rest;
    while (length < sizeof *order &&
           ReadFile(input, place + length, (DWORD)sizeof *order - length, &count, NULL) && count > 0)
        length += count;
    const bool is_whole = length == sizeof *order && !ReadFile(input, &rest, sizeof rest, &count, NULL);
    CloseHandle(input);
    return is_whole && order->length == sizeof *order && order->box.title[WTS_MESSAGE_CAPACITY] == L'\0' &&
           order->box.text[WTS_MESSAGE_CAPACITY] == L'\0';
}

static void tell_shown(void *context)
{
    const struct wts_message_order *order = context;
    const HANDLE event = ULongToHandle(order->shown);
    SetEvent(event);
    CloseHandle(event);
}

int main(void)
{
    static struct wts_message_order order;
    uint32_t answer = 0;
    if (!read_order(&order))
        return (int)(WTS_MESSAGE_FAILED | ERROR_INVALID_PARAMETER);
    const uint32_t error = wts_message_box_show(&order.box, tell_shown, &order, &answer);
    return (int)(error == ERROR_SUCCESS ? WTS_MESSAGE_ANSWERED | answer : WTS_MESSAGE_FAILED | error);
}
