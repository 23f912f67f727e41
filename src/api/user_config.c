/*
 * Exports that read and write the terminal services settings of an account, docs/contract.md#user-config. The
 * server is named, not opened. Accounts of this machine are refused with 50: Windows' own DLL serves them,
 * and without that DLL nothing does. Outputs are written on success only; success leaves the last error
 * alone.
 */
#include <wtsapi32.h>

#include <string.h>

#include "api/call.h"
#include "core/block.h"
#include "core/machine.h"
#include "core/result.h"
#include "core/user_config.h"
#include "forward/forward.h"

enum {
    SERVER_CAPACITY = 256, /* 255 characters and the NUL */
    USER_CAPACITY = 514,   /* a domain, a backslash, UNLEN characters and the NUL */
    STRUCTURE_TEXTS = 5
};

#define FIELD(kind, source, member) WTS_FIELD(kind, struct wts_user_config, source, WTSUSERCONFIG, member)
#define NUMBER(setting, member) FIELD(NUMBER, numbers[WTS_USER_##setting], member)
#define ARRAY(setting, member) FIELD(ARRAY, texts[WTS_USER_##setting], member)

static const struct wts_field fields[] = {
    {.kind = WTS_FIELD_CONSTANT, .source = WTSUserConfigSourceSAM, .size = sizeof(DWORD)}, /* Source */
    NUMBER(INHERITS_INITIAL_PROGRAM, InheritInitialProgram),
    NUMBER(ALLOWS_LOGON, AllowLogonTerminalServer),
    NUMBER(MAX_CONNECTION_MS, TimeoutSettingsConnections),
    NUMBER(MAX_DISCONNECTION_MS, TimeoutSettingsDisconnections),
    NUMBER(MAX_IDLE_MS, TimeoutSettingsIdle),
    NUMBER(CONNECTS_DRIVES, DeviceClientDrives),
    NUMBER(CONNECTS_PRINTERS, DeviceClientPrinters),
    NUMBER(USES_DEFAULT_PRINTER, ClientDefaultPrinter),
    NUMBER(ENDS_BROKEN_SESSION, BrokenTimeoutSettings),
    NUMBER(RECONNECTS_SAME_CLIENT, ReconnectSettings),
    NUMBER(SHADOW, ShadowingSettings),
    NUMBER(HAS_REMOTE_HOME, TerminalServerRemoteHomeDir),
    ARRAY(INITIAL_PROGRAM, InitialProgram),
    ARRAY(WORK_DIRECTORY, WorkDirectory),
    ARRAY(PROFILE_PATH, TerminalServerProfilePath),
    ARRAY(HOME_DIRECTORY, TerminalServerHomeDir),
    ARRAY(HOME_DRIVE, TerminalServerHomeDirDrive),
};

static const struct wts_layout layout = WTS_LAYOUT(fields, struct wts_user_config, WTSUSERCONFIG);

_Static_assert(offsetof(WTSUSERCONFIGW, Source) == 0 && offsetof(WTSUSERCONFIGA, Source) == 0,
               "the constant's place");
_Static_assert((int)WTS_USER_SETTING_COUNT == WTSUserConfigUser,
               "every class but the structure has a setting");
_Static_assert((int)WTS_USER_SHADOW == WTSUserConfigShadowingSettings &&
                   (int)WTS_USER_HAS_REMOTE_HOME == WTSUserConfigfTerminalServerRemoteHomeDir,
               "a setting has the same number as its class");

/* Every setting of the structure that can be set. */
#define STRUCTURE_SETTINGS                                                                                   \
    ((WTS_USER_BIT(WTS_USER_HAS_REMOTE_HOME) - 1) &                                                          \
     ~(WTS_USER_BIT(WTS_USER_CALLBACK) | WTS_USER_BIT(WTS_USER_CALLBACK_NUMBER)))

/* The two names that every call takes, checked and in UTF-16. */
struct names {
    WCHAR server[SERVER_CAPACITY];
    WCHAR user[USER_CAPACITY];
};

/* Copies `text`, in `form`, into `capacity` units. False: it is NULL, too long, or not valid in the code
 * page. */
static bool copy_name(enum wts_form form, const void *text, WCHAR *name, int capacity)
{
    if (text == NULL)
        return false;
    if (form == WTS_FORM_ANSI)
        return MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, text, -1, name, capacity) > 0;
    const size_t count = wcsnlen(text, (size_t)capacity);
    if (count == (size_t)capacity)
        return false;
    memcpy(name, text, (count + 1) * sizeof *name);
    return true;
}

