/*
 * The coder of TSVIPPublic by tables; what is done to the rows stands in cases.h.
 */
#include "cases.h"

#include "remote/tsts/tsvip.h"

static const uint32_t two = 2;
static const struct request_case requests[] = {{&wts_tsvip_get_session_ip, .arguments = &two},
                                               {NULL, .arguments = NULL}};

/* TSVIPAddress of IPv4 up to the physical address; what comes after it. */
#define ADDRESS_HEX "01000000 0200 0200 0000 0000 c0000207 0000000000000000 ffffff00"
#define LEASE_HEX "10000000 20000000 30000000"
#define SHOWN                                                                                                \
    "session=2 family=2 port=0 address=c0000207000000000000000000000000 flow=0 scope=0 mask=0xffffff "       \
    "expires=16 good=0"

static const struct response_case cases[] = {
    {.opnum = 0,
     .hex =
         "01000000 02000000" ADDRESS_HEX "06000000 00000000 06000000 010203040506 0000" LEASE_HEX "00000000",
     .shown = SHOWN,
     .marks = "p14+2 p18+2 p24+8 p54+2"},
    /* The same behind a pointer, without a physical address. A referent of 1 would be taken for the version.
     */
    {.opnum = 0,
     .hex = "00000200 01000000 02000000" ADDRESS_HEX "00000000 00000000 00000000" LEASE_HEX "00000000",
     .shown = SHOWN,
     .marks = "p18+2 p22+2 p28+8"},
    {.opnum = 0,
     .hex = "00000000 05000780",
     .shown =
         "session=0 family=0 port=0 address=00000000000000000000000000000000 flow=0 scope=0 mask=0 expires=0 "
         "failed=0x80070005"},
    {.opnum = 0, .hex = "00000000 00000000"}, /* a success without a session */
    {.opnum = 0,                              /* a version that there is none of */
     .hex = "00000200 02000000 02000000" ADDRESS_HEX "00000000 00000000 00000000" LEASE_HEX "00000000"},
    {.opnum = 0, /* a success without an address */
     .hex = "01000000 02000000 01000000 0000 0000 00000000 00000000 00000000 00000000" LEASE_HEX "00000000"},
    {.opnum = 0, /* the length is not the array's */
     .hex = "01000000 02000000" ADDRESS_HEX "06000000 00000000 04000000 01020304" LEASE_HEX "00000000"},
    {.opnum = 0, /* an offset */
     .hex = "01000000 02000000" ADDRESS_HEX "04000000 01000000 04000000 01020304" LEASE_HEX "00000000"},
    {.opnum = 0, /* more than there is room for */
     .hex = "01000000 02000000" ADDRESS_HEX
            "14000000 00000000 14000000 0102030405060708090a0b0c0d0e0f1011121314" LEASE_HEX "00000000"},
    {0},
};

static const struct coders coders = {&vectors_tsvip, tsvip_responses, requests, cases};

int main(void)
{
    const struct CMUnitTest tests[] = {CODER_TESTS(&coders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
