/*
 * Log-on with a Kerberos ticket: explains why one cannot succeed, where Samba's status has several causes.
 * Samba's library implements Kerberos; this only reads its state.
 */
#ifndef WTS_HELPER_RPC_TICKET_H
#define WTS_HELPER_RPC_TICKET_H

#include "helper/rpc/status.h"

struct cli_credentials;
struct loadparm_context;
struct tevent_context;

/*
 * The owner of the tickets in the cache, as "user@REALM"; the text lives as long as the credentials. NULL:
 * the cache is missing or empty.
 */
const char *wts_ticket_principal(struct cli_credentials *credentials);

/*
 * Checks the ticket cache of the credentials, without using the network. [in] server: as typed by the user.
 * Returns NULL when a log-on may succeed, else a sentence, which lives as long as the credentials.
 */
const char *wts_ticket_look(struct cli_credentials *credentials, struct tevent_context *events,
                            struct loadparm_context *lp, const char *server);

/* The log level of Samba that wts_ticket_explain() needs for a log-on with a ticket; higher levels show
 * secrets. */
extern const char wts_ticket_log_level[];

/*
 * The cause of a failed connect with a ticket. [in] status: Samba's. [in] said: its messages at
 * wts_ticket_log_level. [in,out] failure: derived from the status, and corrected if the messages are more
 * precise. Returns a sentence that lives as long as the credentials, or NULL if there is nothing to add.
 */
const char *wts_ticket_explain(struct cli_credentials *credentials, uint32_t status, const char *said,
                               struct wts_failure *failure);

#endif
