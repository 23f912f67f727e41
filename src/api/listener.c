/*
 * Exports about listeners of this machine, docs/contract.md#listeners. They read the configuration but do not
 * create or change a listener, because nothing here listens. Arguments are checked before the server handle,
 * which must mean this machine.
 */
#include <wtsapi32.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "core/block.h"
#include "core/listeners.h"
#include "core/server.h"
#include "forward/forward.h"

/* WTSLISTENERNAME is an array and has no members. */
static const struct wts_field name_fields[] = {
    {.kind = WTS_FIELD_ARRAY,
     .source = offsetof(struct wts_listener_name, text),
     .target = {0, 0},
     .size = WTS_LISTENER_NAME_LENGTH + 1},
};
static const struct wts_layout name_layout = {
    .fields = name_fields,
    .field_count = ARRAYSIZE(name_fields),
    .record_length = sizeof(struct wts_listener_name),
    .structure_length = {sizeof(WTSLISTENERNAMEW), sizeof(WTSLISTENERNAMEA)}};

#define FIELD(kind, source, member) WTS_FIELD(kind, struct wts_listener, source, WTSLISTENERCONFIG, member)
static const struct wts_field listener_fields[] = {
    {.kind = WTS_FIELD_CONSTANT, .source = 1, .target = {0, 0}, .size = sizeof(ULONG)}, /* version */
    FIELD(NUMBER, is_enabled, fEnableListener),
    FIELD(NUMBER, max_connection_count, MaxConnectionCount),
    FIELD(NUMBER, prompts_for_password, fPromptForPassword),
    FIELD(NUMBER, inherits_color_depth, fInheritColorDepth),
    FIELD(NUMBER, color_depth, ColorDepth),
    FIELD(NUMBER, inherits_broken_timeout, fInheritBrokenTimeoutSettings),
    FIELD(NUMBER, broken_timeout, BrokenTimeoutSettings),
    FIELD(NUMBER, disables_printers, fDisablePrinterRedirection),
    FIELD(NUMBER, disables_drives, fDisableDriveRedirection),
    FIELD(NUMBER, disables_com_ports, fDisableComPortRedirection),
    FIELD(NUMBER, disables_lpt_ports, fDisableLPTPortRedirection),
    FIELD(NUMBER, disables_clipboard, fDisableClipboardRedirection),
    FIELD(NUMBER, disables_audio, fDisableAudioRedirection),
    FIELD(NUMBER, disables_pnp, fDisablePNPRedirection),
    FIELD(NUMBER, disables_default_printer, fDisableDefaultMainClientPrinter),
    FIELD(NUMBER, lan_adapter, LanAdapter),
    FIELD(NUMBER, port, PortNumber),
    FIELD(NUMBER, inherits_shadow, fInheritShadowSettings),
    FIELD(NUMBER, shadow, ShadowSettings),
    FIELD(NUMBER, connection_timeout, TimeoutSettingsConnection),
    FIELD(NUMBER, disconnection_timeout, TimeoutSettingsDisconnection),
    FIELD(NUMBER, idle_timeout, TimeoutSettingsIdle),
    FIELD(NUMBER, security_layer, SecurityLayer),
    FIELD(NUMBER, min_encryption_level, MinEncryptionLevel),
    FIELD(NUMBER, user_authentication, UserAuthentication),
    FIELD(ARRAY, comment, Comment),
    FIELD(ARRAY, user, LogonUserName),
    FIELD(ARRAY, domain, LogonDomain),
    FIELD(ARRAY, directory, WorkDirectory),
    FIELD(ARRAY, program, InitialProgram),
};
static const struct wts_layout listener_layout =
    WTS_LAYOUT(listener_fields, struct wts_listener, WTSLISTENERCONFIG);

struct target {
    HANDLE server;
    void *reserved;
    DWORD reserved_number;
    const void *name; /* of either form */
    enum wts_form form;
};

/* Every one of these functions fails with 87 unless the reserved arguments are NULL and 0. */
static DWORD check_reserved(const struct target *target)
{
    return target->reserved == NULL && target->reserved_number == 0 ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}

/* 6, or 50 for the handle of another machine. */
static DWORD check_server(const struct target *target)
{
    struct wts_server *server;
    const DWORD error = wts_server_acquire(target->server, &server);
    if (error != ERROR_SUCCESS)
        return error;
    wts_server_release(target->server);
    return wts_server_is_local(target->server) ? ERROR_SUCCESS : ERROR_NOT_SUPPORTED;
}

/* The name in UTF-16: 1 to 32 characters, else 87. */
static DWORD get_name(const struct target *target, WCHAR name[WTS_LISTENER_NAME_LENGTH + 1])
{
    const int capacity = WTS_LISTENER_NAME_LENGTH + 1;
    int length = 0;
    if (target->name == NULL)
        return ERROR_INVALID_PARAMETER;
    if (target->form == WTS_FORM_ANSI) {
        length = MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, target->name, -1, name, capacity);
    } else if (wcsnlen(target->name, (size_t)capacity) < (size_t)capacity) {
        lstrcpyW(name, target->name);
        length = lstrlenW(name) + 1;
    }
    return length > 1 ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}

