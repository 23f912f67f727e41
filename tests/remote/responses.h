/*
 * Every decoder of the codec, and how to show what it gives. Tests and fuzzers walk these tables.
 */
#ifndef WTS_TESTS_RESPONSES_H
#define WTS_TESTS_RESPONSES_H

#include "remote/ndr/arena.h"
#include "remote/tsts/procedure.h"
#include "show.h"

/* One response: of a procedure, with what shows its answer; or something else that is read and shown. */
struct response {
    const struct wts_procedure *procedure;
    void (*show)(struct show *show, const void *answer);
    uint16_t number; /* of something else: its row */
    enum wts_ndr_status (*read)(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                struct show *show);
};

/* For the rows. */
#define RESPONSE(procedure, show)                                                                            \
    {                                                                                                        \
        &(procedure), show, 0, NULL                                                                          \
    }
#define LAST_RESPONSE                                                                                        \
    {                                                                                                        \
        NULL, NULL, 0, NULL                                                                                  \
    }

/* The responses of one interface, up to LAST_RESPONSE. */
extern const struct response legacy_responses[];
extern const struct response session_responses[];
extern const struct response notification_responses[];
extern const struct response enumeration_responses[];
extern const struct response rcm_public_responses[];
extern const struct response tsvip_responses[];
extern const struct response samr_responses[];

/* Opaque structures instead of responses: rows 0 WINSTATIONCLIENT, 1 WINSTATIONCONFIG, 2 PROTOCOLSTATUS. */
extern const struct response opaque_responses[];

/* The opnum, or the number of something else. */
uint16_t response_number(const struct response *response);

bool response_is_last(const struct response *response);

/* Reads a stub and shows what came out; nothing is shown unless it is WTS_NDR_OK. The answer lies on the heap
 * in its exact length, so that a decoder that writes beyond it is seen. */
enum wts_ndr_status response_read(const struct response *response, const uint8_t *stub, size_t length,
                                  struct wts_ndr_arena *arena, struct show *show);

/* Shows answers that begin with a struct wts_tsts_result, and have nothing else. */
void show_end(struct show *show, const void *answer);

#endif
