/*
 * The listeners of this machine, read where Windows keeps them: each is a key below "WinStations" in the
 * registry, docs/contract.md#listeners. Wine 8.0 and 10.0 create none; a program or an administrator may.
 * Unverified: the names of the values, which are those that the services of Windows read, and that the key
 * "Console" is not a listener.
 */
#include <windows.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/listeners.h"
#include "core/system.h"

#define WINSTATIONS L"SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations"
#define MAX_DESCRIPTOR 65535U

/* Whether advapi32 has the functions that this file needs. */
static bool has_functions(void)
{
    return WTS_SYSTEM(IsValidSecurityDescriptor) != NULL && WTS_SYSTEM(MakeSelfRelativeSD) != NULL &&
           WTS_SYSTEM(RegOpenKeyExW) != NULL && WTS_SYSTEM(RegEnumKeyExW) != NULL &&
           WTS_SYSTEM(RegGetValueW) != NULL && WTS_SYSTEM(RegCloseKey) != NULL;
}

/* Opens the key of a listener; with "" the key above all listeners. */
static LSTATUS open_key(const WCHAR *name, HKEY *key)
{
    HKEY all;
    if (!has_functions())
        return ERROR_PROC_NOT_FOUND;
    const __typeof__(&RegOpenKeyExW) open = WTS_SYSTEM(RegOpenKeyExW);
    LSTATUS status = open(HKEY_LOCAL_MACHINE, WINSTATIONS, 0, KEY_READ, &all);
    if (status != ERROR_SUCCESS)
        return status;
    if (name[0] == L'\0') {
        *key = all;
        return ERROR_SUCCESS;
    }
    /* A name with a backslash would open a key within a listener. */
    status = wcschr(name, L'\\') == NULL && lstrcmpiW(name, L"Console") != 0
                 ? open(all, name, 0, KEY_READ, key)
                 : ERROR_FILE_NOT_FOUND;
    WTS_SYSTEM(RegCloseKey)(all);
    return status;
}

/* A key whose name is too long for a listener is not a listener. */
static LSTATUS read_names(HKEY all, struct wts_listener_names *names)
{
    for (DWORD i = 0;; i++) {
        WCHAR name[256];
        DWORD length = ARRAYSIZE(name);
        const LSTATUS status = WTS_SYSTEM(RegEnumKeyExW)(all, i, name, &length, NULL, NULL, NULL, NULL);
        if (status != ERROR_SUCCESS)
            return status == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : status;
        if (length >= WTS_LISTENER_NAME_CAPACITY || lstrcmpiW(name, L"Console") == 0)
            continue;
        struct wts_listener_name *rows = realloc(names->rows, (names->count + 1) * sizeof *rows);
        if (rows == NULL)
            return ERROR_NOT_ENOUGH_MEMORY;
        names->rows = rows;
        memcpy(rows[names->count++].units, name, (length + 1) * sizeof name[0]);
    }
}

uint32_t wts_local_list_listeners(struct wts_listener_names *names)
{
    HKEY all;
    struct wts_listener_names found = {NULL, 0};
    LSTATUS status = open_key(L"", &all);
    if (status == ERROR_SUCCESS) {
        status = read_names(all, &found);
        WTS_SYSTEM(RegCloseKey)(all);
    } else if (status == ERROR_FILE_NOT_FOUND) {
        status = ERROR_SUCCESS;
    }
    if (status != ERROR_SUCCESS) {
        free(found.rows);
        return (uint32_t)status;
    }
    for (uint32_t i = 0; i < found.count; i++)
        found.rows[i].text = wts_text_of(found.rows[i].units);
    *names = found;
    return ERROR_SUCCESS;
}

#define NUMBER(value, member)                                                                                \
    {                                                                                                        \
        L##value, offsetof(struct wts_listener, member)                                                      \
    }
