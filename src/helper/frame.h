/*
 * The protocol between the DLL and its helpers (wts-relay, wts-session): frames on a connected stream socket,
 * little endian, a 16-byte header and its payload. One codec for both sides. It does not know the duties: the
 * bytes after the fixed prefixes below belong to the duty. Portable, without allocation, on the caller's
 * buffers.
 *
 *   DLL -> helper                                    helper -> DLL
 *   HELLO     once, first                            READY    once, first
 *   OPEN      opens a channel for one duty           OPENED   one for each OPEN
 *   REQUEST   after OPENED with error 0, one at a    REPLY    one for each REQUEST, with its serial
 *             time on a channel
 *                                                    EVENT    any number, on an open channel
 *   DATA      within the credit that WINDOW gave     DATA     the same
 *   WINDOW    gives credit for DATA                  WINDOW   the same
 *   CANCEL    ends the open or request in flight;    -        its OPENED or REPLY says what became of it
 *             with nothing in flight it does nothing
 *   CLOSE     frees the channel, finally             CLOSE    the channel broke by itself; see below
 *   CLOSE 0   good-bye                               CLOSE 0  the helper's last word, with the reason
 *   DIRECT 0  what the helper sends from now on is
 *             read from the pipe of READY
 *   DIRECT    REQUESTs of the channel may come       DIRECT   names a pipe into which short REQUESTs of the
 *             through its pipe                                channel may be written; before its OPENED
 *
 * The DLL need not wait for READY before it sends OPEN. Channels are independent: frames of different
 * channels may come in any order. The DLL chooses channel numbers, from 1, and never uses one twice on a
 * socket; it chooses serials, and a REPLY repeats the one of its REQUEST.
 *
 * A channel is *broken* after an OPENED with an error, after an OPENED or REPLY with WTS_FRAME_BROKEN, and
 * after a CLOSE from the helper, which comes only while nothing is in flight. The helper then sends nothing
 * more for it and drops what still comes for it, until the DLL's CLOSE. So a REQUEST that meets a CLOSE on
 * its way provably did not run. The DLL may CLOSE at any time and then ignores what is still on its way.
 *
 * The pipes are faster. The helper's parent process makes them, and the DLL opens them through
 * /proc/PID/fd/FD, like the secret area; where it cannot, it sends no DIRECT, and everything goes over the
 * socket. All processes of the helper write whole frames of at most WTS_FRAME_MAX_DIRECT bytes into the pipe
 * of READY, which the system does not interleave. A longer frame has its header there, with WTS_FRAME_APART,
 * and its payload on the socket. A REQUEST of at most that length may go directly to the channel's process,
 * without the parent. Its deadline is then watched by the DLL, whose CANCEL names its serial. The answer to
 * that is the channel's CLOSE. A process that has such a pipe sends its DATA through the pipe of READY; the
 * DLL, once it has sent DIRECT, sends its DATA through the channel's pipe, in frames of any length. Only
 * process and DLL count the credit then. Serials begin at random, so that the process of one channel cannot
 * answer for another's.
 *
 * A CLOSE that crosses such a REQUEST names the serial of the last one that the process had taken: any other
 * one did not run. WTS_FRAME_ANY_SERIAL: any of them may have run. On a broken channel that has a pipe, a
 * REPLY, EVENT, DATA, WINDOW or CLOSE may still come, and is ignored.
 *
 * Either side ends the socket, and with it everything in flight, when a frame is malformed or not due: an
 * OPENED, REPLY, EVENT, DATA, WINDOW or CLOSE for a channel that never existed or cannot receive it, a serial
 * that no request has, DATA beyond the credit, credit beyond WTS_FRAME_MAX_CREDIT.
 */
#ifndef WTS_HELPER_FRAME_H
#define WTS_HELPER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/progress.h"

enum {
    WTS_FRAME_VERSION =
        3, /* DLL and helper are of one build: another version is refused, and nothing is negotiated */
    WTS_FRAME_HEADER_LENGTH = 16,
    WTS_FRAME_READY_LENGTH = 28,              /* bytes of its payload without the text */
    WTS_FRAME_MAX_PAYLOAD = 64 * 1024 * 1024, /* bytes; 0x8000 processes with the longest names take 40 MB */
    WTS_FRAME_MAX_TEXT = 4096,                /* bytes of one text */
    WTS_FRAME_MAX_VARIABLES = 32,             /* of HELLO */
    WTS_FRAME_MAX_DIRECT = 4096,       /* bytes with the header; a pipe takes so many whole or not at all */
    WTS_FRAME_MAX_DATA = 64 * 1024,    /* bytes of one DATA, at least one */
    WTS_FRAME_MAX_CREDIT = 1024 * 1024 /* the most bytes of DATA that one side may send ahead */
};

