/*
 * Other pictures of this machine; see sessions_double.h.
 */
#include "sessions_double.h"

#include <winternl.h>

#include <string.h>
#include <wchar.h>

#define CHANGES_MOST 16

static struct {
    const char *name;
    void *real;
} changes[CHANGES_MOST];
static unsigned change_count;

void *sessions_double_replace(const char *name, void *replacement)
{
    void *real = support_replace_import(name, replacement);
    if (real == NULL || change_count == CHANGES_MOST)
        fail_msg("%s cannot be replaced", name);
    changes[change_count].name = name;
    changes[change_count++].real = real;
    return real;
}

#define BOUND_MOST 16

static struct {
    const char *name;
    void *function;
} bound[BOUND_MOST];
static unsigned bound_count;
static FARPROC(WINAPI *real_get_address)(HMODULE, LPCSTR);

static FARPROC WINAPI bound_address(HMODULE module, LPCSTR name)
{
    for (unsigned i = 0; i < bound_count; i++) {
        if (strcmp(bound[i].name, name) == 0)
            return (FARPROC)(ULONG_PTR)bound[i].function;
    }
    return real_get_address(module, name);
}

void sessions_double_bind(const char *name, void *function)
{
    if (bound_count == 0)
        real_get_address = (void *)sessions_double_replace("GetProcAddress", bound_address);
    assert_true(bound_count < BOUND_MOST);
    bound[bound_count].name = name;
    bound[bound_count++].function = function;
}

typedef BOOL(WINAPI *lookup_function)(LPCWSTR, PSID, LPWSTR, DWORD *, LPWSTR, DWORD *, PSID_NAME_USE);

/* What answers the DLL's LookupAccountSidW, which it binds once; NULL: the system. */
static lookup_function lookup;

static BOOL WINAPI routed_lookup(LPCWSTR system, PSID sid, LPWSTR name, DWORD *name_count, LPWSTR domain,
                                 DWORD *domain_count, PSID_NAME_USE use)
{
    const lookup_function answering = lookup != NULL ? lookup : LookupAccountSidW;
    return answering(system, sid, name, name_count, domain, domain_count, use);
}

void sessions_double_start(void)
{
    sessions_double_bind("LookupAccountSidW", (void *)(ULONG_PTR)routed_lookup);
    change_count = 0; /* it stays */
}

void sessions_double_remove(void)
{
    lookup = NULL;
    while (change_count > 0) {
        change_count--;
        support_replace_import(changes[change_count].name, changes[change_count].real);
    }
}

static const DWORD *spread_ids;
static unsigned spread_count;
static NTSTATUS(NTAPI *real_query)(SYSTEM_INFORMATION_CLASS, void *, ULONG, ULONG *);
unsigned sessions_double_lists;

static NTSTATUS NTAPI spreading_query(SYSTEM_INFORMATION_CLASS class, void *answer, ULONG length,
                                      ULONG *needed)
{
    const NTSTATUS status = real_query(class, answer, length, needed);
    SYSTEM_PROCESS_INFORMATION *process = answer;
    unsigned next = 0;
    if (class != SystemProcessInformation)
        return status;
    sessions_double_lists++;
    while (NT_SUCCESS(status) && next < spread_count) {
        if (HandleToULong(process->UniqueProcessId) != GetCurrentProcessId())
            process->SessionId = spread_ids[next++];
        if (process->NextEntryOffset == 0)
            break;
        process = (void *)((BYTE *)process + process->NextEntryOffset);
    }
    return status;
}

void sessions_double_spread(const DWORD *ids, unsigned count)
{
    spread_ids = ids;
    spread_count = count;
    sessions_double_lists = 0;
    real_query = sessions_double_replace("NtQuerySystemInformation", spreading_query);
}

