/*
 * TermSrvSession of the local session manager, [MS-TSTS]: what is asked of, and done to, one session. The
 * rules that all these coders follow stand in result.h. Portable.
 */
#ifndef WTS_REMOTE_TSTS_SESSION_H
#define WTS_REMOTE_TSTS_SESSION_H

#include "remote/tsts/result.h"

enum wts_lsm_session_opnum {
    WTS_LSM_OPEN_SESSION = 0,               /* RpcOpenSession */
    WTS_LSM_CLOSE_SESSION = 1,              /* RpcCloseSession */
    WTS_LSM_CONNECT = 2,                    /* RpcConnect */
    WTS_LSM_DISCONNECT = 3,                 /* RpcDisconnect */
    WTS_LSM_LOGOFF = 4,                     /* RpcLogoff */
    WTS_LSM_GET_USER_NAME = 5,              /* RpcGetUserName */
    WTS_LSM_GET_TERMINAL_NAME = 6,          /* RpcGetTerminalName */
    WTS_LSM_GET_STATE = 7,                  /* RpcGetState */
    WTS_LSM_IS_SESSION_DESKTOP_LOCKED = 8,  /* RpcIsSessionDesktopLocked */
    WTS_LSM_SHOW_MESSAGE_BOX = 9,           /* RpcShowMessageBox */
    WTS_LSM_GET_TIMES = 10,                 /* RpcGetTimes */
    WTS_LSM_GET_SESSION_COUNTERS = 11,      /* RpcGetSessionCounters */
    WTS_LSM_GET_SESSION_INFORMATION = 12,   /* RpcGetSessionInformation */
    WTS_LSM_GET_LOGGED_ON_COUNT = 15,       /* RpcGetLoggedOnCount */
    WTS_LSM_GET_SESSION_TYPE = 16,          /* RpcGetSessionType: 7 and later */
    WTS_LSM_GET_SESSION_INFORMATION_EX = 17 /* RpcGetSessionInformationEx: 7 and later */
};

/* RpcOpenSession: a context for session `session_id`. 0x80070002 no such session. Response: context. */
void wts_lsm_put_open_session(struct wts_ndr_writer *writer, uint32_t session_id);

/* RpcCloseSession. Response: context. */
void wts_lsm_put_close_session(struct wts_ndr_writer *writer, const struct wts_context_handle *session);

/*
 * RpcConnect: the client of `session` moves to session `target_id`. The request takes
 * wts_lsm_connect_length bytes. Response: result; 1 is success, too.
 */
size_t wts_lsm_connect_length(const struct wts_text *password);
void wts_lsm_put_connect(struct wts_ndr_writer *writer, const struct wts_context_handle *session,
                         uint32_t target_id, const struct wts_text *password);

/* RpcDisconnect. Response: result. */
void wts_lsm_put_disconnect(struct wts_ndr_writer *writer, const struct wts_context_handle *session);

/* RpcLogoff: asks for it, and returns before it is done. Response: result; 0x10000000 is success, too. */
void wts_lsm_put_logoff(struct wts_ndr_writer *writer, const struct wts_context_handle *session);

/* RpcGetUserName: both names whole, empty while nobody is logged on. */
struct wts_lsm_user_name {
    struct wts_tsts_result end;
    struct wts_text user;
    struct wts_text domain;
};
void wts_lsm_put_get_user_name(struct wts_ndr_writer *writer, const struct wts_context_handle *session);
enum wts_ndr_status wts_lsm_get_user_name(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                          struct wts_lsm_user_name *out);

/* RpcGetTerminalName: the window station name. */
struct wts_lsm_terminal_name {
    struct wts_tsts_result end;
    struct wts_text name;
};
void wts_lsm_put_get_terminal_name(struct wts_ndr_writer *writer, const struct wts_context_handle *session);
enum wts_ndr_status wts_lsm_get_terminal_name(const uint8_t *stub, size_t length, struct wts_ndr_arena *arena,
                                              struct wts_lsm_terminal_name *out);

/* A response of one number and the HRESULT. */
struct wts_lsm_number {
    struct wts_tsts_result end;
    uint32_t value;
};

/* RpcGetState: the number is the session's state. */
void wts_lsm_put_get_state(struct wts_ndr_writer *writer, const struct wts_context_handle *session);
enum wts_ndr_status wts_lsm_get_state(const uint8_t *stub, size_t length, struct wts_lsm_number *out);

/* RpcIsSessionDesktopLocked. Response: result; success is "locked", failure "not locked" or no right. */
void wts_lsm_put_is_session_desktop_locked(struct wts_ndr_writer *writer,
                                           const struct wts_context_handle *session);

