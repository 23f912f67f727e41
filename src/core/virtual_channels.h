/*
 * Virtual channels of the session that the program runs in, as src/local gives them to the exports. Each
 * function returns a Win32 code, 0 for success. A value that is no live channel handle gives 87 and never
 * reaches memory. Contract: docs/contract.md#virtual-channels. Portable.
 */
#ifndef WTS_CORE_VIRTUAL_CHANNELS_H
#define WTS_CORE_VIRTUAL_CHANNELS_H

#include <stdint.h>

enum {
    WTS_CHANNEL_MAX_STATIC_NAME = 7, /* characters of the ANSI code page */
    WTS_CHANNEL_MAX_NAME = 260
};

/*
 * Opens the channel `name`: 1 to WTS_CHANNEL_MAX_NAME bytes, a static one's at most
 * WTS_CHANNEL_MAX_STATIC_NAME; `options`: 0 a static channel, else WTS_CHANNEL_OPTION_*. Checked by the
 * caller. 1: no xrdp session or no client; 2, 31: the client has no such channel; 5: a name that the session
 * itself uses, or the socket of somebody else; 8; 1703: no helper.
 */
uint32_t wts_virtual_channel_open(const char *name, uint32_t options, void **handle);

/* Ends the handle, and the reads in flight on it with 995. The channel lives until its last file handle. */
uint32_t wts_virtual_channel_close(void *handle);

/*
 * Reads one message, or what is left of it, within `timeout_ms` (UINT32_MAX: no limit). 0 with *length 0: a
 * timeout of 0 and nothing there. 996: nothing in time; 234: more of the message is left; 995: the handle was
 * closed; 1117: the client went.
 */
uint32_t wts_virtual_channel_read(void *handle, uint32_t timeout_ms, void *data, uint32_t size,
                                  uint32_t *length);

/* Sends one message, all of it. 1117: the client went; 1818: it was not taken in time, and the channel ends.
 */
uint32_t wts_virtual_channel_write(void *handle, const void *data, uint32_t length);

/* Drops what has come and was not read, or what was written and has not been sent. 1117: the client went. */
uint32_t wts_virtual_channel_purge_input(void *handle);
uint32_t wts_virtual_channel_purge_output(void *handle);

/* The file handle of the channel, which stays the channel's. */
uint32_t wts_virtual_channel_file(void *handle, void **file);

/* Frees the table of handles, when the DLL is unloaded. */
void wts_virtual_channels_unload(void);

#endif
