/*
 * The value of userParameters; see user_parameters.h. Layout and rules: docs/wire.md#user-parameters. A value
 * is never treated as text: NUL is a unit like any other, and nothing in it is aligned.
 */
#include "remote/samr/user_parameters.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/platform.h"
#include "remote/ndr/writer.h"

enum {
    RESERVED_LENGTH = 96, /* bytes that belong to other programs */
    COUNT_OFFSET = 98,
    ARRAY_OFFSET = 100,
    HEADER_LENGTH = 6, /* bytes of a property before its name */
    TYPE_ITEM = 1,
    MAX_VALUE = 4 * WTS_USER_MAX_TEXT + 2, /* bytes of a value before it is written as digits */
    MAX_ADDED = 64 * 1024                  /* bytes; all our properties take less */
};

#define PRESENT_VALUE 0xB00B1E55U
#define DEFAULT_FLAGS 0x9020F000U

/* How a property's value is encoded. */
enum form {
    FORM_PRESENT, /* the constant that makes the other properties valid */
    FORM_FLAGS,   /* several flags in one number */
    FORM_NUMBER,
    FORM_PLAIN, /* text in the ANSI code page */
    FORM_WIDE   /* text in UTF-16 */
};

/* The properties that hold settings, in the order of a first write. */
enum property {
    PRESENT,
    PROFILE_PATH,
    PROFILE_PATH_WIDE,
    HOME_DIRECTORY,
    HOME_DIRECTORY_WIDE,
    HOME_DRIVE,
    HOME_DRIVE_WIDE,
    SHADOW,
    MAX_DISCONNECTION,
    MAX_CONNECTION,
    MAX_IDLE,
    WORK_DIRECTORY,
    WORK_DIRECTORY_WIDE,
    FLAGS,
    INITIAL_PROGRAM,
    INITIAL_PROGRAM_WIDE,
    DEFAULT_COUNT, /* every first write has those above */
    CALL_BACK = DEFAULT_COUNT,
    CALL_BACK_NUMBER,
    PROPERTY_COUNT,
    ABSENT = PROPERTY_COUNT
};

static const struct {
    const char *name;
    enum form form;
    unsigned setting; /* for FORM_NUMBER and texts */
} properties[PROPERTY_COUNT] = {
    [PRESENT] = {"CtxCfgPresent", FORM_PRESENT, 0},
    [PROFILE_PATH] = {"CtxWFProfilePath", FORM_PLAIN, WTS_USER_PROFILE_PATH},
    [PROFILE_PATH_WIDE] = {"CtxWFProfilePathW", FORM_WIDE, WTS_USER_PROFILE_PATH},
    [HOME_DIRECTORY] = {"CtxWFHomeDir", FORM_PLAIN, WTS_USER_HOME_DIRECTORY},
    [HOME_DIRECTORY_WIDE] = {"CtxWFHomeDirW", FORM_WIDE, WTS_USER_HOME_DIRECTORY},
    [HOME_DRIVE] = {"CtxWFHomeDirDrive", FORM_PLAIN, WTS_USER_HOME_DRIVE},
    [HOME_DRIVE_WIDE] = {"CtxWFHomeDirDriveW", FORM_WIDE, WTS_USER_HOME_DRIVE},
    [SHADOW] = {"CtxShadow", FORM_NUMBER, WTS_USER_SHADOW},
    [MAX_DISCONNECTION] = {"CtxMaxDisconnectionTime", FORM_NUMBER, WTS_USER_MAX_DISCONNECTION_MS},
    [MAX_CONNECTION] = {"CtxMaxConnectionTime", FORM_NUMBER, WTS_USER_MAX_CONNECTION_MS},
    [MAX_IDLE] = {"CtxMaxIdleTime", FORM_NUMBER, WTS_USER_MAX_IDLE_MS},
    [WORK_DIRECTORY] = {"CtxWorkDirectory", FORM_PLAIN, WTS_USER_WORK_DIRECTORY},
    [WORK_DIRECTORY_WIDE] = {"CtxWorkDirectoryW", FORM_WIDE, WTS_USER_WORK_DIRECTORY},
    [FLAGS] = {"CtxCfgFlags1", FORM_FLAGS, 0},
    [INITIAL_PROGRAM] = {"CtxInitialProgram", FORM_PLAIN, WTS_USER_INITIAL_PROGRAM},
    [INITIAL_PROGRAM_WIDE] = {"CtxInitialProgramW", FORM_WIDE, WTS_USER_INITIAL_PROGRAM},
    [CALL_BACK] = {"CtxCallBack", FORM_NUMBER, WTS_USER_CALLBACK},
    [CALL_BACK_NUMBER] = {"CtxCallbackNumber", FORM_PLAIN, WTS_USER_CALLBACK_NUMBER},
};

