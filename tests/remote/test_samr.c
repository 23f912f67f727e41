/*
 * The coders of SAMR: requests are those that a Samba server understood, and responses are what it gave; what
 * is done to the rows of responses stands in cases.h.
 */
#include "cases.h"

#include <stdio.h>

#include "core/error.h"
#include "remote/samr/samr.h"
#include "samr_vectors.h"

static const uint8_t lab[] = {1,    4,    0,    0,    0,    0,    0,    5,    21,   0,    0,    0,
                              0xf6, 0x64, 0x67, 0x5b, 0x3b, 0xd8, 0xb0, 0xa5, 0x1b, 0x28, 0x0a, 0x23};

/* A request with these arguments is the vector's, byte for byte; it begins with the handle unless it opens
 * the first one. */
static void assert_request(const struct wts_procedure *procedure, const void *arguments, const char *name)
{
    const struct samr_vector *vector = samr_vector(name);
    struct wts_context_handle handle;
    uint8_t stub[1024];
    struct wts_ndr_writer writer;
    memcpy(handle.bytes, vector->request, sizeof handle.bytes);
    wts_ndr_writer_init(&writer, stub, sizeof stub);
    procedure->put(&writer, procedure->context != NULL ? &handle : NULL, arguments);
    assert_true(wts_ndr_writer_ok(&writer));
    assert_int_equal(writer.length, vector->request_length);
    assert_memory_equal(stub, vector->request, writer.length);
}

static struct wts_text text_of(const char *text)
{
    static uint16_t units[64];
    uint32_t count = 0;
    for (; text[count] != '\0'; count++)
        units[count] = (uint8_t)text[count];
    units[count] = 0;
    return (struct wts_text){units, count};
}

static void requests_are_those_of_samba(void **state)
{
    static const char *const domains[] = {"LAB",     "lab",     "lab.test", "LAB.TEST",
                                          "Builtin", "NOWHERE", "",         "DC1"};
    static const char *const names[] = {"games", "GAMES",      "nosuch",         "Domain Users",
                                        "DC1$",  "LAB\\games", "games@lab.test", ""};
    char vector[64];
    (void)state;
    assert_request(&wts_samr_connect, text_of("\\\\dc1.lab.test").units, "Connect5");
    assert_request(&wts_samr_enumerate_domains, NULL, "EnumDomains");
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++) {
        const struct wts_text name = text_of(domains[i]);
        snprintf(vector, sizeof vector, "LookupDomain %s", domains[i]);
        assert_request(&wts_samr_lookup_domain, &name, vector);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct wts_text name = text_of(names[i]);
        snprintf(vector, sizeof vector, "LookupNames %s", names[i]);
        assert_request(&wts_samr_lookup_name, &name, vector);
    }
    assert_request(&wts_samr_open_domain, &(struct wts_samr_sid){lab, sizeof lab}, "OpenDomain 200");
    assert_request(&wts_samr_open_user, &(struct wts_samr_user){0x10, 0x44E}, "OpenUser 10");
    assert_request(&wts_samr_open_user, &(struct wts_samr_user){0x30, 0x44E}, "OpenUser 30");
    assert_request(&wts_samr_query_user, NULL, "Query2 present");
    assert_request(&wts_samr_close, NULL, "Close");
}

static void values_are_sent_as_samba_takes_them(void **state)
{
    static const char *const names[] = {"present", "shadow", "profile"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char vector[64];
        const struct user_parameters_vector *value = user_parameters_vector(names[i]);
        snprintf(vector, sizeof vector, "Set2 %s", names[i]);
        assert_request(&wts_samr_set_user, &(struct wts_samr_value){value->bytes, (uint32_t)value->length},
                       vector);
    }
}

