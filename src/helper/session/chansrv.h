/*
 * The socket through which programs of an xrdp session reach its virtual channels: finds it, determines the
 * version of its protocol and whether a client is connected, and opens one channel; docs/contract.md#xrdp.
 */
#ifndef WTS_HELPER_SESSION_CHANSRV_H
#define WTS_HELPER_SESSION_CHANSRV_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/session/channel_payload.h"

/* An open channel. Neither descriptor blocks. */
struct wts_chansrv {
    int data;  /* the bytes of the channel */
    int state; /* readable when the client may have changed; see wts_chansrv_has_client() */
    bool is_state_inotify;
};

/* Why an open failed. */
struct wts_chansrv_failure {
    uint32_t error;  /* Win32 code: 1, 2, 5, 31 */
    uint32_t status; /* xrdp's, or an errno; 0: none */
    const char *reason;
};

/*
 * Opens the channel of the session that XRDP_SOCKET_PATH and DISPLAY name. False: `failure` has the reason,
 * and nothing is open. [in] leave: a descriptor that becomes readable when the caller has to give up.
 */
bool wts_chansrv_open(const struct wts_vc_open *open, int leave, struct wts_chansrv *chansrv,
                      struct wts_chansrv_failure *failure);

/* Reads the changes from `state`. False: the client or xrdp has gone. */
bool wts_chansrv_has_client(struct wts_chansrv *chansrv);

#endif