/* Properties that no class reads, but that CtxCfgPresent makes valid all the same. */
static const char *const other_names[] = {"CtxKeyboardLayout", "CtxMinEncryptionLevel", "CtxNWLogonServer"};

/* Flags of CtxCfgFlags1 that are settings. */
static const struct {
    unsigned setting;
    uint32_t bit;
    bool is_inverse;
} flags[] = {
    {WTS_USER_INHERITS_INITIAL_PROGRAM, 0x10000000, false}, {WTS_USER_ALLOWS_LOGON, 0x00010000, true},
    {WTS_USER_CONNECTS_DRIVES, 0x00008000, false},          {WTS_USER_CONNECTS_PRINTERS, 0x00004000, false},
    {WTS_USER_USES_DEFAULT_PRINTER, 0x00002000, false},     {WTS_USER_ENDS_BROKEN_SESSION, 0x00040000, false},
    {WTS_USER_RECONNECTS_SAME_CLIENT, 0x00020000, false},
};

enum {
    FLAG_COUNT = sizeof flags / sizeof flags[0],
    OTHER_COUNT = sizeof other_names / sizeof other_names[0]
};

static uint32_t u16_of(const uint8_t *place)
{
    return (uint32_t)place[0] | (uint32_t)place[1] << 8;
}

/* One property within a value. */
struct place {
    size_t start;
    size_t name_length;
    size_t value_length;
    uint32_t type;
};

static const uint8_t *name_of(const uint8_t *bytes, const struct place *place)
{
    return bytes + place->start + HEADER_LENGTH;
}

static const uint8_t *value_of(const uint8_t *bytes, const struct place *place)
{
    return name_of(bytes, place) + place->name_length;
}

static size_t length_of(const struct place *place)
{
    return HEADER_LENGTH + place->name_length + place->value_length;
}

/* The property at `start`; false when it does not fit. */
static bool find_place(const uint8_t *bytes, size_t length, size_t start, struct place *place)
{
    if (length - start < HEADER_LENGTH)
        return false;
    *place =
        (struct place){start, u16_of(bytes + start), u16_of(bytes + start + 2), u16_of(bytes + start + 4)};
    return length_of(place) <= length - start;
}

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

/* Unverified: that names compare without case; writers differ in "CtxCallBack". */
static bool has_name(const uint8_t *bytes, const struct place *place, const char *name)
{
    const uint8_t *units = name_of(bytes, place);
    if (place->type != TYPE_ITEM || place->name_length != 2 * strlen(name))
        return false;
    for (size_t i = 0; name[i] != '\0'; i++) {
        if (lower(units[2 * i]) != lower((uint8_t)name[i]) || units[2 * i + 1] != 0)
            return false;
    }
    return true;
}

/* Which of `properties` it is, or ABSENT. */
static unsigned which_property(const uint8_t *bytes, const struct place *place)
{
    unsigned i = 0;
    while (i < PROPERTY_COUNT && !has_name(bytes, place, properties[i].name))
        i++;
    return i;
}

/* The value of a digit, or 16. */
static unsigned digit_of(uint8_t byte)
{
    byte = lower(byte);
    if (byte >= '0' && byte <= '9')
        return byte - (unsigned)'0';
    return byte >= 'a' && byte <= 'f' ? byte - (unsigned)'a' + 10 : 16;
}