/*
 * RpcShowMessageBox: the number is the answer: 1..7 (IDOK..IDNO), 32000 IDTIMEOUT, 32001 IDASYNC. With
 * `waits` it comes when the user answers or after `timeout_s` seconds (0: never). A text is sent up to its
 * first NUL. The request takes wts_lsm_show_message_box_length bytes.
 */
struct wts_lsm_message_box {
    struct wts_text title;
    struct wts_text message;
    uint32_t style; /* MessageBox's uType */
    uint32_t timeout_s;
    bool waits;
};
size_t wts_lsm_show_message_box_length(const struct wts_lsm_message_box *box);
void wts_lsm_put_show_message_box(struct wts_ndr_writer *writer, const struct wts_context_handle *session,
                                  const struct wts_lsm_message_box *box);
enum wts_ndr_status wts_lsm_get_show_message_box(const uint8_t *stub, size_t length,
                                                 struct wts_lsm_number *out);

/* RpcGetTimes. */
struct wts_lsm_times {
    struct wts_tsts_result end;
    uint64_t connect_time;
    uint64_t disconnect_time;
    uint64_t logon_time;
};
void wts_lsm_put_get_times(struct wts_ndr_writer *writer, const struct wts_context_handle *session);
enum wts_ndr_status wts_lsm_get_times(const uint8_t *stub, size_t length, struct wts_lsm_times *out);

/* RpcGetSessionCounters: TS_COUNTER, one for each id that was asked for, at most 0x1000. */
enum { WTS_LSM_COUNTERS_MAXIMUM = 0x1000 };
struct wts_lsm_counter {
    uint32_t id;         /* 1 sessions so far ... 12 sessions with a user, [MS-TSTS] TS_COUNTER */
    bool is_known;       /* bResult */
    uint32_t value;      /* dwValue */
    uint64_t start_time; /* always 0 */
};
struct wts_lsm_counters {
    struct wts_tsts_result end;
    uint32_t count;
    const struct wts_lsm_counter *counters;
};

/* Asks for the counters `ids` (`count` of them). The request takes wts_lsm_session_counters_length bytes. */
size_t wts_lsm_session_counters_length(uint32_t count);
void wts_lsm_put_get_session_counters(struct wts_ndr_writer *writer, const uint32_t *ids, uint32_t count);

/* `asked` is the count of the request: another number of counters is malformed. */
enum wts_ndr_status wts_lsm_get_session_counters(const uint8_t *stub, size_t length, uint32_t asked,
                                                 struct wts_ndr_arena *arena, struct wts_lsm_counters *out);

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
void wts_lsm_put_get_session_information(struct wts_ndr_writer *writer, uint32_t session_id);
enum wts_ndr_status wts_lsm_get_session_information(const uint8_t *stub, size_t length,
                                                    struct wts_ndr_arena *arena,
                                                    struct wts_lsm_session_information *out);

/* RpcGetLoggedOnCount. */
struct wts_lsm_logged_on_count {
    struct wts_tsts_result end;
    uint32_t users;
    uint32_t devices;
};
void wts_lsm_put_get_logged_on_count(struct wts_ndr_writer *writer);
enum wts_ndr_status wts_lsm_get_logged_on_count(const uint8_t *stub, size_t length,
                                                struct wts_lsm_logged_on_count *out);

/* RpcGetSessionType: the number is a SESSIONTYPE: 0 unknown, 1 services, 2 listener, 3 regular desktop, 4
 * alternate shell, 5 RemoteApp, 6 media extender. */
void wts_lsm_put_get_session_type(struct wts_ndr_writer *writer, uint32_t session_id);
enum wts_ndr_status wts_lsm_get_session_type(const uint8_t *stub, size_t length, struct wts_lsm_number *out);

/*
 * RpcGetSessionInformationEx: LSMSESSIONINFORMATION_EX of level 1, the only one. User and domain are cut to
 * 20 and 17 characters here. `protocol_data` is for wts_opaque_get_protocol_status, `protocol_length` bytes;
 * NULL for a session without a protocol. A success without the arm of level 1 is malformed (Unverified: a
 * failure may come without it).
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
void wts_lsm_put_get_session_information_ex(struct wts_ndr_writer *writer, uint32_t session_id);
enum wts_ndr_status wts_lsm_get_session_information_ex(const uint8_t *stub, size_t length,
                                                       struct wts_ndr_arena *arena,
                                                       struct wts_lsm_session_information_ex *out);

#endif
