/*
 * The switches of Windows' own commands; see switches.h. Source: the commands' own usage, as Microsoft
 * documents it.
 */
#include "cli/switches.h"

#include "cli/options.h"

#include <wchar.h>

/* The counterparts of switches. The first row that matches the switch and the command counts. */
static const struct {
    const wchar_t *name;
    const wchar_t *typed_at; /* NULL: any command */
    const wchar_t *command;  /* the command that has the option, named if the command typed does not have it;
                                NULL: all have it */
    enum option option; /* OPTION_COUNT: the command itself is the counterpart, or, without a command, there
                           is none */
} switches[] = {
    {L"server", NULL, NULL, OPTION_SERVER},
    {L"s", L"shutdown", NULL, OPTION_POWER_OFF},
    {L"s", NULL, NULL, OPTION_SERVER},
    {L"m", NULL, NULL, OPTION_SERVER},
    {L"id", NULL, L"processes", OPTION_SESSION},
    {L"time", NULL, L"message", OPTION_TIMEOUT},
    {L"t", L"message", NULL, OPTION_TIMEOUT},
    {L"t", L"kill", NULL, OPTION_TREE},
    {L"t", NULL, NULL, OPTION_COUNT},
    {L"w", L"message", NULL, OPTION_COUNT}, /* it waits unless told otherwise */
    {L"w", L"kill", NULL, OPTION_WAIT_GONE},
    {L"w", NULL, L"logoff", OPTION_WAIT},
    {L"r", NULL, L"shutdown", OPTION_REBOOT},
    {L"g", NULL, L"shutdown", OPTION_REBOOT},
    {L"p", NULL, L"shutdown", OPTION_POWER_OFF},
    {L"sg", NULL, L"shutdown", OPTION_POWER_OFF},
    {L"l", NULL, L"shutdown", OPTION_LOGOFF},
    {L"u", L"kill", L"credential", OPTION_USER},
    {L"u", NULL, L"credential", OPTION_USER},
    {L"user", NULL, L"credential", OPTION_USER},
    {L"mode", NULL, L"info", OPTION_COUNT},
    {L"connect", NULL, L"info", OPTION_COUNT},
    {L"counter", NULL, L"info", OPTION_COUNT},
    {L"flow", NULL, NULL, OPTION_COUNT},
    {L"vm", NULL, NULL, OPTION_COUNT},
    {L"v", NULL, NULL, OPTION_COUNT},
    {L"a", NULL, NULL, OPTION_COUNT},
    {L"i", NULL, NULL, OPTION_COUNT},
    {L"h", NULL, NULL, OPTION_COUNT},
    {L"e", NULL, NULL, OPTION_COUNT},
    {L"o", NULL, NULL, OPTION_COUNT},
    {L"f", NULL, NULL, OPTION_COUNT},
    {L"d", NULL, NULL, OPTION_COUNT},
    {L"c", NULL, NULL, OPTION_COUNT},
    {L"hybrid", NULL, NULL, OPTION_COUNT},
    {L"soft", NULL, NULL, OPTION_COUNT},
    {L"fw", NULL, NULL, OPTION_COUNT},
    {L"pid", NULL, NULL, OPTION_COUNT},
    {L"im", NULL, NULL, OPTION_COUNT},
    {L"fi", NULL, NULL, OPTION_COUNT},
    {L"fo", NULL, NULL, OPTION_COUNT},
    {L"nh", NULL, NULL, OPTION_COUNT},
    {L"svc", NULL, NULL, OPTION_COUNT},
    {L"apps", NULL, NULL, OPTION_COUNT},
    {L"system", NULL, NULL, OPTION_COUNT},
    {L"pass", NULL, NULL, OPTION_COUNT},
};

/* The name of the switch within `word`. Returns its length, 0 when the word begins with no slash or hyphen.
 */
static size_t find_name(const wchar_t *word, const wchar_t **name)
{
    *name = word + wcsspn(word, L"/-");
    return *name > word ? wcscspn(*name, L":=") : 0;
}

static bool is_row(unsigned row, const wchar_t *name, size_t length)
{
    return wcslen(switches[row].name) == length && _wcsnicmp(switches[row].name, name, length) == 0;
}

bool switch_is_known(const wchar_t *word)
{
    const wchar_t *name;
    const size_t length = find_name(word, &name);
    for (unsigned i = 0; length > 0 && i < ARRAYSIZE(switches); i++) {
        if (is_row(i, name, length))
            return true;
    }
    return false;
}

static void add_advice(struct buffer *buffer, const wchar_t *command, enum option option)
{
    buffer_add_text(buffer, L": did you mean ");
    if (command != NULL)
        buffer_add_format(buffer, "wts %ls%ls", command, option != OPTION_COUNT ? L" " : L"");
    if (option != OPTION_COUNT)
        option_add(buffer, option);
    buffer_add_text(buffer, L"?");
}

/* An option of the command itself, in another case or with other hyphens. OPTION_COUNT: none. */
static enum option find_option(uint64_t allowed, const wchar_t *name, size_t length)
{
    enum option option = 0;
    while (option < OPTION_COUNT &&
           ((allowed & OPTION_BIT(option)) == 0 || wcslen(option_rule(option)->name) != length + 2 ||
            _wcsnicmp(option_rule(option)->name + 2, name, length) != 0))
        option++;
    return option;
}

void switch_add_advice(struct buffer *buffer, const wchar_t *command, uint64_t allowed, const wchar_t *word)
{
    const wchar_t *name;
    const size_t length = find_name(word, &name);
    const enum option own = find_option(allowed, name, length);
    if (length > 0 && own != OPTION_COUNT) {
        add_advice(buffer, NULL, own);
        return;
    }
    for (unsigned i = 0; length > 0 && i < ARRAYSIZE(switches); i++) {
        if (!is_row(i, name, length) ||
            (switches[i].typed_at != NULL && wcscmp(switches[i].typed_at, command) != 0))
            continue;
        const enum option option = switches[i].option;
        const bool has_option = option != OPTION_COUNT && (allowed & OPTION_BIT(option)) != 0;
        if (has_option)
            add_advice(buffer, NULL, option);
        else if (switches[i].command != NULL)
            add_advice(buffer, switches[i].command, option);
        return;
    }
}
