/*
 * The stored credentials; see credential_list.h.
 */
#include "remote/transport/credential_list.h"

#include "core/system.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Wine stores each credential in a key below this one, which changes when a name comes or goes. */
static const WCHAR store[] = L"Software\\Wine\\Credential Manager";

/* In units, with the NUL. The name of a key is the type and the target name; Wine allows 256 units. A user
 * name that is longer than Windows allows is left out. */
#define KEY_NAME_CAPACITY 320
#define TEXT_CAPACITY (CRED_MAX_USERNAME_LENGTH + 1)

/* A scan misses a key if, just before it, another one is removed. Every scan would have to miss it. */
#define MAX_SCANS 16

/* Names of keys. After several scans a name is there several times. */
struct keys {
    WCHAR **names;
    DWORD count;
    DWORD capacity;
};

static bool has_registry(void)
{
    return WTS_SYSTEM(RegOpenKeyExW) != NULL && WTS_SYSTEM(RegEnumKeyExW) != NULL &&
           WTS_SYSTEM(RegGetValueW) != NULL && WTS_SYSTEM(RegQueryInfoKeyW) != NULL &&
           WTS_SYSTEM(RegCloseKey) != NULL;
}

static uint64_t changed_at(HKEY key)
{
    FILETIME time = {0, 0};
    if (WTS_SYSTEM(RegQueryInfoKeyW)(key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                     &time) != ERROR_SUCCESS)
        return 0;
    return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

uint64_t wts_credential_list_changed_at(void)
{
    HKEY key;
    if (!has_registry() ||
        WTS_SYSTEM(RegOpenKeyExW)(HKEY_CURRENT_USER, store, 0, KEY_QUERY_VALUE, &key) != ERROR_SUCCESS)
        return 0;
    const uint64_t time = changed_at(key);
    WTS_SYSTEM(RegCloseKey)(key);
    return time;
}

/* An entry and its texts are one allocation. Returns NULL when memory is exhausted. */
static CREDENTIALW *make_entry(DWORD type, DWORD persistence, const WCHAR *target, const WCHAR *user)
{
    const size_t target_count = wcslen(target) + 1;
    const size_t user_count = user != NULL ? wcslen(user) + 1 : 0;
    CREDENTIALW *entry = calloc(1, sizeof *entry + (target_count + user_count) * sizeof(WCHAR));
    if (entry == NULL)
        return NULL;
    entry->Type = type;
    entry->Persist = persistence;
    entry->TargetName = (WCHAR *)(entry + 1);
    memcpy(entry->TargetName, target, target_count * sizeof(WCHAR));
    if (user != NULL)
        entry->UserName = memcpy(entry->TargetName + target_count, user, user_count * sizeof(WCHAR));
    return entry;
}

void wts_credential_list_free(CREDENTIALW **entries, DWORD count)
{
    for (DWORD i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

static DWORD copy_entries(CREDENTIALW *const *given, DWORD given_count, CREDENTIALW ***entries, DWORD *count)
{
    CREDENTIALW **made = calloc(given_count + 1, sizeof(CREDENTIALW *));
    for (DWORD i = 0; made != NULL && i < given_count; i++) {
        made[i] = make_entry(given[i]->Type, given[i]->Persist, given[i]->TargetName, given[i]->UserName);
        if (made[i] == NULL) {
            wts_credential_list_free(made, i);
            made = NULL;
        }
    }
    if (made == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *entries = made;
    *count = given_count;
    return ERROR_SUCCESS;
}

static DWORD ask_system(CREDENTIALW ***entries, DWORD *count)
{
    CREDENTIALW **given = NULL;
    DWORD given_count = 0;
    if (WTS_SYSTEM(CredEnumerateW) == NULL || WTS_SYSTEM(CredFree) == NULL)
        return ERROR_PROC_NOT_FOUND;
    if (!WTS_SYSTEM(CredEnumerateW)(NULL, 0, &given_count, &given)) {
        const DWORD error = GetLastError();
        return error == ERROR_NOT_FOUND ? ERROR_SUCCESS : error;
    }
    for (DWORD i = 0; i < given_count; i++) {
        if (given[i]->CredentialBlob != NULL)
            SecureZeroMemory(given[i]->CredentialBlob, given[i]->CredentialBlobSize);
    }
    const DWORD error = copy_entries(given, given_count, entries, count);
    WTS_SYSTEM(CredFree)(given);
    return error;
}

static bool add_key(struct keys *keys, const WCHAR *name)
{
    if (keys->count == keys->capacity) {
        const DWORD capacity = keys->capacity * 2 + 16;
        WCHAR **names = realloc(keys->names, capacity * sizeof *names);
        if (names == NULL)
            return false;
        keys->names = names;
        keys->capacity = capacity;
    }
    WCHAR *copy = _wcsdup(name);
    if (copy == NULL)
        return false;
    keys->names[keys->count++] = copy;
    return true;
}

static void free_keys(struct keys *keys)
{
    for (DWORD i = 0; i < keys->count; i++)
        free(keys->names[i]);
    free(keys->names);
}

static DWORD scan(HKEY key, struct keys *keys)
{
    WCHAR name[KEY_NAME_CAPACITY];
    for (DWORD i = 0;; i++) {
        DWORD length = ARRAYSIZE(name);
        const LSTATUS status = WTS_SYSTEM(RegEnumKeyExW)(key, i, name, &length, NULL, NULL, NULL, NULL);
        if (status == ERROR_MORE_DATA) /* not a credential */
            continue;
        if (status != ERROR_SUCCESS)
            return status == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : (DWORD)status;
        if (!add_key(keys, name))
            return ERROR_NOT_ENOUGH_MEMORY;
    }
}

static int compare_names(const void *one, const void *other)
{
    return CompareStringOrdinal(*(WCHAR *const *)one, -1, *(WCHAR *const *)other, -1, TRUE) - CSTR_EQUAL;
}

/* Returns them sorted. A scan reads no values, so that it is short and few changes fall into it. */
static DWORD read_keys(HKEY key, struct keys *keys)
{
    for (unsigned i = 0; i < MAX_SCANS; i++) {
        const uint64_t before = changed_at(key);
        const DWORD error = scan(key, keys);
        if (error != ERROR_SUCCESS)
            return error;
        if (changed_at(key) == before)
            break;
    }
    qsort(keys->names, keys->count, sizeof *keys->names, compare_names);
    return ERROR_SUCCESS;
}

static bool read_text(HKEY key, const WCHAR *value, WCHAR *text)
{
    DWORD length = TEXT_CAPACITY * sizeof *text;
    return WTS_SYSTEM(RegGetValueW)(key, NULL, value, RRF_RT_REG_SZ, NULL, text, &length) == ERROR_SUCCESS;
}

static bool read_number(HKEY key, const WCHAR *value, DWORD *number)
{
    DWORD length = sizeof *number;
    return WTS_SYSTEM(RegGetValueW)(key, NULL, value, RRF_RT_REG_DWORD, NULL, number, &length) ==
           ERROR_SUCCESS;
}

/* Wine writes the password last, even an empty one. Without a buffer it is not read. */
static bool is_complete(HKEY key)
{
    return WTS_SYSTEM(RegGetValueW)(key, NULL, L"Password", RRF_RT_ANY, NULL, NULL, NULL) == ERROR_SUCCESS;
}

static DWORD read_values(HKEY key, CREDENTIALW **entry)
{
    WCHAR target[TEXT_CAPACITY];
    WCHAR user[TEXT_CAPACITY];
    DWORD type;
    DWORD persistence;
    if (!is_complete(key))
        return ERROR_FILE_NOT_FOUND;
    const bool has_user = read_text(key, L"UserName", user);
    /* The user's name is optional. If it was not found because the key is removed, these are not found, too.
     */
    if (!read_text(key, NULL, target) || !read_number(key, L"Type", &type) ||
        !read_number(key, L"Persist", &persistence))
        return ERROR_FILE_NOT_FOUND;
    *entry = make_entry(type, persistence, target, has_user ? user : NULL);
    return *entry != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

/* ERROR_FILE_NOT_FOUND: it is not stored completely yet, or no longer. */
static DWORD read_entry(HKEY all, const WCHAR *name, CREDENTIALW **entry)
{
    HKEY key;
    if (WTS_SYSTEM(RegOpenKeyExW)(all, name, 0, KEY_QUERY_VALUE, &key) != ERROR_SUCCESS)
        return ERROR_FILE_NOT_FOUND;
    const DWORD error = read_values(key, entry);
    WTS_SYSTEM(RegCloseKey)(key);
    return error;
}

static DWORD read_entries(HKEY all, const struct keys *keys, CREDENTIALW ***entries, DWORD *count)
{
    DWORD made_count = 0;
    CREDENTIALW **made = calloc((size_t)keys->count + 1, sizeof(CREDENTIALW *));
    DWORD error = made != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
    for (DWORD i = 0; error != ERROR_NOT_ENOUGH_MEMORY && i < keys->count; i++) {
        if (i > 0 && compare_names(&keys->names[i - 1], &keys->names[i]) == 0)
            continue;
        error = read_entry(all, keys->names[i], &made[made_count]);
        made_count += error == ERROR_SUCCESS;
    }
    if (error == ERROR_NOT_ENOUGH_MEMORY) {
        wts_credential_list_free(made, made_count);
        return error;
    }
    *entries = made;
    *count = made_count;
    return ERROR_SUCCESS;
}

static DWORD read_registry(CREDENTIALW ***entries, DWORD *count)
{
    HKEY all;
    struct keys keys = {.names = NULL};
    if (!has_registry())
        return ERROR_PROC_NOT_FOUND;
    LSTATUS status = WTS_SYSTEM(RegOpenKeyExW)(HKEY_CURRENT_USER, store, 0,
                                               KEY_ENUMERATE_SUB_KEYS | KEY_QUERY_VALUE, &all);
    if (status != ERROR_SUCCESS) /* Wine creates the key with the first credential. */
        return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : (DWORD)status;
    DWORD error = read_keys(all, &keys);
    if (error == ERROR_SUCCESS)
        error = read_entries(all, &keys, entries, count);
    free_keys(&keys);
    WTS_SYSTEM(RegCloseKey)(all);
    return error;
}

DWORD wts_credential_list_read(CREDENTIALW ***entries, DWORD *count)
{
    *entries = NULL;
    *count = 0;
    return wts_system_is_wine() ? read_registry(entries, count) : ask_system(entries, count);
}