static uint8_t byte_of(const uint8_t *digits)
{
    return (uint8_t)(digit_of(digits[0]) << 4 | digit_of(digits[1]));
}

/* Whether the value is valid for the property's form. */
static bool is_readable(enum form form, const uint8_t *digits, size_t count)
{
    if (count == 0 || count % 2 != 0 || (form < FORM_PLAIN && count != 8))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (digit_of(digits[i]) == 16)
            return false;
    }
    return true;
}

static uint32_t number_of(const uint8_t *digits)
{
    return (uint32_t)byte_of(digits) | (uint32_t)byte_of(digits + 2) << 8 |
           (uint32_t)byte_of(digits + 4) << 16 | (uint32_t)byte_of(digits + 6) << 24;
}

/* The contents of a value. Of several properties with the same name the last one counts. */
struct survey {
    const uint8_t *bytes;
    size_t length;
    bool has_array;
    bool is_cut;    /* fewer properties fit than the count says */
    uint32_t count; /* of those that fit */
    size_t end;     /* of the last one that fits */
    bool is_found[PROPERTY_COUNT];
    size_t start[PROPERTY_COUNT];          /* of the last one, readable or not */
    const uint8_t *digits[PROPERTY_COUNT]; /* of the last readable one, or NULL */
    size_t digit_count[PROPERTY_COUNT];
    bool is_present; /* CtxCfgPresent is there: else the others do not count */
};

static void note_property(struct survey *survey, const struct place *place)
{
    const unsigned i = which_property(survey->bytes, place);
    const uint8_t *digits = value_of(survey->bytes, place);
    if (i == ABSENT)
        return;
    survey->is_found[i] = true;
    survey->start[i] = place->start;
    if (is_readable(properties[i].form, digits, place->value_length)) {
        survey->digits[i] = digits;
        survey->digit_count[i] = place->value_length;
    }
}

static void survey_value(const uint8_t *bytes, size_t length, struct survey *survey)
{
    struct place place;
    *survey = (struct survey){.bytes = bytes, .length = length, .end = ARRAY_OFFSET};
    survey->has_array = length >= ARRAY_OFFSET && u16_of(bytes + RESERVED_LENGTH) == 'P';
    if (!survey->has_array)
        return;
    const uint32_t count = u16_of(bytes + COUNT_OFFSET);
    while (survey->count < count && find_place(bytes, length, survey->end, &place)) {
        note_property(survey, &place);
        survey->end += length_of(&place);
        survey->count++;
    }
    survey->is_cut = survey->count < count;
    survey->is_present =
        survey->digits[PRESENT] != NULL && number_of(survey->digits[PRESENT]) == PRESENT_VALUE;
}

/* The digits of a valid property, or NULL. */
static const uint8_t *counting_digits(const struct survey *survey, unsigned property)
{
    return survey->is_present ? survey->digits[property] : NULL;
}

static uint32_t number_in(const struct survey *survey, unsigned property, uint32_t otherwise)
{
    const uint8_t *digits = counting_digits(survey, property);
    return digits != NULL ? number_of(digits) : otherwise;
}

static void read_numbers(const struct survey *survey, uint32_t *numbers)
{
    const uint32_t all = number_in(survey, FLAGS, DEFAULT_FLAGS);
    for (unsigned i = 0; i < FLAG_COUNT; i++)
        numbers[flags[i].setting] = ((all & flags[i].bit) != 0) != flags[i].is_inverse;
    for (unsigned i = 0; i < PROPERTY_COUNT; i++) {
        if (properties[i].form == FORM_NUMBER)
            numbers[properties[i].setting] = number_in(survey, i, i == SHADOW);
    }
}

/* Memory for texts while they are read. */
struct room {
    uint16_t *units; /* the next free one */
    uint8_t *bytes;  /* scratch */
};

/* Reads text in UTF-16 up to its first NUL. Half a unit at the end is ignored. */
static uint32_t read_wide(const uint8_t *digits, size_t count, uint16_t *units)
{
    uint32_t used = 0;
    for (size_t i = 0; i + 4 <= count; i += 4) {
        const uint16_t unit = (uint16_t)(byte_of(digits + i) | byte_of(digits + i + 2) << 8);
        if (unit == 0)
            break;
        units[used++] = unit;
    }
    return used;
}

