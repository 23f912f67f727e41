/*
 * The RPC interfaces of [MS-TSTS] 1.9: names, identifiers, pipes. All have version 1.0. Portable.
 */
#ifndef WTS_REMOTE_TSTS_INTERFACES_H
#define WTS_REMOTE_TSTS_INTERFACES_H

#include "core/interface.h"

extern const struct wts_interface wts_interface_legacy;       /* IcaApi: NT 4 TSE / 2000 and later */
extern const struct wts_interface wts_interface_session;      /* TermSrvSession: Vista and later */
extern const struct wts_interface wts_interface_notification; /* TermSrvNotification: Vista and later */
extern const struct wts_interface wts_interface_enumeration;  /* TermSrvEnumeration: Vista and later */
extern const struct wts_interface wts_interface_rcm_public;   /* RCMPublic: Vista and later */
extern const struct wts_interface wts_interface_tsvip;        /* TSVIPPublic: 2008 R2 and later */

#endif
