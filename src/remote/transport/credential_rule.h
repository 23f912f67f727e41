/*
 * Which of the stored credentials a log-on at a server uses: one rule, for the DLL and for wts.exe, which
 * shows it.
 */
#ifndef WTS_REMOTE_CREDENTIAL_RULE_H
#define WTS_REMOTE_CREDENTIAL_RULE_H

#include <windows.h>

#include <wincred.h>

/*
 * The index of the entry that is used for `server`; `count`: none. Looked at are CRED_TYPE_DOMAIN_PASSWORD of
 * a server or pattern, and CRED_TYPE_GENERIC of the same behind "TERMSRV/". In a pattern * stands for any
 * characters or none, ? for one; case does not matter. An exact name goes before a pattern, then the longer
 * pattern (its stars not counted) before the shorter, then a domain password before a generic entry, then the
 * name that is earlier in ordinal order. Windows itself takes of the patterns "*.DOMAIN" and "*" only
 * (Microsoft, CREDENTIALW, TargetName).
 */
DWORD wts_credential_choose(CREDENTIALW *const *entries, DWORD count, const WCHAR *server);

#endif
