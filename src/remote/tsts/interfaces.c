/*
 * The table behind interfaces.h.
 */
#include "remote/tsts/interfaces.h"

const struct wts_interface wts_interface_legacy = {
    .name = "Legacy",
    .uuid = "5ca4a760-ebb1-11cf-8611-00a0245420ed",
    .version_major = 1,
    .pipe = "Ctx_WinStation_API_service",
};

const struct wts_interface wts_interface_session = {
    .name = "TermSrvSession",
    .uuid = "484809d6-4239-471b-b5bc-61df8c23ac48",
    .version_major = 1,
    .pipe = "LSM_API_service",
};

const struct wts_interface wts_interface_notification = {
    .name = "TermSrvNotification",
    .uuid = "11899a43-2b68-4a76-92e3-a3d6ad8c26ce",
    .version_major = 1,
    .pipe = "LSM_API_service",
};

const struct wts_interface wts_interface_enumeration = {
    .name = "TermSrvEnumeration",
    .uuid = "88143fd0-c28d-4b2b-8fef-8d882f6a9390",
    .version_major = 1,
    .pipe = "LSM_API_service",
};

const struct wts_interface wts_interface_rcm_public = {
    .name = "RCMPublic",
    .uuid = "bde95fdf-eee0-45de-9e12-e5a61cd0d4fe",
    .version_major = 1,
    .pipe = "TermSrv_API_service",
};

const struct wts_interface wts_interface_tsvip = {
    .name = "TSVIPPublic",
    .uuid = "53b46b02-c73b-4a3e-8dee-b16b80672fc0",
    .version_major = 1,
    .pipe = "TSVIP_Service",
};
