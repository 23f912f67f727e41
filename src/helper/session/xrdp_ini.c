/*
 * Static channels in xrdp.ini; see xrdp_ini.h. The result may differ from xrdp's: xrdp reads the file when a
 * client connects, or another file if it was started with one.
 */
#include "helper/session/xrdp_ini.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#ifndef WTS_XRDP_INI /* tests have one of their own */
#define WTS_XRDP_INI "/etc/xrdp/xrdp.ini"
#endif

enum { MAX_LINES = 10000 };

/* Takes one name; false: no more are needed. */
typedef bool take_name(void *context, const char *name, size_t length);

static bool is_true(const char *value)
{
    static const char *const words[] = {"true", "yes", "on", "1"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const size_t length = strlen(words[i]);
        if (strncasecmp(value, words[i], length) == 0 &&
            strspn(value + length, " \t\r\n") == strlen(value + length))
            return true;
    }
    return false;
}

/* Gives the names of the lines NAME=true of [Channels]. False: the file cannot be read. */
static bool read_names(take_name *take, void *context)
{
    char line[256];
    bool is_inside = false;
    FILE *file = fopen(WTS_XRDP_INI, "re");
    if (file == NULL)
        return false;
    for (unsigned i = 0; i < MAX_LINES && fgets(line, sizeof line, file) != NULL; i++) {
        const char *name = line + strspn(line, " \t");
        const size_t length = strcspn(name, " \t=\r\n");
        const char *value = name + length + strspn(name + length, " \t");
        if (*name == '[')
            is_inside = strncasecmp(name, "[channels]", 10) == 0;
        else if (is_inside && length > 0 && *name != '#' && *name != ';' && *value == '=' &&
                 is_true(value + 1 + strspn(value + 1, " \t")) && !take(context, name, length))
            break;
    }
    fclose(file);
    return true;
}

struct list {
    char *names;
    size_t size;
    size_t used;
};

static bool add(void *context, const char *name, size_t length)
{
    struct list *list = context;
    const int added = snprintf(list->names + list->used, list->size - list->used, "%s%.*s",
                               list->used > 0 ? ", " : "", (int)length, name);
    if (added < 0 || (size_t)added >= list->size - list->used) {
        list->names[list->used] = 0;
        return false;
    }
    list->used += (size_t)added;
    return true;
}

bool wts_xrdp_ini_channels(char *names, size_t size)
{
    struct list list = {names, size, 0};
    names[0] = 0;
    return read_names(add, &list);
}

struct wanted {
    const char *name;
    size_t length;
    bool is_there;
};

static bool compare(void *context, const char *name, size_t length)
{
    struct wanted *wanted = context;
    wanted->is_there = length == wanted->length && strncasecmp(name, wanted->name, length) == 0;
    return !wanted->is_there;
}

bool wts_xrdp_ini_drops(const char *name, size_t length)
{
    struct wanted wanted = {name, length, false};
    return read_names(compare, &wanted) && !wanted.is_there;
}
