/*
 * wts.exe in a network whose browser service knows three session hosts, or, of another domain, one. Wine's
 * list of servers is always empty. The function stands before that of the import library.
 */
#include <wtsapi32.h>

#include <wchar.h>

static const wchar_t *const names[] = {L"SERVER1", L"SERVER2", L"SERVER3"};
static const wchar_t *const names_of_contoso[] = {L"CONTOSO1"};

BOOL WINAPI WTSEnumerateServersW(LPWSTR pDomainName, DWORD Reserved, DWORD Version,
                                 PWTS_SERVER_INFOW *ppServerInfo, DWORD *pCount)
{
    const BOOL is_other = pDomainName != NULL && _wcsicmp(pDomainName, L"CONTOSO") == 0;
    const wchar_t *const *list = is_other ? names_of_contoso : names;
    const DWORD count = is_other ? ARRAYSIZE(names_of_contoso) : ARRAYSIZE(names);
    if (Reserved != 0 || Version != 1 || (pDomainName != NULL && !is_other)) {
        SetLastError(ERROR_NO_BROWSER_SERVERS_FOUND);
        return FALSE;
    }
    WTS_SERVER_INFOW *rows = LocalAlloc(LPTR, count * sizeof *rows);
    if (rows == NULL)
        return FALSE;
    for (DWORD i = 0; i < count; i++)
        rows[i].pServerName = (LPWSTR)list[i];
    *ppServerInfo = rows;
    *pCount = count;
    return TRUE;
}
