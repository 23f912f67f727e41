/*
 * What the interfaces since Vista (LSM, RCM, TSVIP) have in common: each response ends with an HRESULT, many
 * of them are nothing but that, or a context handle before it. Portable.
 *
 * The rules that the coders of all these interfaces follow:
 *
 * The encoders (put) append a request stub to `writer`, a fresh one. They never fail by themselves: a stub
 * that does not fit makes the writer fail, see wts_ndr_writer_ok. The binding handle is not on the wire.
 *
 * The decoders (get) read a response stub of `length` bytes and fill *out, whose parts live in `arena`.
 * WTS_NDR_MALFORMED: too short, or counts that contradict each other; the call's outcome is
 * RPC_X_BAD_STUB_DATA (1783). WTS_NDR_NO_MEMORY: the arena gave nothing. Anything but WTS_NDR_OK leaves *out
 * alone (the arena may hold pieces). WTS_NDR_OK says that the stub was read, not that the call succeeded: ask
 * wts_tsts_failed. A failed call's members are what the server sent, most of them absent or 0. Padding and
 * referents may hold anything; bytes after the last field are ignored.
 *
 * Texts are copies in the arena, NUL terminated, counted up to their first NUL; units is NULL for a NULL
 * pointer. Times are FILETIMEs as one number, 0 is never. Session states are those of
 * WTS_CONNECTSTATE_CLASS. Source: [MS-TSTS], the IDL and the text of the procedure each is named after.
 */
#ifndef WTS_REMOTE_TSTS_RESULT_H
#define WTS_REMOTE_TSTS_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "remote/ndr/reader.h"
#include "remote/ndr/writer.h"

/* A buffer of this many bytes holds the request of every call whose docstring gives no length of its own. */
enum { WTS_TSTS_REQUEST_LENGTH = 40 };

/* The end of every response. */
struct wts_tsts_result {
    uint32_t hresult;
    struct wts_context_handle context; /* where the response has one, else null */
};

/* True when the call failed: the sign bit, and only that. Servers succeed with 1 and 0x10000000, too. */
static inline bool wts_tsts_failed(const struct wts_tsts_result *result)
{
    return result->hresult >= 0x80000000U;
}

/* A response of nothing but the HRESULT. */
enum wts_ndr_status wts_tsts_get_result(const uint8_t *stub, size_t length, struct wts_tsts_result *out);

/* A response of a context handle and the HRESULT: what opens gives one, what closes gives it back as null. */
enum wts_ndr_status wts_tsts_get_context(const uint8_t *stub, size_t length, struct wts_tsts_result *out);

/* For the coders: the count of an array behind an [out] T **, 0 for NULL; see wts_ndr_get_array. */
uint32_t wts_tsts_array(struct wts_ndr_reader *reader, size_t element_length);

/* For the coders: the HRESULT, last of all, of a response that `reader` has come to the end of. */
void wts_tsts_end(struct wts_ndr_reader *reader, struct wts_tsts_result *result);

/*
 * For the coders: `count` elements of an array came, `parameter` says how many: malformed unless they agree.
 * A failed call that gave no array may count what it likes.
 */
void wts_tsts_compare_counts(struct wts_ndr_reader *reader, uint32_t count, uint32_t parameter,
                             const struct wts_tsts_result *result);

/* For the coders: the end of a response whose array had `count` elements: their count once more, and the
 * HRESULT. */
void wts_tsts_end_array(struct wts_ndr_reader *reader, uint32_t count, struct wts_tsts_result *result);

#endif
