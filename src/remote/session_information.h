/*
 * A query about one session, which takes several calls: what session_information.c and session_client.c
 * share. Portable.
 */
#ifndef WTS_REMOTE_SESSION_INFORMATION_H
#define WTS_REMOTE_SESSION_INFORMATION_H

#include "core/sessions.h"
#include "remote/call.h"
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/session.h"
#include "remote/tsts/tsvip.h"

/* Steps of a query: the bits of enum wts_session_part that are wanted, and above their 32 bits what an answer
 * made necessary. */
#define WTS_STEP_OLD_STATUS (1ULL << 32)
#define WTS_STEP_CLIENT_ADDRESS (1ULL << 33)
#define WTS_STEP_EXISTENCE (1ULL << 34)

struct wts_session_query {
    struct wts_operation operation;
    uint32_t session_id;
    uint64_t steps;
    uint32_t existence_error;    /* of WTS_STEP_EXISTENCE for a session that exists */
    struct wts_ndr_arena *arena; /* everything that `information` points to */
    struct wts_session_information *information;
};

union wts_session_answer {
    struct wts_tsts_result end; /* each begins with it */
    struct wts_lsm_user_name user;
    struct wts_lsm_terminal_name name;
    struct wts_lsm_number number;
    struct wts_lsm_session_information information;
    struct wts_lsm_session_information_ex information_ex;
    struct wts_rcm_data data;
    struct wts_rcm_remote_address remote_address;
    struct wts_tsvip_session tsvip;
};

/*
 * Each takes the end of its procedure, `error` as wts_perform gave it: adds what was answered to
 * `information`, or a step that comes later. Returns 0 or the Win32 code that the query ends with.
 */
uint32_t wts_query_take_config(struct wts_session_query *query, uint32_t error,
                               const union wts_session_answer *answer);
uint32_t wts_query_take_client(struct wts_session_query *query, uint32_t error,
                               const union wts_session_answer *answer);
uint32_t wts_query_take_client_address(struct wts_session_query *query, uint32_t error,
                                       const union wts_session_answer *answer);
uint32_t wts_query_take_session_address(struct wts_session_query *query, uint32_t error,
                                        const union wts_session_answer *answer);

#endif
