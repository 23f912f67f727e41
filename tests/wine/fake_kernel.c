/*
 * A double of the kernel's process list; see fake_kernel.h.
 */
#include "fake_kernel.h"

#include <string.h>

#define STATUS_INFO_LENGTH_MISMATCH ((NTSTATUS)0xC0000004)

struct fake_kernel fake_kernel;

static NTSTATUS(NTAPI *real_query)(SYSTEM_INFORMATION_CLASS, void *, ULONG, ULONG *);
static NTSTATUS(NTAPI *real_open)(HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, CLIENT_ID *);
static NTSTATUS(NTAPI *real_ask_process)(HANDLE, PROCESSINFOCLASS, void *, ULONG, ULONG *);

static ULONG opened; /* index of the process opened last */

static char *put_record(char *at, ULONG index, bool last)
{
    struct fake_process fake = {.threads = 1};
    SYSTEM_PROCESS_INFORMATION *record = (void *)at;
    fake_kernel.describe(index, &fake);
    const size_t length = (sizeof *record + fake.name_length + 15U) & ~(size_t)7;
    memset(at, 0, length);
    record->NextEntryOffset = last ? 0 : (ULONG)length;
    record->NumberOfThreads = fake.threads;
    record->CreateTime.QuadPart = fake.created;
    record->UserTime.QuadPart = 0x123456789AB;
    record->KernelTime.QuadPart = 0x1BA987654321;
    record->UniqueProcessId = ULongToHandle(FAKE_FIRST_PID + index * 4);
    record->SessionId = fake.session;
    record->HandleCount = index;
    record->VirtualMemoryCounters.PagefileUsage = fake.counter;
    record->VirtualMemoryCounters.PeakPagefileUsage = fake.counter;
    record->VirtualMemoryCounters.WorkingSetSize = fake.counter;
    record->VirtualMemoryCounters.PeakWorkingSetSize = fake.counter;
    if (fake.name != NULL) {
        /* As in the kernel's list, no NUL follows. */
        record->ImageName.Buffer = (WCHAR *)(void *)(at + sizeof *record);
        record->ImageName.Length = fake.name_length;
        memset(at + sizeof *record, 'x', length - sizeof *record);
        memcpy(record->ImageName.Buffer, fake.name, fake.name_length);
    }
    return at + length;
}

static ULONG list_length(void)
{
    static _Alignas(8) char scratch[sizeof(SYSTEM_PROCESS_INFORMATION) + 0x10010];
    ULONG length = 0;
    for (ULONG i = 0; i < fake_kernel.count; i++)
        length += (ULONG)(put_record(scratch, i, false) - scratch);
    return length;
}

static NTSTATUS NTAPI fake_query(SYSTEM_INFORMATION_CLASS class, void *answer, ULONG length, ULONG *needed)
{
    char *at = answer;
    if (class != SystemProcessInformation)
        return real_query(class, answer, length, needed);
    fake_kernel.queries++;
    *needed = list_length();
    if (fake_kernel.queries <= fake_kernel.mismatches)
        *needed = fake_kernel.claimed != 0 ? fake_kernel.claimed : length + 1;
    if (fake_kernel.queries <= fake_kernel.mismatches || length < *needed)
        return STATUS_INFO_LENGTH_MISMATCH;
    for (ULONG i = 0; i < fake_kernel.count; i++)
        at = put_record(at, i, i + 1 == fake_kernel.count);
    return 0;
}

/* Every process of the double is this one, which says that it was created when the list says. */
static NTSTATUS NTAPI fake_open(HANDLE *process, ACCESS_MASK access, OBJECT_ATTRIBUTES *attributes,
                                CLIENT_ID *id)
{
    CLIENT_ID own = {.UniqueProcess = ULongToHandle(GetCurrentProcessId())};
    fake_kernel.opens++;
    opened = (HandleToULong(id->UniqueProcess) - FAKE_FIRST_PID) / 4;
    return fake_kernel.open_answer != 0 ? fake_kernel.open_answer
                                        : real_open(process, access, attributes, &own);
}

static NTSTATUS NTAPI fake_ask_process(HANDLE process, PROCESSINFOCLASS class, void *answer, ULONG length,
                                       ULONG *needed)
{
    KERNEL_USER_TIMES *times = answer;
    struct fake_process fake = {.threads = 1};
    if (class != ProcessTimes)
        return real_ask_process(process, class, answer, length, needed);
    fake_kernel.describe(opened, &fake);
    const LONGLONG created = fake.created + fake_kernel.created_offset;
    memset(times, 0, sizeof *times);
    times->CreateTime.dwLowDateTime = (DWORD)created;
    times->CreateTime.dwHighDateTime = (DWORD)(created >> 32);
    return 0;
}

int fake_kernel_start(void **state)
{
    (void)state;
    fake_kernel = (struct fake_kernel){.epoch = fake_kernel.epoch + 0x100000000};
    real_query = support_replace_import("NtQuerySystemInformation", fake_query);
    real_open = support_replace_import("NtOpenProcess", fake_open);
    real_ask_process = support_replace_import("NtQueryInformationProcess", fake_ask_process);
    return real_query != NULL && real_open != NULL && real_ask_process != NULL ? 0 : -1;
}

int fake_kernel_stop(void **state)
{
    support_replace_import("NtQuerySystemInformation", real_query);
    support_replace_import("NtOpenProcess", real_open);
    support_replace_import("NtQueryInformationProcess", real_ask_process);
    return support_check_heap(state);
}
