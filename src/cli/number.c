/*
 * Numbers as words of the command line; see number.h.
 */
#include "cli/number.h"

#include <stdlib.h>
#include <wchar.h>

bool number_read(const wchar_t *text, DWORD *value)
{
    const bool hexadecimal = text[0] == L'0' && (text[1] == L'x' || text[1] == L'X');
    const wchar_t *digits = hexadecimal ? text + 2 : text;
    const wchar_t *allowed = hexadecimal ? L"0123456789abcdefABCDEF" : L"0123456789";
    const size_t count = wcslen(digits);
    if (count == 0 || count > 10 || wcsspn(digits, allowed) != count)
        return false;
    const unsigned long long number = _wcstoui64(digits, NULL, hexadecimal ? 16 : 10);
    if (number > MAXDWORD)
        return false;
    *value = (DWORD)number;
    return true;
}

bool number_read_signed(const wchar_t *text, DWORD *value)
{
    DWORD amount;
    if (text[0] != L'-')
        return number_read(text, value);
    if (!number_read(text + 1, &amount) || amount > 0x80000000U)
        return false;
    *value = 0U - amount;
    return true;
}
