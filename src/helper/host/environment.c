/*
 * The environment of a helper; see environment.h.
 */
#include "helper/host/environment.h"

#include <stdlib.h>
#include <string.h>

static bool is_listed(const char *const *names, struct wts_frame_text name)
{
    for (; *names != NULL; names++)
        if (strlen(*names) == name.length && memcmp(*names, name.data, name.length) == 0)
            return true;
    return false;
}

static bool is_taken(const struct wts_duty *const *duties, struct wts_frame_text name)
{
    for (; *duties != NULL; duties++)
        if (is_listed((*duties)->variables, name))
            return true;
    return false;
}

static bool set_variable(const struct wts_frame_variable *variable)
{
    char *name = strndup(variable->name.data, variable->name.length);
    char *value = strndup(variable->value.data, variable->value.length);
    const bool done = name != NULL && value != NULL && setenv(name, value, 1) == 0;
    free(name);
    free(value);
    return done;
}

bool wts_environment_set(const struct wts_duty *const *duties, const struct wts_frame_hello *hello)
{
    if (clearenv() != 0)
        return false;
    for (uint32_t i = 0; i < hello->count; i++)
        if (is_taken(duties, hello->variables[i].name) && !set_variable(&hello->variables[i]))
            return false;
    return true;
}
