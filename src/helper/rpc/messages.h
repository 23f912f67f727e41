/*
 * What Samba's library wrote to standard error beside its status.
 */
#ifndef WTS_HELPER_RPC_MESSAGES_H
#define WTS_HELPER_RPC_MESSAGES_H

#include <stddef.h>

enum { WTS_MESSAGES_SIZE = 4096 }; /* as much as is worth to be read */

/*
 * The end of it as one line of printable ASCII, without the bytes of packets. [out] text: NUL terminated;
 * empty when there was nothing.
 */
void wts_messages_read(char *text, size_t size);

#endif
