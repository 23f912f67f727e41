/*
 * Advice for an administrator about a server that failed.
 */
#ifndef WTS_CLI_ADVICE_H
#define WTS_CLI_ADVICE_H

#include <windows.h>

#include "cli/buffer.h"

/*
 * Adds sentences about why the call on `server` failed with `error`, and what to install or type; adds
 * nothing if there is no advice. [in] word: stands for the server in a command; the same for many servers, so
 * that the same cause gives the same sentence.
 */
void advice_add(struct buffer *buffer, DWORD error, const wchar_t *server, const wchar_t *word);

#endif