/* The functions that find a domain controller return its name with two leading backslashes. */
static DWORD read_names(enum wts_form form, const void *server, const void *user, struct names *names)
{
    if (!copy_name(form, user, names->user, USER_CAPACITY) || names->user[0] == 0)
        return ERROR_INVALID_PARAMETER;
    if (server == NULL)
        return ERROR_NOT_SUPPORTED;
    if (!copy_name(form, server, names->server, SERVER_CAPACITY))
        return ERROR_INVALID_PARAMETER;
    if (names->server[0] == '\\' && names->server[1] == '\\')
        memmove(names->server, names->server + 2, sizeof names->server - 2 * sizeof(WCHAR));
    return wts_machine_is_this(names->server) ? ERROR_NOT_SUPPORTED : ERROR_SUCCESS;
}

static DWORD pack_number(uint32_t number, void **block, size_t *length)
{
    void *packed = wts_result_allocate(sizeof number);
    if (packed == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    memcpy(packed, &number, sizeof number);
    *block = packed;
    *length = sizeof number;
    return ERROR_SUCCESS;
}

static DWORD pack(const struct wts_user_config *config, unsigned class, enum wts_form form, void **block,
                  size_t *length)
{
    if (class == WTSUserConfigUser)
        return wts_block_pack(&layout, form, config, 1, block, length);
    if (wts_user_setting_is_text(class))
        return wts_block_pack_text(form, config->texts[class], block, length);
    return pack_number(config->numbers[class], block, length);
}

static DWORD query(enum wts_form form, const void *server, const void *user, WTS_CONFIG_CLASS class,
                   void **block, DWORD *length)
{
    struct names names;
    struct wts_user_config config;
    void *packed = NULL;
    size_t packed_length = 0;
    if (block == NULL || length == NULL || (unsigned)class > WTSUserConfigUser)
        return ERROR_INVALID_PARAMETER;
    DWORD error = read_names(form, server, user, &names);
    if (error == ERROR_SUCCESS)
        error = wts_remote_query_user_config(names.server, names.user, &config);
    if (error != ERROR_SUCCESS)
        return error;
    error = pack(&config, (unsigned)class, form, &packed, &packed_length);
    config.free(&config);
    if (error == ERROR_SUCCESS) {
        *block = packed;
        *length = (DWORD)packed_length;
    }
    return error;
}

/* What a caller wants to set: values, and memory for texts that had to be converted. */
struct wanted {
    struct wts_user_config config;
    uint32_t settings;
    WCHAR units[STRUCTURE_TEXTS * (MAX_PATH + 1)];
    size_t used;
};

/* A text of the caller's up to its first NUL, at most `max_count` characters. False: it is too long, or not
 * valid in the code page. */
static bool read_text(struct wanted *wanted, enum wts_form form, const void *characters, size_t max_count,
                      struct wts_text *text)
{
    const size_t left = ARRAYSIZE(wanted->units) - wanted->used;
    if (form == WTS_FORM_UTF16) {
        *text = (struct wts_text){characters, (uint32_t)wcsnlen(characters, max_count)};
        return text->count <= WTS_USER_MAX_TEXT;
    }
    WCHAR *units = wanted->units + wanted->used;
    const size_t length = strnlen(characters, max_count);
    int count = 0;
    if (length > 0 && length <= left)
        count = MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, characters, (int)length, units, (int)left);
    *text = (struct wts_text){units, (uint32_t)count};
    wanted->used += (size_t)count;
    return (count > 0 || length == 0) && count <= WTS_USER_MAX_TEXT;
}

/* One field of the structure at `bytes`. */
static bool read_field(struct wanted *wanted, enum wts_form form, const struct wts_field *field,
                       const BYTE *bytes)
{
    void *target = (BYTE *)&wanted->config + field->source;
    if (field->kind == WTS_FIELD_ARRAY)
        return read_text(wanted, form, bytes + field->target[form], field->size, target);
    memcpy(target, bytes + field->target[form], field->size);
    return true;
}

static DWORD read_structure(struct wanted *wanted, enum wts_form form, const void *buffer, DWORD length)
{
    const size_t character_length = form == WTS_FORM_UTF16 ? sizeof(WCHAR) : sizeof(CHAR);
    DWORD source;
    if (length < layout.structure_length[form] / character_length)
        return ERROR_INVALID_PARAMETER;
    memcpy(&source, buffer, sizeof source);
    if (source != WTSUserConfigSourceSAM)
        return ERROR_INVALID_PARAMETER;
    for (size_t i = 1; i < ARRAYSIZE(fields); i++) {
        if (!read_field(wanted, form, &fields[i], buffer))
            return ERROR_INVALID_PARAMETER;
    }
    wanted->settings = STRUCTURE_SETTINGS;
    return ERROR_SUCCESS;
}

