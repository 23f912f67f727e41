/*
 * The interface table: well formed, each identifier once, and the names that open the pipes.
 */
#include "native_test.h"

#include <ctype.h>

#include "remote/tsts/interfaces.h"

static const struct wts_interface *const interfaces[] = {
    &wts_interface_legacy,      &wts_interface_session,    &wts_interface_notification,
    &wts_interface_enumeration, &wts_interface_rcm_public, &wts_interface_tsvip,
};
enum { INTERFACE_COUNT = sizeof interfaces / sizeof interfaces[0] };

static void assert_uuid(const char *uuid)
{
    assert_int_equal(strlen(uuid), 36);
    for (size_t i = 0; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23)
            assert_int_equal(uuid[i], '-');
        else
            assert_true(isdigit(uuid[i]) || (uuid[i] >= 'a' && uuid[i] <= 'f'));
    }
}

static void each_is_well_formed_and_unlike_the_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < INTERFACE_COUNT; i++) {
        assert_uuid(interfaces[i]->uuid);
        assert_int_equal(interfaces[i]->version_major, 1);
        assert_int_equal(interfaces[i]->version_minor, 0);
        assert_null(strchr(interfaces[i]->pipe, '\\'));
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(interfaces[i]->uuid, interfaces[k]->uuid);
            assert_string_not_equal(interfaces[i]->name, interfaces[k]->name);
        }
    }
}

static void legacy_is_where_servers_have_it(void **state)
{
    (void)state;
    assert_string_equal(wts_interface_legacy.uuid, "5ca4a760-ebb1-11cf-8611-00a0245420ed");
    assert_string_equal(wts_interface_legacy.pipe, "Ctx_WinStation_API_service");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_well_formed_and_unlike_the_others),
        cmocka_unit_test(legacy_is_where_servers_have_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
