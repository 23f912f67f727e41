/*
 * The Legacy interface (IDL name IcaApi), [MS-TSTS]: request encoders and response decoders, one pair
 * per call, bytes in and plain structures out. It sends nothing, and knows neither transports nor Win32
 * codes. Portable.
 */
#ifndef WTS_REMOTE_TSTS_LEGACY_H
#define WTS_REMOTE_TSTS_LEGACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "remote/ndr/context.h"
#include "remote/ndr/writer.h"

enum wts_legacy_opnum {
    WTS_LEGACY_OPEN_SERVER = 0,        /* RpcWinStationOpenServer */
    WTS_LEGACY_SHUTDOWN_SYSTEM = 15,   /* RpcWinStationShutdownSystem */
    WTS_LEGACY_WAIT_SYSTEM_EVENT = 16, /* RpcWinStationWaitSystemEvent */
    WTS_LEGACY_TERMINATE_PROCESS = 37, /* RpcWinStationTerminateProcess */
    WTS_LEGACY_CLOSE_SERVER_EX = 60    /* RpcWinStationCloseServerEx */
};

/* A buffer of this many bytes holds the request of any call below. */
enum { WTS_LEGACY_REQUEST_LENGTH = 28 };

/* The end of every Legacy response. */
struct wts_legacy_result {
    uint32_t result; /* the call's BOOLEAN: non-zero is success */
    uint32_t error; /* pResult: an NTSTATUS, from some servers an HRESULT; of meaning when result is 0. May be
                       0 even then: the caller must have a code of its own for that. */
    struct wts_context_handle context; /* the call's context handle where its response has one, else null */
};

/*
 * The encoders append a request stub to `writer` (a fresh one). They never fail by themselves: a stub that
 * does not fit makes the writer fail, see wts_ndr_writer_ok.
 *
 * The decoders read a response stub of `length` bytes and fill *out. False when the stub is too short, *out
 * is untouched then and the call's outcome is RPC_X_BAD_STUB_DATA (1783). Bytes after the last field are
 * ignored (Unverified: as the client side of Windows' RPC run time does). Padding and the handle's bytes may
 * hold anything. Source: [MS-TSTS], the IDL and the text of the procedure each is named after.
 */

/* RpcWinStationOpenServer. The request is empty: the binding handle is not on the wire. *out gets the
 * context. */
void wts_legacy_put_open_server(struct wts_ndr_writer *writer);
bool wts_legacy_get_open_server(const uint8_t *stub, size_t length, struct wts_legacy_result *out);

/* RpcWinStationTerminateProcess: ends process `process_id` with `exit_code`. `context` is from the open call.
 */
void wts_legacy_put_terminate_process(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                      uint32_t process_id, uint32_t exit_code);
bool wts_legacy_get_terminate_process(const uint8_t *stub, size_t length, struct wts_legacy_result *out);

/*
 * RpcWinStationShutdownSystem: `flags` as on the wire: 1 log off all, 2 shut down, 4 reboot, 8 power off,
 * 0x10 at once; they equal WTS_WSD_*. The caller's session id, which a remote server ignores, is sent as 0.
 */
void wts_legacy_put_shutdown_system(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                    uint32_t flags);
bool wts_legacy_get_shutdown_system(const uint8_t *stub, size_t length, struct wts_legacy_result *out);

/* What RpcWinStationWaitSystemEvent gives. */
struct wts_legacy_events {
    struct wts_legacy_result end;
    uint32_t events; /* those of the mask that happened */
};

/*
 * RpcWinStationWaitSystemEvent: answers when one of the events in `mask` happens, however long that takes.
 * The bits equal WTS_EVENT_*. One wait at a time on a context: a second one fails, except that a `mask` of 0
 * (WEVENT_NONE) or with WTS_EVENT_FLUSH ends the first.
 */
void wts_legacy_put_wait_system_event(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                      uint32_t mask);
bool wts_legacy_get_wait_system_event(const uint8_t *stub, size_t length, struct wts_legacy_events *out);

/* RpcWinStationCloseServerEx: *out gets the context that the server gave back, null when it was released. */
void wts_legacy_put_close_server_ex(struct wts_ndr_writer *writer, const struct wts_context_handle *context);
bool wts_legacy_get_close_server_ex(const uint8_t *stub, size_t length, struct wts_legacy_result *out);

#endif
