/*
 * The Wine prefix that this program runs in, as files of the Unix host.
 */
#ifndef WTS_CLI_PREFIX_H
#define WTS_CLI_PREFIX_H

#include <stdbool.h>

#include "cli/buffer.h"

/*
 * Whether only this user and root can read this user's registry in Wine's files, now and after Wine rewrites
 * them. True on Windows. When false, a sentence that names the file and the remedy is added to `reason`.
 */
bool prefix_is_private(struct buffer *reason);

#endif
