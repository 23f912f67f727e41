/*
 * Names of accounts, as this machine knows them.
 */
#ifndef WTS_CLI_ACCOUNT_H
#define WTS_CLI_ACCOUNT_H

#include <windows.h>

/* "DOMAIN\NAME" of a SID, or the SID as text where this machine has no name for it; NULL for NULL. Asked for
 * once for each SID; lives as long as the program. Any thread. */
const wchar_t *account_name(PSID sid);

#endif
