/*
 * The static channels that xrdp passes on: those that [Channels] of its xrdp.ini lists. A channel that is not
 * listed can be opened, but every byte is dropped.
 */
#ifndef WTS_HELPER_SESSION_XRDP_INI_H
#define WTS_HELPER_SESSION_XRDP_INI_H

#include <stdbool.h>
#include <stddef.h>

/* Writes their names into `names`, separated by ", ", as many as fit. False: the file cannot be read. */
bool wts_xrdp_ini_channels(char *names, size_t size);

/* Whether xrdp drops data written to this static channel. False if the file cannot be read. */
bool wts_xrdp_ini_drops(const char *name, size_t length);

#endif
