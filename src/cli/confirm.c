/*
 * The confirmation before actions of large extent; see confirm.h.
 */
#include "cli/confirm.h"

#include "cli/text.h"

#include <wchar.h>

void confirm_add_extent(struct buffer *text, size_t count, const wchar_t *thing, const wchar_t *things,
                        unsigned servers, bool is_one_of_many)
{
    buffer_add_format(text, "%lu %ls", (unsigned long)count, count == 1 ? thing : things);
    if (is_one_of_many)
        buffer_add_format(text, " on %u server%ls", servers, servers == 1 ? L"" : L"s");
}

static bool ask(const struct confirm_words *words, const wchar_t *extent)
{
    wchar_t answer[64] = L"";
    DWORD count = 0;
    text_complain_unended("%ls %ls? [y/N] ", words->verb, extent);
    if (!ReadConsoleW(GetStdHandle(STD_INPUT_HANDLE), answer, ARRAYSIZE(answer) - 1, &count, NULL))
        return false;
    answer[wcscspn(answer, L"\r\n")] = L'\0';
    return _wcsicmp(answer, L"y") == 0 || _wcsicmp(answer, L"yes") == 0;
}

bool confirm_ask(const struct request *request, const struct confirm_words *words, const wchar_t *extent)
{
    DWORD mode;
    const bool can_ask =
        GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) && text_is_terminal(STD_ERROR_HANDLE);
    if (can_ask && ask(words, extent))
        return true;
    text_complain_line("wts %ls: %ls, nothing was %ls%ls%ls", request->command->name, extent,
                       words->participle, can_ask ? L"" : L": --dry-run shows them, --yes ",
                       can_ask ? L"" : words->third_person);
    return false;
}
