/*
 * TermSrvEnumeration of the local session manager, [MS-TSTS]: lists of sessions. Sessions that the caller may
 * not query are left out silently. The rules that all these coders follow stand in result.h. Portable.
 */
#ifndef WTS_REMOTE_TSTS_ENUMERATION_H
#define WTS_REMOTE_TSTS_ENUMERATION_H

#include "remote/tsts/result.h"

enum wts_lsm_enumeration_opnum {
    WTS_LSM_OPEN_ENUM = 0,              /* RpcOpenEnum */
    WTS_LSM_CLOSE_ENUM = 1,             /* RpcCloseEnum */
    WTS_LSM_FILTER_BY_STATE = 2,        /* RpcFilterByState */
    WTS_LSM_FILTER_BY_CALLERS_NAME = 3, /* RpcFilterByCallersName */
    WTS_LSM_ENUM_ADD_FILTER = 4,        /* RpcEnumAddFilter */
    WTS_LSM_GET_ENUM_RESULT = 5,        /* RpcGetEnumResult */
    WTS_LSM_FILTER_BY_SESSION_TYPE = 6, /* RpcFilterBySessionType */
    WTS_LSM_GET_SESSION_IDS = 8,        /* RpcGetSessionIds */
    WTS_LSM_GET_ENUM_RESULT_EX = 9,     /* RpcGetEnumResultEx */
    WTS_LSM_GET_ALL_SESSIONS = 10,      /* RpcGetAllSessions: 7 and later */
    WTS_LSM_GET_ALL_SESSIONS_EX = 11    /* RpcGetAllSessionsEx: 8 and later */
};

/* A GUID as its 16 bytes stand on the wire. */
enum { WTS_LSM_GUID_LENGTH = 16 };

/* RpcOpenEnum: a context for one enumeration. The request is empty. Response: context. */
void wts_lsm_put_open_enum(struct wts_ndr_writer *writer);

/* RpcCloseEnum. Response: context. */
void wts_lsm_put_close_enum(struct wts_ndr_writer *writer, const struct wts_context_handle *enumeration);

/* RpcFilterByState: only sessions in `state`, or only the others. Response: result. */
void wts_lsm_put_filter_by_state(struct wts_ndr_writer *writer, const struct wts_context_handle *enumeration,
                                 uint32_t state, bool inverts);

/* RpcFilterByCallersName: only the caller's own sessions. Response: result. */
void wts_lsm_put_filter_by_callers_name(struct wts_ndr_writer *writer,
                                        const struct wts_context_handle *enumeration);

/* RpcEnumAddFilter: what `filter`, an enumeration of its own, lets through as well. Response: result. */
void wts_lsm_put_enum_add_filter(struct wts_ndr_writer *writer, const struct wts_context_handle *enumeration,
                                 const struct wts_context_handle *filter);

/* RpcFilterBySessionType: only sessions of the type `guid` (WTS_LSM_GUID_LENGTH bytes). Response: result. */
void wts_lsm_put_filter_by_session_type(struct wts_ndr_writer *writer,
                                        const struct wts_context_handle *enumeration, const uint8_t *guid);

/* SESSIONENUM and SESSIONENUM_EX: what a record has depends on its own level, not on the one asked for. */
struct wts_lsm_session {
    uint32_t level; /* 1, 2; of RpcGetEnumResultEx also 3 */
    uint32_t session_id;
    uint32_t state;
    struct wts_text name;
    uint32_t source;                           /* from level 2 on */
    bool is_full_desktop;                      /* from level 2 on */
    uint8_t session_type[WTS_LSM_GUID_LENGTH]; /* from level 2 on */
    const uint8_t *protocol_data;              /* level 3, for wts_opaque_get_protocol_status; NULL: none */
    uint32_t protocol_length;                  /* bytes */
};
struct wts_lsm_enum_result {
    struct wts_tsts_result end;
    uint32_t count;
    const struct wts_lsm_session *sessions;
};

/* RpcGetEnumResult (`level` 1, 2) and RpcGetEnumResultEx (1, 2, 3): one request for both. */
void wts_lsm_put_get_enum_result(struct wts_ndr_writer *writer, const struct wts_context_handle *enumeration,
                                 uint32_t level);
/* Reads the response of `opnum`, one of the two. */
enum wts_ndr_status wts_lsm_get_enum_result(uint16_t opnum, const uint8_t *stub, size_t length,
                                            struct wts_ndr_arena *arena, struct wts_lsm_enum_result *out);

/* RpcGetSessionIds: the ids of all sessions, `maximum` (0xFFFF at most) of them. */
struct wts_lsm_session_ids {
    struct wts_tsts_result end;
    uint32_t count;
    const uint32_t *ids;
};
void wts_lsm_put_get_session_ids(struct wts_ndr_writer *writer, uint32_t maximum);
enum wts_ndr_status wts_lsm_get_session_ids(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                            struct wts_lsm_session_ids *out);

/* EXECENVDATA and EXECENVDATAEX: a session, perhaps one of a virtual machine on the server. */
struct wts_lsm_environment {
    uint32_t level;          /* the record's own: 1, 2; of RpcGetAllSessionsEx 1 */
    uint32_t environment_id; /* ExecEnvId */
    uint32_t state;
    uint32_t session_id;  /* AbsSessionId; EXECENVDATA of level 1 has none, it is environment_id then */
    struct wts_text name; /* SessionName */
    struct wts_text host; /* the four below: absent from EXECENVDATA of level 1 */
    struct wts_text user;
    struct wts_text domain;
    struct wts_text farm;
};
struct wts_lsm_all_sessions {
    struct wts_tsts_result end;
    uint32_t level; /* *pLevel as the server gave it back; of RpcGetAllSessionsEx 1 */
    uint32_t count;
    const struct wts_lsm_environment *environments;
};

/* RpcGetAllSessions (`level` 1, 2) and RpcGetAllSessionsEx (1): one request for both. */
void wts_lsm_put_get_all_sessions(struct wts_ndr_writer *writer, uint32_t level);
/* Reads the response of RpcGetAllSessions. */
enum wts_ndr_status wts_lsm_get_all_sessions(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                             struct wts_lsm_all_sessions *out);
/* Reads the response of RpcGetAllSessionsEx. */
enum wts_ndr_status wts_lsm_get_all_sessions_ex(const uint8_t *stub, size_t length,
                                                struct wts_ndr_arena *arena,
                                                struct wts_lsm_all_sessions *out);

#endif
