/*
 * A program that refers to every export, by the public headers. It is linked and looked at, not run.
 */
#include <wtsapi32.h>
#include <wtshintapi.h>

int plain_entry(void);

static void *const volatile all[] = {
#include "all_exports.h"
};

int plain_entry(void)
{
    return all[0] != NULL;
}

int main(void)
{
    return plain_entry();
}
