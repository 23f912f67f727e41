/*
 * The value of userParameters: what each vector reads as, what a change makes of it, and that no broken value
 * makes the reader leave it. docs/wire.md#user-parameters. Expected values are built here, without the code
 * under test.
 */
#include "native_test.h"

#include "core/error.h"
#include "remote/samr/user_parameters.h"
#include "samr_vectors.h"

/* A value that is being built. */
struct built {
    uint8_t bytes[40000];
    size_t length;
};

static void put_bytes(struct built *built, const void *bytes, size_t length)
{
    assert_true(built->length + length <= sizeof built->bytes);
    memcpy(built->bytes + built->length, bytes, length);
    built->length += length;
}

static void put_units(struct built *built, const char *text)
{
    for (; *text != '\0'; text++)
        put_bytes(built, (const char[]){*text, 0}, 2);
}

static void put_u16(struct built *built, size_t number)
{
    put_bytes(built, (const uint8_t[]){(uint8_t)number, (uint8_t)(number >> 8)}, 2);
}

static void put_property(struct built *built, const char *name, const char *digits)
{
    put_u16(built, 2 * strlen(name));
    put_u16(built, strlen(digits));
    put_u16(built, 1);
    put_units(built, name);
    put_bytes(built, digits, strlen(digits));
    const unsigned count = built->bytes[98] + 256U * built->bytes[99] + 1;
    built->bytes[98] = (uint8_t)count;
    built->bytes[99] = (uint8_t)(count >> 8);
}

/* 48 spaces, "P" and no properties. */
static void put_front(struct built *built)
{
    built->length = 0;
    for (unsigned i = 0; i < 48; i++)
        put_units(built, " ");
    put_units(built, "P");
    put_u16(built, 0);
}

static void put_defaults(struct built *built, const char *shadow)
{
    put_property(built, "CtxCfgPresent", "551e0bb0");
    put_property(built, "CtxWFProfilePath", "00");
    put_property(built, "CtxWFProfilePathW", "0000");
    put_property(built, "CtxWFHomeDir", "00");
    put_property(built, "CtxWFHomeDirW", "0000");
    put_property(built, "CtxWFHomeDirDrive", "00");
    put_property(built, "CtxWFHomeDirDriveW", "0000");
    put_property(built, "CtxShadow", shadow);
    put_property(built, "CtxMaxDisconnectionTime", "00000000");
    put_property(built, "CtxMaxConnectionTime", "00000000");
    put_property(built, "CtxMaxIdleTime", "00000000");
    put_property(built, "CtxWorkDirectory", "00");
    put_property(built, "CtxWorkDirectoryW", "0000");
    put_property(built, "CtxCfgFlags1", "00f02090");
    put_property(built, "CtxInitialProgram", "00");
    put_property(built, "CtxInitialProgramW", "0000");
}

/* Memory of exactly that length, so that the sanitizers and valgrind see a read behind it. */
static uint8_t *exact_copy(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

static void read_value(const uint8_t *bytes, size_t length, struct wts_user_config *config)
{
    uint8_t *copy = exact_copy(bytes, length);
    assert_int_equal(wts_user_parameters_read(copy, length, config), ERROR_SUCCESS);
    free(copy);
}

static void read_vector(const char *name, struct wts_user_config *config)
{
    const struct user_parameters_vector *vector = user_parameters_vector(name);
    read_value(vector->bytes, vector->length, config);
}

static void assert_user_text(const struct wts_user_config *config, unsigned setting, const char *expected)
{
    const struct wts_text text = config->texts[setting];
    assert_non_null(text.units);
    assert_int_equal(text.count, strlen(expected));
    for (size_t i = 0; i <= strlen(expected); i++)
        assert_int_equal(text.units[i], (uint8_t)expected[i]);
}

/* What an account without a value has; and the number of the vectors that have nothing but it. */
static const uint32_t default_numbers[WTS_USER_SETTING_COUNT] = {
    [WTS_USER_INHERITS_INITIAL_PROGRAM] = 1, [WTS_USER_ALLOWS_LOGON] = 1,
    [WTS_USER_CONNECTS_DRIVES] = 1,          [WTS_USER_CONNECTS_PRINTERS] = 1,
    [WTS_USER_USES_DEFAULT_PRINTER] = 1,     [WTS_USER_SHADOW] = 1,
};

static void assert_defaults_but_shadow(const struct wts_user_config *config, uint32_t shadow)
{
    for (unsigned i = 0; i < WTS_USER_SETTING_COUNT; i++) {
        assert_int_equal(config->numbers[i], i == WTS_USER_SHADOW ? shadow : default_numbers[i]);
        if (wts_user_setting_is_text(i))
            assert_user_text(config, i, "");
        else
            assert_null(config->texts[i].units);
    }
}

static void absent_or_unreadable_values_are_the_defaults(void **state)
{
    static const char *const names[] = {"count0",    "present",      "dialonly",   "shorttext", "longtext",
                                        "nopresent", "wrongpresent", "cut",        "namelen",   "oddvalue",
                                        "nothex",    "sign",         "lt_default", "lt_dial"};
    struct wts_user_config config;
    (void)state;
    read_value(NULL, 0, &config);
    assert_defaults_but_shadow(&config, 1);
    config.free(&config);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        read_vector(names[i], &config);
        assert_defaults_but_shadow(&config, 1);
        config.free(&config);
    }
}

