/*
 * What the client of a remote session brings, what is set for the session, and its addresses. [MS-TSTS],
 * RCMPublic and TSVIPPublic; docs/contract.md#session-information, docs/wire.md#rcm-public.
 */
#include <string.h>

#include "core/error.h"
#include "remote/session_information.h"
#include "remote/tsts/opaque.h"

static uint32_t code_of(enum wts_ndr_status status)
{
    if (status == WTS_NDR_OK)
        return ERROR_SUCCESS;
    return status == WTS_NDR_NO_MEMORY ? ERROR_NOT_ENOUGH_MEMORY : RPC_X_BAD_STUB_DATA;
}

/* An IPv4 address begins at the third byte (docs/contract.md#session-information). Unverified: an IPv6
 * address at the first one. */
static struct wts_session_address address_of(const struct wts_tsts_address *address)
{
    struct wts_session_address made = {.family = address->family};
    if (address->family == WTS_FAMILY_IPV4)
        memcpy(made.bytes + 2, address->bytes, 4);
    else if (address->family == WTS_FAMILY_IPV6)
        memcpy(made.bytes, address->bytes, 16);
    else
        made.family = WTS_FAMILY_NONE;
    return made;
}

/* Unverified: the version, and which bits of USERCONFIG the members that Windows calls reserved come from. */
uint32_t wts_query_take_config(struct wts_session_query *query, uint32_t error,
                               const union wts_session_answer *answer)
{
    const struct wts_rcm_data *data = &answer->data;
    struct wts_opaque_config config;
    if (error == ERROR_SUCCESS)
        error = code_of(wts_opaque_get_config(data->data, data->length, query->arena, &config));
    if (error != ERROR_SUCCESS)
        return error;
    const uint32_t flags = config.flags;
    query->information->config = (struct wts_session_config){
        .version = 1,
        .connects_client_drives = (flags & WTS_CONFIG_AUTO_CLIENT_DRIVES) != 0,
        .connects_printers = (flags & WTS_CONFIG_AUTO_CLIENT_LPTS) != 0,
        .disables_printer_redirection = (flags & WTS_CONFIG_DISABLE_CPM) != 0,
        .disables_default_printer = (flags & WTS_CONFIG_FORCE_CLIENT_LPT_DEF) == 0,
        .shadow_settings = config.shadow,
        .user = config.user,
        .domain = config.domain,
        .work_directory = config.work_directory,
        .initial_program = config.initial_program,
        .application_name = config.published_name};
    query->information->program = (struct wts_session_program){config.initial_program, config.work_directory};
    return ERROR_SUCCESS;
}

/* What the client asks for goes before what is set, which was taken before. */
static void add_client(struct wts_session_information *information, const struct wts_opaque_client *client)
{
    struct wts_session_client *out = &information->client;
    *out = (struct wts_session_client){.name = client->name,
                                       .domain = client->domain,
                                       .user = client->user,
                                       .work_directory = client->work_directory,
                                       .initial_program = client->initial_program,
                                       .directory = client->directory,
                                       .device_id = client->device_id,
                                       .encryption_level = client->encryption_level,
                                       .address_family = client->address_family,
                                       .horizontal = client->horizontal,
                                       .vertical = client->vertical,
                                       .color_depth = client->color_depth,
                                       .build_number = client->build_number,
                                       .hardware_id = client->hardware_id,
                                       .product_id = client->product_id,
                                       .out_buffer_count_host = client->out_buffer_count_host,
                                       .out_buffer_count_client = client->out_buffer_count_client,
                                       .out_buffer_length = client->out_buffer_length,
                                       .protocol_type = client->protocol_type};
    _Static_assert(sizeof out->address_words == sizeof client->address_words, "one field, twice");
    memcpy(out->address_words, client->address_words, sizeof out->address_words);
    information->protocol_type = client->protocol_type;
    if (client->initial_program.count != 0)
        information->program.initial_program = client->initial_program;
    if (client->work_directory.count != 0)
        information->program.work_directory = client->work_directory;
}

/*
 * The server fails for a session that has no client, with codes that are not documented: when the session
 * exists and the caller may query it, it has no client.
 */
uint32_t wts_query_take_client(struct wts_session_query *query, uint32_t error,
                               const union wts_session_answer *answer)
{
    const struct wts_rcm_data *data = &answer->data;
    struct wts_opaque_client client;
    if (wts_operation_was_refused(&query->operation, error) && error != ERROR_ACCESS_DENIED &&
        wts_tsts_failed(&data->end)) {
        query->steps |= WTS_STEP_EXISTENCE;
        return ERROR_SUCCESS;
    }
    if (error != ERROR_SUCCESS || data->length == 0)
        return error;
    error = code_of(wts_opaque_get_client(data->data, data->length, query->arena, &client));
    if (error != ERROR_SUCCESS)
        return error;
    add_client(query->information, &client);
    if ((query->steps & WTS_PART_CLIENT) != 0)
        query->steps |= WTS_STEP_CLIENT_ADDRESS;
    return ERROR_SUCCESS;
}

/* A client without an address has family 0. */
uint32_t wts_query_take_client_address(struct wts_session_query *query, uint32_t error,
                                       const union wts_session_answer *answer)
{
    if (error == ERROR_SUCCESS)
        query->information->client.address = address_of(&answer->remote_address.address);
    return wts_operation_was_refused(&query->operation, error) ? ERROR_SUCCESS : error;
}

/*
 * Servers without the role do not have the pipe or the interface, and for sessions without a virtual address
 * they fail with codes that are not documented. Whether the session exists is left, which LSM answers.
 */
uint32_t wts_query_take_session_address(struct wts_session_query *query, uint32_t error,
                                        const union wts_session_answer *answer)
{
    const bool is_absent =
        error == RPC_S_UNKNOWN_IF || error == RPC_S_PROCNUM_OUT_OF_RANGE || error == RPC_S_SERVER_UNAVAILABLE;
    if (error == ERROR_SUCCESS) {
        query->information->session_address = address_of(&answer->tsvip.address);
    } else if (wts_operation_was_refused(&query->operation, error) &&
               (is_absent || (wts_tsts_failed(&answer->end) && error != ERROR_ACCESS_DENIED))) {
        query->steps |= WTS_STEP_EXISTENCE;
        query->existence_error = ERROR_NOT_SUPPORTED;
        return ERROR_SUCCESS;
    }
    return error;
}
