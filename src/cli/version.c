/*
 * wts version.
 */
#include "cli/command.h"
#include "cli/text.h"

static int run(const struct request *request)
{
    (void)request;
    text_print_line("wts %ls", L"" WTS_VERSION);
    return STATUS_ALL_DONE;
}

static const struct example examples[] = {
    {L"wts version", L"the version of this program"},
};

const struct command command_version = {
    .name = L"version",
    .words = L"",
    .purpose = L"print the version",
    .examples = examples,
    .example_count = ARRAYSIZE(examples),
    .run_alone = run,
};