static void single_properties_are_read(void **state)
{
    static const struct {
        const char *name;
        uint32_t shadow;
    } rows[] = {{"shadow", 1}, {"countbig", 1}, {"upperhex", 1}, {"twice", 2}, {"foreign", 2}};
    struct wts_user_config config;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_vector(rows[i].name, &config);
        assert_defaults_but_shadow(&config, rows[i].shadow);
        config.free(&config);
    }
    read_vector("profile", &config);
    assert_user_text(&config, WTS_USER_PROFILE_PATH, "ABCDE");
    assert_int_equal(config.numbers[WTS_USER_HAS_REMOTE_HOME], 0);
    config.free(&config);
}

static void all_settings_are_read(void **state)
{
    static const char *const names[] = {"all", "narrow"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct wts_user_config config;
        read_vector(names[i], &config);
        assert_user_text(&config, WTS_USER_INITIAL_PROGRAM, "C:\\app\\run.exe");
        assert_user_text(&config, WTS_USER_WORK_DIRECTORY, "C:\\work");
        assert_user_text(&config, WTS_USER_CALLBACK_NUMBER, "555-1234");
        assert_user_text(&config, WTS_USER_PROFILE_PATH, "\\\\fs\\prof\\games");
        assert_user_text(&config, WTS_USER_HOME_DIRECTORY, "\\\\fs\\home\\games");
        assert_user_text(&config, WTS_USER_HOME_DRIVE, "H:");
        /* Flags 0x1006E800. */
        assert_int_equal(config.numbers[WTS_USER_INHERITS_INITIAL_PROGRAM], 1);
        assert_int_equal(config.numbers[WTS_USER_ALLOWS_LOGON], 1);
        assert_int_equal(config.numbers[WTS_USER_MAX_CONNECTION_MS], 600000);
        assert_int_equal(config.numbers[WTS_USER_MAX_DISCONNECTION_MS], 60000);
        assert_int_equal(config.numbers[WTS_USER_MAX_IDLE_MS], 1800000);
        assert_int_equal(config.numbers[WTS_USER_CONNECTS_DRIVES], 1);
        assert_int_equal(config.numbers[WTS_USER_CONNECTS_PRINTERS], 1);
        assert_int_equal(config.numbers[WTS_USER_USES_DEFAULT_PRINTER], 1);
        assert_int_equal(config.numbers[WTS_USER_ENDS_BROKEN_SESSION], 1);
        assert_int_equal(config.numbers[WTS_USER_RECONNECTS_SAME_CLIENT], 1);
        assert_int_equal(config.numbers[WTS_USER_CALLBACK], 2);
        assert_int_equal(config.numbers[WTS_USER_SHADOW], 4);
        assert_int_equal(config.numbers[WTS_USER_HAS_REMOTE_HOME], 1);
        config.free(&config);
    }
}

/* The value of one text, from a plain and a wide property. */
static void assert_text_of(const char *plain, const char *wide, const char *expected)
{
    struct built built;
    struct wts_user_config config;
    put_front(&built);
    put_property(&built, "CtxCfgPresent", "551e0bb0");
    if (plain != NULL)
        put_property(&built, "ctxwfprofilepath", plain);
    if (wide != NULL)
        put_property(&built, "CTXWFPROFILEPATHW", wide);
    read_value(built.bytes, built.length, &config);
    assert_user_text(&config, WTS_USER_PROFILE_PATH, expected);
    config.free(&config);
}

