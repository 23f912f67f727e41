/*
 * Which stored credential a server uses, src/remote/transport/credential_rule.h.
 */
#include "support.h"

#include "remote/transport/credential_rule.h"

static wchar_t names[8][64];
static CREDENTIALW entries[8];
static CREDENTIALW *list[8];

/* Entries out of names; a name behind "g:" is a generic entry. */
static DWORD choose(const wchar_t *const *targets, DWORD count, const wchar_t *server)
{
    for (DWORD i = 0; i < count; i++) {
        const bool is_generic = wcsncmp(targets[i], L"g:", 2) == 0;
        wcscpy(names[i], targets[i] + (is_generic ? 2 : 0));
        entries[i] = (CREDENTIALW){.Type = is_generic ? CRED_TYPE_GENERIC : CRED_TYPE_DOMAIN_PASSWORD,
                                   .TargetName = names[i]};
        list[i] = &entries[i];
    }
    return wts_credential_choose(list, count, server);
}

#define CHOOSE(server, ...)                                                                                  \
    choose((const wchar_t *const[]){__VA_ARGS__}, ARRAYSIZE(((const wchar_t *const[]){__VA_ARGS__})), server)

static void an_exact_name_goes_before_every_pattern(void **state)
{
    (void)state;
    assert_int_equal(CHOOSE(L"a.corp.example", L"*.corp.example", L"A.Corp.Example", L"*"), 1);
    assert_int_equal(CHOOSE(L"a.corp.example", L"a.corp.exampl*", L"g:TERMSRV/a.corp.example"), 1);
    assert_int_equal(CHOOSE(L"a", L"g:TERMSRV/a", L"a"), 1);
    assert_int_equal(CHOOSE(L"rdsh01", L"rdsh0?", L"g:TERMSRV/rdsh01"), 1);
}

static void the_longest_pattern_wins(void **state)
{
    (void)state;
    assert_int_equal(CHOOSE(L"a.east.corp.example", L"*", L"*.corp.example", L"*.east.corp.example"), 2);
    assert_int_equal(CHOOSE(L"A.EAST.corp.example", L"*.east.corp.example", L"*.corp.example"), 0);
    assert_int_equal(CHOOSE(L"rdsh07", L"rdsh*", L"r*h*******"), 0);
    assert_int_equal(CHOOSE(L"rdsh07", L"*", L"g:termsrv/rdsh*"), 1);
}

static void a_tie_has_one_answer_in_whatever_order(void **state)
{
    (void)state;
    assert_int_equal(CHOOSE(L"abc", L"a*", L"*c"), 1);
    assert_int_equal(CHOOSE(L"abc", L"*c", L"a*"), 0);
    assert_int_equal(CHOOSE(L"abc", L"g:TERMSRV/a*", L"*c"), 1);
}

static void what_does_not_fit_is_not_used(void **state)
{
    (void)state;
    assert_int_equal(CHOOSE(L"corp.example", L"*.corp.example", L"x", L"corp.example.org"), 3);
    assert_int_equal(CHOOSE(L"a", L"g:a", L"g:TERMSRV/", L"g:other/a", L"??", L""), 5);
    assert_int_equal(choose(NULL, 0, L"a"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exact_name_goes_before_every_pattern),
        cmocka_unit_test(the_longest_pattern_wins),
        cmocka_unit_test(a_tie_has_one_answer_in_whatever_order),
        cmocka_unit_test(what_does_not_fit_is_not_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
