/*
 * Which process of this machine started which; see tree.h.
 */
#include "cli/tree.h"

#include "cli/memory.h"

#include <stdlib.h>
#include <tlhelp32.h>

struct tree {
    PROCESSENTRY32W *rows;
    size_t count;
    size_t capacity;
};

struct tree *tree_read(void)
{
    PROCESSENTRY32W row = {.dwSize = sizeof row};
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (snapshot == INVALID_HANDLE_VALUE)
        return NULL;
    struct tree *tree = memory_resize(NULL, 1, sizeof *tree);
    *tree = (struct tree){.rows = NULL};
    for (BOOL more = Process32FirstW(snapshot, &row); more; more = Process32NextW(snapshot, &row)) {
        tree->rows = memory_reserve(tree->rows, tree->count + 1, &tree->capacity, sizeof row);
        tree->rows[tree->count++] = row;
    }
    CloseHandle(snapshot);
    return tree;
}

/* When the process was started; 0: not known. */
static ULONGLONG start_of(DWORD process_id)
{
    FILETIME start;
    FILETIME unused;
    ULONGLONG moment = 0;
    const HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process_id);
    if (process == NULL)
        return 0;
    if (GetProcessTimes(process, &start, &unused, &unused, &unused))
        moment = (ULONGLONG)start.dwHighDateTime << 32 | start.dwLowDateTime;
    CloseHandle(process);
    return moment;
}

BOOL tree_next_child(const struct tree *tree, DWORD parent, DWORD *place, DWORD *process_id,
                     const wchar_t **name)
{
    while (*place < tree->count) {
        const PROCESSENTRY32W *row = &tree->rows[(*place)++];
        if (row->th32ParentProcessID != parent || row->th32ProcessID == parent || row->th32ProcessID == 0)
            continue;
        const ULONGLONG start = start_of(row->th32ProcessID);
        const ULONGLONG start_of_parent = start_of(parent);
        if (start == 0 || start_of_parent == 0 || start < start_of_parent)
            continue;
        *process_id = row->th32ProcessID;
        *name = row->szExeFile;
        return TRUE;
    }
    return FALSE;
}

void tree_free(struct tree *tree)
{
    if (tree != NULL)
        free(tree->rows);
    free(tree);
}
