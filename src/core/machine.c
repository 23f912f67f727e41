/*
 * Which server names mean this machine; see machine.h.
 */
#include "core/machine.h"

static bool same(const WCHAR *a, const WCHAR *b)
{
    return CompareStringOrdinal(a, -1, b, -1, TRUE) == CSTR_EQUAL;
}

static bool is_own(const WCHAR *name, COMPUTER_NAME_FORMAT format)
{
    WCHAR own[512]; /* a DNS name has 255 characters at most */
    DWORD capacity = ARRAYSIZE(own);
    return GetComputerNameExW(format, own, &capacity) && own[0] != L'\0' && same(name, own);
}

bool wts_machine_is_this(const WCHAR *name)
{
    if (name[0] == L'\0' || same(name, L".") || same(name, L"localhost"))
        return true;
    if (wcschr(name, L'.') != NULL)
        return is_own(name, ComputerNameDnsFullyQualified);
    return is_own(name, ComputerNameDnsHostname) || is_own(name, ComputerNameNetBIOS);
}