static void the_wide_text_counts_unless_it_is_empty_or_in_single_bytes(void **state)
{
    (void)state;
    assert_text_of("414200", "580059000000", "XY");
    assert_text_of("414200", "58005900000", "AB"); /* half a digit pair: no value */
    assert_text_of("414200", "5800590000", "XY");  /* half a unit at the end */
    assert_text_of("414200", "00", "AB");
    assert_text_of("414200", "0000", "AB");
    assert_text_of("414200", NULL, "AB");
    assert_text_of(NULL, "58000000", "X");
    assert_text_of("4142434400", "4142434400", "ABCD");
    assert_text_of("4142", NULL, "AB"); /* without a NUL */
    assert_text_of("00", "0000", "");
    assert_text_of("zz", "zz", "");
}

/* The result of a change, compared with `expected`. */
static void assert_change(const uint8_t *bytes, size_t length, const struct wts_user_config *config,
                          uint32_t settings, const uint8_t *expected, size_t expected_length)
{
    uint8_t *copy = exact_copy(bytes, length);
    uint8_t *changed = NULL;
    size_t changed_length = 0;
    assert_int_equal(wts_user_parameters_change(copy, length, config, settings, &changed, &changed_length),
                     ERROR_SUCCESS);
    assert_int_equal(changed_length, expected_length);
    assert_memory_equal(changed, expected, expected_length);
    free(changed);
    free(copy);
}

static struct wts_user_config shadow_of(uint32_t shadow)
{
    struct wts_user_config config = {.numbers = {0}};
    config.numbers[WTS_USER_SHADOW] = shadow;
    return config;
}

#define SHADOW_BIT WTS_USER_BIT(WTS_USER_SHADOW)

static void a_first_write_has_the_whole_default_set(void **state)
{
    const struct wts_user_config config = shadow_of(3);
    struct built expected;
    (void)state;
    put_front(&expected);
    put_defaults(&expected, "03000000");
    assert_change(NULL, 0, &config, SHADOW_BIT, expected.bytes, expected.length);
    const struct user_parameters_vector *empty = user_parameters_vector("count0");
    assert_change(empty->bytes, empty->length, &config, SHADOW_BIT, expected.bytes, expected.length);
    /* A property that did not count must not come to count. */
    const struct user_parameters_vector *disabled = user_parameters_vector("wrongpresent");
    assert_change(disabled->bytes, disabled->length, &config, SHADOW_BIT, expected.bytes, expected.length);
    disabled = user_parameters_vector("nopresent");
    assert_change(disabled->bytes, disabled->length, &config, SHADOW_BIT, expected.bytes, expected.length);
}

static void a_first_write_keeps_what_is_in_front(void **state)
{
    const struct wts_user_config config = shadow_of(1);
    struct built expected;
    (void)state;
    const struct user_parameters_vector *dial = user_parameters_vector("dialonly");
    put_front(&expected);
    put_defaults(&expected, "01000000");
    memcpy(expected.bytes, dial->bytes, dial->length);
    assert_change(dial->bytes, dial->length, &config, SHADOW_BIT, expected.bytes, expected.length);
    const struct user_parameters_vector *text = user_parameters_vector("shorttext");
    put_front(&expected);
    put_defaults(&expected, "01000000");
    memcpy(expected.bytes, text->bytes, text->length);
    assert_change(text->bytes, text->length, &config, SHADOW_BIT, expected.bytes, expected.length);
}

static void a_first_write_keeps_properties_of_others(void **state)
{
    const struct wts_user_config config = shadow_of(1);
    struct built before;
    struct built expected;
    (void)state;
    put_front(&before);
    put_property(&before, "Other", "zz");
    put_property(&before, "CtxKeyboardLayout", "09040000");
    put_property(&before, "CtxShadow", "04000000");
    put_property(&before, "CtxSomethingElse", "01");
    put_units(&before, "tail");
    put_front(&expected);
    put_property(&expected, "Other", "zz");
    put_property(&expected, "CtxSomethingElse", "01");
    put_defaults(&expected, "01000000");
    put_units(&expected, "tail");
    assert_change(before.bytes, before.length, &config, SHADOW_BIT, expected.bytes, expected.length);
}

/* Changes the shadow setting of a vector to 3: eight digits differ, nothing else. */
static void assert_only_digits_change(const char *name, size_t offset)
{
    const struct user_parameters_vector *vector = user_parameters_vector(name);
    const struct wts_user_config config = shadow_of(3);
    struct built expected = {.length = 0};
    put_bytes(&expected, vector->bytes, vector->length);
    memcpy(expected.bytes + offset, "03000000", 8);
    assert_change(vector->bytes, vector->length, &config, SHADOW_BIT, expected.bytes, expected.length);
}

