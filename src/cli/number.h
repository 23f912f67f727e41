/*
 * Numbers as words of the command line.
 */
#ifndef WTS_CLI_NUMBER_H
#define WTS_CLI_NUMBER_H

#include <windows.h>

#include <stdbool.h>

/* Reads a whole number 0..4294967295, decimal or 0x hexadecimal, nothing else. Returns false and leaves
 * *value alone. */
bool number_read(const wchar_t *text, DWORD *value);

/* The same, with negative numbers from -2147483648; they become the value with the same bits, so -1 is
 * 0xFFFFFFFF. */
bool number_read_signed(const wchar_t *text, DWORD *value);

#endif