static uint32_t read_plain(const uint8_t *digits, size_t count, struct room *room)
{
    size_t length = 0;
    while (2 * length < count && (room->bytes[length] = byte_of(digits + 2 * length)) != 0)
        length++;
    return (uint32_t)wts_text_from_ansi((const char *)room->bytes, length, room->units, length);
}

/* Whether two values have the same bytes. A wide text with the bytes of the plain one was written with one
 * byte per character, as some programs do. */
static bool is_same(const struct survey *survey, unsigned one, unsigned other)
{
    if (survey->digits[other] == NULL || survey->digit_count[one] != survey->digit_count[other])
        return false;
    for (size_t i = 0; i < survey->digit_count[one]; i += 2) {
        if (byte_of(survey->digits[one] + i) != byte_of(survey->digits[other] + i))
            return false;
    }
    return true;
}

/* Reads the text of the property `wide`, unless it is 0 or of no use, else that of `plain`. */
static struct wts_text read_text(const struct survey *survey, unsigned plain, unsigned wide,
                                 struct room *room)
{
    struct wts_text text = {.units = room->units};
    if (wide != 0 && counting_digits(survey, wide) != NULL && !is_same(survey, wide, plain))
        text.count = read_wide(survey->digits[wide], survey->digit_count[wide], room->units);
    if (text.count == 0 && counting_digits(survey, plain) != NULL)
        text.count = read_plain(survey->digits[plain], survey->digit_count[plain], room);
    room->units += text.count;
    *room->units++ = 0;
    return text;
}

static void read_texts(const struct survey *survey, struct room *room, struct wts_text *texts)
{
    for (unsigned i = 0; i < PROPERTY_COUNT; i++) {
        if (properties[i].form != FORM_PLAIN)
            continue;
        const bool has_wide = i + 1 < PROPERTY_COUNT && properties[i + 1].form == FORM_WIDE;
        texts[properties[i].setting] = read_text(survey, i, has_wide ? i + 1 : 0, room);
    }
}

static void free_config(struct wts_user_config *config)
{
    free(config->owner);
    config->owner = NULL;
}