/* Where the digits of the last property of that name stand. */
static size_t find_digits(const char *vector_name, const char *name)
{
    const struct user_parameters_vector *vector = user_parameters_vector(vector_name);
    struct built units = {.length = 0};
    put_units(&units, name);
    for (size_t i = vector->length - units.length; i > 0; i--) {
        if (memcmp(vector->bytes + i, units.bytes, units.length) == 0)
            return i + units.length;
    }
    fail();
    return 0;
}

static void a_change_touches_its_own_digits_only(void **state)
{
    static const char *const names[] = {"shadow", "all",        "narrow",  "foreign", "upperhex",
                                        "twice",  "lt_default", "lt_dial", "nothex"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_only_digits_change(names[i], find_digits(names[i], "CtxShadow"));
}

static void a_value_of_odd_length_is_replaced(void **state)
{
    const struct user_parameters_vector *vector = user_parameters_vector("oddvalue");
    const struct wts_user_config config = shadow_of(3);
    struct built expected;
    (void)state;
    put_front(&expected);
    put_property(&expected, "CtxCfgPresent", "551e0bb0");
    put_property(&expected, "CtxShadow", "03000000");
    put_bytes(&expected, "  ", 2); /* the one that was there, and one that makes the length even */
    assert_change(vector->bytes, vector->length, &config, SHADOW_BIT, expected.bytes, expected.length);
}

static void a_missing_property_is_appended(void **state)
{
    const struct user_parameters_vector *vector = user_parameters_vector("present");
    const uint16_t path[] = {'A', 0x20AC};
    struct wts_user_config config = {.numbers = {0}};
    struct built expected;
    (void)state;
    config.texts[WTS_USER_PROFILE_PATH] = (struct wts_text){path, 2};
    put_front(&expected);
    put_property(&expected, "CtxCfgPresent", "551e0bb0");
    put_property(&expected, "CtxWFProfilePath", "41a0ac00"); /* the code page of the native tests */
    put_property(&expected, "CtxWFProfilePathW", "4100ac200000");
    put_property(&expected, "CtxCfgFlags1", "00f02080"); /* a flag of many: the others get their defaults */
    assert_change(vector->bytes, vector->length, &config,
                  WTS_USER_BIT(WTS_USER_PROFILE_PATH) | WTS_USER_BIT(WTS_USER_INHERITS_INITIAL_PROGRAM),
                  expected.bytes, expected.length);
}

static void flags_change_one_by_one(void **state)
{
    static const struct {
        unsigned setting;
        uint32_t number;
        const char *digits;
    } rows[] = {
        /* From 0x9020F000. */
        {WTS_USER_INHERITS_INITIAL_PROGRAM, 0, "00f02080"},
        {WTS_USER_ALLOWS_LOGON, 0, "00f02190"},
        {WTS_USER_ALLOWS_LOGON, 7, "00f02090"},
        {WTS_USER_CONNECTS_DRIVES, 0, "00702090"},
        {WTS_USER_CONNECTS_PRINTERS, 0, "00b02090"},
        {WTS_USER_USES_DEFAULT_PRINTER, 0, "00d02090"},
        {WTS_USER_ENDS_BROKEN_SESSION, 1, "00f02490"},
        {WTS_USER_RECONNECTS_SAME_CLIENT, 2, "00f02290"},
    };
    const struct user_parameters_vector *vector = user_parameters_vector("profile");
    const size_t offset = find_digits("profile", "CtxCfgFlags1");
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct wts_user_config config = {.numbers = {0}};
        struct built expected = {.length = 0};
        config.numbers[rows[i].setting] = rows[i].number;
        put_bytes(&expected, vector->bytes, vector->length);
        memcpy(expected.bytes + offset, rows[i].digits, 8);
        assert_change(vector->bytes, vector->length, &config, WTS_USER_BIT(rows[i].setting), expected.bytes,
                      expected.length);
    }
}

static void assert_refused(const uint8_t *bytes, size_t length, uint32_t settings,
                           const struct wts_user_config *config, uint32_t error)
{
    uint8_t *copy = exact_copy(bytes, length);
    uint8_t *changed = copy;
    size_t changed_length = 77;
    assert_int_equal(wts_user_parameters_change(copy, length, config, settings, &changed, &changed_length),
                     error);
    assert_ptr_equal(changed, copy);
    assert_int_equal(changed_length, 77);
    free(copy);
}

