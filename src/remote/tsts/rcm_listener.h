/*
 * RCMListener of the remote connection manager, [MS-TSTS]: whether a listener listens. Starting and stopping
 * one has no export. The rules that all these coders follow stand in result.h. Portable.
 */
#ifndef WTS_REMOTE_TSTS_RCM_LISTENER_H
#define WTS_REMOTE_TSTS_RCM_LISTENER_H

#include "remote/tsts/result.h"

enum wts_rcm_listener_opnum {
    WTS_RCM_OPEN_LISTENER = 0,  /* RpcOpenListener */
    WTS_RCM_CLOSE_LISTENER = 1, /* RpcCloseListener */
    WTS_RCM_IS_LISTENING = 4    /* RpcIsListening */
};

/* RpcOpenListener: a context for the listener `name`. The request takes wts_rcm_open_listener_length bytes.
 * Response: context. */
size_t wts_rcm_open_listener_length(const struct wts_text *name);
void wts_rcm_put_open_listener(struct wts_ndr_writer *writer, const struct wts_text *name);

/* RpcCloseListener. Response: context. */
void wts_rcm_put_close_listener(struct wts_ndr_writer *writer, const struct wts_context_handle *listener);

/* RpcIsListening. */
struct wts_rcm_is_listening {
    struct wts_tsts_result end;
    bool is_listening;
};
void wts_rcm_put_is_listening(struct wts_ndr_writer *writer, const struct wts_context_handle *listener);
enum wts_ndr_status wts_rcm_get_is_listening(const uint8_t *stub, size_t length,
                                             struct wts_rcm_is_listening *out);

#endif
