/*
 * Which stored credential a log-on to a server uses: one rule for the DLL, and for wts.exe, which shows the
 * choice.
 */
#ifndef WTS_REMOTE_CREDENTIAL_RULE_H
#define WTS_REMOTE_CREDENTIAL_RULE_H

#include <windows.h>

#include <wincred.h>

/*
 * The index of the entry that is used for `server`; `count`: none. The candidates are
 * CRED_TYPE_DOMAIN_PASSWORD entries for a server or pattern, and CRED_TYPE_GENERIC entries for the same
 * behind "TERMSRV/". In a pattern * matches any number of characters, ? one; case is ignored. An exact name
 * precedes a pattern, then a longer pattern (not counting its stars) a shorter one, then a domain password a
 * generic entry, then the earlier name in ordinal order. Windows itself supports only the patterns "*.DOMAIN"
 * and "*" (Microsoft, CREDENTIALW, TargetName).
 */
DWORD wts_credential_choose(CREDENTIALW *const *entries, DWORD count, const WCHAR *server);

#endif