/* The process that was created first has left the sessions of people. */
static NTSTATUS NTAPI forgetting_query(SYSTEM_INFORMATION_CLASS class, void *answer, ULONG length,
                                       ULONG *needed)
{
    const NTSTATUS status = real_query(class, answer, length, needed);
    SYSTEM_PROCESS_INFORMATION *oldest = answer;
    if (!NT_SUCCESS(status) || class != SystemProcessInformation)
        return status;
    for (SYSTEM_PROCESS_INFORMATION *process = answer; process->NextEntryOffset != 0;) {
        process = (void *)((BYTE *)process + process->NextEntryOffset);
        if (process->CreateTime.QuadPart < oldest->CreateTime.QuadPart)
            oldest = process;
    }
    oldest->SessionId = 0;
    return status;
}

void sessions_double_end_oldest(void)
{
    real_query = sessions_double_replace("NtQuerySystemInformation", forgetting_query);
}

void sessions_double_lookup(lookup_function function)
{
    lookup = function;
}

static const wchar_t *account;
static const wchar_t *account_domain;
unsigned sessions_double_names;

static BOOL WINAPI naming_lookup(LPCWSTR system, PSID sid, LPWSTR name, DWORD *name_count, LPWSTR domain,
                                 DWORD *domain_count, PSID_NAME_USE use)
{
    (void)system;
    (void)sid;
    sessions_double_names++;
    if (account == NULL) {
        SetLastError(ERROR_NONE_MAPPED);
        return FALSE;
    }
    assert_true(*name_count > wcslen(account) && *domain_count > wcslen(account_domain));
    wcscpy(name, account);
    wcscpy(domain, account_domain);
    *use = SidTypeUser;
    return TRUE;
}

void sessions_double_name(const wchar_t *name, const wchar_t *domain)
{
    account = name;
    account_domain = domain;
    sessions_double_names = 0;
    lookup = naming_lookup;
}

static DWORD console_id;
static DWORD own_id;

static DWORD WINAPI placed_console(void)
{
    return console_id;
}

static BOOL WINAPI placed_own(DWORD process_id, DWORD *session)
{
    (void)process_id;
    *session = own_id;
    return TRUE;
}

void sessions_double_place(DWORD console, DWORD own)
{
    console_id = console;
    own_id = own;
    sessions_double_replace("WTSGetActiveConsoleSessionId", placed_console);
    sessions_double_replace("ProcessIdToSessionId", placed_own);
}

static unsigned allocations_left;
static bool has_failed;
static int leaks;
static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void (*real_free)(void *);
static HLOCAL(WINAPI *real_local_alloc)(UINT, SIZE_T);

static bool may_allocate(void)
{
    if (has_failed || allocations_left-- > 0)
        return true;
    has_failed = true;
    return false;
}

static void *failing_malloc(size_t length)
{
    void *block = may_allocate() ? real_malloc(length) : NULL;
    leaks += block != NULL;
    return block;
}

static void *failing_calloc(size_t count, size_t length)
{
    void *block = may_allocate() ? real_calloc(count, length) : NULL;
    leaks += block != NULL;
    return block;
}

static void counting_free(void *block)
{
    leaks -= block != NULL;
    real_free(block);
}

static HLOCAL WINAPI failing_local_alloc(UINT flags, SIZE_T length)
{
    return may_allocate() ? real_local_alloc(flags, length) : NULL;
}

void sessions_double_allocate(unsigned count)
{
    allocations_left = count;
    has_failed = false;
    leaks = 0;
    real_free = sessions_double_replace("free", counting_free);
    real_calloc = sessions_double_replace("calloc", failing_calloc);
    real_malloc = sessions_double_replace("malloc", failing_malloc);
    real_local_alloc = sessions_double_replace("LocalAlloc", failing_local_alloc);
}

bool sessions_double_has_failed(void)
{
    return has_failed;
}

int sessions_double_leaks(void)
{
    return leaks;
}

int sessions_double_check(void **state)
{
    sessions_double_remove();
    return support_check_heap(state);
}
