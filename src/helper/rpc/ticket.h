/*
 * Log-on by Kerberos ticket: explains in words why one cannot succeed, where Samba's status stands for
 * several causes. Samba's library does all of Kerberos; this only reads what it knows.
 */
#ifndef WTS_HELPER_RPC_TICKET_H
#define WTS_HELPER_RPC_TICKET_H

#include "helper/rpc/status.h"

struct cli_credentials;
struct loadparm_context;
struct tevent_context;

/*
 * Whose tickets the cache holds, as "user@REALM"; it lives as long as the credentials. NULL: there is no
 * cache, or nothing in it.
 */
const char *wts_ticket_principal(struct cli_credentials *credentials);

/*
 * Looks at the ticket cache of the credentials, without a word to any network. [in] server: as the user wrote
 * it. Returns NULL when a log-on may succeed, else a sentence; it lives as long as the credentials.
 */
const char *wts_ticket_look(struct cli_credentials *credentials, struct tevent_context *events,
                            struct loadparm_context *lp, const char *server);

/* How much Samba has to say of a log-on by ticket for wts_ticket_explain(); secrets begin above. */
extern const char wts_ticket_log_level[];

/*
 * The cause of a connect by ticket that failed. [in] status: Samba's. [in] said: its messages at
 * wts_ticket_log_level. [in,out] failure: by the status alone, corrected where the messages say more. Returns
 * a sentence that lives as long as the credentials, or NULL where there is nothing to add.
 */
const char *wts_ticket_explain(struct cli_credentials *credentials, uint32_t status, const char *said,
                               struct wts_failure *failure);

#endif
