/*
 * `wts-relay --check HOST`: one connect, step by step, for a user to read.
 */
#ifndef WTS_HELPER_RPC_CHECK_H
#define WTS_HELPER_RPC_CHECK_H

#include "helper/host/duty.h"

/*
 * Connects once and prints each step with its time, and advice at the one that failed. [in] duties: those of
 * the helper. [in] user: NULL for the Kerberos ticket, else NAME or DOMAIN\NAME; its password is then read
 * from standard input, without echo when that is a terminal. Returns the exit status: 0 all steps passed, 1
 * one failed.
 */
int wts_check(const struct wts_duty *const *duties, const char *host, const char *user);

#endif
