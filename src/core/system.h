/*
 * Functions of the system that the DLL does not import statically: looked up at first use, in DLLs loaded
 * from System32 by full path, through one table. A static import of user32 or rpcrt4 would make the DLL load
 * ten times slower, one of advapi32 five times, and a DLL found by name alone could be planted beside a
 * program. Also reports which system this is. Windows only.
 */
#ifndef WTS_CORE_SYSTEM_H
#define WTS_CORE_SYSTEM_H

#include <winsock2.h>
#include <windows.h>

#include <lmcons.h>
#include <lmapibuf.h>
#include <lmserver.h>
#include <rpc.h>
#include <rpcdcep.h>
#include <stdbool.h>
#include <wincred.h>
/* The headers above define it as a macro for C++ users; this project uses it as a name. */
#undef interface

/* Functions of Wine only; no Windows header declares them. */
const char *CDECL wine_get_version(void);
char *CDECL wine_get_unix_file_name(const WCHAR *path); /* freed by HeapFree on the process' heap */
struct wts_debug_channel;                               /* core/debug_channel.c */
unsigned char CDECL __wine_dbg_get_channel_flags(struct wts_debug_channel *channel);
int CDECL __wine_dbg_header(int class, struct wts_debug_channel *channel, const char *function);
int CDECL __wine_dbg_output(const char *text);

/* Every late-bound function: X(module, function). The types come from the system's headers. */
#define WTS_SYSTEM_FUNCTIONS(X)                                                                              \
    X(ntdll, __wine_dbg_get_channel_flags)                                                                   \
    X(ntdll, __wine_dbg_header)                                                                              \
    X(ntdll, __wine_dbg_output)                                                                              \
    X(ntdll, wine_get_version)                                                                               \
    X(advapi32, CredEnumerateW)                                                                              \
    X(advapi32, CredFree)                                                                                    \
    X(advapi32, CredReadW)                                                                                   \
    X(advapi32, IsValidSecurityDescriptor)                                                                   \
    X(advapi32, LookupAccountSidW)                                                                           \
    X(advapi32, MakeSelfRelativeSD)                                                                          \
    X(advapi32, RegCloseKey)                                                                                 \
    X(advapi32, RegEnumKeyExW)                                                                               \
    X(advapi32, RegGetValueW)                                                                                \
    X(advapi32, RegOpenKeyExW)                                                                               \
    X(advapi32, RegQueryInfoKeyW)                                                                            \
    X(advapi32, SystemFunction036)                                                                           \
    X(kernel32, wine_get_unix_file_name)                                                                     \
    X(netapi32, NetApiBufferFree)                                                                            \
    X(netapi32, NetServerEnum)                                                                               \
    X(rpcrt4, I_RpcFreeBuffer)                                                                               \
    X(rpcrt4, I_RpcGetBuffer)                                                                                \
    X(rpcrt4, I_RpcSendReceive)                                                                              \
    X(rpcrt4, RpcBindingFree)                                                                                \
    X(rpcrt4, RpcBindingFromStringBindingW)                                                                  \
    X(rpcrt4, RpcBindingSetAuthInfoExW)                                                                      \
    X(rpcrt4, RpcBindingSetOption)                                                                           \
    X(rpcrt4, RpcCancelThreadEx)                                                                             \
    X(rpcrt4, RpcStringBindingComposeW)                                                                      \
    X(rpcrt4, RpcStringFreeW)                                                                                \
    X(rpcrt4, UuidFromStringA)                                                                               \
    X(user32, CloseDesktop)                                                                                  \
    X(user32, CreateWindowExW)                                                                               \
    X(user32, DestroyWindow)                                                                                 \
    X(user32, EndDialog)                                                                                     \
    X(user32, EnumDisplaySettingsW)                                                                          \
    X(user32, EnumThreadWindows)                                                                             \
    X(user32, ExitWindowsEx)                                                                                 \
    X(user32, GetClassNameW)                                                                                 \
    X(user32, GetDesktopWindow)                                                                              \
    X(user32, GetLastInputInfo)                                                                              \
    X(user32, GetProcessWindowStation)                                                                       \
    X(user32, GetPropW)                                                                                      \
    X(user32, GetSystemMetrics)                                                                              \
    X(user32, GetUserObjectInformationW)                                                                     \
    X(user32, GetWindowThreadProcessId)                                                                      \
    X(user32, IsWindowVisible)                                                                               \
    X(user32, MessageBoxW)                                                                                   \
    X(user32, OpenInputDesktop)                                                                              \
    X(user32, PostMessageW)                                                                                  \
    X(user32, SetTimer)                                                                                      \
    X(ws2_32, WSAGetLastError)                                                                               \
    X(ws2_32, WSAGetOverlappedResult)                                                                        \
    X(ws2_32, WSARecv)                                                                                       \
    X(ws2_32, WSASocketW)                                                                                    \
    X(ws2_32, WSAStartup)                                                                                    \
    X(ws2_32, accept)                                                                                        \
    X(ws2_32, bind)                                                                                          \
    X(ws2_32, closesocket)                                                                                   \
    X(ws2_32, connect)                                                                                       \
    X(ws2_32, getsockname)                                                                                   \
    X(ws2_32, ioctlsocket)                                                                                   \
    X(ws2_32, listen)                                                                                        \
    X(ws2_32, select)                                                                                        \
    X(ws2_32, send)                                                                                          \
    X(ws2_32, setsockopt)                                                                                    \
    X(ws2_32, shutdown)

enum wts_system_function {
#define WTS_SYSTEM_ID(module, function) WTS_SYSTEM_##function,
    WTS_SYSTEM_FUNCTIONS(WTS_SYSTEM_ID)
#undef WTS_SYSTEM_ID
        WTS_SYSTEM_FUNCTION_COUNT
};

/*
 * The late-bound function, typed, or NULL where this system lacks it: `WTS_SYSTEM(wine_get_version)`. The
 * first call that needs the module loads it, and it stays loaded; while it cannot be loaded every call tries
 * again. Not to be called under the loader lock.
 */
#define WTS_SYSTEM(function) ((__typeof__(&(function)))(void *)wts_system_find(WTS_SYSTEM_##function))

FARPROC wts_system_find(enum wts_system_function function);

/*
 * True under Wine: ntdll exports wine_get_version, or carries Wine's mark in its image, which is there even
 * when a setting of Wine hides the export (measured: Wine 8.0).
 */
bool wts_system_is_wine(void);

#endif
