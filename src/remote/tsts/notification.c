/*
 * Procedures of TermSrvNotification; see notification.h.
 */
#include "remote/tsts/notification.h"

enum { CHANGE_LENGTH = 8 };

static void put_register(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                         const void *arguments)
{
    const struct wts_lsm_events *events = arguments;
    (void)context;
    wts_ndr_put_u32(writer, events->session_id);
    wts_ndr_put_u32(writer, events->mask);
}

static void get_changes(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_lsm_session_changes *result = answer;
    result->count = wts_tsts_array(reader, CHANGE_LENGTH);
    struct wts_lsm_session_change *changes = wts_ndr_get_room(reader, arena, result->count, sizeof *changes);
    for (uint32_t i = 0; changes != NULL && i < result->count; i++) {
        changes[i].session_id = wts_ndr_get_u32(reader);
        changes[i].event = wts_ndr_get_u32(reader);
    }
    result->changes = changes;
    wts_tsts_end_array(reader, result->count, &result->end);
}

#define OF_NOTIFICATION &wts_interface_notification, &wts_notification_context
#define END(type) sizeof(struct type), wts_tsts_outcome

const struct wts_context_kind wts_notification_context = {&wts_lsm_register_async_notification,
                                                          &wts_lsm_unregister_async_notification, false};

const struct wts_procedure wts_lsm_register_async_notification = {&wts_interface_notification,
                                                                  NULL,
                                                                  WTS_LSM_REGISTER_ASYNC_NOTIFICATION,
                                                                  "RpcRegisterAsyncNotification",
                                                                  put_register,
                                                                  wts_tsts_get_context,
                                                                  END(wts_tsts_result)};
const struct wts_procedure wts_lsm_wait_async_notification = {
    OF_NOTIFICATION, WTS_LSM_WAIT_ASYNC_NOTIFICATION, "RpcWaitAsyncNotification", wts_put_context,
    get_changes,     END(wts_lsm_session_changes)};
const struct wts_procedure wts_lsm_unregister_async_notification = {OF_NOTIFICATION,
                                                                    WTS_LSM_UNREGISTER_ASYNC_NOTIFICATION,
                                                                    "RpcUnRegisterAsyncNotification",
                                                                    wts_put_context,
                                                                    wts_tsts_get_context,
                                                                    END(wts_tsts_result)};
