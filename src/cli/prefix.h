/*
 * The Wine prefix that this program runs in, as files of the Unix host.
 */
#ifndef WTS_CLI_PREFIX_H
#define WTS_CLI_PREFIX_H

#include <stdbool.h>

#include "cli/buffer.h"

/*
 * Whether nobody but this user and root can read what Wine keeps of this user's registry, now and when Wine
 * writes it anew. True on Windows. When false, `reason` gets a sentence that names the file and what mends
 * it.
 */
bool prefix_is_private(struct buffer *reason);

#endif
