/*
 * Reads the output of `xrdp-sesadmin -c=list` of xrdp 0.10 about one session. Portable.
 */
#ifndef WTS_HELPER_SESSION_SESADMIN_H
#define WTS_HELPER_SESSION_SESADMIN_H

#include "helper/session/payload.h"

struct wts_sesadmin {
    uint32_t known; /* WTS_LINUX_SCREEN, _CLIENT_ADDRESS, _LOGON_TIME */
    uint32_t width; /* pixels */
    uint32_t height;
    uint32_t color_depth;
    uint32_t address_length;
    uint8_t address[WTS_LINUX_MAX_ADDRESS_LENGTH];
    uint64_t logon_time; /* as in struct wts_linux_session */
};

/*
 * Finds the session of display `display_number` in the output, a NUL-terminated text. A value that is absent
 * or has an unexpected form stays unknown. False: the output does not have the session.
 */
bool wts_sesadmin_read(const char *output, uint32_t display_number, struct wts_sesadmin *session);

#endif
