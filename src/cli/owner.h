/*
 * The owner of a process whose account only its server knows by name.
 */
#ifndef WTS_CLI_OWNER_H
#define WTS_CLI_OWNER_H

#include <wtsapi32.h>

#include <stdbool.h>

/* Whether the user of the session may be the process' own: its account has no name on this machine, and is
 * not the system's. */
bool owner_is_needed(const WTS_PROCESS_INFOW *process);

/*
 * The name that this machine has for the account of the process. If it has none: `session_user`, the user of
 * the process' session, if all processes of people in this session belong to one account, else the SID as
 * text. NULL: the server does not report an account. [in] session_user: NULL if unknown.
 */
const wchar_t *owner_name(const WTS_PROCESS_INFOW *process, const WTS_PROCESS_INFOW *processes, DWORD count,
                          const wchar_t *session_user);

#endif
