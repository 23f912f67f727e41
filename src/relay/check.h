/*
 * `wts-relay --check HOST`: one connect, step by step, for a person to read.
 */
#ifndef WTS_RELAY_CHECK_H
#define WTS_RELAY_CHECK_H

/*
 * Connects once and prints each step with its time, and at the one that failed what to look at.
 * [in] user: NULL for the Kerberos ticket, else NAME or DOMAIN\NAME; its password is then read from standard
 * input, without echo when that is a terminal. Returns the exit status: 0 all steps passed, 1 one failed.
 */
int wts_check(const char *host, const char *user);

#endif