/* What a value reads as, which the server gave for the one that it had been sent. */
static void values_are_read_as_samba_gives_them(void **state)
{
    static const char *const names[] = {"present", "shadow", "profile"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[64];
        struct wts_samr_parameters answer;
        struct wts_ndr_arena arena;
        const struct user_parameters_vector *value = user_parameters_vector(names[i]);
        snprintf(name, sizeof name, "Query2 %s", names[i]);
        const struct samr_vector *vector = samr_vector(name);
        wts_ndr_arena_init(&arena, 1 << 16);
        assert_int_equal(wts_procedure_read(&wts_samr_query_user, vector->response, vector->response_length,
                                            &arena, &answer),
                         WTS_NDR_OK);
        assert_int_equal(answer.length, value->length);
        assert_memory_equal(answer.bytes, value->bytes, value->length);
        wts_ndr_arena_free(&arena);
    }
}

static void a_status_is_the_outcome(void **state)
{
    static const struct {
        const struct wts_procedure *procedure;
        const char *vector;
        uint32_t error;
    } rows[] = {
        {&wts_samr_connect, "Connect5", ERROR_SUCCESS},
        {&wts_samr_lookup_domain, "LookupDomain NOWHERE", ERROR_NO_SUCH_DOMAIN},
        {&wts_samr_open_domain, "OpenDomain bad", ERROR_NO_SUCH_DOMAIN},
        {&wts_samr_lookup_name, "LookupNames nosuch", ERROR_NONE_MAPPED},
        {&wts_samr_lookup_name, "LookupNames Domain Users", ERROR_SUCCESS},
        {&wts_samr_open_user, "OpenUser group", ERROR_NO_SUCH_USER},
        {&wts_samr_query_user, "Query2 level99", ERROR_INVALID_PARAMETER},
        {&wts_samr_query_user, "Query2 empty", ERROR_SUCCESS},
        {&wts_samr_set_user, "user Set2 denied", ERROR_ACCESS_DENIED},
        {&wts_samr_close, "Close", ERROR_SUCCESS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t answer[128];
        struct wts_ndr_arena arena;
        const struct samr_vector *vector = samr_vector(rows[i].vector);
        wts_ndr_arena_init(&arena, 1 << 16);
        assert_true(rows[i].procedure->answer_length <= sizeof answer);
        assert_int_equal(
            wts_procedure_read(rows[i].procedure, vector->response, vector->response_length, &arena, answer),
            WTS_NDR_OK);
        assert_int_equal(rows[i].procedure->outcome(answer), rows[i].error);
        wts_ndr_arena_free(&arena);
    }
}

#define SID_HEX "010400000000000515000000f664675b3bd8b0a51b280a23"
#define TWO_NAMES_HEX                                                                                        \
    "00000000 06000600 08000200 01000000 0e000e00 0c000200"                                                  \
    "03000000 00000000 03000000 4c0041004200 0000"                                                           \
    "07000000 00000000 07000000 4200550049004c00540049004e00 0000"

static const struct response_case cases[] = {
    {.opnum = WTS_SAMR_CONNECT,
     .hex = "01000000 01000000 03000000 00000000" HANDLE_HEX "00000000",
     .shown = "context=" HANDLE_HEX " good=0"},
    {.opnum = WTS_SAMR_ENUMERATE_DOMAINS,
     .hex = "02000000 00000200 02000000 04000200 02000000" TWO_NAMES_HEX "02000000 00000000",
     .shown = "name=\"LAB\" name=\"BUILTIN\" good=0",
     .marks = "r4 r12 r28 r40 p62+2 p90+2"},
    {.opnum = WTS_SAMR_ENUMERATE_DOMAINS,
     .hex = "00000000 00000000 00000000 220000c0",
     .shown = "failed=0xc0000022"},
    {.opnum = WTS_SAMR_ENUMERATE_DOMAINS, /* a count without entries */
     .hex = "00000000 00000200 02000000 00000000 02000000 00000000"},
    {.opnum = WTS_SAMR_ENUMERATE_DOMAINS, /* one entry for two */
     .hex = "00000000 00000200 02000000 04000200 01000000 00000000 00000000 00000000 02000000 00000000"},
    {.opnum = WTS_SAMR_ENUMERATE_DOMAINS, /* the text has one unit less than its head says */
     .hex = "00000000 00000200 01000000 04000200 01000000 00000000 04000400 08000200"
            "01000000 00000000 01000000 4c00 0000 01000000 00000000"},
    {.opnum = WTS_SAMR_LOOKUP_DOMAIN,
     .hex = "00000200 04000000" SID_HEX "00000000",
     .shown = "sid=" SID_HEX " good=0",
     .marks = "r0"},
    {.opnum = WTS_SAMR_LOOKUP_DOMAIN, .hex = "00000000 df0000c0", .shown = "sid=none failed=0xc00000df"},
    {.opnum = WTS_SAMR_LOOKUP_DOMAIN, .hex = "00000000 00000000"}, /* a success without a SID */
    {.opnum = WTS_SAMR_LOOKUP_DOMAIN, .hex = "00000200 03000000" SID_HEX "00000000"}, /* two counts */
    {.opnum = WTS_SAMR_OPEN_DOMAIN, .hex = HANDLE_HEX "00000000", .shown = "context=" HANDLE_HEX " good=0"},
    {.opnum = WTS_SAMR_LOOKUP_NAMES,
     .hex = "01000000 04000200 01000000 4e040000 01000000 08000200 01000000 01000000 00000000",
     .shown = "id=1102 use=1 good=0",
     .marks = "r4 r20"},
    {.opnum = WTS_SAMR_LOOKUP_NAMES,
     .hex = "00000000 00000000 00000000 00000000 730000c0",
     .shown = "id=0 use=0 failed=0xc0000073"},
    {.opnum = WTS_SAMR_LOOKUP_NAMES, .hex = "00000000 00000000 00000000 00000000 00000000"},
    {.opnum = WTS_SAMR_LOOKUP_NAMES, /* two of one */
     .hex = "02000000 04000200 02000000 4e040000 4f040000 01000000 08000200 01000000 01000000 00000000"},
    {.opnum = WTS_SAMR_OPEN_USER, .hex = NULL_HANDLE_HEX "640000c0", .shown = "failed=0xc0000064"},
    {.opnum = WTS_SAMR_QUERY_USER,
     .hex = "00000200 1400 0000 00000000 00000000 00000000",
     .shown = "value= good=0",
     .marks = "r0 p6+2"},
    {.opnum = WTS_SAMR_QUERY_USER,
     .hex = "00000200 1400 0000 06000600 04000200 03000000 00000000 03000000 610000006200 0000 00000000",
     .shown = "value=610000006200 good=0",
     .marks = "r0 p6+2 r12 p34+2"},
    {.opnum = WTS_SAMR_QUERY_USER, /* room for more than there is */
     .hex = "00000200 1400 0000 02000600 04000200 03000000 00000000 01000000 6100 0000 00000000",
     .shown = "value=6100 good=0",
     .marks = "r0 p6+2 r12 p30+2"},
    {.opnum = WTS_SAMR_QUERY_USER, .hex = "00000000 220000c0", .shown = "value=none failed=0xc0000022"},
    {.opnum = WTS_SAMR_QUERY_USER, .hex = "00000000 00000000"},
    {.opnum = WTS_SAMR_QUERY_USER, .hex = "00000200 1500 0000 00000000 00000000 00000000"}, /* level 21 */
    {.opnum = WTS_SAMR_QUERY_USER, .hex = "00000200 1400 0000 02000200 00000000 00000000"}, /* no body */
    {.opnum = WTS_SAMR_QUERY_USER, /* an odd length */
     .hex = "00000200 1400 0000 03000300 04000200 01000000 00000000 01000000 6100 0000 00000000"},
    {.opnum = WTS_SAMR_SET_USER, .hex = "220000c0", .shown = "failed=0xc0000022"},
    {.opnum = WTS_SAMR_CLOSE, .hex = NULL_HANDLE_HEX "00000000", .shown = "good=0"},
    {0},
};

static const struct coders coders = {NULL, samr_responses, NULL, cases};

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_those_of_samba), cmocka_unit_test(values_are_sent_as_samba_takes_them),
        cmocka_unit_test(values_are_read_as_samba_gives_them), cmocka_unit_test(a_status_is_the_outcome),
        CODER_RESPONSE_TESTS(&coders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