uint32_t wts_user_parameters_read(const uint8_t *bytes, size_t length, struct wts_user_config *config)
{
    struct survey survey;
    /* A text has fewer units than its value has digits; the texts lie side by side in the value. */
    const size_t unit_count = length / 2 + WTS_USER_SETTING_COUNT;
    uint8_t *owner = malloc(unit_count * sizeof(uint16_t) + length / 2 + 1);
    if (owner == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    struct room room = {.units = (void *)owner, .bytes = owner + unit_count * sizeof(uint16_t)};
    *config = (struct wts_user_config){.owner = owner, .free = free_config};
    survey_value(bytes, length, &survey);
    read_numbers(&survey, config->numbers);
    read_texts(&survey, &room, config->texts);
    config->numbers[WTS_USER_HAS_REMOTE_HOME] = config->texts[WTS_USER_HOME_DRIVE].count > 0;
    return ERROR_SUCCESS;
}

/* A change in progress. */
struct change {
    const struct survey *survey;
    const struct wts_user_config *config;
    uint32_t settings;
    uint32_t flags;
    bool is_wanted[PROPERTY_COUNT];
    uint32_t count; /* properties written */
    struct wts_ndr_writer writer;
};

static uint32_t flag_settings(void)
{
    uint32_t settings = 0;
    for (unsigned i = 0; i < FLAG_COUNT; i++)
        settings |= WTS_USER_BIT(flags[i].setting);
    return settings;
}

static uint32_t changed_flags(const struct change *change)
{
    uint32_t value = number_in(change->survey, FLAGS, DEFAULT_FLAGS);
    for (unsigned i = 0; i < FLAG_COUNT; i++) {
        if ((change->settings & WTS_USER_BIT(flags[i].setting)) == 0)
            continue;
        const bool is_on = (change->config->numbers[flags[i].setting] != 0) != flags[i].is_inverse;
        value = is_on ? value | flags[i].bit : value & ~flags[i].bit;
    }
    return value;
}

/* Chooses the properties to write. A first write has the whole default set, because other readers take
 * missing flags for "no". */
static void choose_properties(struct change *change)
{
    for (unsigned i = 0; i < PROPERTY_COUNT; i++) {
        const enum form form = properties[i].form;
        const uint32_t settings = form == FORM_PRESENT ? 0
                                  : form == FORM_FLAGS ? flag_settings()
                                                       : WTS_USER_BIT(properties[i].setting);
        change->is_wanted[i] =
            (!change->survey->is_present && i < DEFAULT_COUNT) || (change->settings & settings) != 0;
    }
}

static bool is_changed(const struct change *change, unsigned setting)
{
    return (change->settings & WTS_USER_BIT(setting)) != 0;
}

static size_t encode_number(uint32_t number, uint8_t *value)
{
    for (unsigned i = 0; i < 4; i++)
        value[i] = (uint8_t)(number >> 8 * i);
    return 4;
}

static size_t encode_text(enum form form, const struct wts_text *text, uint8_t *value)
{
    size_t length = 0;
    if (form == FORM_PLAIN) {
        if (text->count > 0)
            length = wts_text_to_ansi(text->units, text->count, (char *)value, MAX_VALUE - 1);
        value[length++] = 0;
        return length;
    }
    for (uint32_t i = 0; i < text->count; i++) {
        value[length++] = (uint8_t)text->units[i];
        value[length++] = (uint8_t)(text->units[i] >> 8);
    }
    value[length++] = 0;
    value[length++] = 0;
    return length;
}

/* Writes the new value of a property, at most MAX_VALUE bytes; returns the number of bytes. */
static size_t encode(const struct change *change, unsigned property, uint8_t *value)
{
    const unsigned setting = properties[property].setting;
    const struct wts_text nothing = {0};
    switch (properties[property].form) {
    case FORM_PRESENT:
        return encode_number(PRESENT_VALUE, value);
    case FORM_FLAGS:
        return encode_number(change->flags, value);
    case FORM_NUMBER:
        return encode_number(
            is_changed(change, setting) ? change->config->numbers[setting] : property == SHADOW, value);
    default:
        return encode_text(properties[property].form,
                           is_changed(change, setting) ? &change->config->texts[setting] : &nothing, value);
    }
}

/* Puts an unaligned 16-bit number. */
static void put_u16(struct wts_ndr_writer *writer, size_t number)
{
    wts_ndr_put_u8(writer, (uint8_t)number);
    wts_ndr_put_u8(writer, (uint8_t)(number >> 8));
}

static void put_name(struct wts_ndr_writer *writer, const char *name)
{
    for (size_t i = 0; name[i] != '\0'; i++)
        put_u16(writer, (uint8_t)name[i]);
}

/* Writes a new property; `old`, the one that it replaces, or NULL, gives the spelling of its name. */
static void put_property(struct change *change, unsigned property, const struct place *old)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t value[MAX_VALUE];
    struct wts_ndr_writer *writer = &change->writer;
    const char *name = properties[property].name;
    const size_t length = encode(change, property, value);
    put_u16(writer, 2 * strlen(name));
    put_u16(writer, 2 * length);
    put_u16(writer, TYPE_ITEM);
    if (old != NULL)
        wts_ndr_put_bytes(writer, name_of(change->survey->bytes, old), old->name_length);
    else
        put_name(writer, name);
    for (size_t i = 0; i < length; i++) {
        wts_ndr_put_u8(writer, (uint8_t)digits[value[i] >> 4]);
        wts_ndr_put_u8(writer, (uint8_t)digits[value[i] & 15]);
    }
    change->count++;
}

/* Whether the property had no effect so far, and a first write would give it one. */
static bool is_obsolete(const struct survey *survey, const struct place *place)
{
    if (survey->is_present)
        return false;
    if (which_property(survey->bytes, place) != ABSENT)
        return true;
    for (unsigned i = 0; i < OTHER_COUNT; i++) {
        if (has_name(survey->bytes, place, other_names[i]))
            return true;
    }
    return false;
}