/* The arguments of a function that names a listener, then the handle. */
static DWORD check(const struct target *target, bool are_others_valid,
                   WCHAR name[WTS_LISTENER_NAME_LENGTH + 1])
{
    DWORD error = check_reserved(target);
    if (error == ERROR_SUCCESS)
        error = get_name(target, name);
    if (error == ERROR_SUCCESS && !are_others_valid)
        error = ERROR_INVALID_PARAMETER;
    return error == ERROR_SUCCESS ? check_server(target) : error;
}

/* Packs into memory of the caller. */
static DWORD pack(const struct wts_layout *layout, enum wts_form form, const void *records, uint32_t count,
                  void *out)
{
    void *block = NULL;
    size_t length = 0;
    const DWORD error = wts_block_pack(layout, form, records, count, &block, &length);
    if (error == ERROR_SUCCESS && block != NULL)
        memcpy(out, block, length);
    LocalFree(block);
    return error;
}

/* With a NULL list, *count becomes the number of listeners; else it is the list's capacity, and 122 means
 * that the capacity is too small. */
static DWORD list_names(enum wts_form form, void *list, DWORD *count)
{
    struct wts_listener_names names;
    DWORD error = wts_local_list_listeners(&names);
    if (error != ERROR_SUCCESS)
        return error;
    if (list != NULL && *count < names.count)
        error = ERROR_INSUFFICIENT_BUFFER;
    else if (list != NULL)
        error = pack(&name_layout, form, names.rows, names.count, list);
    if (error == ERROR_SUCCESS || error == ERROR_INSUFFICIENT_BUFFER)
        *count = names.count;
    free(names.rows);
    return error;
}

static BOOL enumerate(const char *export, const struct target *target, void *list, DWORD *count)
{
    const struct wts_call call = wts_call_begin(export);
    DWORD error = check_reserved(target);
    if (error == ERROR_SUCCESS && count == NULL)
        error = ERROR_INVALID_PARAMETER;
    if (error == ERROR_SUCCESS)
        error = check_server(target);
    if (error == ERROR_SUCCESS)
        error = list_names(target->form, list, count);
    return wts_call_end(&call, error);
}

static BOOL query(const char *export, const struct target *target, void *config)
{
    const struct wts_call call = wts_call_begin(export);
    WCHAR name[WTS_LISTENER_NAME_LENGTH + 1];
    struct wts_listener listener;
    DWORD error = check(target, config != NULL, name);
    if (error == ERROR_SUCCESS)
        error = wts_local_query_listener(name, &listener);
    if (error == ERROR_SUCCESS)
        error = pack(&listener_layout, target->form, &listener, 1, config);
    return wts_call_end(&call, error);
}

/* The needed length is written whenever it is known. */
static DWORD give_descriptor(const WCHAR *name, SECURITY_INFORMATION information, void *descriptor,
                             DWORD length, DWORD *needed)
{
    void *found = NULL;
    uint32_t found_length = 0;
    DWORD error = wts_local_listener_security(name, information, &found, &found_length);
    if (error != ERROR_SUCCESS)
        return error;
    *needed = found_length;
    if (descriptor != NULL && found_length <= length)
        memcpy(descriptor, found, found_length);
    else
        error = ERROR_INSUFFICIENT_BUFFER;
    LocalFree(found);
    return error;
}

static BOOL get_security(const char *export, const struct target *target, SECURITY_INFORMATION information,
                         void *descriptor, DWORD length, DWORD *needed)
{
    const struct wts_call call = wts_call_begin(export);
    WCHAR name[WTS_LISTENER_NAME_LENGTH + 1];
    DWORD error = check(target, needed != NULL && (descriptor != NULL || length == 0), name);
    if (error == ERROR_SUCCESS)
        error = give_descriptor(name, information, descriptor, length, needed);
    return wts_call_end(&call, error);
}

/* Ends a call that would create or change a listener. */
static BOOL refuse(const char *export, const struct target *target, bool are_others_valid)
{
    const struct wts_call call = wts_call_begin(export);
    WCHAR name[WTS_LISTENER_NAME_LENGTH + 1];
    const DWORD error = check(target, are_others_valid, name);
    return wts_call_end(&call, error == ERROR_SUCCESS ? ERROR_NOT_SUPPORTED : error);
}

/* `version` is the first member of both forms of the structure. */
static bool is_order_valid(const ULONG *version, DWORD flag)
{
    return version != NULL && *version == 1 && (flag == WTS_LISTENER_CREATE || flag == WTS_LISTENER_UPDATE);
}

