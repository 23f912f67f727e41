/*
 * Every decoder of the codec under one signature: it decodes a stub, and shows what it got. Tests and fuzzers
 * walk these tables.
 */
#ifndef WTS_TESTS_RESPONSES_H
#define WTS_TESTS_RESPONSES_H

#include "remote/ndr/arena.h"
#include "show.h"

struct response {
    uint16_t opnum;
    enum wts_ndr_status (*read)(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                struct show *show);
};

/* The response of one interface, up to a last row without `read`. */
extern const struct response legacy_responses[]; /* those that test_legacy.c does not have in a table */
extern const struct response session_responses[];
extern const struct response notification_responses[];
extern const struct response enumeration_responses[];
extern const struct response rcm_public_responses[];
extern const struct response rcm_listener_responses[];
extern const struct response tsvip_responses[];

/* Opaque structures instead of responses: rows 0 WINSTATIONCLIENT, 1 WINSTATIONCONFIG, 2 PROTOCOLSTATUS. */
extern const struct response opaque_responses[];

/* What the requests asked for, where a response alone does not say: counters, bytes. */
enum { ASKED_COUNTERS = 1, ASKED_BYTES = 8 };

/* For the rows of the tables. */
enum wts_ndr_status read_result(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                struct show *show);
enum wts_ndr_status read_context(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                 struct show *show);

#endif
