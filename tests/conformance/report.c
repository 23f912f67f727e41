#include "report.h"

#include <wincrypt.h>

#include <stdio.h>

enum { HASH_LENGTH = 32 };

const char *conformance_kind_word(enum conformance_kind kind)
{
    static const char *const words[] = {"documented", "unverified", "ours"};
    return words[kind];
}

/* Whether `seen` is one of the outcomes in `expected`, which " | " separates. */
static bool is_expected(const char *expected, const char *seen)
{
    const size_t length = strlen(seen);
    for (const char *one = expected; one != NULL;) {
        const char *end = strstr(one, " | ");
        const size_t one_length = end == NULL ? strlen(one) : (size_t)(end - one);
        if (one_length == length && memcmp(one, seen, length) == 0)
            return true;
        one = end == NULL ? NULL : end + 3;
    }
    return false;
}

/* "ok", "not ok" (documented ones only), "skipped"; of others "as expected", "differs", "recorded". */
static const char *verdict(const struct conformance_case *one, const struct conformance_outcome *outcome)
{
    if (outcome->state == OUTCOME_SKIPPED)
        return "skipped";
    if (one->expected == NULL)
        return "recorded";
    if (is_expected(one->expected, outcome->seen))
        return one->kind == DOCUMENTED ? "ok" : "as expected";
    return one->kind == DOCUMENTED ? "not ok" : "differs";
}

static void put_json_text(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(file, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            fprintf(file, "\\u%04x", *text);
        else
            fputc(*text, file);
    }
    fputc('"', file);
}

static void put_json_wide(FILE *file, const wchar_t *text)
{
    char utf8[4 * MAX_PATH];
    if (!WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL))
        utf8[0] = 0;
    put_json_text(file, utf8);
}

static void hash_file(const wchar_t *path, char *hex, DWORD *size)
{
    static BYTE buffer[65536];
    BYTE hash[HASH_LENGTH] = {0};
    DWORD length = sizeof hash, got = 0;
    HCRYPTPROV provider = 0;
    HCRYPTHASH object = 0;
    const HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    *size = file == INVALID_HANDLE_VALUE ? 0 : GetFileSize(file, NULL);
    *hex = 0;
    if (file != INVALID_HANDLE_VALUE &&
        CryptAcquireContextW(&provider, NULL, NULL, PROV_RSA_AES, CRYPT_VERIFYCONTEXT) &&
        CryptCreateHash(provider, CALG_SHA_256, 0, 0, &object)) {
        while (ReadFile(file, buffer, sizeof buffer, &got, NULL) && got != 0)
            CryptHashData(object, buffer, got, 0);
        if (CryptGetHashParam(object, HP_HASHVAL, hash, &length, 0))
            for (DWORD i = 0; i < length; i++)
                sprintf(hex + (size_t)2 * i, "%02x", hash[i]);
    }
    if (object != 0)
        CryptDestroyHash(object);
    if (provider != 0)
        CryptReleaseContext(provider, 0);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
}

static void put_dll(FILE *file)
{
    WCHAR path[MAX_PATH] = L"";
    char hash[2 * HASH_LENGTH + 1];
    DWORD size, unused = 0;
    VS_FIXEDFILEINFO *version = NULL;
    UINT version_length = 0;
    BYTE block[8192];
    const HMODULE module = LoadLibraryExW(L"wtsapi32.dll", NULL, DONT_RESOLVE_DLL_REFERENCES);
    GetModuleFileNameW(module, path, ARRAYSIZE(path));
    hash_file(path, hash, &size);
    fputs("  \"dll\": {\"path\": ", file);
    put_json_wide(file, path);
    fprintf(file, ", \"size\": %lu, \"sha256\": ", size);
    if (hash[0] != 0)
        put_json_text(file, hash);
    else
        fputs("null", file); /* the system gave no provider for it */
    fputs(", \"version\": ", file);
    const DWORD length = GetFileVersionInfoSizeW(path, &unused);
    if (length != 0 && length <= sizeof block && GetFileVersionInfoW(path, 0, length, block) &&
        VerQueryValueW(block, L"\\", (void **)&version, &version_length))
        fprintf(file, "\"%u.%u.%u.%u\"},\n", HIWORD(version->dwFileVersionMS),
                LOWORD(version->dwFileVersionMS), HIWORD(version->dwFileVersionLS),
                LOWORD(version->dwFileVersionLS));
    else
        fputs("null},\n", file);
}

