/*
 * Exports that list the session hosts of a domain. They ask the browser service of the network, and pass its
 * errors on. docs/contract.md#server-list
 */
#include <wtsapi32.h>

#include <stdlib.h>
#include <wchar.h>

#include "api/call.h"
#include "core/block.h"
#include "core/system.h"
#include "forward/forward.h"

#define DOMAIN_CAPACITY 256 /* a DNS name has at most 255 characters, plus the NUL */

/* The rows of the browser service serve as the records. */
struct server_row {
    struct wts_text name;
};

static const struct wts_field fields[] = {
    WTS_FIELD(TEXT, struct server_row, name, WTS_SERVER_INFO, pServerName),
};

static const struct wts_layout layout = WTS_LAYOUT(fields, struct server_row, WTS_SERVER_INFO);

static DWORD pack(const SERVER_INFO_101 *servers, DWORD count, enum wts_form form, void **block)
{
    DWORD error = ERROR_NOT_ENOUGH_MEMORY;
    size_t length;
    struct server_row *rows = calloc((size_t)count + 1, sizeof *rows);
    if (rows != NULL) {
        for (DWORD i = 0; i < count; i++)
            rows[i].name = wts_text_of((const WCHAR *)servers[i].sv101_name);
        error = wts_block_pack(&layout, form, rows, count, block, &length);
    }
    free(rows);
    return error;
}

static DWORD list(const WCHAR *domain, enum wts_form form, void **block, DWORD *count)
{
    BYTE *servers = NULL;
    DWORD read = 0;
    DWORD total = 0;
    void *packed = NULL;
    if (WTS_SYSTEM(NetServerEnum) == NULL || WTS_SYSTEM(NetApiBufferFree) == NULL)
        return ERROR_NOT_SUPPORTED;
    DWORD error = WTS_SYSTEM(NetServerEnum)(NULL, 101, &servers, MAX_PREFERRED_LENGTH, &read, &total,
                                            SV_TYPE_TERMINALSERVER, domain, NULL);
    if (error == ERROR_SUCCESS)
        error = pack((const void *)servers, read, form, &packed);
    if (servers != NULL)
        WTS_SYSTEM(NetApiBufferFree)(servers);
    if (error == ERROR_SUCCESS) {
        *block = packed;
        *count = read;
    }
    return error;
}

static bool are_arguments_valid(DWORD reserved, DWORD version, const void *block, const DWORD *count)
{
    return reserved == 0 && version == 1 && block != NULL && count != NULL;
}

BOOL WINAPI WTSEnumerateServersW(LPWSTR pDomainName, DWORD Reserved, DWORD Version,
                                 PWTS_SERVER_INFOW *ppServerInfo, DWORD *pCount)
{
    WTS_FORWARD_BUFFER(WTSEnumerateServersW, true, (pDomainName, Reserved, Version, ppServerInfo, pCount),
                       ppServerInfo, 0, WTS_RELEASE_PLAIN, 0);
    const struct wts_call call = wts_call_begin("WTSEnumerateServersW");
    DWORD error = ERROR_INVALID_PARAMETER;
    if (are_arguments_valid(Reserved, Version, ppServerInfo, pCount) &&
        (pDomainName == NULL || wcsnlen(pDomainName, DOMAIN_CAPACITY) < DOMAIN_CAPACITY))
        error = list(pDomainName, WTS_FORM_UTF16, (void **)ppServerInfo, pCount);
    return wts_call_end(&call, error);
}

BOOL WINAPI WTSEnumerateServersA(LPSTR pDomainName, DWORD Reserved, DWORD Version,
                                 PWTS_SERVER_INFOA *ppServerInfo, DWORD *pCount)
{
    WTS_FORWARD_BUFFER(WTSEnumerateServersA, true, (pDomainName, Reserved, Version, ppServerInfo, pCount),
                       ppServerInfo, 0, WTS_RELEASE_PLAIN, 0);
    const struct wts_call call = wts_call_begin("WTSEnumerateServersA");
    WCHAR domain[DOMAIN_CAPACITY];
    DWORD error = ERROR_INVALID_PARAMETER;
    if (are_arguments_valid(Reserved, Version, ppServerInfo, pCount) &&
        (pDomainName == NULL ||
         MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, pDomainName, -1, domain, DOMAIN_CAPACITY) > 0))
        error = list(pDomainName != NULL ? domain : NULL, WTS_FORM_ANSI, (void **)ppServerInfo, pCount);
    return wts_call_end(&call, error);
}
