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

#ifndef NO_MAIN /* GNU's compiler makes `main` call its run time, which is not there with another linker */
int main(void)
{
    return plain_entry();
}
#endif
