/*
 * Reads the contents of answers; see values.h.
 */
#include "helper/session/values.h"

#include <stdio.h>
#include <string.h>

static bool take_basic(sd_bus_message *message, char type, void *value)
{
    char found;
    return wts_sd_bus.message_peek_type(message, &found, NULL) > 0 && found == type &&
           wts_sd_bus.message_read_basic(message, type, value) > 0;
}

bool wts_values_take_path(sd_bus_message *message, const char **path)
{
    return take_basic(message, 'o', path);
}

bool wts_values_take_text(sd_bus_message *message, const char **text)
{
    return take_basic(message, 's', text);
}

bool wts_values_take_flag(sd_bus_message *message, bool *flag)
{
    int value;
    if (!take_basic(message, 'b', &value))
        return false;
    *flag = value != 0;
    return true;
}

static void set_known(struct wts_logind_values *values, uint32_t field, bool is_known)
{
    values->known = is_known ? values->known | field : values->known & ~field;
}

static bool read_text(sd_bus_message *message, char *text)
{
    const char *value;
    text[0] = 0;
    if (!wts_values_take_text(message, &value))
        return false;
    if (strlen(value) <= WTS_LINUX_MAX_TEXT)
        snprintf(text, WTS_LINUX_MAX_TEXT + 1, "%s", value);
    return true;
}

/* A time of 0 from logind means that there is none. */
static bool read_time(sd_bus_message *message, uint64_t *time)
{
    uint64_t value;
    if (!take_basic(message, 't', &value))
        return false;
    *time = value <= INT64_MAX ? value : 0;
    return true;
}

/* The number at the front of a structure, whose rest is skipped. */
static bool read_user(sd_bus_message *message, uint32_t *user_id)
{
    return wts_sd_bus.message_enter_container(message, 'r', "uo") > 0 && take_basic(message, 'u', user_id) &&
           wts_sd_bus.message_skip(message, "o") >= 0 && wts_sd_bus.message_exit_container(message) >= 0;
}

enum property { LOCKED, ACTIVE, REMOTE, IDLE, ID, NAME, HOST, TYPE, CLASS, LOGON, IDLE_SINCE, USER };

static const struct {
    const char *name;
    const char *type;
    enum property property;
} properties[] = {
    {"LockedHint", "b", LOCKED}, {"Active", "b", ACTIVE}, {"Remote", "b", REMOTE},
    {"IdleHint", "b", IDLE},     {"Id", "s", ID},         {"Name", "s", NAME},
    {"RemoteHost", "s", HOST},   {"Type", "s", TYPE},     {"Class", "s", CLASS},
    {"Timestamp", "t", LOGON},   {"User", "(uo)", USER},  {"IdleSinceHint", "t", IDLE_SINCE},
};

static bool read_flag(sd_bus_message *message, struct wts_logind_values *values, uint32_t field, bool *flag)
{
    if (!wts_values_take_flag(message, flag))
        return false;
    set_known(values, field, true);
    return true;
}

static bool read_name(sd_bus_message *message, struct wts_logind_values *values, uint32_t field, char *text)
{
    const bool done = read_text(message, text);
    set_known(values, field, text[0] != 0);
    return done;
}

static bool read_moment(sd_bus_message *message, struct wts_logind_values *values, uint32_t field,
                        uint64_t *time)
{
    if (!read_time(message, time))
        return false;
    set_known(values, field, *time != 0);
    return true;
}

/* The value of a property, inside its variant. */
static bool read_property(sd_bus_message *message, enum property property, struct wts_logind_values *values)
{
    switch (property) {
    case LOCKED:
        return read_flag(message, values, WTS_LINUX_LOCKED, &values->is_locked);
    case ACTIVE:
        return read_flag(message, values, WTS_LINUX_ACTIVE, &values->is_active);
    case REMOTE:
        return read_flag(message, values, WTS_LINUX_REMOTE, &values->is_remote);
    case IDLE:
        return read_flag(message, values, WTS_LINUX_IDLE, &values->is_idle);
    case ID:
        return read_name(message, values, WTS_LINUX_ID, values->id);
    case NAME:
        return read_name(message, values, WTS_LINUX_USER_NAME, values->user_name);
    case HOST:
        return read_name(message, values, WTS_LINUX_REMOTE_HOST, values->remote_host);
    case TYPE:
        return read_name(message, values, WTS_LINUX_TYPE, values->type);
    case CLASS:
        return read_text(message, values->class_name);
    case LOGON:
        return read_moment(message, values, WTS_LINUX_LOGON_TIME, &values->logon_time);
    case IDLE_SINCE:
        return read_moment(message, values, WTS_LINUX_IDLE_SINCE, &values->idle_since);
    default:
        if (!read_user(message, &values->user_id))
            return false;
        set_known(values, WTS_LINUX_USER_ID, true);
        return true;
    }
}

/* Reads the variant of a property. One that is not needed, or has another type, is skipped. */
static bool take_value(sd_bus_message *message, const char *name, struct wts_logind_values *values)
{
    char type;
    const char *contents = NULL;
    if (wts_sd_bus.message_peek_type(message, &type, &contents) <= 0 || type != 'v' || contents == NULL)
        return false;
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (strcmp(name, properties[i].name) == 0 && strcmp(contents, properties[i].type) == 0)
            return wts_sd_bus.message_enter_container(message, 'v', properties[i].type) > 0 &&
                   read_property(message, properties[i].property, values) &&
                   wts_sd_bus.message_exit_container(message) >= 0;
    return wts_sd_bus.message_skip(message, "v") >= 0;
}

/* Whether an array of this kind is next. */
static bool is_array(sd_bus_message *message, const char *kind)
{
    char type;
    const char *contents = NULL;
    return wts_sd_bus.message_peek_type(message, &type, &contents) > 0 && type == 'a' && contents != NULL &&
           strcmp(contents, kind) == 0;
}

bool wts_values_take_properties(sd_bus_message *message, struct wts_logind_values *values)
{
    if (!is_array(message, "{sv}") || wts_sd_bus.message_enter_container(message, 'a', "{sv}") < 0)
        return false;
    int entered;
    while ((entered = wts_sd_bus.message_enter_container(message, 'e', "sv")) > 0) {
        const char *name;
        if (!wts_values_take_text(message, &name) || !take_value(message, name, values) ||
            wts_sd_bus.message_exit_container(message) < 0)
            return false;
    }
    return entered == 0 && wts_sd_bus.message_exit_container(message) >= 0;
}

bool wts_values_are_missing(sd_bus_message *message)
{
    const char *name;
    return is_array(message, "s") && wts_sd_bus.message_enter_container(message, 'a', "s") > 0 &&
           wts_values_take_text(message, &name);
}

bool wts_values_take_display(sd_bus_message *message, const char **path)
{
    char type;
    const char *contents = NULL;
    const char *id;
    return wts_sd_bus.message_peek_type(message, &type, &contents) > 0 && type == 'v' && contents != NULL &&
           strcmp(contents, "(so)") == 0 && wts_sd_bus.message_enter_container(message, 'v', "(so)") > 0 &&
           wts_sd_bus.message_enter_container(message, 'r', "so") > 0 && wts_values_take_text(message, &id) &&
           *id && wts_values_take_path(message, path);
}
