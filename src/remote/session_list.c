/*
 * The sessions of an opened server. [MS-TSTS], TermSrvEnumeration of LSM and the listeners of RCMPublic;
 * docs/contract.md#session-list, docs/wire.md#call-sequences.
 */
#include <stdlib.h>

#include "core/error.h"
#include "core/trace.h"
#include "remote/call.h"
#include "remote/remote.h"
#include "remote/tsts/enumeration.h"
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/session.h"

#define MAX_ARENA ((size_t)64 * 1024 * 1024)
#define NAME_ROOM 32U /* characters of a text of EXECENVDATA: one that long may be cut */

/* The level of RpcGetEnumResult. */
static const uint32_t plain_level = 1;

enum { STATE_LISTEN = 6, STATE_DOWN = 8 }; /* WTSListen, WTSDown */

/* A list that is being made; it becomes the owner of what the rows point to. */
struct list {
    struct wts_ndr_arena arena;
    struct wts_session *rows;
    uint32_t count;
};

/* Room for `count` rows, in the arena. */
static uint32_t make_rows(struct list *list, uint32_t count)
{
    list->rows = wts_ndr_arena_get(&list->arena, count, sizeof *list->rows);
    list->count = 0;
    return list->rows != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

static struct wts_text present(struct wts_text text)
{
    return text.units != NULL ? text : wts_text_empty();
}

/* An absent text is NULL for callers, and empty on the wire. */
static struct wts_text absent_if_empty(struct wts_text text)
{
    return text.count != 0 ? text : (struct wts_text){NULL, 0};
}

/* The listeners; for a caller whom the server refuses them the list has none. */
static uint32_t get_listeners(struct wts_operation *operation, struct list *list,
                              struct wts_rcm_listeners *listeners)
{
    const uint32_t error = wts_perform(operation, &wts_rcm_get_all_listeners, NULL, &list->arena, listeners);
    if (!wts_operation_was_refused(operation, error))
        return error;
    *listeners = (struct wts_rcm_listeners){.count = 0};
    wts_trace(WTS_TRACE_CALLS, "the list of sessions is without listeners: error %lu", (unsigned long)error);
    return ERROR_SUCCESS;
}

static void add_sessions(struct list *list, const struct wts_lsm_enum_result *sessions)
{
    for (uint32_t i = 0; i < sessions->count; i++) {
        const struct wts_lsm_session *session = &sessions->sessions[i];
        list->rows[list->count++] = (struct wts_session){.environment_id = session->session_id,
                                                         .session_id = session->session_id,
                                                         .state = session->state,
                                                         .name = present(session->name)};
    }
}

/* Unverified: that a listener which does not listen is shown as down. */
static void add_listeners(struct list *list, const struct wts_rcm_listeners *listeners)
{
    for (uint32_t i = 0; i < listeners->count; i++) {
        const struct wts_rcm_listener *listener = &listeners->listeners[i];
        list->rows[list->count++] =
            (struct wts_session){.environment_id = listener->id,
                                 .session_id = listener->id,
                                 .state = listener->is_listening ? STATE_LISTEN : STATE_DOWN,
                                 .name = present(listener->name)};
    }
}

static uint32_t list_plain(struct wts_operation *operation, struct list *list)
{
    struct wts_lsm_enum_result sessions;
    struct wts_rcm_listeners listeners;
    uint32_t error = wts_perform(operation, &wts_lsm_get_enum_result, &plain_level, &list->arena, &sessions);
    if (error == ERROR_SUCCESS)
        error = get_listeners(operation, list, &listeners);
    if (error == ERROR_SUCCESS)
        error = make_rows(list, sessions.count + listeners.count);
    if (error == ERROR_SUCCESS) {
        add_sessions(list, &sessions);
        add_listeners(list, &listeners);
    }
    return error;
}

/* One session's user; a session that has ended meanwhile, or that the caller may not query, has none. */
static uint32_t add_user(struct wts_operation *operation, struct list *list, struct wts_session *row)
{
    struct wts_lsm_session_information information;
    const uint32_t error = wts_perform(operation, &wts_lsm_get_session_information, &row->session_id,
                                       &list->arena, &information);
    if (error == ERROR_SUCCESS) {
        row->user = absent_if_empty(information.user);
        row->domain = absent_if_empty(information.domain);
    }
    return wts_operation_was_refused(operation, error) ? ERROR_SUCCESS : error;
}

/* Servers before 2008 R2: the plain list, and each session by itself. */
static uint32_t list_one_by_one(struct wts_operation *operation, struct list *list)
{
    struct wts_lsm_enum_result sessions;
    uint32_t error = wts_perform(operation, &wts_lsm_get_enum_result, &plain_level, &list->arena, &sessions);
    if (error == ERROR_SUCCESS)
        error = make_rows(list, sessions.count);
    if (error == ERROR_SUCCESS)
        add_sessions(list, &sessions);
    for (uint32_t i = 0; error == ERROR_SUCCESS && i < list->count; i++)
        error = add_user(operation, list, &list->rows[i]);
    return error;
}

static bool may_be_cut(const struct wts_lsm_all_sessions *sessions)
{
    for (uint32_t i = 0; i < sessions->count; i++) {
        const struct wts_lsm_environment *row = &sessions->environments[i];
        if (row->name.count >= NAME_ROOM || row->host.count >= NAME_ROOM || row->user.count >= NAME_ROOM ||
            row->domain.count >= NAME_ROOM || row->farm.count >= NAME_ROOM)
            return true;
    }
    return false;
}

/* The list with names of 32 characters at most, and when one is as long as that, the list with whole ones. */
static uint32_t get_all_sessions(struct wts_operation *operation, struct list *list,
                                 struct wts_lsm_all_sessions *sessions)
{
    static const uint32_t with_users = 2;
    static const uint32_t whole = 1;
    struct wts_lsm_all_sessions whole_ones;
    uint32_t error = wts_perform(operation, &wts_lsm_get_all_sessions, &with_users, &list->arena, sessions);
    if (error != ERROR_SUCCESS || !may_be_cut(sessions))
        return error;
    error = wts_perform(operation, &wts_lsm_get_all_sessions_ex, &whole, &list->arena, &whole_ones);
    if (error == ERROR_SUCCESS)
        *sessions = whole_ones;
    return wts_operation_was_refused(operation, error) ? ERROR_SUCCESS : error;
}

static uint32_t list_with_users(struct wts_operation *operation, struct list *list)
{
    struct wts_lsm_all_sessions sessions;
    uint32_t error = get_all_sessions(operation, list, &sessions);
    if (error == RPC_S_PROCNUM_OUT_OF_RANGE && wts_operation_was_refused(operation, error))
        return list_one_by_one(operation, list);
    if (error == ERROR_SUCCESS)
        error = make_rows(list, sessions.count);
    for (uint32_t i = 0; error == ERROR_SUCCESS && i < sessions.count; i++) {
        const struct wts_lsm_environment *session = &sessions.environments[i];
        list->rows[list->count++] = (struct wts_session){.environment_id = session->environment_id,
                                                         .session_id = session->session_id,
                                                         .state = session->state,
                                                         .name = present(session->name),
                                                         .host = absent_if_empty(session->host),
                                                         .user = absent_if_empty(session->user),
                                                         .domain = absent_if_empty(session->domain),
                                                         .farm = absent_if_empty(session->farm)};
    }
    return error;
}

static void free_list(struct wts_sessions *sessions)
{
    struct list *list = sessions->owner;
    wts_ndr_arena_free(&list->arena);
    free(list);
}

uint32_t wts_remote_list_sessions(struct wts_server *server, enum wts_sessions_detail detail,
                                  struct wts_sessions *sessions)
{
    struct wts_operation operation = wts_operation_begin(server);
    struct list *list = calloc(1, sizeof *list);
    if (list == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    wts_ndr_arena_init(&list->arena, MAX_ARENA);
    const uint32_t error =
        detail == WTS_SESSIONS_PLAIN ? list_plain(&operation, list) : list_with_users(&operation, list);
    struct wts_sessions made = {.rows = list->rows, .count = list->count, .owner = list, .free = free_list};
    if (error == ERROR_SUCCESS)
        *sessions = made;
    else
        free_list(&made);
    return error;
}
