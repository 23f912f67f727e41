/*
 * Faults on demand; see faults.h.
 */
#include "faults.h"

#include <stdlib.h>
#include <string.h>

#include "faults_table.h"

#define FAULT_MEMORY(X)                                                                                      \
    X(__cdecl, malloc, 1, NULL, 0)                                                                           \
    X(__cdecl, calloc, 2, NULL, 0)                                                                           \
    X(__cdecl, realloc, 2, NULL, 0)                                                                          \
    X(__cdecl, free, 1, 0, 0)                                                                                \
    X(WINAPI, LocalAlloc, 2, NULL, ERROR_NOT_ENOUGH_MEMORY)                                                  \
    X(WINAPI, LocalFree, 1, NULL, 0)

#define FAULT_ALL(X) FAULT_MEMORY(X) FAULT_IMPORTS(X) FAULT_LATE_BOUND(X)

enum number {
#define NUMBER(convention, name, words, result_, error_) NUMBER_##name,
    FAULT_ALL(NUMBER)
#undef NUMBER
        NUMBER_COUNT
};

/* A doubled function; `real` is NULL while the DLL has not got it. */
struct doubled {
    const char *name;
    void *replacement;
    ULONG_PTR result;
    DWORD error;
    bool is_late_bound;
    void *real;
    LONG calls;
};

static struct doubled functions[NUMBER_COUNT];

static struct {
    const struct doubled *function;
    unsigned first;
    unsigned last;
    ULONG_PTR result;
    DWORD error;
    LONG hits;
} armed;

static bool must_fail(enum number number)
{
    struct doubled *function = &functions[number];
    const unsigned call = (unsigned)InterlockedIncrement(&function->calls);
    if (armed.function != function || call < armed.first || call > armed.last)
        return false;
    InterlockedIncrement(&armed.hits);
    if (armed.error != 0)
        SetLastError(armed.error);
    return true;
}

/* Live blocks; the order means nothing. */
static SRWLOCK blocks_lock = SRWLOCK_INIT;
static void *blocks[4096];
static unsigned block_count;

static void *remember(void *block)
{
    if (block == NULL)
        return NULL;
    AcquireSRWLockExclusive(&blocks_lock);
    if (block_count == ARRAYSIZE(blocks))
        abort();
    blocks[block_count++] = block;
    ReleaseSRWLockExclusive(&blocks_lock);
    return block;
}

/* Blocks that somebody else made, or before the doubles were there, are not known: no matter. */
static void forget(const void *block)
{
    AcquireSRWLockExclusive(&blocks_lock);
    for (unsigned i = block_count; i-- > 0;) {
        if (blocks[i] == block) {
            blocks[i] = blocks[--block_count];
            break;
        }
    }
    ReleaseSRWLockExclusive(&blocks_lock);
}

#define REAL(name) ((__typeof__(&(name)))functions[NUMBER_##name].real)

static void *__cdecl double_malloc(size_t length)
{
    return must_fail(NUMBER_malloc) ? NULL : remember(REAL(malloc)(length));
}

static void *__cdecl double_calloc(size_t count, size_t length)
{
    return must_fail(NUMBER_calloc) ? NULL : remember(REAL(calloc)(count, length));
}

static void *__cdecl double_realloc(void *block, size_t length)
{
    if (must_fail(NUMBER_realloc))
        return NULL;
    forget(block);
    void *moved = REAL(realloc)(block, length);
    return remember(moved != NULL || length == 0 ? moved : block);
}

static void __cdecl double_free(void *block)
{
    forget(block);
    REAL(free)(block);
}

static HLOCAL WINAPI double_LocalAlloc(UINT flags, SIZE_T length)
{
    return must_fail(NUMBER_LocalAlloc) ? NULL : remember(REAL(LocalAlloc)(flags, length));
}

static HLOCAL WINAPI double_LocalFree(HLOCAL block)
{
    forget(block);
    return REAL(LocalFree)(block);
}

/* The rest are all alike: arguments are words that are passed on, whatever they mean. */
#define WORDS_0 void
#define WORDS_1 ULONG_PTR a
#define WORDS_2 WORDS_1, ULONG_PTR b
#define WORDS_3 WORDS_2, ULONG_PTR c
#define WORDS_4 WORDS_3, ULONG_PTR d
#define WORDS_5 WORDS_4, ULONG_PTR e
#define WORDS_6 WORDS_5, ULONG_PTR f
#define WORDS_7 WORDS_6, ULONG_PTR g
#define WORDS_8 WORDS_7, ULONG_PTR h
#define WORDS_9 WORDS_8, ULONG_PTR i
#define WORDS_10 WORDS_9, ULONG_PTR j
#define WORDS_11 WORDS_10, ULONG_PTR k
#define WORDS_12 WORDS_11, ULONG_PTR l
#define PASS_0
#define PASS_1 a
#define PASS_2 PASS_1, b
#define PASS_3 PASS_2, c
#define PASS_4 PASS_3, d
#define PASS_5 PASS_4, e
#define PASS_6 PASS_5, f
#define PASS_7 PASS_6, g
#define PASS_8 PASS_7, h
#define PASS_9 PASS_8, i
#define PASS_10 PASS_9, j
#define PASS_11 PASS_10, k
#define PASS_12 PASS_11, l