enum wts_frame_type {
    WTS_FRAME_HELLO = 1,
    WTS_FRAME_READY,
    WTS_FRAME_OPEN,
    WTS_FRAME_OPENED,
    WTS_FRAME_REQUEST,
    WTS_FRAME_REPLY,
    WTS_FRAME_EVENT,
    WTS_FRAME_DATA,
    WTS_FRAME_WINDOW,
    WTS_FRAME_CANCEL,
    WTS_FRAME_CLOSE,
    WTS_FRAME_DIRECT,
    WTS_FRAME_TYPE_COUNT
};

/* Flags of the header, by type; every other bit is 0. */
enum {
    WTS_FRAME_BROKEN = 0x1, /* OPENED, REPLY: the channel can no longer be used */
    WTS_FRAME_APART = 0x2   /* from a helper: the payload comes on the socket, the header through the pipe */
};
#define WTS_FRAME_ANY_SERIAL UINT32_MAX

/* Fields that a type does not use are 0. */
struct wts_frame {
    uint32_t length; /* of the payload, in bytes */
    uint16_t type;   /* enum wts_frame_type */
    uint16_t flags;
    uint32_t channel; /* 0: the helper itself (HELLO, READY, its last CLOSE) */
    uint32_t serial;  /* REQUEST, REPLY; CANCEL, CLOSE: see above */
};

/*
 * Text: UTF-8 without a NUL, at most WTS_FRAME_MAX_TEXT bytes. `data` NULL: absent, which is not the same as
 * empty. A text from a get function points into the payload and is NOT NUL terminated.
 */
struct wts_frame_text {
    const char *data;
    size_t length; /* bytes */
};

/*
 * A position in a payload that is written or read. Writing: beyond `size` nothing is stored, but `used` still
 * grows, so the same code measures and fills. Reading: after the first error every value reads as 0.
 */
struct wts_frame_writer {
    uint8_t *data;
    size_t size;
    size_t used;
    bool failed; /* a value was beyond its limit */
};

struct wts_frame_reader {
    const uint8_t *data;
    size_t left;
    bool failed;
};

/* HELLO: u32 version, u32 count, count times (text name, text value). The helper takes only the variables
 * that its duties list. */
struct wts_frame_variable {
    struct wts_frame_text name;
    struct wts_frame_text value;
};

struct wts_frame_hello {
    uint32_t version; /* WTS_FRAME_VERSION */
    uint32_t count;
    struct wts_frame_variable variables[WTS_FRAME_MAX_VARIABLES];
};

/*
 * READY. `error` 0: the helper serves. Else a Win32 code (1703: another version; 1722: a library it needs
 * could not be initialised) and the reason in `text`; the helper ends after it. The secret area is a memory
 * file of the helper: the DLL writes secrets (passwords) there, through /proc/PID/fd/FD, and never into a
 * frame; a duty's OPEN payload names offset and length. The helper erases them after reading. `secret_length`
 * 0: there is no such area.
 */
struct wts_frame_ready {
    uint32_t version;
    uint32_t error;
    uint32_t process_id; /* of the helper, as /proc names it */
    uint32_t secret_descriptor;
    uint32_t secret_length;      /* bytes */
    uint32_t replies_descriptor; /* the pipe from which the DLL may read; 0: there is none */
    struct wts_frame_text text;
};

/* The prefix of OPEN; the duty's payload follows. */
struct wts_frame_open {
    uint32_t timeout_ms; /* for the whole open; UINT32_MAX: no limit */
    uint32_t duty;       /* which one: its own header names the number */
};

/* The prefix of REQUEST; the duty's payload follows. */
struct wts_frame_request {
    uint32_t timeout_ms; /* UINT32_MAX: no limit */
    uint32_t verb;       /* RPC: the opnum */
};

/*
 * The prefix of OPENED, REPLY and the helper's CLOSE of a channel; the duty's payload follows. When the
 * chassis answers for a worker that died, was late or was cancelled, OPENED still has the duty's payload, but
 * REPLY and CLOSE have none.
 */
