/*
 * Which stored credential is used; see credential_rule.h.
 */
#include "remote/transport/credential_rule.h"

#include "core/wildcard.h"

#include <stdbool.h>
#include <wchar.h>

static bool is_same(const WCHAR *one, const WCHAR *other, int count)
{
    return CompareStringOrdinal(one, count, other, count, TRUE) == CSTR_EQUAL;
}

/* The server or pattern of the entry; NULL: the entry has another purpose. */
static const WCHAR *pattern_of(const CREDENTIALW *entry)
{
    static const WCHAR prefix[] = L"TERMSRV/";
    const size_t length = ARRAYSIZE(prefix) - 1;
    if (entry->Type == CRED_TYPE_DOMAIN_PASSWORD)
        return entry->TargetName;
    if (entry->Type == CRED_TYPE_GENERIC && wcslen(entry->TargetName) > length &&
        is_same(entry->TargetName, prefix, (int)length))
        return entry->TargetName + length;
    return NULL;
}

/* 0: it does not match; else the higher, the better. */
static size_t rank(const CREDENTIALW *entry, const WCHAR *server)
{
    const size_t exact = 0x100000; /* above the length of any pattern */
    const WCHAR *pattern = pattern_of(entry);
    size_t length = 0;
    if (pattern == NULL || !wts_wildcard_matches(pattern, server, wcslen(server)))
        return 0;
    for (const WCHAR *unit = pattern; *unit != L'\0'; unit++)
        length += *unit != L'*';
    return (wcspbrk(pattern, L"*?") == NULL ? exact : 0) + length * 2 + 1 +
           (entry->Type == CRED_TYPE_DOMAIN_PASSWORD ? 1 : 0);
}

static bool is_earlier(const CREDENTIALW *one, const CREDENTIALW *other)
{
    return CompareStringOrdinal(one->TargetName, -1, other->TargetName, -1, TRUE) == CSTR_LESS_THAN;
}

DWORD wts_credential_choose(CREDENTIALW *const *entries, DWORD count, const WCHAR *server)
{
    DWORD best = count;
    size_t best_rank = 0;
    for (DWORD i = 0; i < count; i++) {
        const size_t one = rank(entries[i], server);
        if (one > best_rank || (one > 0 && one == best_rank && is_earlier(entries[i], entries[best]))) {
            best = i;
            best_rank = one;
        }
    }
    return best;
}
