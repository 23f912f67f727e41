/*
 * Tables of requests and responses, and what is done to every row of them: compared with the vectors, cut at
 * every byte, every word bent, padding and referents filled with anything, every memory limit, every
 * allocation made to fail. Stubs are heap copies of the exact size, so that ASan and valgrind see a read past
 * the end. Link with -Wl,--wrap=calloc.
 */
#ifndef WTS_TESTS_CASES_H
#define WTS_TESTS_CASES_H

#include "native_test.h"

#include "remote/ndr/writer.h"
#include "responses.h"
#include "vectors.h"

struct request_case {
    const struct wts_procedure *procedure;
    const void *arguments;
    unsigned which;  /* which of the opnum's vectors, from 0; ignored when there is a stub */
    const char *hex; /* NULL: a vector */
};

struct response_case {
    uint16_t opnum;
    unsigned which;    /* which of the opnum's vectors, from 0; ignored when there is a stub */
    const char *hex;   /* may have spaces; NULL: a vector */
    const char *shown; /* see show.h; NULL: malformed */
    const char *marks; /* "r4" a referent at offset 4, "p6+2" padding at 6 of 2 bytes; NULL: none */
};

/* One interface. */
struct coders {
    const struct vectors *vectors;
    const struct response *responses;
    const struct request_case *requests; /* up to one without a procedure */
    const struct response_case *cases;   /* up to one without hex, shown */
};

/* The context handle of the vectors, as bytes and in words. */
extern const struct wts_context_handle sample_context;
#define HANDLE_HEX "00000000443322116655887799aabbccddeeff00"
#define NULL_HANDLE_HEX "0000000000000000000000000000000000000000"

/* The tests of one interface; *state is a struct coders. */
void requests_are_those_of_the_vectors(void **state);
void a_request_without_room_fails(void **state);
void responses_are_shown_as_expected(void **state);
void responses_cut_anywhere_are_malformed(void **state);
void bytes_behind_a_response_are_ignored(void **state);
void every_bent_word_has_a_defined_end(void **state);
void padding_may_hold_anything(void **state);
void referents_may_be_anything(void **state);
void every_memory_limit_is_no_memory(void **state);
void every_failed_allocation_is_no_memory(void **state);
void every_decoder_and_every_vector_has_a_case(void **state);

#define CODER_TESTS(coders)                                                                                  \
    cmocka_unit_test_prestate(requests_are_those_of_the_vectors, (void *)(coders)),                          \
        cmocka_unit_test_prestate(a_request_without_room_fails, (void *)(coders)),                           \
        CODER_RESPONSE_TESTS(coders),                                                                        \
        cmocka_unit_test_prestate(every_decoder_and_every_vector_has_a_case, (void *)(coders))

#define CODER_RESPONSE_TESTS(coders)                                                                         \
    cmocka_unit_test_prestate(responses_are_shown_as_expected, (void *)(coders)),                            \
        cmocka_unit_test_prestate(responses_cut_anywhere_are_malformed, (void *)(coders)),                   \
        cmocka_unit_test_prestate(bytes_behind_a_response_are_ignored, (void *)(coders)),                    \
        cmocka_unit_test_prestate(every_bent_word_has_a_defined_end, (void *)(coders)),                      \
        cmocka_unit_test_prestate(padding_may_hold_anything, (void *)(coders)),                              \
        cmocka_unit_test_prestate(referents_may_be_anything, (void *)(coders)),                              \
        cmocka_unit_test_prestate(every_memory_limit_is_no_memory, (void *)(coders)),                        \
        cmocka_unit_test_prestate(every_failed_allocation_is_no_memory, (void *)(coders))

#endif
