/*
 * Addresses of session clients as text.
 */
#ifndef WTS_CLI_ADDRESS_TEXT_H
#define WTS_CLI_ADDRESS_TEXT_H

#include <windows.h>

#include <stdbool.h>

#include "cli/buffer.h"

/* Adds the address in the 20 bytes of a WTS_CLIENT_ADDRESS. Returns false, and adds nothing, for an unknown
 * kind of address, or for none, as at the console. */
bool address_add(struct buffer *buffer, DWORD family, const BYTE *bytes);

#endif
