/*
 * The ports that smb.conf allows a client, with whichever release of Samba this is built.
 */
#include "native_test.h"

#include <talloc.h>
#include <param.h>

#include "helper/rpc/samba_compat.h"

static int load_defaults(void **state)
{
    *state = loadparm_init(NULL);
    return *state ? 0 : -1;
}

static int free_defaults(void **state)
{
    talloc_free(*state);
    return 0;
}

#ifdef SAMBA_HAS_SMB_PORTS
static const char parameter[] = "smb ports";
#else
static const char parameter[] = "client smb transports";
#endif

static void assert_ports(const char *const *ports, size_t count, const char *const *expected)
{
    assert_non_null(ports);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(ports[i]);
        assert_string_equal(ports[i], expected[i]);
    }
    assert_null(ports[count]);
}

static void test_ports_default_to_those_of_smb(void **state)
{
    static const char *const expected[] = {"445", "139"};
    assert_ports(wts_samba_ports(*state), 2, expected);
}

static void test_ports_are_those_of_the_configuration(void **state)
{
    static const char *const expected[] = {"8445", "1445"};
    assert_true(lpcfg_do_global_parameter(*state, parameter, "8445 1445"));
    assert_ports(wts_samba_ports(*state), 2, expected);
}

#ifndef SAMBA_HAS_SMB_PORTS /* where it is, Samba itself takes nothing but numbers */
static void test_transports_give_the_ports_that_tcp_reaches(void **state)
{
    static const char *const expected[] = {"445", "1445", "139", "1139", "8000"};
    assert_true(
        lpcfg_do_global_parameter(*state, parameter, "tcp tcp:1445 quic quic:1443 nbt nbt:1139 8000"));
    assert_ports(wts_samba_ports(*state), 5, expected);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ports_default_to_those_of_smb, load_defaults, free_defaults),
        cmocka_unit_test_setup_teardown(test_ports_are_those_of_the_configuration, load_defaults,
                                        free_defaults),
#ifndef SAMBA_HAS_SMB_PORTS
        cmocka_unit_test_setup_teardown(test_transports_give_the_ports_that_tcp_reaches, load_defaults,
                                        free_defaults),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
