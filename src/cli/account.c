/*
 * Names of accounts; see account.h. A look-up may contact a domain controller, and a list of processes has
 * the same few SIDs in thousands of rows, so results are remembered, by a hash of the SID's bytes.
 */
#include "cli/account.h"

#include "cli/memory.h"

#include <sddl.h>
#include <string.h>
#include <wchar.h>

struct account {
    struct account *next;
    const wchar_t *name;
    BYTE sid[];
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct account *accounts[256];

static unsigned hash(const BYTE *bytes, DWORD length)
{
    unsigned value = 0;
    for (DWORD i = 0; i < length; i++)
        value = value * 31 + bytes[i];
    return value % ARRAYSIZE(accounts);
}

static void add_sid(struct buffer *name, PSID sid)
{
    LPWSTR text = NULL;
    if (ConvertSidToStringSidW(sid, &text)) {
        buffer_add_text(name, text);
        LocalFree(text);
    }
}

/* Looks up a name, which is kept as long as the program runs. */
static const wchar_t *look_up(PSID sid)
{
    struct buffer name = {.units = NULL};
    wchar_t user[257];
    wchar_t domain[257];
    DWORD user_capacity = ARRAYSIZE(user);
    DWORD domain_capacity = ARRAYSIZE(domain);
    SID_NAME_USE use;
    if (!LookupAccountSidW(NULL, sid, user, &user_capacity, domain, &domain_capacity, &use))
        add_sid(&name, sid);
    else
        buffer_add_format(&name, "%ls%ls%ls", domain, domain[0] != L'\0' ? L"\\" : L"", user);
    return buffer_text(&name);
}

const wchar_t *account_name(PSID sid)
{
    if (sid == NULL || !IsValidSid(sid))
        return NULL;
    const DWORD length = GetLengthSid(sid);
    struct account **place = &accounts[hash(sid, length)];
    AcquireSRWLockExclusive(&lock);
    struct account *account = *place;
    while (account != NULL && !EqualSid(account->sid, sid))
        account = account->next;
    if (account == NULL) {
        account = memory_resize(NULL, 1, sizeof *account + length);
        *account = (struct account){.next = *place, .name = look_up(sid)};
        memcpy(account->sid, sid, length);
        *place = account;
    }
    ReleaseSRWLockExclusive(&lock);
    return account->name;
}

static bool is_same(const wchar_t *a, const wchar_t *b)
{
    return CompareStringOrdinal(a, -1, b, -1, TRUE) == CSTR_EQUAL;
}

const wchar_t *account_sid(PSID sid, struct buffer *buffer)
{
    if (sid == NULL)
        return NULL;
    add_sid(buffer, sid);
    return buffer_text(buffer);
}

bool account_name_is(const wchar_t *name, const wchar_t *word)
{
    const wchar_t *behind_domain = wcschr(name, L'\\');
    return is_same(name, word) || (behind_domain != NULL && is_same(behind_domain + 1, word));
}

bool account_is(PSID sid, const wchar_t *word)
{
    struct buffer text = {.units = NULL};
    const wchar_t *name = account_name(sid);
    if (name == NULL)
        return false;
    add_sid(&text, sid);
    const bool is_so = account_name_is(name, word) || is_same(buffer_text(&text), word);
    buffer_free(&text);
    return is_so;
}

bool account_is_known(PSID sid)
{
    struct buffer text = {.units = NULL};
    const wchar_t *name = account_name(sid);
    if (name == NULL)
        return false;
    add_sid(&text, sid);
    const bool is_known = wcscmp(name, buffer_text(&text)) != 0;
    buffer_free(&text);
    return is_known;
}

/* NT AUTHORITY with these first sub-authorities: services, window manager, font driver host. */
bool account_is_of_system(PSID sid)
{
    static const SID_IDENTIFIER_AUTHORITY nt = SECURITY_NT_AUTHORITY;
    if (sid == NULL || !IsValidSid(sid) || *GetSidSubAuthorityCount(sid) == 0 ||
        memcmp(GetSidIdentifierAuthority(sid), &nt, sizeof nt) != 0)
        return false;
    const DWORD first = *GetSidSubAuthority(sid, 0);
    return first == SECURITY_LOCAL_SYSTEM_RID || first == SECURITY_LOCAL_SERVICE_RID ||
           first == SECURITY_NETWORK_SERVICE_RID || first == 80 || first == 90 || first == 96;
}

bool account_is_sid(const wchar_t *word)
{
    PSID sid = NULL;
    const bool is_so = ConvertStringSidToSidW(word, &sid);
    LocalFree(sid);
    return is_so;
}

const wchar_t account_unknown_advice[] =
    L"belong to users whom this machine does not know by name; --session means them, or --user with the SID "
    L"that wts processes --json shows";
