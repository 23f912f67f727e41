/*
 * wts version.
 */
#include "cli/command.h"
#include "cli/text.h"

#define TEXT_OF(x) L## #x
#define TEXT_OF_VALUE(x) TEXT_OF(x)

static int run(const struct request *request)
{
    (void)request;
    text_print_line("wts %ls", TEXT_OF_VALUE(WTS_VERSION));
    return STATUS_ALL_DONE;
}

const struct command command_version = {
    .name = L"version",
    .words = L"",
    .purpose = L"print the version",
    .run_alone = run,
};
