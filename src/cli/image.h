/*
 * Image names, as people write them.
 */
#ifndef WTS_CLI_IMAGE_H
#define WTS_CLI_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a process of image `image` is meant by `word`: the same but for case, or without its ".exe". */
bool image_is_meant(const wchar_t *image, const wchar_t *word);

#endif
