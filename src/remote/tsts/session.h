/*
 * TermSrvSession of the local session manager, [MS-TSTS]: reading and controlling one session. The argument
 * is the session id (a uint32_t) unless noted otherwise. Portable.
 */
#ifndef WTS_REMOTE_TSTS_SESSION_H
#define WTS_REMOTE_TSTS_SESSION_H

#include "remote/tsts/result.h"

enum wts_lsm_session_opnum {
    WTS_LSM_OPEN_SESSION = 0,
    WTS_LSM_CLOSE_SESSION = 1,
    WTS_LSM_DISCONNECT = 3,
    WTS_LSM_LOGOFF = 4,
    WTS_LSM_GET_USER_NAME = 5,
    WTS_LSM_GET_TERMINAL_NAME = 6,
    WTS_LSM_GET_STATE = 7,
    WTS_LSM_SHOW_MESSAGE_BOX = 9,
    WTS_LSM_GET_SESSION_INFORMATION = 12,
    WTS_LSM_GET_SESSION_INFORMATION_EX = 17 /* 7 and later */
};

/* A context for a session. 0x80070002: no such session. Needs no right. */
extern const struct wts_context_kind wts_session_context;

/* RpcOpenSession, RpcCloseSession: answered with a context. */
extern const struct wts_procedure wts_lsm_open_session;
extern const struct wts_procedure wts_lsm_close_session;

/* Whether the session exists: opens it, and closes it. No answer. */
extern const struct wts_procedure wts_lsm_session_exists;

/* RpcDisconnect: answered with a result; 1 is success, too. */
extern const struct wts_procedure wts_lsm_disconnect;

/* RpcLogoff: returns before the session has ended. Answered with a result; 0x10000000 is success, too.
 */
extern const struct wts_procedure wts_lsm_logoff;

/* RpcGetUserName: both names, never cut; empty while nobody is logged on. */
struct wts_lsm_user_name {
    struct wts_tsts_result end;
    struct wts_text user;
    struct wts_text domain;
};
extern const struct wts_procedure wts_lsm_get_user_name;

/* RpcGetTerminalName: the window station name. */
struct wts_lsm_terminal_name {
    struct wts_tsts_result end;
    struct wts_text name;
};
extern const struct wts_procedure wts_lsm_get_terminal_name;

/* A response of one number and the HRESULT. */
struct wts_lsm_number {
    struct wts_tsts_result end;
    uint32_t value;
};

/* RpcGetState: the number is the session's state. */
extern const struct wts_procedure wts_lsm_get_state;

/*
 * RpcShowMessageBox, with a struct wts_lsm_message_box: the number is the response: 1..7 (IDOK..IDNO), 32000
 * IDTIMEOUT, 32001 IDASYNC. With `waits` the procedure returns when the user answers or after `timeout_s`
 * seconds (0: no limit). A text is sent up to its first NUL.
 */
struct wts_lsm_message_box {
    uint32_t session_id;
    struct wts_text title;
    struct wts_text message;
    uint32_t style; /* MessageBox's uType */
    uint32_t timeout_s;
    bool waits;
};
extern const struct wts_procedure wts_lsm_show_message_box;

/* RpcGetSessionInformation: LSMSESSIONINFORMATION. */
struct wts_lsm_session_information {
    struct wts_tsts_result end;
    struct wts_text user;
    struct wts_text domain;
    struct wts_text terminal; /* the window station name */
    uint32_t state;
    bool desktop_is_locked;
    uint64_t connect_time;
    uint64_t disconnect_time;
    uint64_t logon_time;
};
extern const struct wts_procedure wts_lsm_get_session_information;

/*
 * RpcGetSessionInformationEx: LSMSESSIONINFORMATION_EX of level 1, the only one. This procedure cuts user and
 * domain to 20 and 17 characters. `protocol_data` is for wts_opaque_get_protocol_status, `protocol_length`
 * bytes; NULL for a session without a protocol. A success without the arm of level 1 is malformed
 * (Unverified: a failure may come without it).
 */
struct wts_lsm_session_information_ex {
    struct wts_tsts_result end;
    uint32_t state;
    uint32_t flags; /* 0 locked, 1 unlocked, 0xFFFFFFFF unknown */
    struct wts_text name;
    struct wts_text domain;
    struct wts_text user;
    uint64_t connect_time;
    uint64_t disconnect_time;
    uint64_t logon_time;
    uint64_t last_input_time;
    const uint8_t *protocol_data;
    uint32_t protocol_length;
};
extern const struct wts_procedure wts_lsm_get_session_information_ex;

#endif
