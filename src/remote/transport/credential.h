/*
 * The stored credential for a server: the Credential Manager's entry, split into the parts that a log-on
 * needs. Windows only (in practice Wine; Windows' own RPC run time finds credentials itself).
 */
#ifndef WTS_REMOTE_CREDENTIAL_H
#define WTS_REMOTE_CREDENTIAL_H

#include <stdbool.h>
#include <stdint.h>

/* UTF-8, NUL terminated. */
struct wts_credential {
    char domain[512]; /* empty: the account's own */
    char user[1024];
    char password[1024];
};

/*
 * Reads the credential that credential_rule.h chooses for `server`. False, with *credential all zero, when
 * there is none or it cannot be read: Samba then uses Kerberos. The caller wipes a credential after use.
 * Waits a second at most, and not beyond `deadline_ms`, while `wts credential add` writes one.
 */
bool wts_credential_read(const uint16_t *server, uint64_t deadline_ms, struct wts_credential *credential);

void wts_credential_wipe(struct wts_credential *credential);

#endif
