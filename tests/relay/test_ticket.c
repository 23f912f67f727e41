/*
 * What is said of a log-on by ticket that failed, from Samba's status and messages.
 */
#include "native_test.h"

#include "core/error.h" /* before Samba, which has macros of the same names */
#include "helper/rpc/ticket.h"

#include <time.h>
#include <core/ntstatus.h>
#include <core/werror.h>
#include <talloc.h>
#include <credentials.h>

static const uint32_t invalid_parameter = 0xC000000D;

/* The sentence for a KDC that does not know a service; the error becomes 1396. */
static const char *explain(void **state, const char *principal, const char *said)
{
    struct wts_failure failure = {ERROR_LOGON_FAILURE, WTS_CONNECT_LOGON};
    struct cli_credentials *credentials = cli_credentials_init(*state);
    assert_non_null(credentials);
    if (principal)
        assert_true(cli_credentials_set_principal(credentials, principal, CRED_SPECIFIED));
    const char *sentence = wts_ticket_explain(credentials, invalid_parameter, said, &failure);
    assert_int_equal(failure.error, sentence ? ERROR_WRONG_TARGET_NAME : ERROR_LOGON_FAILURE);
    assert_int_equal(failure.step, WTS_CONNECT_LOGON);
    return sentence;
}

static void assert_unknown(const char *sentence, const char *service)
{
    char wanted[256];
    snprintf(wanted, sizeof wanted, "the KDC knows no service %s (the name of the host)", service);
    assert_non_null(sentence);
    assert_string_equal(sentence, wanted);
}

static void a_service_of_the_same_realm(void **state)
{
    assert_unknown(
        explain(state, "games@LAB.TEST", "x Server cifs/a@LAB.TEST is not registered with our KDC: y"),
        "cifs/a@LAB.TEST");
}

static void a_service_of_another_realm(void **state)
{
    static const char *const realms[] = {"OTHER.TEST", "LAB.TES", "LAB.TESTS", "LAB.TEsT", "L"};
    for (size_t i = 0; i < sizeof realms / sizeof realms[0]; i++) {
        char said[256];
        snprintf(said, sizeof said, "Server cifs/a@%s is not registered with our KDC", realms[i]);
        const char *sentence = explain(state, "games@LAB.TEST", said);
        assert_non_null(sentence);
        assert_non_null(strstr(sentence, "another realm"));
        assert_non_null(strstr(sentence, realms[i]));
        assert_non_null(strstr(sentence, "games@LAB.TEST"));
    }
}

static void a_service_without_a_realm(void **state)
{
    assert_unknown(explain(state, "games@LAB.TEST", "Server cifs/a is not registered with our KDC"),
                   "cifs/a");
    assert_unknown(explain(state, "games@LAB.TEST", "Server cifs/a@ is not registered with our KDC"),
                   "cifs/a@");
}

static void a_principal_without_a_realm(void **state)
{
    static const char said[] = "Server cifs/a@LAB.TEST is not registered with our KDC";
    assert_unknown(explain(state, "games", said), "cifs/a@LAB.TEST");
    assert_unknown(explain(state, NULL, said), "cifs/a@LAB.TEST");
}

static void messages_that_name_no_service(void **state)
{
    static const char *const said[] = {"",
                                       "Server",
                                       " is not registered with our KDC",
                                       "cifs/a is not registered with our KDC",
                                       "Server  is not registered with our KDC",
                                       "Server cifs/a is registered with our KDC"};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        assert_null(explain(state, "games@LAB.TEST", said[i]));
}

static void statuses(void **state)
{
    struct wts_failure failure = {ERROR_LOGON_FAILURE, WTS_CONNECT_LOGON};
    struct cli_credentials *credentials = cli_credentials_init(*state);
    assert_non_null(strstr(wts_ticket_explain(credentials, 0xC000005E, "", &failure), "no KDC answers"));
    assert_non_null(strstr(wts_ticket_explain(credentials, 0xC000006D, "", &failure), "clocks"));
    assert_null(wts_ticket_explain(credentials, invalid_parameter, "", &failure));
    assert_int_equal(failure.error, ERROR_LOGON_FAILURE);
}

static int make_memory(void **state)
{
    *state = talloc_new(NULL);
    return *state ? 0 : -1;
}

static int free_memory(void **state)
{
    talloc_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_of_the_same_realm),   cmocka_unit_test(a_service_of_another_realm),
        cmocka_unit_test(a_service_without_a_realm),     cmocka_unit_test(a_principal_without_a_realm),
        cmocka_unit_test(messages_that_name_no_service), cmocka_unit_test(statuses),
    };
    return cmocka_run_group_tests(tests, make_memory, free_memory);
}
