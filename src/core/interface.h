/*
 * An RPC interface: a call names it, and a transport connects to it. Portable.
 */
#ifndef WTS_CORE_INTERFACE_H
#define WTS_CORE_INTERFACE_H

#include <stdint.h>

/* Constant for the life of the process. */
struct wts_interface {
    const char *name; /* for the trace */
    const char *uuid; /* lower case, with hyphens */
    uint16_t version_major;
    uint16_t version_minor;
    const char *pipe; /* without \PIPE\ */
};

#endif
