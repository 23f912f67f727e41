/*
 * Names of accounts, as this machine knows them.
 */
#ifndef WTS_CLI_ACCOUNT_H
#define WTS_CLI_ACCOUNT_H

#include <windows.h>

#include <stdbool.h>

#include "cli/buffer.h"

/* "DOMAIN\NAME" of a SID, or the SID as text where this machine has no name for it; NULL for NULL. Looked up
 * once for each SID; lives as long as the program. Thread safe. */
const wchar_t *account_name(PSID sid);

/* Whether this machine has a name for the account. False for NULL. */
bool account_is_known(PSID sid);

/* Whether the system itself runs under the account: SYSTEM, the services, the window manager of a session. */
bool account_is_of_system(PSID sid);

/* Whether `word` is a SID as text, which needs no name. */
bool account_is_sid(const wchar_t *word);

/* The sentence for when nothing belongs to the account that a word names, but something belongs to accounts
 * without a name here. */
extern const wchar_t account_unknown_advice[];

/* The SID as text in `buffer`; NULL for NULL. */
const wchar_t *account_sid(PSID sid, struct buffer *buffer);

/* Whether `word` is the name "DOMAIN\NAME", or its part behind the domain, in any case. */
bool account_name_is(const wchar_t *name, const wchar_t *word);

/* Whether `word` names the account: NAME, DOMAIN\NAME in any case, or the SID as text. False for NULL. */
bool account_is(PSID sid, const wchar_t *word);

#endif
