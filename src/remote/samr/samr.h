/*
 * SAMR, [MS-SAMR]: the procedures that open an account and read and write its userParameters. Each takes a
 * handle that another one returned on the same connection, and wts_samr_close closes each handle.
 * docs/wire.md#samr-calls. Portable.
 */
#ifndef WTS_REMOTE_SAMR_SAMR_H
#define WTS_REMOTE_SAMR_SAMR_H

#include "remote/tsts/procedure.h"

extern const struct wts_interface wts_interface_samr;

enum wts_samr_opnum {
    WTS_SAMR_CLOSE = 1,
    WTS_SAMR_LOOKUP_DOMAIN = 5,
    WTS_SAMR_ENUMERATE_DOMAINS = 6,
    WTS_SAMR_OPEN_DOMAIN = 7,
    WTS_SAMR_LOOKUP_NAMES = 17,
    WTS_SAMR_OPEN_USER = 34,
    WTS_SAMR_QUERY_USER = 47,
    WTS_SAMR_SET_USER = 58,
    WTS_SAMR_CONNECT = 64
};

/* Rights of a user handle. */
enum {
    WTS_SAMR_USER_READ_ACCOUNT = 0x10,
    WTS_SAMR_USER_WRITE_ACCOUNT = 0x20,
    WTS_SAMR_MAXIMUM_ALLOWED = 0x02000000
};

/* The kind of an account in WTS_SAMR_LOOKUP_NAMES: SidTypeUser, also for computers. */
enum { WTS_SAMR_USE_USER = 1 };

/* Every answer begins with it. */
struct wts_samr_result {
    struct wts_context_handle context; /* null if the response has none */
    uint32_t status;                   /* an NTSTATUS */
};

/* The kind of all handles of SAMR; the caller that opened one closes it. */
extern const struct wts_context_kind wts_samr_handle;

/* SamrCloseHandle. */
extern const struct wts_procedure wts_samr_close;

/* SamrConnect5, with the server's name (a const uint16_t *, NUL terminated): a handle for looking up
 * domains. */
extern const struct wts_procedure wts_samr_connect;

/* SamrEnumerateDomainsInSamServer: their names. */
struct wts_samr_domains {
    struct wts_samr_result end;
    uint32_t count;
    const struct wts_text *names; /* in the arena */
};
extern const struct wts_procedure wts_samr_enumerate_domains;

/* A SID as on the wire. */
struct wts_samr_sid {
    const uint8_t *bytes; /* in the arena; NULL: none */
    uint32_t length;      /* bytes: 8 and 4 for each sub-authority */
};

/* SamrLookupDomainInSamServer, with a name (a struct wts_text). A success without a SID is malformed. */
struct wts_samr_domain {
    struct wts_samr_result end;
    struct wts_samr_sid sid;
};
extern const struct wts_procedure wts_samr_lookup_domain;

/* SamrOpenDomain, with a SID (a struct wts_samr_sid): a handle for looking up names. */
extern const struct wts_procedure wts_samr_open_domain;

/* SamrLookupNamesInDomain, with one name (a struct wts_text). A success without an id is malformed. */
struct wts_samr_name {
    struct wts_samr_result end;
    uint32_t relative_id;
    uint32_t use;
};
extern const struct wts_procedure wts_samr_lookup_name;

/* SamrOpenUser. */
struct wts_samr_user {
    uint32_t access;
    uint32_t relative_id;
};
extern const struct wts_procedure wts_samr_open_user;

/* SamrQueryInformationUser2 of UserParametersInformation: the value of userParameters. A success without a
 * structure is malformed; one without a text is a value of length 0. */
struct wts_samr_parameters {
    struct wts_samr_result end;
    const uint8_t *bytes; /* in the arena */
    uint32_t length;      /* bytes, even */
};
extern const struct wts_procedure wts_samr_query_user;

/* SamrSetInformationUser2 for the same, with a value (a struct wts_samr_value) of an even length that is not
 * 0: servers treat an empty value as no change. */
struct wts_samr_value {
    const uint8_t *bytes;
    uint32_t length; /* bytes, at most 65,534 */
};
extern const struct wts_procedure wts_samr_set_user;

#endif