struct wts_frame_outcome {
    uint32_t error;             /* Win32 code; 0: done */
    enum wts_progress progress; /* REPLY: how far the request got */
    uint32_t step;              /* where it failed, defined by the duty; 0: nowhere */
    uint32_t status;            /* NTSTATUS or errno of an underlying library, for the trace; 0: none */
};

/* Write and read the parts of a payload; duties use them as well. A failed reader returns 0, NULL or an
 * absent text. */
void wts_frame_put_u16(struct wts_frame_writer *writer, uint16_t value);
void wts_frame_put_u32(struct wts_frame_writer *writer, uint32_t value);
void wts_frame_put_text(struct wts_frame_writer *writer, struct wts_frame_text text);
void wts_frame_put_bytes(struct wts_frame_writer *writer, const void *data, size_t length);
uint16_t wts_frame_get_u16(struct wts_frame_reader *reader);
uint32_t wts_frame_get_u32(struct wts_frame_reader *reader);
struct wts_frame_text wts_frame_get_text(struct wts_frame_reader *reader);
const uint8_t *wts_frame_get_bytes(struct wts_frame_reader *reader, size_t length);

/* Whether the payload was read without an error and to its last byte. */
bool wts_frame_reader_ended(const struct wts_frame_reader *reader);

/* Starts a frame in `buffer`: leaves room for the header. buffer may be NULL when size is 0 (to measure). */
struct wts_frame_writer wts_frame_begin(uint8_t *buffer, size_t size);

/*
 * Puts the header before the payload that was written; `frame->length` is filled in. Returns the length of
 * the whole frame in bytes (if more than `size`: the content is undefined, and a buffer of that length
 * suffices), or 0 when a value was beyond its limit.
 */
size_t wts_frame_finish(struct wts_frame_writer *writer, struct wts_frame frame);

/* A header alone: CANCEL, and CLOSE from the DLL. `out` holds WTS_FRAME_HEADER_LENGTH bytes. */
void wts_frame_put_header(uint8_t *out, const struct wts_frame *frame);

/*
 * Reads a header of WTS_FRAME_HEADER_LENGTH bytes. False: an invalid type, flag, channel or serial, or a
 * length beyond the type's limit; the socket must end.
 */
bool wts_frame_get_header(const uint8_t *in, struct wts_frame *frame);

/*
 * The fixed parts. Each get function returns false, with the output undefined, for a payload that is cut or
 * invalid. Those of HELLO, READY, WINDOW and the last word read the whole payload; the others read a prefix
 * and leave the reader behind it.
 */
void wts_frame_put_hello(struct wts_frame_writer *writer, const struct wts_frame_hello *hello);
void wts_frame_put_ready(struct wts_frame_writer *writer, const struct wts_frame_ready *ready);
void wts_frame_put_open(struct wts_frame_writer *writer, const struct wts_frame_open *open);
void wts_frame_put_request(struct wts_frame_writer *writer, const struct wts_frame_request *request);
void wts_frame_put_outcome(struct wts_frame_writer *writer, const struct wts_frame_outcome *outcome);
bool wts_frame_get_hello(struct wts_frame_reader *reader, struct wts_frame_hello *hello);
bool wts_frame_get_ready(struct wts_frame_reader *reader, struct wts_frame_ready *ready);
bool wts_frame_get_open(struct wts_frame_reader *reader, struct wts_frame_open *open);
bool wts_frame_get_request(struct wts_frame_reader *reader, struct wts_frame_request *request);
bool wts_frame_get_outcome(struct wts_frame_reader *reader, struct wts_frame_outcome *outcome);

/*
 * WINDOW: the number of bytes of DATA that the other side may send in addition to its earlier credit; at
 * least one, and together with unused credit never more than WTS_FRAME_MAX_CREDIT. Both sides begin without
 * credit.
 */
void wts_frame_put_window(struct wts_frame_writer *writer, uint32_t credit);
bool wts_frame_get_window(struct wts_frame_reader *reader, uint32_t *credit);

/* The helper's DIRECT: the descriptor of the channel's pipe, in the process that READY names. */
void wts_frame_put_direct(struct wts_frame_writer *writer, uint32_t descriptor);
bool wts_frame_get_direct(struct wts_frame_reader *reader, uint32_t *descriptor);

/* The helper's CLOSE of channel 0: the reason of its end, for the trace. */
void wts_frame_put_last_word(struct wts_frame_writer *writer, struct wts_frame_text reason);
bool wts_frame_get_last_word(struct wts_frame_reader *reader, struct wts_frame_text *reason);

#endif
