/*
 * The error table: faults and HRESULTs of docs/wire.md#call-errors, statuses of docs/contract.md#last-error.
 */
#include "native_test.h"

#include "core/error.h"

static void faults_become_the_exceptions_of_the_run_time(void **state)
{
    (void)state;
    assert_int_equal(wts_error_from_fault(0x1C010002), RPC_S_PROCNUM_OUT_OF_RANGE);
    assert_int_equal(wts_error_from_fault(0x1C010003), RPC_S_UNKNOWN_IF);
    assert_int_equal(wts_error_from_fault(0x1C010014), RPC_S_SERVER_TOO_BUSY);
    assert_int_equal(wts_error_from_fault(0x1C00001A), ERROR_INVALID_HANDLE);
    assert_int_equal(wts_error_from_fault(0x1C00000D), RPC_S_CALL_CANCELLED);
    assert_int_equal(wts_error_from_fault(0x1C00001B), ERROR_OUTOFMEMORY);
    assert_int_equal(wts_error_from_fault(0x1C000015), ERROR_OUTOFMEMORY);
    assert_int_equal(wts_error_from_fault(0x000006F7), RPC_X_BAD_STUB_DATA);
    assert_int_equal(wts_error_from_fault(0x000006E4), RPC_S_CANNOT_SUPPORT);
    assert_int_equal(wts_error_from_fault(0x00000721), RPC_S_SEC_PKG_ERROR);
}

static void other_faults_pass_unchanged(void **state)
{
    (void)state;
    assert_int_equal(wts_error_from_fault(5), ERROR_ACCESS_DENIED);
    assert_int_equal(wts_error_from_fault(1234), 1234);
    assert_int_equal(wts_error_from_fault(0xC0000005), 0xC0000005);
}

static void only_negative_hresults_are_errors(void **state)
{
    (void)state;
    assert_int_equal(wts_error_from_hresult(0), 0);
    assert_int_equal(wts_error_from_hresult(1), 0);
    assert_int_equal(wts_error_from_hresult(0x10000000), 0);
    assert_int_equal(wts_error_from_hresult(0x80070005), ERROR_ACCESS_DENIED);
    assert_int_equal(wts_error_from_hresult(0x80071B6E), ERROR_CTX_WINSTATION_NOT_FOUND);
    assert_int_equal(wts_error_from_hresult(0xD0000022), ERROR_ACCESS_DENIED);
    assert_int_equal(wts_error_from_hresult(0x80004001), 0x80004001);
    assert_int_equal(wts_error_from_hresult(0x80070000), 0x80070000);
}

static void statuses_map_as_the_system_does(void **state)
{
    (void)state;
    assert_int_equal(wts_error_from_status(0), 0);
    assert_int_equal(wts_error_from_status(0xC0000002), 1); /* STATUS_NOT_IMPLEMENTED */
    assert_int_equal(wts_error_from_status(0xC0000022), ERROR_ACCESS_DENIED);
    assert_int_equal(wts_error_from_status(0xC000000B), ERROR_INVALID_PARAMETER);
    assert_int_equal(wts_error_from_status(0xC000010A), ERROR_ACCESS_DENIED);
    assert_int_equal(wts_error_from_status(0xC0000120), 995);
    assert_int_equal(wts_error_from_status(0x80070005), ERROR_ACCESS_DENIED);
    assert_int_equal(wts_error_from_status(0xC1234567), ERROR_MR_MID_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_become_the_exceptions_of_the_run_time),
        cmocka_unit_test(other_faults_pass_unchanged),
        cmocka_unit_test(only_negative_hresults_are_errors),
        cmocka_unit_test(statuses_map_as_the_system_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
