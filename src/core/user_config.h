/*
 * The terminal services settings of an account, as WTSQueryUserConfig and WTSSetUserConfig name them: plain
 * numbers and text, indexed by the class. docs/contract.md#user-config. Portable.
 */
#ifndef WTS_CORE_USER_CONFIG_H
#define WTS_CORE_USER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

/* The numbers of WTS_CONFIG_CLASS. */
enum wts_user_setting {
    WTS_USER_INITIAL_PROGRAM = 0,
    WTS_USER_WORK_DIRECTORY = 1,
    WTS_USER_INHERITS_INITIAL_PROGRAM = 2,
    WTS_USER_ALLOWS_LOGON = 3,
    WTS_USER_MAX_CONNECTION_MS = 4,
    WTS_USER_MAX_DISCONNECTION_MS = 5,
    WTS_USER_MAX_IDLE_MS = 6,
    WTS_USER_CONNECTS_DRIVES = 7,
    WTS_USER_CONNECTS_PRINTERS = 8,
    WTS_USER_USES_DEFAULT_PRINTER = 9,
    WTS_USER_ENDS_BROKEN_SESSION = 10,
    WTS_USER_RECONNECTS_SAME_CLIENT = 11,
    WTS_USER_CALLBACK = 12,
    WTS_USER_CALLBACK_NUMBER = 13,
    WTS_USER_SHADOW = 14,
    WTS_USER_PROFILE_PATH = 15,
    WTS_USER_HOME_DIRECTORY = 16,
    WTS_USER_HOME_DRIVE = 17,
    WTS_USER_HAS_REMOTE_HOME = 18, /* follows from the drive; cannot be set */
    WTS_USER_SETTING_COUNT = 19
};

/* Code units of a text that may be set, without its NUL. */
enum { WTS_USER_MAX_TEXT = 256 };

/* A setting is a number or a text; its element of the other array is zero. Texts that were read are never
 * absent. */
struct wts_user_config {
    uint32_t numbers[WTS_USER_SETTING_COUNT];
    struct wts_text texts[WTS_USER_SETTING_COUNT];
    void *owner; /* the reader's, for `free` */
    void (*free)(struct wts_user_config *config);
};

/* Settings as a set of bits, one for each number. */
#define WTS_USER_BIT(setting) (UINT32_C(1) << (setting))
#define WTS_USER_TEXTS                                                                                       \
    (WTS_USER_BIT(WTS_USER_INITIAL_PROGRAM) | WTS_USER_BIT(WTS_USER_WORK_DIRECTORY) |                        \
     WTS_USER_BIT(WTS_USER_CALLBACK_NUMBER) | WTS_USER_BIT(WTS_USER_PROFILE_PATH) |                          \
     WTS_USER_BIT(WTS_USER_HOME_DIRECTORY) | WTS_USER_BIT(WTS_USER_HOME_DRIVE))

/* Whether the setting is a text; else it is a number. */
static inline bool wts_user_setting_is_text(unsigned setting)
{
    return setting < WTS_USER_SETTING_COUNT && (WTS_USER_TEXTS & WTS_USER_BIT(setting)) != 0;
}

#endif
