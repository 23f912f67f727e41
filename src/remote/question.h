/*
 * A call of the interfaces since Vista (LSM, RCM, TSVIP) that asks something: what is sent, how the answer is
 * read, and that the answer's HRESULT decides. Beside call.h, which carries it. Portable.
 */
#ifndef WTS_REMOTE_QUESTION_H
#define WTS_REMOTE_QUESTION_H

#include "remote/call.h"
#include "remote/tsts/result.h"

/* One kind of question; constant. */
struct wts_question {
    const struct wts_interface *interface;
    const struct wts_context_rule *rule;
    uint16_t opnum;
    /* Writes the request, the one of the three that there is: of the context alone, of the session id alone,
     * or of whatever arguments. */
    void (*put_context)(struct wts_ndr_writer *writer, const struct wts_context_handle *context);
    void (*put_session)(struct wts_ndr_writer *writer, uint32_t session_id);
    void (*put)(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                const void *arguments);
    /* Reads the response into `answer`, with pieces in `arena`. `answer` begins with a struct
     * wts_tsts_result. */
    enum wts_ndr_status (*get)(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena, void *answer);
};

/* The context handles of LSM. */
extern const struct wts_context_rule wts_session_context;     /* of one session */
extern const struct wts_context_rule wts_enumeration_context; /* of all sessions */

/*
 * Asks and reads the answer. `arguments`: what the question's put takes, a session id at its beginning where
 * the question or its context is about one. Returns 0; what wts_remote_perform returns; 1783 for an answer
 * that cannot be read, 8; or the Win32 code of the answer's HRESULT (ms-tsts 6.2, rule 4), with the answer
 * read.
 */
uint32_t wts_remote_ask(struct wts_operation *operation, const struct wts_question *question,
                        const void *arguments, struct wts_ndr_arena *arena, void *answer);

/* The same for an answer that may take `lasts_ms` beyond the deadline, UINT32_MAX for ever: other calls go on
 * meanwhile. */
uint32_t wts_remote_ask_long(struct wts_operation *operation, const struct wts_question *question,
                             uint32_t lasts_ms, const void *arguments, struct wts_ndr_arena *arena,
                             void *answer);

/* The get_open function of context rules: a context handle and an HRESULT. */
bool wts_question_get_context(const uint8_t *stub, size_t length, struct wts_context_handle *context,
                              uint32_t *error);

/* The get function of questions that are answered with nothing but an HRESULT. */
enum wts_ndr_status wts_question_get_result(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                            void *answer);

#endif