static const struct {
    const WCHAR *value;
    size_t member;
} numbers[] = {
    NUMBER("fEnableWinStation", is_enabled),
    NUMBER("MaxInstanceCount", max_connection_count),
    NUMBER("fPromptForPassword", prompts_for_password),
    NUMBER("fInheritColorDepth", inherits_color_depth),
    NUMBER("ColorDepth", color_depth),
    NUMBER("fInheritResetBroken", inherits_broken_timeout),
    NUMBER("fResetBroken", broken_timeout),
    NUMBER("fDisableCpm", disables_printers),
    NUMBER("fDisableCdm", disables_drives),
    NUMBER("fDisableCcm", disables_com_ports),
    NUMBER("fDisableLPT", disables_lpt_ports),
    NUMBER("fDisableClip", disables_clipboard),
    NUMBER("fDisableCam", disables_audio),
    NUMBER("fDisablePNPRedir", disables_pnp),
    NUMBER("fForceClientLptDef", disables_default_printer), /* the opposite, see read_listener() */
    NUMBER("LanAdapter", lan_adapter),
    NUMBER("PortNumber", port),
    NUMBER("fInheritShadow", inherits_shadow),
    NUMBER("Shadow", shadow),
    NUMBER("MaxConnectionTime", connection_timeout),
    NUMBER("MaxDisconnectionTime", disconnection_timeout),
    NUMBER("MaxIdleTime", idle_timeout),
    NUMBER("SecurityLayer", security_layer),
    NUMBER("MinEncryptionLevel", min_encryption_level),
    NUMBER("UserAuthentication", user_authentication),
};

static const struct {
    const WCHAR *value;
    size_t member;
} texts[WTS_LISTENER_TEXT_COUNT] = {
    NUMBER("Comment", comment),         NUMBER("Username", user),          NUMBER("Domain", domain),
    NUMBER("WorkDirectory", directory), NUMBER("InitialProgram", program),
};

/* A value that is missing or has another type stays 0 or empty. */
static void read_listener(HKEY key, struct wts_listener *listener)
{
    for (size_t i = 0; i < ARRAYSIZE(numbers); i++) {
        DWORD number = 0;
        DWORD length = sizeof number;
        if (WTS_SYSTEM(RegGetValueW)(key, NULL, numbers[i].value, RRF_RT_REG_DWORD, NULL, &number, &length) !=
            ERROR_SUCCESS)
            number = 0;
        *(uint32_t *)((char *)listener + numbers[i].member) = number;
    }
    listener->disables_default_printer = listener->disables_default_printer == 0;
    for (size_t i = 0; i < ARRAYSIZE(texts); i++) {
        DWORD length = sizeof listener->units[i];
        if (WTS_SYSTEM(RegGetValueW)(key, NULL, texts[i].value, RRF_RT_REG_SZ, NULL, listener->units[i],
                                     &length) != ERROR_SUCCESS)
            listener->units[i][0] = 0;
        *(struct wts_text *)((char *)listener + texts[i].member) = wts_text_of(listener->units[i]);
    }
}

uint32_t wts_local_query_listener(const uint16_t *name, struct wts_listener *listener)
{
    HKEY key;
    const LSTATUS status = open_key(name, &key);
    if (status == ERROR_SUCCESS) {
        read_listener(key, listener);
        WTS_SYSTEM(RegCloseKey)(key);
    }
    return (uint32_t)status;
}

struct descriptor {
    DWORD length;
    union {
        SECURITY_DESCRIPTOR_RELATIVE header;
        uint8_t bytes[MAX_DESCRIPTOR];
    };
};

static BOOL is_sid_inside(const struct descriptor *descriptor, DWORD offset)
{
    const SID *sid = (const SID *)(descriptor->bytes + offset);
    return offset == 0 || (offset % 4 == 0 && offset <= descriptor->length - sizeof *sid &&
                           offset + offsetof(SID, SubAuthority) + sid->SubAuthorityCount * sizeof(DWORD) <=
                               descriptor->length);
}

static BOOL is_acl_inside(const struct descriptor *descriptor, DWORD offset)
{
    const ACL *acl = (const ACL *)(descriptor->bytes + offset);
    return offset == 0 || (offset % 4 == 0 && offset <= descriptor->length - sizeof *acl &&
                           acl->AclSize <= descriptor->length - offset);
}

