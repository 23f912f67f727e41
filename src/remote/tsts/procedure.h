/*
 * A procedure of the wire, described once: where it is, what it takes, how its request is written and its
 * response read, and whether it succeeded. The tables of procedures stand at the end of each interface's
 * file; call.h performs them. Portable.
 *
 * The rules that all coders follow:
 *
 * A `put` appends a request stub to `writer`, a fresh one. It never fails by itself: a stub that does not fit
 * makes the writer fail, see wts_ndr_writer_ok. The binding handle is not on the wire.
 *
 * A `get` reads a response stub into an answer that is all zero, whose parts live in `arena`. The reader is
 * malformed afterwards when the stub was too short, or counts contradict each other: the call's outcome is
 * RPC_X_BAD_STUB_DATA (1783) then; or without memory. In both cases the answer has no meaning (the arena
 * may hold pieces). A reader without an error says that the stub was read, not that the call succeeded: that
 * is the outcome. A failed call's members are what the server sent, most of them absent or 0. Padding and
 * referents may hold anything; bytes after the last field are ignored (Unverified: as the client side of
 * Windows' RPC run time does).
 *
 * Texts are copies in the arena, NUL terminated, counted up to their first NUL; units is NULL for a NULL
 * pointer. Times are FILETIMEs as one number, 0 is never. Session states are those of WTS_CONNECTSTATE_CLASS.
 * Source: [MS-TSTS], the IDL and the text of the procedure each is named after; docs/wire.md.
 */
#ifndef WTS_REMOTE_TSTS_PROCEDURE_H
#define WTS_REMOTE_TSTS_PROCEDURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "remote/ndr/arena.h"
#include "remote/ndr/context.h"
#include "remote/ndr/reader.h"
#include "remote/ndr/writer.h"
#include "remote/tsts/interfaces.h"

struct wts_procedure;

/* A kind of context handle: what opens one and what closes it. Opening one has no side effect that anybody
 * could see. */
struct wts_context_kind {
    const struct wts_procedure *open; /* its answer begins with the handle */
    const struct wts_procedure *close;
    bool is_kept; /* opened once for each connection; else for the one call, and closed after it */
};

/* Constant for the life of the process. */
struct wts_procedure {
    const struct wts_interface *interface;
    const struct wts_context_kind *context; /* the handle that it takes, or NULL */
    uint16_t opnum;
    const char *name; /* as [MS-TSTS] has it, for the trace */
    /* `context` is the opened handle, NULL for a procedure that takes none. The arguments of a procedure
     * whose context is opened for something (a session) begin with what `open` takes. NULL: nothing is
     * called, opening the context says enough. */
    void (*put)(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                const void *arguments);
    void (*get)(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer);
    size_t answer_length;                    /* bytes */
    uint32_t (*outcome)(const void *answer); /* 0, or the Win32 code of an answer that says it failed */
};

/* Reads a response stub of `length` bytes: zeroes `answer` (answer_length bytes), then calls `get`. */
enum wts_ndr_status wts_procedure_read(const struct wts_procedure *procedure, const uint8_t *stub,
                                       size_t length, struct wts_ndr_arena *arena, void *answer);

/* Requests that many procedures have: none, the context alone, a session id (a uint32_t) alone. */
void wts_put_nothing(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                     const void *arguments);
void wts_put_context(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                     const void *arguments);
void wts_put_session_id(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                        const void *arguments);

#endif