/* Copies the existing properties, each unchanged or replaced in its place. */
static void put_old_properties(struct change *change)
{
    const struct survey *survey = change->survey;
    struct place place;
    size_t start = ARRAY_OFFSET;
    for (uint32_t i = 0; i < survey->count && find_place(survey->bytes, survey->length, start, &place); i++) {
        const unsigned property = which_property(survey->bytes, &place);
        start += length_of(&place);
        if (is_obsolete(survey, &place))
            continue;
        if (property != ABSENT && change->is_wanted[property] && survey->start[property] == place.start) {
            put_property(change, property, &place);
            change->is_wanted[property] = false;
            continue;
        }
        wts_ndr_put_bytes(&change->writer, survey->bytes + place.start, length_of(&place));
        change->count++;
    }
}

static void put_new_properties(struct change *change)
{
    for (unsigned i = 0; i < PROPERTY_COUNT; i++) {
        if (change->is_wanted[i])
            put_property(change, i, NULL);
    }
}

/* Copies the part in front of the properties. A shorter text of other programs is padded with spaces. */
static void put_front(struct wts_ndr_writer *writer, const struct survey *survey)
{
    const size_t length = survey->length < RESERVED_LENGTH ? survey->length : RESERVED_LENGTH;
    wts_ndr_put_bytes(writer, survey->bytes, length);
    for (size_t i = length; i < RESERVED_LENGTH; i += 2)
        put_u16(writer, ' ');
    put_u16(writer, 'P');
    put_u16(writer, 0); /* the count is filled in last */
}

static uint32_t make(struct change *change, uint8_t *bytes, size_t capacity)
{
    const struct survey *survey = change->survey;
    wts_ndr_writer_init(&change->writer, bytes, capacity);
    put_front(&change->writer, survey);
    put_old_properties(change);
    put_new_properties(change);
    if (survey->has_array)
        wts_ndr_put_bytes(&change->writer, survey->bytes + survey->end, survey->length - survey->end);
    /* A value is sent as 16-bit units; its length is odd only if an odd value was replaced. */
    if (change->writer.needed % 2 != 0)
        wts_ndr_put_u8(&change->writer, ' ');
    if (!wts_ndr_writer_ok(&change->writer) || change->writer.length > WTS_MAX_USER_PARAMETERS)
        return ERROR_INVALID_PARAMETER;
    bytes[COUNT_OFFSET] = (uint8_t)change->count;
    bytes[COUNT_OFFSET + 1] = (uint8_t)(change->count >> 8);
    return ERROR_SUCCESS;
}

static bool can_be_set(const struct wts_user_config *config, uint32_t settings)
{
    if (settings >= WTS_USER_BIT(WTS_USER_HAS_REMOTE_HOME))
        return false;
    for (unsigned i = 0; i < WTS_USER_SETTING_COUNT; i++) {
        if ((settings & WTS_USER_TEXTS & WTS_USER_BIT(i)) != 0 && config->texts[i].count > WTS_USER_MAX_TEXT)
            return false;
    }
    return true;
}

uint32_t wts_user_parameters_change(const uint8_t *bytes, size_t length, const struct wts_user_config *config,
                                    uint32_t settings, uint8_t **changed, size_t *changed_length)
{
    struct survey survey;
    survey_value(bytes, length, &survey);
    struct change change = {.survey = &survey, .config = config, .settings = settings};
    if (!can_be_set(config, settings))
        return ERROR_INVALID_PARAMETER;
    if (survey.is_cut || length % 2 != 0 || (length > RESERVED_LENGTH && !survey.has_array))
        return ERROR_INVALID_DATA;
    const size_t capacity = length + MAX_ADDED;
    uint8_t *made = malloc(capacity);
    if (made == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    change.flags = changed_flags(&change);
    choose_properties(&change);
    const uint32_t error = make(&change, made, capacity);
    if (error != ERROR_SUCCESS) {
        free(made);
        return error;
    }
    *changed = made;
    *changed_length = change.writer.length;
    return ERROR_SUCCESS;
}