BOOL WINAPI WTSEnumerateListenersA(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                   PWTSLISTENERNAMEA pListeners, DWORD *pCount)
{
    WTS_FORWARD_LOCAL(WTSEnumerateListenersA, hServer, (NULL, pReserved, Reserved, pListeners, pCount));
    const struct target target = {hServer, pReserved, Reserved, NULL, WTS_FORM_ANSI};
    return enumerate("WTSEnumerateListenersA", &target, pListeners, pCount);
}

BOOL WINAPI WTSEnumerateListenersW(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                   PWTSLISTENERNAMEW pListeners, DWORD *pCount)
{
    WTS_FORWARD_LOCAL(WTSEnumerateListenersW, hServer, (NULL, pReserved, Reserved, pListeners, pCount));
    const struct target target = {hServer, pReserved, Reserved, NULL, WTS_FORM_UTF16};
    return enumerate("WTSEnumerateListenersW", &target, pListeners, pCount);
}

BOOL WINAPI WTSQueryListenerConfigA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    PWTSLISTENERCONFIGA pBuffer)
{
    WTS_FORWARD_LOCAL(WTSQueryListenerConfigA, hServer, (NULL, pReserved, Reserved, pListenerName, pBuffer));
    const struct target target = {hServer, pReserved, Reserved, pListenerName, WTS_FORM_ANSI};
    return query("WTSQueryListenerConfigA", &target, pBuffer);
}

BOOL WINAPI WTSQueryListenerConfigW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    PWTSLISTENERCONFIGW pBuffer)
{
    WTS_FORWARD_LOCAL(WTSQueryListenerConfigW, hServer, (NULL, pReserved, Reserved, pListenerName, pBuffer));
    const struct target target = {hServer, pReserved, Reserved, pListenerName, WTS_FORM_UTF16};
    return query("WTSQueryListenerConfigW", &target, pBuffer);
}

BOOL WINAPI WTSCreateListenerA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                               PWTSLISTENERCONFIGA pBuffer, DWORD flag)
{
    WTS_FORWARD_LOCAL(WTSCreateListenerA, hServer, (NULL, pReserved, Reserved, pListenerName, pBuffer, flag));
    const struct target target = {hServer, pReserved, Reserved, pListenerName, WTS_FORM_ANSI};
    return refuse("WTSCreateListenerA", &target,
                  is_order_valid(pBuffer != NULL ? &pBuffer->version : NULL, flag));
}

BOOL WINAPI WTSCreateListenerW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                               PWTSLISTENERCONFIGW pBuffer, DWORD flag)
{
    WTS_FORWARD_LOCAL(WTSCreateListenerW, hServer, (NULL, pReserved, Reserved, pListenerName, pBuffer, flag));
    const struct target target = {hServer, pReserved, Reserved, pListenerName, WTS_FORM_UTF16};
    return refuse("WTSCreateListenerW", &target,
                  is_order_valid(pBuffer != NULL ? &pBuffer->version : NULL, flag));
}

BOOL WINAPI WTSGetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded)
{
    WTS_FORWARD_LOCAL(WTSGetListenerSecurityA, hServer,
                      (NULL, pReserved, Reserved, pListenerName, SecurityInformation, pSecurityDescriptor,
                       nLength, lpnLengthNeeded));
    const struct target target = {hServer, pReserved, Reserved, pListenerName, WTS_FORM_ANSI};
    return get_security("WTSGetListenerSecurityA", &target, SecurityInformation, pSecurityDescriptor, nLength,
                        lpnLengthNeeded);
}

BOOL WINAPI WTSGetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded)
{
    WTS_FORWARD_LOCAL(WTSGetListenerSecurityW, hServer,
                      (NULL, pReserved, Reserved, pListenerName, SecurityInformation, pSecurityDescriptor,
                       nLength, lpnLengthNeeded));
    const struct target target = {hServer, pReserved, Reserved, pListenerName, WTS_FORM_UTF16};
    return get_security("WTSGetListenerSecurityW", &target, SecurityInformation, pSecurityDescriptor, nLength,
                        lpnLengthNeeded);
}

BOOL WINAPI WTSSetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    WTS_FORWARD_LOCAL(WTSSetListenerSecurityA, hServer,
                      (NULL, pReserved, Reserved, pListenerName, SecurityInformation, pSecurityDescriptor));
    const struct target target = {hServer, pReserved, Reserved, pListenerName, WTS_FORM_ANSI};
    return refuse("WTSSetListenerSecurityA", &target, pSecurityDescriptor != NULL);
}

BOOL WINAPI WTSSetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    WTS_FORWARD_LOCAL(WTSSetListenerSecurityW, hServer,
                      (NULL, pReserved, Reserved, pListenerName, SecurityInformation, pSecurityDescriptor));
    const struct target target = {hServer, pReserved, Reserved, pListenerName, WTS_FORM_UTF16};
    return refuse("WTSSetListenerSecurityW", &target, pSecurityDescriptor != NULL);
}
