/*
 * The socket by which programs of an xrdp session reach its virtual channels: finding it, which version of
 * its protocol it speaks, whether a client is connected, and opening one channel; docs/contract.md#xrdp.
 */
#ifndef WTS_HELPER_SESSION_CHANSRV_H
#define WTS_HELPER_SESSION_CHANSRV_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/session/channel_payload.h"

/* An open channel. Both descriptors do not block. */
struct wts_chansrv {
    int data;  /* the bytes of the channel */
    int state; /* readable when something happens to the client; see wts_chansrv_has_client() */
    bool is_state_inotify;
};

/* Why an open failed. */
struct wts_chansrv_failure {
    uint32_t error;  /* Win32 code: 1, 2, 5, 31 */
    uint32_t status; /* xrdp's, or an errno; 0: none */
    const char *reason;
};

/*
 * Opens the channel of the session that XRDP_SOCKET_PATH and DISPLAY name. False: `failure` says why; nothing
 * is open then. [in] leave: a descriptor that becomes readable when the caller has to give up.
 */
bool wts_chansrv_open(const struct wts_vc_open *open, int leave, struct wts_chansrv *chansrv,
                      struct wts_chansrv_failure *failure);

/* Takes what `state` has to say. False: the client has gone, or xrdp has. */
bool wts_chansrv_has_client(struct wts_chansrv *chansrv);

#endif
