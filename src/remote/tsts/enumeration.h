/*
 * TermSrvEnumeration of the local session manager, [MS-TSTS]: lists of sessions. The server silently omits
 * sessions that the caller may not query. The arguments are the level (a uint32_t). Portable.
 */
#ifndef WTS_REMOTE_TSTS_ENUMERATION_H
#define WTS_REMOTE_TSTS_ENUMERATION_H

#include "remote/tsts/result.h"

enum wts_lsm_enumeration_opnum {
    WTS_LSM_OPEN_ENUM = 0,
    WTS_LSM_CLOSE_ENUM = 1,
    WTS_LSM_GET_ENUM_RESULT = 5,
    WTS_LSM_GET_ALL_SESSIONS = 10,   /* 7 and later */
    WTS_LSM_GET_ALL_SESSIONS_EX = 11 /* 8 and later */
};

/* A context for one enumeration. */
extern const struct wts_context_kind wts_enumeration_context;

/* RpcOpenEnum, RpcCloseEnum: no arguments; answered with a context. */
extern const struct wts_procedure wts_lsm_open_enum;
extern const struct wts_procedure wts_lsm_close_enum;

/* SESSIONENUM: the members of both levels. */
struct wts_lsm_session {
    uint32_t session_id;
    uint32_t state;
    struct wts_text name;
};
struct wts_lsm_enum_result {
    struct wts_tsts_result end;
    uint32_t count;
    const struct wts_lsm_session *sessions;
};

/* RpcGetEnumResult: level 1. A server may send records of level 2. */
extern const struct wts_procedure wts_lsm_get_enum_result;

/* EXECENVDATA and EXECENVDATAEX: a session, perhaps one of a virtual machine on the server. */
struct wts_lsm_environment {
    uint32_t level;          /* the record's own: 1 or 2; 1 for RpcGetAllSessionsEx */
    uint32_t environment_id; /* ExecEnvId */
    uint32_t state;
    uint32_t session_id;  /* AbsSessionId; for EXECENVDATA of level 1, which lacks it, environment_id */
    struct wts_text name; /* SessionName */
    struct wts_text host; /* the four below: absent from EXECENVDATA of level 1 */
    struct wts_text user;
    struct wts_text domain;
    struct wts_text farm;
};
struct wts_lsm_all_sessions {
    struct wts_tsts_result end;
    uint32_t level; /* *pLevel as the server returned it; 1 for RpcGetAllSessionsEx */
    uint32_t count;
    const struct wts_lsm_environment *environments;
};

/* RpcGetAllSessions (level 1, 2) and RpcGetAllSessionsEx (1): the same answer. */
extern const struct wts_procedure wts_lsm_get_all_sessions;
extern const struct wts_procedure wts_lsm_get_all_sessions_ex;

#endif
