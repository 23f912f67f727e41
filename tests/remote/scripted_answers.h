/*
 * Answers of a well-behaved session host, for the scripted one. The layouts (docs/wire.md#opaque-structures,
 * docs/wire.md#newer-interfaces) are written down here independently of the decoders.
 */
#ifndef WTS_TESTS_SCRIPTED_ANSWERS_H
#define WTS_TESTS_SCRIPTED_ANSWERS_H

#include "scripted_host.h"

struct scripted_session {
    uint32_t session_id;
    uint32_t state;
    const char *name;
    const char *user;
    const char *domain;
};

/* TermSrvEnumeration 5; 10 at level 2; 11. RCMPublic 8: listeners, `state` non-zero: it listens. */
struct scripted_answer *answer_enum_result(const struct scripted_session *sessions, uint32_t count);
struct scripted_answer *answer_all_sessions(const struct scripted_session *sessions, uint32_t count);
struct scripted_answer *answer_all_sessions_ex(const struct scripted_session *sessions, uint32_t count);
struct scripted_answer *answer_listeners(const struct scripted_session *listeners, uint32_t count);

/* TermSrvSession 5, 6, 7, 9, 12, 17. Times are 100, 200, 300 and 400: connect, disconnect, logon, input. */
struct scripted_answer *answer_user_name(const char *user, const char *domain);
struct scripted_answer *answer_terminal_name(const char *text);
struct scripted_answer *answer_number(const struct wts_interface *interface, uint16_t opnum, uint32_t value);
struct scripted_answer *answer_information(const struct scripted_session *session, bool is_locked);
struct scripted_answer *answer_information_ex(const struct scripted_session *session, uint32_t flags,
                                              const uint8_t *protocol, uint32_t protocol_length);

/* RCMPublic 0, 1; 9, with the time 400; 4; TSVIPPublic 0, with an IPv4 address, or none. */
struct scripted_answer *answer_data(uint16_t opnum, const uint8_t *data, uint32_t length);
struct scripted_answer *answer_protocol(const uint8_t *data, uint32_t length);
struct scripted_answer *answer_address(uint16_t family);
struct scripted_answer *answer_session_ip(void);

/* IcaApi: any call of a pResult and a BOOLEAN; 70 and 43 with `count` processes named by `process_name`. */
struct scripted_answer *answer_legacy(uint16_t opnum, uint32_t status);
struct scripted_answer *answer_processes(uint16_t opnum, uint32_t count);

/* The opaque structures: of their least lengths; their texts are named after their fields. */
enum { CLIENT_LENGTH = 2296, CONFIG_LENGTH = 2664, PROTOCOL_LENGTH = 1012 };
void fill_client(uint8_t *bytes);
void fill_config(uint8_t *bytes);
/* Counters: input bytes 11, frames 12, compressed 13; output 21, 22, 23. */
void fill_protocol(uint8_t *bytes);

#endif
