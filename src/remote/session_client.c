/*
 * What the client of a remote session brings, what is set for the session, and its addresses. [MS-TSTS],
 * RCMPublic and TSVIPPublic; docs/contract.md#session-information, docs/wire.md#rcm-public.
 */
#include <string.h>

#include "core/error.h"
#include "remote/session_information.h"
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/session.h"
#include "remote/tsts/tsvip.h"

static uint32_t code_of(enum wts_ndr_status status)
{
    if (status == WTS_NDR_OK)
        return ERROR_SUCCESS;
    return status == WTS_NDR_NO_MEMORY ? ERROR_NOT_ENOUGH_MEMORY : RPC_X_BAD_STUB_DATA;
}

/*
 * The server fails for a session that has no client, with codes that are not documented: when the session
 * exists and the caller may query it, it has no client.
 */
static uint32_t read_client(struct wts_session_query *query)
{
    struct wts_rcm_data data = {.length = 0};
    uint32_t error =
        wts_perform(&query->operation, &wts_rcm_get_client_data, &query->session_id, query->arena, &data);
    query->client_state = WTS_CLIENT_ABSENT;
    if (error == ERROR_SUCCESS && data.length != 0) {
        query->client_state = WTS_CLIENT_PRESENT;
        error = code_of(wts_opaque_get_client(data.data, data.length, query->arena, &query->client));
    } else if (wts_operation_was_refused(&query->operation, error) && error != ERROR_ACCESS_DENIED &&
               wts_tsts_failed(&data.end)) {
        error =
            wts_perform(&query->operation, &wts_lsm_session_exists, &query->session_id, query->arena, NULL);
    }
    return error;
}

static uint32_t need_client(struct wts_session_query *query)
{
    return query->client_state == WTS_CLIENT_UNKNOWN ? read_client(query) : ERROR_SUCCESS;
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

/* A client without an address has family 0. */
static uint32_t add_address(struct wts_session_query *query)
{
    struct wts_rcm_remote_address answer;
    const uint32_t error = wts_perform(&query->operation, &wts_rcm_get_remote_address, &query->session_id,
                                       query->arena, &answer);
    if (error == ERROR_SUCCESS)
        query->information->client.address = address_of(&answer.address);
    return wts_operation_was_refused(&query->operation, error) ? ERROR_SUCCESS : error;
}

uint32_t wts_query_add_client(struct wts_session_query *query)
{
    const uint32_t error = need_client(query);
    const struct wts_opaque_client *client = &query->client;
    struct wts_session_client *out = &query->information->client;
    if (error != ERROR_SUCCESS || query->client_state == WTS_CLIENT_ABSENT)
        return error;
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
    return add_address(query);
}

uint32_t wts_query_add_protocol(struct wts_session_query *query)
{
    const uint32_t error = need_client(query);
    query->information->protocol_type = query->client.protocol_type;
    return error;
}

static uint32_t read_config(struct wts_session_query *query, struct wts_opaque_config *config)
{
    struct wts_rcm_data data;
    const uint32_t error =
        wts_perform(&query->operation, &wts_rcm_get_config_data, &query->session_id, query->arena, &data);
    return error == ERROR_SUCCESS
               ? code_of(wts_opaque_get_config(data.data, data.length, query->arena, config))
               : error;
}

/* Unverified: the version, and which bits of USERCONFIG the members that Windows calls reserved come from. */
uint32_t wts_query_add_config(struct wts_session_query *query)
{
    struct wts_opaque_config config;
    const uint32_t error = read_config(query, &config);
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
    return ERROR_SUCCESS;
}

uint32_t wts_query_add_program(struct wts_session_query *query)
{
    struct wts_opaque_config config;
    const struct wts_opaque_client *client = &query->client;
    uint32_t error = read_config(query, &config);
    if (error == ERROR_SUCCESS)
        error = need_client(query);
    if (error == ERROR_SUCCESS)
        query->information->program = (struct wts_session_program){
            client->initial_program.count != 0 ? client->initial_program : config.initial_program,
            client->work_directory.count != 0 ? client->work_directory : config.work_directory};
    return error;
}

/*
 * Servers without the role do not have the pipe or the interface, and for sessions without a virtual address
 * they fail with codes that are not documented. Whether the session exists is left, which LSM answers.
 */
uint32_t wts_query_add_session_address(struct wts_session_query *query)
{
    struct wts_tsvip_session answer = {.session_id = 0};
    uint32_t error =
        wts_perform(&query->operation, &wts_tsvip_get_session_ip, &query->session_id, query->arena, &answer);
    const bool is_absent =
        error == RPC_S_UNKNOWN_IF || error == RPC_S_PROCNUM_OUT_OF_RANGE || error == RPC_S_SERVER_UNAVAILABLE;
    if (error == ERROR_SUCCESS) {
        query->information->session_address = address_of(&answer.address);
    } else if (wts_operation_was_refused(&query->operation, error) &&
               (is_absent || (wts_tsts_failed(&answer.end) && error != ERROR_ACCESS_DENIED))) {
        error =
            wts_perform(&query->operation, &wts_lsm_session_exists, &query->session_id, query->arena, NULL);
        if (error == ERROR_SUCCESS)
            error = ERROR_NOT_SUPPORTED;
    }
    return error;
}
