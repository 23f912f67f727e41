/*
 * Virtual channels of the session that the program runs in, as src/local provides them to the exports. Each
 * function returns a Win32 code, 0 for success. A value that is not a live channel handle returns 87 and is
 * never used as an address. Contract: docs/contract.md#virtual-channels. Portable.
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
 * caller. 1: no xrdp session or no client; 2, 31: the client has no such channel; 5: the session itself uses
 * the name, or the socket belongs to another user; 8; 1703: no helper.
 */
uint32_t wts_virtual_channel_open(const char *name, uint32_t options, void **handle);

/* Ends the handle; reads in flight on it end with 995. The channel lives until its last file handle is
 * closed. */
uint32_t wts_virtual_channel_close(void *handle);

/*
 * Reads one message, or the rest of it, within `timeout_ms` (UINT32_MAX: no limit). 0 with *length 0: the
 * timeout is 0 and no data has come. 996: no data in time; 234: more of the message is left; 995: the handle
 * was closed; 1117: the client has gone.
 */
uint32_t wts_virtual_channel_read(void *handle, uint32_t timeout_ms, void *data, uint32_t size,
                                  uint32_t *length);

/* Sends one whole message. 1117: the client has gone; 1818: the message was not taken in time, and the
 * channel ends. */
uint32_t wts_virtual_channel_write(void *handle, const void *data, uint32_t length);

/* Drops data that has come but was not read, or that was written but not sent. 1117: the client has gone. */
uint32_t wts_virtual_channel_purge_input(void *handle);
uint32_t wts_virtual_channel_purge_output(void *handle);

/* The file handle of the channel, which the channel still owns. */
uint32_t wts_virtual_channel_file(void *handle, void **file);

/* Frees the table of handles, when the DLL is unloaded. */
void wts_virtual_channels_unload(void);

#endif
