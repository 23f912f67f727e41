/*
 * A procedure of the wire, described once: its interface and opnum, its context handle, how its request is
 * written and its response read, and how success is recognised. The tables of procedures are at the end of
 * each interface's file; call.h performs them. Portable.
 *
 * The rules that all coders follow:
 *
 * A `put` writes a request stub with `writer`, which is empty. It never fails by itself: a stub that does not
 * fit makes the writer fail, see wts_ndr_writer_ok. The binding handle is not on the wire.
 *
 * A `get` reads a response stub into an answer that is all zero; parts of the answer are in `arena`. If the
 * stub was too short, or counts contradict each other, the reader's status is malformed and the call fails
 * with RPC_X_BAD_STUB_DATA (1783); the status may also be lack of memory. In both cases the answer is invalid
 * (the arena may hold pieces). A reader without an error means that the stub was read, not that the call
 * succeeded: `outcome` reports that. The members of a failed call are those that the server sent, most of
 * them absent or 0. Padding and referents may hold anything; bytes after the last field are ignored
 * (Unverified: as the client side of Windows' RPC run time does).
 *
 * Texts are copies in the arena, NUL terminated, counted up to their first NUL; units is NULL for a NULL
 * pointer. Times are FILETIMEs as one number; 0 means never. Session states are those of
 * WTS_CONNECTSTATE_CLASS. Source: [MS-TSTS], the IDL and the text of the procedure each is named after;
 * docs/wire.md.
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

/* A kind of context handle: the procedures that open and close one. Opening one has no visible side
 * effect. */
struct wts_context_kind {
    const struct wts_procedure *open; /* its answer begins with the handle */
    const struct wts_procedure *close;
    bool is_kept; /* opened once for each connection; else for one call, and closed after it */
};

/* Constant for the life of the process. */
struct wts_procedure {
    const struct wts_interface *interface;
    const struct wts_context_kind *context; /* the handle that it takes, or NULL */
    uint16_t opnum;
    const char *name; /* as in [MS-TSTS], for the trace */
    /* `context` is the opened handle, NULL for a procedure that takes none. If the context is opened for an
     * object (a session), the arguments begin with those of `open`. NULL: nothing is called, because opening
     * the context is enough. */
    void (*put)(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                const void *arguments);
    void (*get)(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer);
    size_t answer_length;                    /* bytes */
    uint32_t (*outcome)(const void *answer); /* 0, or the Win32 code of an answer that reports a failure */
};

/* Reads a response stub of `length` bytes: zeroes `answer` (answer_length bytes), then calls `get`. */
enum wts_ndr_status wts_procedure_read(const struct wts_procedure *procedure, const uint8_t *stub,
                                       size_t length, struct wts_ndr_arena *arena, void *answer);

/* Requests of many procedures: empty, the context only, a session id (a uint32_t) only. */
void wts_put_nothing(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                     const void *arguments);
void wts_put_context(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                     const void *arguments);
void wts_put_session_id(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                        const void *arguments);

#endif