static void what_would_be_lost_is_refused(void **state)
{
    static const char *const names[] = {"longtext", "countbig", "cut", "namelen", "sign"};
    const struct wts_user_config config = shadow_of(1);
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct user_parameters_vector *vector = user_parameters_vector(names[i]);
        assert_refused(vector->bytes, vector->length, SHADOW_BIT, &config, ERROR_INVALID_DATA);
    }
    const struct user_parameters_vector *vector = user_parameters_vector("count0");
    assert_refused(vector->bytes, 98, SHADOW_BIT, &config, ERROR_INVALID_DATA); /* a "P" and no count */
    assert_refused(vector->bytes, 99, SHADOW_BIT, &config, ERROR_INVALID_DATA);
}

static void what_cannot_be_set_is_refused(void **state)
{
    static uint16_t longest[WTS_USER_MAX_TEXT + 1];
    struct wts_user_config config = {.numbers = {0}};
    (void)state;
    for (unsigned i = 0; i <= WTS_USER_MAX_TEXT; i++)
        longest[i] = 'x';
    config.texts[WTS_USER_HOME_DIRECTORY] = (struct wts_text){longest, WTS_USER_MAX_TEXT + 1};
    assert_refused(NULL, 0, WTS_USER_BIT(WTS_USER_HOME_DIRECTORY), &config, ERROR_INVALID_PARAMETER);
    assert_refused(NULL, 0, WTS_USER_BIT(WTS_USER_HAS_REMOTE_HOME), &config, ERROR_INVALID_PARAMETER);
}

static void a_value_has_a_greatest_length(void **state)
{
    const struct wts_user_config config = shadow_of(3);
    struct built built;
    (void)state;
    put_front(&built);
    put_property(&built, "CtxCfgPresent", "551e0bb0");
    put_property(&built, "CtxShadow", "01000000");
    while (built.length < WTS_MAX_USER_PARAMETERS)
        put_units(&built, "x");
    uint8_t *changed;
    size_t length;
    assert_int_equal(
        wts_user_parameters_change(built.bytes, built.length, &config, SHADOW_BIT, &changed, &length),
        ERROR_SUCCESS);
    assert_int_equal(length, WTS_MAX_USER_PARAMETERS);
    free(changed);
    put_units(&built, "x");
    assert_refused(built.bytes, built.length, SHADOW_BIT, &config, ERROR_INVALID_PARAMETER);
}

/* Every setting at once, in values that are not the defaults. */
static uint16_t long_text[WTS_USER_MAX_TEXT];

static void fill(struct wts_user_config *config, const uint16_t *units, uint32_t count)
{
    *config = (struct wts_user_config){.numbers = {0}};
    for (unsigned i = 0; i < WTS_USER_HAS_REMOTE_HOME; i++) {
        if (wts_user_setting_is_text(i))
            config->texts[i] = (struct wts_text){units, count};
        else
            config->numbers[i] = i >= WTS_USER_MAX_CONNECTION_MS && i <= WTS_USER_MAX_IDLE_MS ? 0xFFFFFFFF - i
                                 : i == WTS_USER_CALLBACK                                     ? 2
                                 : i == WTS_USER_SHADOW                                       ? 0
                                                        : !default_numbers[i];
    }
}

#define ALL_BITS (WTS_USER_BIT(WTS_USER_HAS_REMOTE_HOME) - 1)

static void assert_reads_back(const uint8_t *bytes, size_t length, const struct wts_user_config *expected)
{
    struct wts_user_config config;
    read_value(bytes, length, &config);
    for (unsigned i = 0; i < WTS_USER_HAS_REMOTE_HOME; i++) {
        assert_int_equal(config.numbers[i], expected->numbers[i]);
        assert_int_equal(config.texts[i].count, expected->texts[i].count);
        if (expected->texts[i].count > 0)
            assert_memory_equal(config.texts[i].units, expected->texts[i].units,
                                expected->texts[i].count * sizeof(uint16_t));
    }
    assert_int_equal(config.numbers[WTS_USER_HAS_REMOTE_HOME],
                     expected->texts[WTS_USER_HOME_DRIVE].count > 0);
    config.free(&config);
}

