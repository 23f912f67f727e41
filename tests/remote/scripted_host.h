/*
 * A scripted session host for tests of the client: what it answers to each call of each interface, and what
 * it saw. Without a script it opens and closes contexts and knows no other call (1745). Answers are built
 * with the NDR writer, never with the decoders that they test.
 */
#ifndef WTS_TESTS_SCRIPTED_HOST_H
#define WTS_TESTS_SCRIPTED_HOST_H

#include "native_test.h"

#include "core/backend.h"
#include "remote/ndr/writer.h"
#include "remote/remote.h"
#include "remote/tsts/interfaces.h"
#include "script.h"

/* One answer to one call. */
struct scripted_answer {
    const struct wts_interface *interface;
    uint16_t opnum;
    struct wts_call_result result; /* error 0: the stub below */
    uint8_t *stub;
    size_t length; /* bytes */
    size_t cut;    /* bytes left out at the end */
    unsigned uses; /* times that it is given; 0: always */
    bool is_spent;
    uint32_t takes_ms; /* that pass on the stopped clock before it is given; 0: see scripted_takes */
    void (*hook)(void *argument); /* called before it is given; may be NULL */
    void *hook_argument;
    bool blocks; /* until scripted_release, or until the connection is cancelled, which loses the call */
};

/* The last request of a kind. */
struct scripted_request {
    unsigned count;
    uint32_t connection;
    uint32_t left_ms;    /* what its deadline left it */
    uint8_t bytes[8192]; /* the first ones */
    size_t length;
};

/* For cmocka: a fresh host in *state's place, and the end of it. */
int scripted_begin(void **state);
int scripted_end(void **state);

/* Handles of the server "rdsh"; and their end, as the last user of a handle would make it. */
struct wts_server *scripted_open(void);
void scripted_close(struct wts_server *server);

/*
 * Adds an answer; of several for one call, the last one that has uses left is given. The caller fills
 * `result`, `uses`, ...; a result of error 0 is set.
 */
struct scripted_answer *scripted_on(const struct wts_interface *interface, uint16_t opnum);

/* Stops the clock (core/platform.h) until the end of the test: deadlines can be compared exactly. */
void scripted_stop_clock(void);

/* The call ends so, once; a result that leaves the connection whole is the server's answer. */
struct scripted_answer *scripted_fails_once(const struct wts_interface *interface, uint16_t opnum,
                                            uint32_t error, enum wts_progress progress, bool broken);
/* The call ends so, always. */
void scripted_fails(const struct wts_interface *interface, uint16_t opnum, uint32_t error,
                    enum wts_progress progress, bool broken);

/* Connecting to `interface` (NULL: to any) gives `error`: on the way, or as the server's own word. */
void scripted_connect_error(const struct wts_interface *interface, uint32_t error);
void scripted_connect_refused(const struct wts_interface *interface, uint32_t error);

/* Every connect ends so from now on. */
void scripted_connect_ends(struct wts_call_result result);

/* Every connect blocks from now on, as an answer that blocks. */
void scripted_connect_blocks(bool blocks);

/*
 * What each connect and each call takes, on the stopped clock; SCRIPTED_SILENT: more than anybody waits. Who
 * does not get it until its deadline ends at that moment, with 1722 or 1818.
 */
enum { SCRIPTED_SILENT = 0x7FFFFFFF };
void scripted_takes(uint32_t connect_ms, uint32_t call_ms);

/* The answer that the next call of a kind gets; NULL: none was added. */
struct scripted_answer *scripted_find(const struct wts_interface *interface, uint16_t opnum);

/* Answers of nothing but an HRESULT. */
void scripted_hresult(const struct wts_interface *interface, uint16_t opnum, uint32_t hresult);

/* Starts and ends the stub of an answer. */
struct wts_ndr_writer *scripted_stub(void);
struct scripted_answer *scripted_answers(const struct wts_interface *interface, uint16_t opnum);

/* `text` (ASCII) as an array of `room` code units, zero filled; as a [string]; as a pointer to one. */
void scripted_put_array(struct wts_ndr_writer *writer, const char *text, size_t room);
void scripted_put_string(struct wts_ndr_writer *writer, const char *text);

/* What came in. */
const struct scripted_request *scripted_request(const struct wts_interface *interface, uint16_t opnum);
unsigned scripted_count(const struct wts_interface *interface, uint16_t opnum);
unsigned scripted_connects(const struct wts_interface *interface); /* NULL: of all */
unsigned scripted_request_count(void);                             /* of all kinds */
unsigned scripted_open_connections(void);
unsigned scripted_open_contexts(void);

/* Waits until there were `count` connections, or attempts at one, of any interface. */
void scripted_wait_for_connects(unsigned count);

/* Waits until all threads that the client started have ended. */
void scripted_join_threads(void);

/* Lets all blocked calls go, or one, this or the next; waits until `count` calls are blocked. */
void scripted_release(void);
void scripted_release_one(void);
void scripted_wait_for_blocked(unsigned count);

/* Makes the allocation after `count` more of them fail, and all later ones; -1: none. Needs the linker's
 * --wrap of malloc and calloc. */
void scripted_allocations_until_failure(int count);

/* Whether `text` is the ASCII `expected`. */
void assert_text(struct wts_text text, const char *expected);

#endif
