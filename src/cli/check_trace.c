/*
 * The DLL's trace, read back; see check_trace.h.
 */
#include "cli/check_trace.h"

#include <stdio.h>
#include <string.h>

#include "cli/text.h"

static void read_trace(const wchar_t *path, const struct check_traced *traced)
{
    char line[4096];
    FILE *file = _wfopen(path, L"r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        traced->take_line(traced->context, line);
    }
    if (file != NULL)
        fclose(file);
}

bool check_trace(const struct check_traced *traced, DWORD *error)
{
    wchar_t folder[MAX_PATH];
    wchar_t path[MAX_PATH];
    GetTempPathW(ARRAYSIZE(folder), folder);
    if (GetTempFileNameW(folder, L"wts", 0, path) == 0) {
        text_complain_line("%ls: no file for the trace, error %lu", folder, GetLastError());
        return false;
    }
    SetEnvironmentVariableW(L"WTSAPI32_TRACE", L"wire");
    SetEnvironmentVariableW(L"WTSAPI32_TRACE_FILE", path);
    *error = traced->call(traced->context);
    read_trace(path, traced);
    DeleteFileW(path);
    return true;
}
