/*
 * The messages that Samba's library wrote to standard error in addition to its status.
 */
#ifndef WTS_HELPER_RPC_MESSAGES_H
#define WTS_HELPER_RPC_MESSAGES_H

#include <stddef.h>

enum { WTS_MESSAGES_SIZE = 4096 }; /* the longest useful text */

/*
 * The last messages as one line of printable ASCII, without dumps of packets. [out] text: NUL terminated;
 * empty when there were none.
 */
void wts_messages_read(char *text, size_t size);

#endif
