/*
 * Image names, as people write them.
 */
#ifndef WTS_CLI_IMAGE_H
#define WTS_CLI_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a process of image `image` is meant by `word`: the same but for case, or without its ".exe". In
 * `word`, * stands for any characters or none, ? for one UTF-16 unit. */
bool image_is_meant(const wchar_t *image, const wchar_t *word);

/* The same for a name that has no extension, of a user for example. */
bool image_name_matches(const wchar_t *name, const wchar_t *word);

/* Whether the word has nothing but wildcards and an extension, so that it would mean every process. */
bool image_is_any(const wchar_t *word);

#endif