static void put_system(FILE *file)
{
    typedef LONG NTAPI get_version(OSVERSIONINFOEXW *);
    typedef const char *CDECL get_wine_version(void);
    const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    get_version *const get = (get_version *)(ULONG_PTR)GetProcAddress(ntdll, "RtlGetVersion");
    get_wine_version *const wine = (get_wine_version *)(ULONG_PTR)GetProcAddress(ntdll, "wine_get_version");
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof version};
    if (get != NULL)
        get((OSVERSIONINFOEXW *)&version);
    fprintf(file,
            "  \"system\": {\"version\": \"%lu.%lu.%lu\", \"product_type\": %u, \"bits\": %u, \"wine\": ",
            version.dwMajorVersion, version.dwMinorVersion, version.dwBuildNumber, version.wProductType,
            (unsigned)(8 * sizeof(void *)));
    if (wine != NULL)
        put_json_text(file, wine());
    else
        fputs("null", file);
    fprintf(file, ", \"remote_session\": %s},\n", GetSystemMetrics(SM_REMOTESESSION) ? "true" : "false");
}

static bool write_json(const struct conformance_case *const *cases,
                       const struct conformance_outcome *outcomes, unsigned count, const wchar_t *path)
{
    FILE *file = _wfopen(path, L"wb");
    const char *separator = "\n";
    if (file == NULL) {
        fprintf(stderr, "cannot write %ls\n", path);
        return false;
    }
    fputs("{\n", file);
    put_system(file);
    put_dll(file);
    fputs("  \"cases\": [", file);
    for (unsigned i = 0; i < count; i++) {
        if (outcomes[i].state == OUTCOME_UNWANTED)
            continue;
        fprintf(file,
                "%s    {\"id\": \"%s\", \"kind\": \"%s\", \"verdict\": \"%s\", \"expected\": ", separator,
                cases[i]->id, conformance_kind_word(cases[i]->kind), verdict(cases[i], &outcomes[i]));
        if (cases[i]->expected != NULL)
            put_json_text(file, cases[i]->expected);
        else
            fputs("null", file);
        fputs(", \"seen\": ", file);
        put_json_text(file, (const char *)outcomes[i].seen);
        fputc('}', file);
        separator = ",\n";
    }
    fputs("\n  ]\n}\n", file);
    return fclose(file) == 0;
}

int conformance_report(const struct conformance_case *const *cases,
                       const struct conformance_outcome *outcomes, unsigned count, const wchar_t *json)
{
    unsigned number = 0, wanted = 0;
    bool broken = false;
    for (unsigned i = 0; i < count; i++)
        wanted += outcomes[i].state != OUTCOME_UNWANTED;
    printf("TAP version 13\n1..%u\n", wanted);
    for (unsigned i = 0; i < count; i++) {
        const struct conformance_case *one = cases[i];
        const char *word = verdict(one, &outcomes[i]), *seen = (const char *)outcomes[i].seen;
        if (outcomes[i].state == OUTCOME_UNWANTED)
            continue;
        const bool is_broken = strcmp(word, "not ok") == 0;
        printf("%s %u - %s", is_broken ? "not ok" : "ok", ++number, one->id);
        if (outcomes[i].state == OUTCOME_SKIPPED)
            printf(" # SKIP %s\n", seen);
        else if (is_broken || strcmp(word, "differs") == 0)
            printf(" # %s: %s, expected: %s\n", conformance_kind_word(one->kind), seen, one->expected);
        else
            printf(" # %s: %s\n", conformance_kind_word(one->kind), seen);
        broken = broken || is_broken;
    }
    if (json != NULL && !write_json(cases, outcomes, count, json))
        return 2;
    return broken;
}
