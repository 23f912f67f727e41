/*
 * Accounts of people, and the users of sessions. Windows only.
 */
#ifndef WTS_LOCAL_SESSION_USER_H
#define WTS_LOCAL_SESSION_USER_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

#include "local/session/snapshot.h"

#define WTS_SESSION_NAME_CAPACITY 257 /* UNLEN plus the NUL */

/* Account and domain, NUL terminated; both empty when nobody is logged on. */
struct wts_session_user {
    WCHAR name[WTS_SESSION_NAME_CAPACITY];
    WCHAR domain[WTS_SESSION_NAME_CAPACITY];
};

/* Whether the SID belongs to a person's account; the others belong to the system and its services. */
bool wts_user_is_person(const uint8_t *sid);

/* Whether the user of the caller's session can be found without the process list. `is_services`: it is the
 * session of services. */
bool wts_user_own_is_known(bool is_services);

/*
 * Finds the user of a session that is not the caller's. 0, with empty texts if nobody is logged on, or the
 * error of LookupAccountSid (1332: the account has no name).
 */
uint32_t wts_user_find(const struct wts_session_row *row, struct wts_session_user *user);

/*
 * Finds the user of the caller's session: the account that runs this process if it is a person's, else as
 * above. The first result is kept, because neither that account nor its log-on name changes, so *user stays
 * valid until the process ends; NULL: nobody is logged on. Also 5, 8.
 */
uint32_t wts_user_find_own(const struct wts_snapshot *snapshot, const struct wts_session_user **user);

#endif
