/*
 * The Wine prefix as files of the Unix host; see prefix.h. Wine shows the rights of the owner and of everyone
 * as an access control list, and those of the group not at all (seen with Wine 8.0 and 10.0), so the Unix
 * host's shell reads them. A Unix program has no process handle under Wine, so its last line marks the end of
 * its output.
 *
 * The mode of user.reg alone proves nothing: Wine writes a new file at each change of the registry, with the
 * mode that the umask of its server leaves (seen with Wine 8.0). Only a closed folder keeps others out.
 */
#include "cli/prefix.h"

#include "cli/memory.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

#define MAX_FOLDERS 64
#define WAIT_MS 10000
#define POLL_MS 10

/* The output of the shell: the mode of the file and of each of its folders up to the root. */
struct modes {
    unsigned file;
    unsigned folders[MAX_FOLDERS];
    unsigned folder_count;
};

typedef char *__cdecl get_unix_name(const wchar_t *name);

static get_unix_name *find_get_unix_name(void)
{
    union {
        FARPROC found;
        get_unix_name *typed;
    } function = {.found = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name")};
    return function.typed;
}

/* The prefix as a Unix path. False: Wine did not report it. */
static bool read_prefix(get_unix_name *get_name, struct buffer *prefix)
{
    wchar_t name[1024];
    const DWORD length = GetEnvironmentVariableW(L"WINECONFIGDIR", name, ARRAYSIZE(name));
    if (length < 4 || length >= ARRAYSIZE(name) || wcsncmp(name, L"\\??\\", 4) != 0)
        return false;
    name[1] = L'\\'; /* a path of the NT kind becomes one of the Win32 kind */
    char *path = get_name(name);
    if (path == NULL)
        return false;
    const int units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
    wchar_t *wide = memory_resize(NULL, (size_t)units + 1, sizeof *wide);
    if (units > 0 && MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, units) > 0)
        buffer_add_text(prefix, wide);
    free(wide);
    HeapFree(GetProcessHeap(), 0, path);
    return prefix->count > 0 && prefix->units[0] == L'/' && wcspbrk(prefix->units, L"\"\\") == NULL;
}

/* Adds the file and each of its folders, as arguments. Returns the number of folders. */
static unsigned add_paths(struct buffer *line, const struct buffer *prefix)
{
    unsigned count = 1;
    buffer_add_format(line, " \"%ls/user.reg\" /", prefix->units);
    for (size_t length = prefix->count; length > 1 && count < MAX_FOLDERS; count++) {
        buffer_add_format(line, " \"%.*ls\"", (int)length, prefix->units);
        while (length > 1 && prefix->units[length - 1] != L'/')
            length--;
        length--;
    }
    return count;
}

static bool start_shell(wchar_t *line, HANDLE output)
{
    PROCESS_INFORMATION process;
    STARTUPINFOW startup = {
        .cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = output, .hStdError = output};
    if (!CreateProcessW(L"\\\\?\\unix\\bin\\sh", line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        return false;
    if (process.hProcess != NULL)
        CloseHandle(process.hProcess);
    if (process.hThread != NULL)
        CloseHandle(process.hThread);
    return true;
}

static unsigned count_lines(const char *text)
{
    unsigned count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* Reads the file once it has `lines` lines. False: it does not have them in time. It is opened again, because
 * the handle that the shell writes to shares its position with the shell. */
static bool await_lines(const wchar_t *path, unsigned lines, char *text, DWORD size)
{
    bool is_whole = false;
    for (unsigned waited_ms = 0; waited_ms < WAIT_MS && !is_whole; waited_ms += POLL_MS) {
        DWORD length = 0;
        const HANDLE file =
            CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
        if (file == INVALID_HANDLE_VALUE)
            return false;
        if (ReadFile(file, text, size - 1, &length, NULL))
            text[length] = '\0';
        CloseHandle(file);
        is_whole = length > 0 && count_lines(text) >= lines;
        if (!is_whole)
            Sleep(POLL_MS);
    }
    return is_whole;
}

static bool read_modes(char *text, struct modes *modes)
{
    for (unsigned i = 0; i <= modes->folder_count; i++) {
        char *end;
        const unsigned long mode = strtoul(text, &end, 8);
        if (end == text || *end != '\n')
            return false;
        *(i == 0 ? &modes->file : &modes->folders[i - 1]) = (unsigned)mode;
        text = end + 1;
    }
    return true;
}

/* Makes the shell write to the file at `path`. */
static bool run_shell(const struct buffer *prefix, const wchar_t *path, struct modes *modes)
{
    struct buffer line = {.units = NULL};
    char text[4096];
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    const HANDLE file = CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                                    CREATE_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    buffer_add_text(&line, L"sh -c \"exec stat -L -c %a -- \\\"$@\\\"\" sh");
    modes->folder_count = add_paths(&line, prefix);
    const bool is_read = start_shell(line.units, file) &&
                         await_lines(path, 1 + modes->folder_count, text, sizeof text) &&
                         read_modes(text, modes);
    CloseHandle(file);
    buffer_free(&line);
    return is_read;
}

static bool ask_shell(const struct buffer *prefix, struct modes *modes)
{
    wchar_t folder[MAX_PATH];
    wchar_t path[MAX_PATH];
    GetTempPathW(ARRAYSIZE(folder), folder);
    if (GetTempFileNameW(folder, L"wts", 0, path) == 0)
        return false;
    const bool is_read = run_shell(prefix, path, modes);
    DeleteFileW(path);
    return is_read;
}

static bool is_reachable(const struct modes *modes)
{
    for (unsigned i = 0; i < modes->folder_count; i++) {
        if ((modes->folders[i] & 011U) == 0)
            return false;
    }
    return true;
}

bool prefix_is_private(struct buffer *reason)
{
    struct buffer prefix = {.units = NULL};
    struct modes modes = {.folder_count = 0};
    get_unix_name *get_name = find_get_unix_name();
    bool is_private = true;
    if (get_name == NULL)
        return true;
    if (!read_prefix(get_name, &prefix) || !ask_shell(&prefix, &modes)) {
        buffer_add_text(reason,
                        L"the mode of the prefix's user.reg, which would keep the password, is unknown");
        is_private = false;
    } else if (is_reachable(&modes)) {
        buffer_add_format(reason,
                          (modes.file & 044U) != 0
                              ? "others may read %ls/user.reg, which would keep the password: chmod 700 %ls"
                              : "Wine writes %ls/user.reg, which would keep the password, anew for others to "
                                "read: chmod 700 %ls",
                          prefix.units, prefix.units);
        is_private = false;
    }
    buffer_free(&prefix);
    return is_private;
}
