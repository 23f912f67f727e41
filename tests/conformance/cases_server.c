/* docs/contract.md#open-server and docs/contract.md#server-handles. Nothing here reaches the network where
 * opening is lazy. */
#include "conformance.h"

static void see_handle(HANDLE server, DWORD error)
{
    if (server == NULL)
        see("NULL, last error %lu", error);
    else if (server == INVALID_HANDLE_VALUE)
        see("-1");
    else
        see("a handle");
}

static void open_and_close(const wchar_t *name)
{
    WCHAR copy[300];
    if (name != NULL)
        wcscpy(copy, name);
    SetLastError(POISON);
    const HANDLE server = CALL(WTSOpenServerW)(name == NULL ? NULL : copy);
    see_handle(server, GetLastError());
    if (server != NULL)
        CALL(WTSCloseServer)(server);
}

static void open_unknown(void)
{
    open_and_close(L"wts-conformance.invalid");
}

static void open_null(void)
{
    open_and_close(NULL);
}

static void open_empty(void)
{
    open_and_close(L"");
}

static void open_backslashes(void)
{
    open_and_close(L"\\\\wts-conformance");
}

static void open_too_long(void)
{
    WCHAR name[257];
    for (unsigned i = 0; i < 256; i++)
        name[i] = L'x';
    name[256] = 0;
    open_and_close(name);
}

static void open_ansi(void)
{
    char name[] = "wts-conformance.invalid";
    SetLastError(POISON);
    const HANDLE server = CALL(WTSOpenServerA)(name);
    see_handle(server, GetLastError());
    if (server != NULL)
        CALL(WTSCloseServer)(server);
}

static void open_ex_null(void)
{
    SetLastError(POISON);
    const HANDLE server = CALL(WTSOpenServerExW)(NULL);
    see_handle(server, GetLastError());
    if (server != NULL)
        CALL(WTSCloseServer)(server);
}

static void handle_value(void)
{
    WCHAR name[] = L"wts-conformance.invalid";
    const HANDLE server = CALL(WTSOpenServerW)(name);
    see("%s, %s", (LONG_PTR)server > 0 ? "positive" : "not positive",
        ((ULONG_PTR)server & 3) != 0 ? "no multiple of four" : "a multiple of four");
    CALL(WTSCloseServer)(server);
}

static void see_close(HANDLE server)
{
    SetLastError(POISON);
    CALL(WTSCloseServer)(server);
    const DWORD error = GetLastError();
    if (error == POISON)
        see("returns, last error kept");
    else
        see("returns, last error %lu", error);
}

static void close_null(void)
{
    see_close(NULL);
}

static void close_twice(void)
{
    WCHAR name[] = L"wts-conformance.invalid";
    const HANDLE server = CALL(WTSOpenServerW)(name);
    see_close(server);
    see_close(server);
}

static const struct conformance_case cases[] = {
    {"open-server.lazy", UNVERIFIED, NOTHING, "a handle", open_unknown},
    {"open-server.ansi", UNVERIFIED, NOTHING, "a handle", open_ansi},
    {"open-server.null", OURS, NOTHING, "a handle", open_null},
    {"open-server.empty", OURS, NOTHING, "a handle", open_empty},
    {"open-server.ex-null", OURS, NOTHING, "a handle", open_ex_null},
    {"open-server.backslashes", UNVERIFIED, NOTHING, "a handle", open_backslashes},
    {"open-server.too-long", OURS, NOTHING, "NULL, last error 87", open_too_long},
    {"open-server.value", OURS, NOTHING, "positive, no multiple of four", handle_value},
    {"close-server.null", UNVERIFIED, NOTHING, "returns, last error kept", close_null},
    {"close-server.twice", OURS, NOTHING, "returns, last error kept; returns, last error kept", close_twice},
};
CONFORMANCE_GROUP(conformance_server);
