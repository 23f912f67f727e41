/*
 * Procedures of TermSrvSession; see session.h.
 */
#include "remote/tsts/session.h"

/* The arrays of LSM_SESSIONINFO_EX_LEVEL1: their code units, including the NUL. */
enum { NAME_COUNT = 33, DOMAIN_COUNT = 18, USER_COUNT = 21 };

/* The pointee of an [out, string] WCHAR **, which directly follows its pointer. */
static struct wts_text get_optional_text(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena)
{
    return wts_ndr_get_pointer(reader) ? wts_ndr_get_text(reader, arena) : (struct wts_text){0};
}

static void get_user_name(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_lsm_user_name *name = answer;
    name->user = get_optional_text(reader, arena);
    name->domain = get_optional_text(reader, arena);
    wts_tsts_end(reader, &name->end);
}

static void get_terminal_name(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_lsm_terminal_name *terminal = answer;
    terminal->name = get_optional_text(reader, arena);
    wts_tsts_end(reader, &terminal->end);
}

static void get_number(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_lsm_number *number = answer;
    (void)arena;
    number->value = wts_ndr_get_u32(reader);
    wts_tsts_end(reader, &number->end);
}

static void put_message_box(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                            const void *arguments)
{
    const struct wts_lsm_message_box *box = arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_text(writer, &box->title);
    wts_ndr_put_text(writer, &box->message);
    wts_ndr_put_u32(writer, box->style);
    wts_ndr_put_u32(writer, box->timeout_s);
    wts_ndr_put_u32(writer, !box->waits); /* bDoNotWait */
}

static void get_information(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_lsm_session_information *information = answer;
    const bool has_user = wts_ndr_get_pointer(reader);
    const bool has_domain = wts_ndr_get_pointer(reader);
    const bool has_terminal = wts_ndr_get_pointer(reader);
    information->state = wts_ndr_get_u32(reader);
    information->desktop_is_locked = wts_ndr_get_u32(reader) != 0;
    information->connect_time = wts_ndr_get_u64(reader);
    information->disconnect_time = wts_ndr_get_u64(reader);
    information->logon_time = wts_ndr_get_u64(reader);
    if (has_user)
        information->user = wts_ndr_get_text(reader, arena);
    if (has_domain)
        information->domain = wts_ndr_get_text(reader, arena);
    if (has_terminal)
        information->terminal = wts_ndr_get_text(reader, arena);
    wts_tsts_end(reader, &information->end);
}

static void put_information_ex(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                               const void *arguments)
{
    wts_put_session_id(writer, context, arguments);
    wts_ndr_put_u32(writer, 1); /* Level */
}

/* LSM_SESSIONINFO_EX_LEVEL1, with its protocol data behind it. */
static void get_level_1(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                        struct wts_lsm_session_information_ex *information)
{
    wts_ndr_align(reader, 8);
    information->state = wts_ndr_get_u32(reader);
    information->flags = wts_ndr_get_u32(reader);
    information->name = wts_ndr_get_fixed_text(reader, arena, NAME_COUNT);
    information->domain = wts_ndr_get_fixed_text(reader, arena, DOMAIN_COUNT);
    information->user = wts_ndr_get_fixed_text(reader, arena, USER_COUNT);
    information->connect_time = wts_ndr_get_u64(reader);
    information->disconnect_time = wts_ndr_get_u64(reader);
    information->logon_time = wts_ndr_get_u64(reader);
    information->last_input_time = wts_ndr_get_u64(reader);
    const uint32_t protocol_length = wts_ndr_get_u32(reader);
    if (wts_ndr_get_pointer(reader)) {
        information->protocol_length = wts_ndr_get_array(reader, 1);
        information->protocol_data = wts_ndr_get_copy(reader, arena, information->protocol_length);
    }
    if (protocol_length != information->protocol_length)
        wts_ndr_reader_reject(reader);
}

static void get_information_ex(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_lsm_session_information_ex *information = answer;
    const uint32_t level = wts_ndr_get_u32(reader);
    if (level != wts_ndr_get_u32(reader)) /* the union repeats the level */
        wts_ndr_reader_reject(reader);
    if (level == 1)
        get_level_1(reader, arena, information);
    wts_tsts_end(reader, &information->end);
    if (level != 1 && !wts_tsts_failed(&information->end))
        wts_ndr_reader_reject(reader);
}

#define OF_SESSION &wts_interface_session, &wts_session_context
#define OF_NONE &wts_interface_session, NULL
#define END(type) sizeof(struct type), wts_tsts_outcome

const struct wts_context_kind wts_session_context = {&wts_lsm_open_session, &wts_lsm_close_session, false};

const struct wts_procedure wts_lsm_session_exists = {
    OF_SESSION, WTS_LSM_OPEN_SESSION, "RpcOpenSession", NULL, NULL, 0, NULL};
const struct wts_procedure wts_lsm_open_session = {OF_NONE,
                                                   WTS_LSM_OPEN_SESSION,
                                                   "RpcOpenSession",
                                                   wts_put_session_id,
                                                   wts_tsts_get_context,
                                                   END(wts_tsts_result)};
const struct wts_procedure wts_lsm_close_session = {OF_SESSION,           WTS_LSM_CLOSE_SESSION,
                                                    "RpcCloseSession",    wts_put_context,
                                                    wts_tsts_get_context, END(wts_tsts_result)};
const struct wts_procedure wts_lsm_disconnect = {OF_SESSION,      WTS_LSM_DISCONNECT,  "RpcDisconnect",
                                                 wts_put_context, wts_tsts_get_result, END(wts_tsts_result)};
const struct wts_procedure wts_lsm_logoff = {OF_SESSION,      WTS_LSM_LOGOFF,      "RpcLogoff",
                                             wts_put_context, wts_tsts_get_result, END(wts_tsts_result)};
const struct wts_procedure wts_lsm_get_user_name = {OF_SESSION,       WTS_LSM_GET_USER_NAME,
                                                    "RpcGetUserName", wts_put_context,
                                                    get_user_name,    END(wts_lsm_user_name)};
const struct wts_procedure wts_lsm_get_terminal_name = {OF_SESSION,           WTS_LSM_GET_TERMINAL_NAME,
                                                        "RpcGetTerminalName", wts_put_context,
                                                        get_terminal_name,    END(wts_lsm_terminal_name)};
const struct wts_procedure wts_lsm_get_state = {OF_SESSION,      WTS_LSM_GET_STATE, "RpcGetState",
                                                wts_put_context, get_number,        END(wts_lsm_number)};
const struct wts_procedure wts_lsm_show_message_box = {OF_SESSION,          WTS_LSM_SHOW_MESSAGE_BOX,
                                                       "RpcShowMessageBox", put_message_box,
                                                       get_number,          END(wts_lsm_number)};
const struct wts_procedure wts_lsm_get_session_information = {
    OF_NONE,         WTS_LSM_GET_SESSION_INFORMATION, "RpcGetSessionInformation", wts_put_session_id,
    get_information, END(wts_lsm_session_information)};
const struct wts_procedure wts_lsm_get_session_information_ex = {OF_NONE,
                                                                 WTS_LSM_GET_SESSION_INFORMATION_EX,
                                                                 "RpcGetSessionInformationEx",
                                                                 put_information_ex,
                                                                 get_information_ex,
                                                                 END(wts_lsm_session_information_ex)};
