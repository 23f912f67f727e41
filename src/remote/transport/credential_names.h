/*
 * The names of the stored credentials, remembered as long as the store does not change, because listing a
 * hundred of them takes longer than connecting (docs/wine.md#services). Wine only.
 */
#ifndef WTS_REMOTE_CREDENTIAL_NAMES_H
#define WTS_REMOTE_CREDENTIAL_NAMES_H

#include <windows.h>

/*
 * The name and type of the credential that credential_rule.h chooses for `server`. NULL: there is none, or
 * memory is exhausted. The caller frees the name with free().
 */
WCHAR *wts_credential_names_choose(const WCHAR *server, DWORD *type);

#endif
