// Prints what happens to the sessions of this machine, in C++: watch [COUNT]
// Ends after COUNT changes; without a number, never. Exit status: 0 done, 1 failed.
#include <windows.h>

#include <cstdio>
#include <cstdlib>

#include <wtsapi32.h>

namespace
{

LRESULT CALLBACK on_message(HWND window, UINT message, WPARAM word, LPARAM data)
{
    if (message != WM_WTSSESSION_CHANGE)
        return DefWindowProcW(window, message, word, data);
    std::printf("change %u of session %u\n", static_cast<unsigned>(word), static_cast<unsigned>(data));
    std::fflush(stdout);
    PostMessageW(window, WM_APP, 0, 0);
    return 0;
}

HWND make_window()
{
    WNDCLASSW kind = {};
    kind.lpfnWndProc = on_message;
    kind.hInstance = GetModuleHandleW(nullptr);
    kind.lpszClassName = L"watch";
    RegisterClassW(&kind);
    // A message-only window needs no display.
    return CreateWindowExW(0, kind.lpszClassName, L"watch", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr,
                           kind.hInstance, nullptr);
}

} // namespace

int main(int count, char **words)
{
    const long limit = count > 1 ? std::atol(words[1]) : -1;
    HWND window = make_window();
    if (window == nullptr || !WTSRegisterSessionNotification(window, NOTIFY_FOR_ALL_SESSIONS)) {
        std::fprintf(stderr, "the window was not registered: error %lu\n", GetLastError());
        return 1;
    }
    std::printf("watching\n");
    std::fflush(stdout);
    MSG message;
    long seen = 0;
    while (seen != limit && GetMessageW(&message, nullptr, 0, 0) > 0) {
        if (message.message == WM_APP)
            seen++;
        DispatchMessageW(&message);
    }
    return WTSUnRegisterSessionNotification(window) ? 0 : 1;
}