/* A number has 4 bytes. Callers pass their count in characters or in bytes: docs/contract.md#t11. */
static DWORD read_number(struct wanted *wanted, enum wts_form form, unsigned class, const void *buffer,
                         DWORD length)
{
    if (length < sizeof(DWORD) / (form == WTS_FORM_UTF16 ? sizeof(WCHAR) : sizeof(CHAR)))
        return ERROR_INVALID_PARAMETER;
    memcpy(&wanted->config.numbers[class], buffer, sizeof wanted->config.numbers[class]);
    return ERROR_SUCCESS;
}

static DWORD read_wanted(struct wanted *wanted, enum wts_form form, unsigned class, const void *buffer,
                         DWORD length)
{
    if (buffer == NULL || class > WTSUserConfigUser || class == WTSUserConfigfTerminalServerRemoteHomeDir)
        return ERROR_INVALID_PARAMETER;
    if (class == WTSUserConfigUser)
        return read_structure(wanted, form, buffer, length);
    wanted->settings = WTS_USER_BIT(class);
    if (!wts_user_setting_is_text(class))
        return read_number(wanted, form, class, buffer, length);
    return read_text(wanted, form, buffer, length, &wanted->config.texts[class]) ? ERROR_SUCCESS
                                                                                 : ERROR_INVALID_PARAMETER;
}

static bool are_values_valid(const struct wts_user_config *config)
{
    return config->numbers[WTS_USER_CALLBACK] <= 2 && config->numbers[WTS_USER_SHADOW] <= 4;
}

static DWORD set(enum wts_form form, const void *server, const void *user, WTS_CONFIG_CLASS class,
                 const void *buffer, DWORD length)
{
    struct names names;
    struct wanted wanted = {.settings = 0};
    DWORD error = read_wanted(&wanted, form, (unsigned)class, buffer, length);
    if (error == ERROR_SUCCESS && !are_values_valid(&wanted.config))
        error = ERROR_INVALID_PARAMETER;
    if (error == ERROR_SUCCESS)
        error = read_names(form, server, user, &names);
    if (error == ERROR_SUCCESS)
        error = wts_remote_change_user_config(names.server, names.user, &wanted.config, wanted.settings);
    return error;
}

BOOL WINAPI WTSQueryUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                LPWSTR *ppBuffer, DWORD *pBytesReturned)
{
    WTS_FORWARD_BUFFER(WTSQueryUserConfigW, true,
                       (pServerName, pUserName, WTSConfigClass, ppBuffer, pBytesReturned), ppBuffer, 0,
                       WTS_RELEASE_PLAIN, 0);
    const struct wts_call call = wts_call_begin("WTSQueryUserConfigW");
    return wts_call_end(&call, query(WTS_FORM_UTF16, pServerName, pUserName, WTSConfigClass,
                                     (void **)ppBuffer, pBytesReturned));
}

BOOL WINAPI WTSQueryUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                LPSTR *ppBuffer, DWORD *pBytesReturned)
{
    WTS_FORWARD_BUFFER(WTSQueryUserConfigA, true,
                       (pServerName, pUserName, WTSConfigClass, ppBuffer, pBytesReturned), ppBuffer, 0,
                       WTS_RELEASE_PLAIN, 0);
    const struct wts_call call = wts_call_begin("WTSQueryUserConfigA");
    return wts_call_end(&call, query(WTS_FORM_ANSI, pServerName, pUserName, WTSConfigClass, (void **)ppBuffer,
                                     pBytesReturned));
}

BOOL WINAPI WTSSetUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                              LPWSTR pBuffer, DWORD DataLength)
{
    WTS_FORWARD(WTSSetUserConfigW, (pServerName, pUserName, WTSConfigClass, pBuffer, DataLength));
    const struct wts_call call = wts_call_begin("WTSSetUserConfigW");
    return wts_call_end(&call,
                        set(WTS_FORM_UTF16, pServerName, pUserName, WTSConfigClass, pBuffer, DataLength));
}

BOOL WINAPI WTSSetUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                              LPSTR pBuffer, DWORD DataLength)
{
    WTS_FORWARD(WTSSetUserConfigA, (pServerName, pUserName, WTSConfigClass, pBuffer, DataLength));
    const struct wts_call call = wts_call_begin("WTSSetUserConfigA");
    return wts_call_end(&call,
                        set(WTS_FORM_ANSI, pServerName, pUserName, WTSConfigClass, pBuffer, DataLength));
}
