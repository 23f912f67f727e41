/*
 * Finds a helper's program; see find.h.
 */
#include "helper/client/find.h"

#include <windows.h>

#include <stdio.h>
#include <string.h>

#include "core/module.h"
#include "core/platform.h"
#include "core/system.h"
#include "core/trace.h"

#define PATH_CAPACITY 1024

/* The folder of this DLL, as a Unix path. */
static bool find_own_folder(char *folder, size_t capacity)
{
    WCHAR module[PATH_CAPACITY];
    const DWORD length = GetModuleFileNameW(wts_module, module, ARRAYSIZE(module));
    if (length == 0 || length == ARRAYSIZE(module) || WTS_SYSTEM(wine_get_unix_file_name) == NULL)
        return false;
    char *unix_name = WTS_SYSTEM(wine_get_unix_file_name)(module);
    if (unix_name == NULL)
        return false;
    const char *slash = strrchr(unix_name, '/');
    const int count = slash != NULL ? (int)(slash - unix_name) : 0;
    const bool fits = count > 0 && snprintf(folder, capacity, "%.*s", count, unix_name) < (int)capacity;
    HeapFree(GetProcessHeap(), 0, unix_name);
    return fits;
}

static bool is_file(const char *path)
{
    WCHAR name[PATH_CAPACITY + 16] = L"\\\\?\\unix";
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, name + wcslen(name), PATH_CAPACITY) == 0)
        return false;
    const DWORD attributes = GetFileAttributesW(name);
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

static bool is_in(const char *folder, const char *program, char *path, size_t capacity)
{
    return snprintf(path, capacity, "%s/%s", folder, program) < (int)capacity && is_file(path);
}

/* Whether the variable is set. A value that does not fit counts, too; `value` is then empty. */
static bool is_set(const char *name, char *value, size_t capacity)
{
    return wts_environment_get(name, value, capacity) || GetEnvironmentVariableA(name, NULL, 0) > 1;
}

static bool find(const struct wts_helper_kind *kind, char *path, size_t capacity)
{
    char folder[PATH_CAPACITY];
    path[0] = '\0';
    if (kind->path_variable != NULL && is_set(kind->path_variable, path, capacity))
        return path[0] == '/' && is_file(path);
    if (is_set("WTSAPI32_HELPERS", folder, sizeof folder))
        return folder[0] == '/' && is_in(folder, kind->program, path, capacity);
    return (find_own_folder(folder, sizeof folder) && is_in(folder, kind->program, path, capacity)) ||
           is_in("/usr/libexec/wtsapi32", kind->program, path, capacity);
}

bool wts_helper_find(const struct wts_helper_kind *kind, char *path, size_t capacity)
{
    const bool is_found = find(kind, path, capacity);
    if (!is_found)
        wts_trace(WTS_TRACE_ERRORS, "%s: no program %s", kind->program,
                  path[0] != '\0' ? path : "at such a path");
    return is_found;
}
