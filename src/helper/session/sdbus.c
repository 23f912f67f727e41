/*
 * libsystemd at run time; see sdbus.h.
 */
#include "helper/session/sdbus.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

struct wts_sd_bus wts_sd_bus;

static bool find(void *library, const char *name, void *place)
{
    void *function = dlsym(library, name);
    memcpy(place, &function, sizeof function); /* C has no cast from an object to a function */
    return function != NULL;
}

const char *wts_sd_bus_load(void)
{
    void *library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        static char why[256];
        snprintf(why, sizeof why, "%s", dlerror());
        return why;
    }
#define FIND(name)                                                                                           \
    if (!find(library, "sd_bus_" #name, &wts_sd_bus.name))                                                   \
        return "libsystemd.so.0 has no sd_bus_" #name;
    WTS_SD_BUS_FUNCTIONS(FIND)
#undef FIND
    return NULL;
}