/* The system's own check trusts the offsets, so they are checked first. */
static BOOL is_valid(struct descriptor *descriptor)
{
    const SECURITY_DESCRIPTOR_RELATIVE *header = &descriptor->header;
    return descriptor->length >= sizeof *header + sizeof(SID) && (header->Control & SE_SELF_RELATIVE) != 0 &&
           is_sid_inside(descriptor, header->Owner) && is_sid_inside(descriptor, header->Group) &&
           is_acl_inside(descriptor, header->Dacl) && is_acl_inside(descriptor, header->Sacl) &&
           WTS_SYSTEM(IsValidSecurityDescriptor)(descriptor->bytes);
}

/* Reads `value` from the key of a listener; with "" from the key above all listeners. */
static LSTATUS read_bytes(const WCHAR *name, const WCHAR *value, struct descriptor *descriptor)
{
    HKEY key;
    LSTATUS status = open_key(name, &key);
    if (status != ERROR_SUCCESS)
        return status;
    descriptor->length = sizeof descriptor->bytes;
    status = WTS_SYSTEM(RegGetValueW)(key, NULL, value, RRF_RT_REG_BINARY, NULL, descriptor->bytes,
                                      &descriptor->length);
    WTS_SYSTEM(RegCloseKey)(key);
    return status;
}

/* A listener without a descriptor of its own has the default one. */
static LSTATUS read_descriptor(const WCHAR *name, struct descriptor *descriptor)
{
    HKEY key;
    LSTATUS status = open_key(name, &key);
    if (status != ERROR_SUCCESS)
        return status;
    WTS_SYSTEM(RegCloseKey)(key);
    status = read_bytes(name, L"Security", descriptor);
    if (status == ERROR_FILE_NOT_FOUND)
        status = read_bytes(L"", L"DefaultSecurity", descriptor);
    if (status == ERROR_SUCCESS && !is_valid(descriptor))
        status = ERROR_INVALID_SECURITY_DESCR;
    return status;
}

static void *part_at(struct descriptor *descriptor, DWORD offset)
{
    return offset != 0 ? descriptor->bytes + offset : NULL;
}

/* Copies a valid descriptor, with the owner and the group only if they are wanted. */
static LSTATUS copy_parts(struct descriptor *whole, SECURITY_INFORMATION information, void **copy,
                          uint32_t *length)
{
    const SECURITY_DESCRIPTOR_RELATIVE *header = &whole->header;
    SECURITY_DESCRIPTOR_CONTROL kept =
        SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_SACL_PRESENT | SE_SACL_DEFAULTED;
    SECURITY_DESCRIPTOR parts = {.Revision = SECURITY_DESCRIPTOR_REVISION};
    ULONG needed = 0;
    if ((information & OWNER_SECURITY_INFORMATION) != 0) {
        parts.Owner = part_at(whole, header->Owner);
        kept |= SE_OWNER_DEFAULTED;
    }
    if ((information & GROUP_SECURITY_INFORMATION) != 0) {
        parts.Group = part_at(whole, header->Group);
        kept |= SE_GROUP_DEFAULTED;
    }
    parts.Control = header->Control & kept;
    if ((parts.Control & SE_DACL_PRESENT) != 0)
        parts.Dacl = part_at(whole, header->Dacl);
    if ((parts.Control & SE_SACL_PRESENT) != 0)
        parts.Sacl = part_at(whole, header->Sacl);
    WTS_SYSTEM(MakeSelfRelativeSD)(&parts, NULL, &needed);
    *copy = LocalAlloc(LMEM_FIXED, needed);
    if (*copy == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *length = needed;
    if (WTS_SYSTEM(MakeSelfRelativeSD)(&parts, *copy, &needed))
        return ERROR_SUCCESS;
    LocalFree(*copy);
    return ERROR_INVALID_SECURITY_DESCR;
}

uint32_t wts_local_listener_security(const uint16_t *name, uint32_t information, void **descriptor,
                                     uint32_t *length)
{
    struct descriptor *whole = malloc(sizeof *whole);
    if (whole == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    LSTATUS status = read_descriptor(name, whole);
    if (status == ERROR_SUCCESS)
        status = copy_parts(whole, information, descriptor, length);
    free(whole);
    return (uint32_t)status;
}
