/*
 * Fuzzes the reader and the writer of userParameters. A change of any value either fails with one of its
 * errors, or gives a value that reads back as changed and keeps the bytes in front.
 */
#include "fuzz.h"

#include "core/error.h"
#include "remote/samr/user_parameters.h"

static const uint16_t path[] = {'C', ':', '\\', 0xE9};

/* The first byte of the input chooses the settings. */
static void change(const uint8_t *data, size_t length, uint32_t settings)
{
    struct wts_user_config config = {.numbers = {0}};
    struct wts_user_config again;
    uint8_t *changed;
    size_t changed_length;
    config.numbers[WTS_USER_SHADOW] = 3;
    config.numbers[WTS_USER_ENDS_BROKEN_SESSION] = 1;
    config.texts[WTS_USER_PROFILE_PATH] = (struct wts_text){path, 4};
    const uint32_t error =
        wts_user_parameters_change(data, length, &config, settings, &changed, &changed_length);
    require(error == ERROR_SUCCESS || error == ERROR_INVALID_DATA || error == ERROR_INVALID_PARAMETER);
    if (error != ERROR_SUCCESS)
        return;
    require(changed_length <= WTS_MAX_USER_PARAMETERS && changed_length % 2 == 0 && changed_length >= 100);
    require(memcmp(changed, data, length < 96 ? length : 96) == 0);
    require(wts_user_parameters_read(changed, changed_length, &again) == ERROR_SUCCESS);
    require((settings & WTS_USER_BIT(WTS_USER_SHADOW)) == 0 || again.numbers[WTS_USER_SHADOW] == 3);
    require((settings & WTS_USER_BIT(WTS_USER_ENDS_BROKEN_SESSION)) == 0 ||
            again.numbers[WTS_USER_ENDS_BROKEN_SESSION] == 1);
    require((settings & WTS_USER_BIT(WTS_USER_PROFILE_PATH)) == 0 ||
            (again.texts[WTS_USER_PROFILE_PATH].count == 4 &&
             memcmp(again.texts[WTS_USER_PROFILE_PATH].units, path, sizeof path) == 0));
    again.free(&again);
    free(changed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static const uint32_t settings[] = {
        WTS_USER_BIT(WTS_USER_SHADOW), WTS_USER_BIT(WTS_USER_PROFILE_PATH),
        WTS_USER_BIT(WTS_USER_SHADOW) | WTS_USER_BIT(WTS_USER_ENDS_BROKEN_SESSION), 0};
    struct wts_user_config config;
    if (length == 0)
        return 0;
    require(wts_user_parameters_read(data + 1, length - 1, &config) == ERROR_SUCCESS);
    for (unsigned i = 0; i < WTS_USER_SETTING_COUNT; i++)
        require(!wts_user_setting_is_text(i) || config.texts[i].units[config.texts[i].count] == 0);
    config.free(&config);
    change(data + 1, length - 1, settings[data[0] % 4]);
    return 0;
}