#define DOUBLE(convention, name, words, result_, error_)                                                     \
    static ULONG_PTR convention double_##name(WORDS_##words)                                                 \
    {                                                                                                        \
        if (must_fail(NUMBER_##name))                                                                        \
            return armed.result;                                                                             \
        return ((ULONG_PTR(convention *)(WORDS_##words))functions[NUMBER_##name].real)(PASS_##words);        \
    }
FAULT_IMPORTS(DOUBLE)
FAULT_LATE_BOUND(DOUBLE)
#undef DOUBLE

static struct doubled functions[NUMBER_COUNT] = {
#define ROW(convention, name_, words, result_, error_)                                                       \
    {.name = #name_, .replacement = double_##name_, .result = (ULONG_PTR)(result_), .error = (error_)},
    FAULT_ALL(ROW)
#undef ROW
};

static struct doubled *find(const char *name)
{
    for (unsigned i = 0; i < NUMBER_COUNT; i++) {
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    }
    return NULL;
}

/* GetProcAddress as the DLL sees it. */
static FARPROC WINAPI look_up(HMODULE module, const char *name)
{
    const FARPROC real =
        (FARPROC)(void *)double_GetProcAddress((ULONG_PTR)module, (ULONG_PTR)(const void *)name);
    struct doubled *late = real != NULL && !IS_INTRESOURCE(name) ? find(name) : NULL;
    if (late == NULL || !late->is_late_bound)
        return real;
    late->real = (void *)real;
    return (FARPROC)late->replacement;
}

int faults_start(void **state)
{
    (void)state;
    faults_disarm();
    functions[NUMBER_GetProcAddress].replacement = (void *)look_up;
#define LATE(convention, name, words, result_, error_) functions[NUMBER_##name].is_late_bound = true;
    FAULT_LATE_BOUND(LATE)
#undef LATE
    for (unsigned i = 0; i < NUMBER_COUNT; i++) {
        /* The double may be called the moment it is there: it needs the real one before. */
        functions[i].real =
            functions[i].is_late_bound ? functions[i].real : support_import(functions[i].name);
        if (!functions[i].is_late_bound)
            support_replace_import(functions[i].name, functions[i].replacement);
    }
    return functions[NUMBER_malloc].real != NULL ? 0 : -1;
}

int faults_stop(void **state)
{
    faults_disarm();
    for (unsigned i = 0; i < NUMBER_COUNT; i++) {
        if (!functions[i].is_late_bound && functions[i].real != NULL)
            support_replace_import(functions[i].name, functions[i].real);
    }
    block_count = 0;
    return support_check_heap(state);
}

void faults_disarm(void)
{
    armed.function = NULL;
    armed.hits = 0;
    for (unsigned i = 0; i < NUMBER_COUNT; i++)
        functions[i].calls = 0;
}

void faults_arm_with(const char *function, unsigned first, unsigned last, ULONG_PTR result, DWORD error)
{
    faults_disarm();
    armed.first = first;
    armed.last = last;
    armed.result = result;
    armed.error = error;
    armed.function = find(function);
    assert_non_null(armed.function);
}

void faults_arm(const char *function, unsigned first, unsigned last)
{
    const struct doubled *doubled = find(function);
    assert_non_null(doubled);
    faults_arm_with(function, first, last, doubled->result, doubled->error);
}

unsigned faults_calls(const char *function)
{
    const struct doubled *doubled = find(function);
    assert_non_null(doubled);
    return (unsigned)doubled->calls;
}

unsigned faults_hits(void)
{
    return (unsigned)armed.hits;
}

const char *faults_name(unsigned number)
{
    return number < NUMBER_COUNT ? functions[number].name : NULL;
}

bool faults_is_allocation(const char *function)
{
    static const char *const names[] = {"malloc", "calloc", "realloc", "LocalAlloc"};
    for (unsigned i = 0; i < ARRAYSIZE(names); i++) {
        if (strcmp(names[i], function) == 0)
            return true;
    }
    return false;
}

bool faults_knows(const char *name)
{
    static const char *const never[] = {FAULT_NEVER};
    for (unsigned i = 0; i < ARRAYSIZE(never); i++) {
        if (strcmp(never[i], name) == 0)
            return true;
    }
    return find(name) != NULL;
}

unsigned faults_live_blocks(void)
{
    return block_count;
}
