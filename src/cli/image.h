/*
 * Image names as people type them.
 */
#ifndef WTS_CLI_IMAGE_H
#define WTS_CLI_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `word` means a process with image `image`: equal except for case, or without its ".exe". In `word`,
 * *matches any number of characters, ? one UTF-16 unit. */
bool image_is_meant(const wchar_t *image, const wchar_t *word);

/* The same for a name without an extension, of a user for example. */
bool image_name_matches(const wchar_t *name, const wchar_t *word);

/* Whether the word consists of wildcards and an extension only, so that it would match every process. */
bool image_is_any(const wchar_t *word);

#endif
