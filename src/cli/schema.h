/*
 * The JSON of every command, as a schema (JSON Schema 2020-12), made from the descriptions of their columns.
 */
#ifndef WTS_CLI_SCHEMA_H
#define WTS_CLI_SCHEMA_H

#include "cli/command.h"

void schema_add(struct buffer *buffer, const struct command *const *commands, unsigned count);

#endif