/* Sets everything, reads it back, and sets it once more: the second change changes nothing. */
static void assert_round_trip(const uint8_t *bytes, size_t length, const uint16_t *units, uint32_t count)
{
    struct wts_user_config config;
    uint8_t *changed;
    size_t changed_length;
    fill(&config, units, count);
    uint8_t *copy = exact_copy(bytes, length);
    assert_int_equal(wts_user_parameters_change(copy, length, &config, ALL_BITS, &changed, &changed_length),
                     ERROR_SUCCESS);
    free(copy);
    assert_reads_back(changed, changed_length, &config);
    assert_change(changed, changed_length, &config, ALL_BITS, changed, changed_length);
    assert_change(changed, changed_length, &config, 0, changed, changed_length);
    free(changed);
}

static void every_vector_goes_there_and_back(void **state)
{
    static const uint16_t units[] = {'C', ':', '\\', 0xE9, 0x3B1};
    const struct wts_user_config nothing = {.numbers = {0}};
    (void)state;
    for (unsigned i = 0; i < WTS_USER_MAX_TEXT; i++)
        long_text[i] = 0x4E2D;
    for (size_t i = 0; i < user_parameters_vector_count; i++) {
        const struct user_parameters_vector *vector = &user_parameters_vectors[i];
        uint8_t *changed = NULL;
        size_t length;
        if (wts_user_parameters_change(vector->bytes, vector->length, &nothing, 0, &changed, &length) ==
            ERROR_INVALID_DATA)
            continue;
        free(changed);
        assert_round_trip(vector->bytes, vector->length, units, 5);
        assert_round_trip(vector->bytes, vector->length, long_text, WTS_USER_MAX_TEXT);
        assert_round_trip(vector->bytes, vector->length, units, 0);
    }
    assert_round_trip(NULL, 0, units, 5);
}

/* Reads and changes a broken value: what comes out is a value that can be read, or an error. */
static void try_broken(const uint8_t *bytes, size_t length)
{
    struct wts_user_config config;
    struct wts_user_config again;
    uint8_t *changed;
    size_t changed_length;
    read_value(bytes, length, &config);
    const struct wts_user_config wanted = shadow_of(3);
    uint8_t *copy = exact_copy(bytes, length);
    const uint32_t error =
        wts_user_parameters_change(copy, length, &wanted, SHADOW_BIT, &changed, &changed_length);
    free(copy);
    if (error == ERROR_SUCCESS) {
        assert_true(changed_length <= WTS_MAX_USER_PARAMETERS && changed_length % 2 == 0);
        read_value(changed, changed_length, &again);
        assert_int_equal(again.numbers[WTS_USER_SHADOW], 3);
        again.free(&again);
        free(changed);
    } else {
        assert_true(error == ERROR_INVALID_DATA || error == ERROR_INVALID_PARAMETER);
    }
    config.free(&config);
}

static void every_prefix_and_every_bent_byte_is_survived(void **state)
{
    const struct user_parameters_vector *all = user_parameters_vector("all");
    uint8_t bent[2048];
    (void)state;
    assert_true(all->length <= sizeof bent);
    for (size_t i = 0; i <= all->length; i++)
        try_broken(all->bytes, i);
    for (size_t i = 0; i < all->length; i++) {
        static const uint8_t values[] = {0x00, 0xFF};
        memcpy(bent, all->bytes, all->length);
        for (unsigned j = 0; j < 2; j++) {
            bent[i] = values[j];
            try_broken(bent, all->length);
        }
        bent[i] = (uint8_t)(all->bytes[i] ^ 1);
        try_broken(bent, all->length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_or_unreadable_values_are_the_defaults),
        cmocka_unit_test(single_properties_are_read),
        cmocka_unit_test(all_settings_are_read),
        cmocka_unit_test(the_wide_text_counts_unless_it_is_empty_or_in_single_bytes),
        cmocka_unit_test(a_first_write_has_the_whole_default_set),
        cmocka_unit_test(a_first_write_keeps_what_is_in_front),
        cmocka_unit_test(a_first_write_keeps_properties_of_others),
        cmocka_unit_test(a_change_touches_its_own_digits_only),
        cmocka_unit_test(a_value_of_odd_length_is_replaced),
        cmocka_unit_test(a_missing_property_is_appended),
        cmocka_unit_test(flags_change_one_by_one),
        cmocka_unit_test(what_would_be_lost_is_refused),
        cmocka_unit_test(what_cannot_be_set_is_refused),
        cmocka_unit_test(a_value_has_a_greatest_length),
        cmocka_unit_test(every_vector_goes_there_and_back),
        cmocka_unit_test(every_prefix_and_every_bent_byte_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
