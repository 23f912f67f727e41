/*
 * The JSON of every command as a schema; see schema.h.
 */
#include "cli/schema.h"

#include "cli/check_session.h"
#include "cli/effects.h"
#include "cli/json.h"

#include <wchar.h>

static const wchar_t *type_of(enum column_kind kind)
{
    switch (kind) {
    case COLUMN_NUMBER:
        return L"integer";
    case COLUMN_FLAG:
        return L"boolean";
    default:
        return L"string";
    }
}

/* The server is present if one was named. */
static bool is_server(const struct column *column)
{
    return wcscmp(column->key, L"server") == 0;
}

static void add_property(struct buffer *buffer, const wchar_t *key, enum column_kind kind, bool is_first)
{
    buffer_add_text(buffer, is_first ? L"\n          " : L",\n          ");
    json_add_string(buffer, key);
    buffer_add_format(buffer, ": {\"type\": [\"%ls\", \"null\"]}", type_of(kind));
}

static void add_required(struct buffer *buffer, bool may_lack_server, const struct column *columns,
                         unsigned count)
{
    unsigned written = 0;
    buffer_add_text(buffer, L"\n        },\n        \"required\": [");
    for (unsigned i = 0; i < count; i++) {
        if (may_lack_server && is_server(&columns[i]))
            continue;
        buffer_add_text(buffer, written++ > 0 ? L", " : L"");
        json_add_string(buffer, columns[i].key);
    }
    buffer_add_text(buffer, L"],\n        \"additionalProperties\": false\n      }\n    }");
}

/* `may_have_server`: a member "server" is present if one was named. */
static void add_array(struct buffer *buffer, const wchar_t *name, bool may_have_server,
                      const struct column *columns, unsigned count)
{
    unsigned written = 0;
    buffer_add_format(buffer,
                      "\n    \"%ls\": {\n      \"type\": \"array\",\n      \"items\": {\n"
                      "        \"type\": \"object\",\n        \"properties\": {",
                      name);
    if (may_have_server && !is_server(&columns[0]))
        add_property(buffer, L"server", COLUMN_TEXT, written++ == 0);
    for (unsigned i = 0; i < count; i++)
        add_property(buffer, columns[i].key, columns[i].kind, written++ == 0);
    add_required(buffer, may_have_server, columns, count);
}

void schema_add(struct buffer *buffer, const struct command *const *commands, unsigned count)
{
    buffer_add_text(buffer, L"{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                            L"  \"title\": \"What wts COMMAND --json prints. Made by wts help --schema.\",\n"
                            L"  \"$defs\": {");
    for (unsigned i = 0; i < count; i++) {
        const struct command *command = commands[i];
        if (command->column_count == 0)
            continue;
        add_array(buffer, command->name, (command->options & OPTION_BIT(OPTION_SERVER)) != 0,
                  command->columns, command->column_count);
        buffer_add_text(buffer, L",");
    }
    add_array(buffer, L"check --session", false, check_session_columns, check_session_column_count);
    buffer_add_text(buffer, L",");
    add_array(buffer, L"--log", false, effects_columns, effects_column_count);
    buffer_add_text(buffer, L"\n  }\n}\n");
}
