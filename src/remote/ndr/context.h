/*
 * The context handle of an RPC server as the client keeps it: 20 opaque bytes ([C706] 14.3.5 as [MS-TSTS]
 * uses it), sent back unchanged. Valid only on the connection that it came from. Portable.
 */
#ifndef WTS_REMOTE_NDR_CONTEXT_H
#define WTS_REMOTE_NDR_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WTS_CONTEXT_HANDLE_LENGTH = 20 };

struct wts_context_handle {
    uint8_t bytes[WTS_CONTEXT_HANDLE_LENGTH]; /* attributes (4), then a UUID, as on the wire */
};

/* True for the null handle, which a close and a failed open return. */
static inline bool wts_context_handle_is_null(const struct wts_context_handle *handle)
{
    for (size_t i = 0; i < sizeof handle->bytes; i++) {
        if (handle->bytes[i] != 0)
            return false;
    }
    return true;
}

#endif
