/*
 * RPC by Samba's library; see samba_rpc.h. Facts about it, measured with 4.17: an interface without
 * authservices crashes an authenticated bind; an event context that forbids nesting aborts the process in a
 * Kerberos log-on; without DCERPC_SEAL a named pipe gets no RPC authentication at all.
 */
#include "helper/rpc/samba_rpc.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <core/ntstatus.h>
#include <core/werror.h>
#include <core/hresult.h>
#include <talloc.h>
#include <charset.h>
#define TEVENT_DEPRECATED /* tevent_loop_allow_nesting() */
#include <tevent.h>
#include <param.h>
#include <credentials.h>
#include <dcerpc.h>

#include "core/error.h"
#include "helper/rpc/messages.h"
#include "helper/rpc/reached.h"
#include "helper/rpc/samba_compat.h"
#include "helper/rpc/socket_state.h"
#include "helper/rpc/status.h"
#include "helper/rpc/ticket.h"

/* Samba takes a call's limit in seconds; the parent process enforces the real limit. */
static const uint32_t no_limit_seconds = 10U * 365 * 24 * 3600;

struct wts_rpc {
    struct dcerpc_pipe *pipe;
    struct cli_credentials *credentials;
    int socket;     /* Samba's TCP connection, or -1 when it was not found */
    void *response; /* talloc context of the last response stub */
    bool by_ticket;
};

/* The connection of this process, from its beginning. */
static struct wts_rpc *rpc;

static bool tighten(struct loadparm_context *lp)
{
    static const char *const settings[][2] = {
        {"log level", "0"}, /* else it warns of settings that are deprecated, in a weaker value only */
        {"client ipc signing", "required"},
        {"client NTLMv2 auth", "yes"},
        {"client lanman auth", "no"},
        {"client plaintext auth", "no"},
        {"ntlmssp_client:128bit", "yes"},
        {"ntlmssp_client:56bit", "no"},
        {"ntlmssp_client:ntlm2", "yes"},
        {"ntlmssp_client:keyexchange", "yes"},
        {"ntlmssp_client:force_old_spnego", "no"},
        {"log level", "1"}, /* reasons for failed log-ons; higher levels show secrets */
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (!lpcfg_set_cmdline(lp, settings[i][0], settings[i][1]))
            return false;
    return true;
}

/* A higher floor in smb.conf is kept, a lower one is not. */
static bool raise_dialect(struct loadparm_context *lp)
{
    return wts_samba_forbids_smb1(lp) || lpcfg_set_cmdline(lp, "client ipc min protocol", "SMB2_02");
}

/*
 * Each text of a log-on goes through one of these conversions. Samba opens each at its first use, which takes
 * 16 kB and two libraries of the C library; those that are open before the first fork are shared by all
 * connections. If one cannot be opened here, a log-on that needs it reports that.
 */
static void open_conversions(void)
{
    static const charset_t pairs[][2] = {
        {CH_UNIX, CH_UTF16}, {CH_UTF16, CH_UNIX}, {CH_UNIX, CH_DOS}, {CH_DOS, CH_UNIX}};
    static const char text[] = "a";
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char *converted = NULL;
        size_t length;
        if (convert_string_talloc(NULL, pairs[i][0], pairs[i][1], text, sizeof text, &converted, &length))
            talloc_free(converted);
    }
}

const char *wts_rpc_start(struct loadparm_context **lp)
{
    *lp = loadparm_init_global(false);
    if (*lp == NULL || !lpcfg_load_default(*lp))
        return "smb.conf cannot be read";
    if (!tighten(*lp) || !raise_dialect(*lp))
        return "Samba refuses a setting that security needs";
    open_conversions();
    if (!NT_STATUS_IS_OK(dcerpc_init()))
        return "Samba's RPC library cannot be initialised";
    return NULL;
}

/* Describes the interface to Samba, without its calls, which are unknown here. */
static const struct ndr_interface_table *describe(TALLOC_CTX *memory, const struct wts_rpc_target *target)
{
    static const char *const services[] = {"host"};
    static const struct ndr_interface_string_array authservices = {1, services};
    static const struct ndr_interface_string_array endpoints = {0, NULL};
    struct ndr_interface_table *table = talloc_zero(memory, struct ndr_interface_table);
    if (table == NULL || !NT_STATUS_IS_OK(GUID_from_string(target->uuid, &table->syntax_id.uuid)))
        return NULL;
    table->name = table->helpstring = "wts-relay";
    table->syntax_id.if_version = target->version_major | (uint32_t)target->version_minor << 16;
    table->endpoints = &endpoints;
    table->authservices = &authservices;
    return table;
}

/* Set part by part, never as one string, so that no part can change the meaning of another. */
static struct dcerpc_binding *make_binding(TALLOC_CTX *memory, const struct wts_rpc_target *target)
{
    struct dcerpc_binding *binding;
    const char *endpoint = talloc_asprintf(memory, "\\pipe\\%s", target->pipe);
    const uint32_t flags = DCERPC_SEAL | (target->user != NULL ? DCERPC_AUTH_NTLM : DCERPC_AUTH_SPNEGO);
    if (endpoint != NULL && NT_STATUS_IS_OK(dcerpc_parse_binding(memory, "", &binding)) &&
        NT_STATUS_IS_OK(dcerpc_binding_set_transport(binding, NCACN_NP)) &&
        NT_STATUS_IS_OK(dcerpc_binding_set_string_option(binding, "host", target->address)) &&
        NT_STATUS_IS_OK(dcerpc_binding_set_string_option(binding, "target_hostname", target->server)) &&
        NT_STATUS_IS_OK(dcerpc_binding_set_string_option(binding, "endpoint", endpoint)) &&
        NT_STATUS_IS_OK(dcerpc_binding_set_flags(binding, flags, 0)))
        return binding;
    return NULL;
}

/* [out] why: set when there is nothing to log on with; untouched when memory ran out. */
static struct cli_credentials *make_credentials(TALLOC_CTX *memory, struct loadparm_context *lp,
                                                struct tevent_context *events,
                                                const struct wts_rpc_target *target, const char **why)
{
    struct cli_credentials *credentials = cli_credentials_init(memory);
    if (credentials == NULL || !cli_credentials_set_conf(credentials, lp))
        return NULL;
    if (target->user == NULL) {
        const char *said = NULL;
        cli_credentials_set_kerberos_state(credentials, CRED_USE_KERBEROS_REQUIRED, CRED_SPECIFIED);
        if (cli_credentials_set_ccache(credentials, lp, NULL, CRED_SPECIFIED, &said) == 0)
            *why = wts_ticket_look(credentials, events, lp, target->server);
        else
            *why = said != NULL ? said : "the cache of Kerberos tickets cannot be read";
        return *why != NULL ? NULL : credentials;
    }
    cli_credentials_set_kerberos_state(credentials, CRED_USE_KERBEROS_DISABLED, CRED_SPECIFIED);
    return cli_credentials_set_username(credentials, target->user, CRED_SPECIFIED) &&
                   cli_credentials_set_password(credentials, target->password != NULL ? target->password : "",
                                                CRED_SPECIFIED) &&
                   cli_credentials_set_domain(credentials, target->domain != NULL ? target->domain : "",
                                              CRED_SPECIFIED)
               ? credentials
               : NULL;
}

static void wipe(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
}

/* Wipes our password and Samba's copy, which the session no longer needs. */
static void wipe_password(struct cli_credentials *credentials, char *password)
{
    wipe(password);
    if (credentials != NULL && password != NULL)
        wipe((char *)(uintptr_t)cli_credentials_get_password(credentials));
}

/* Checks what the server agreed to, not what was requested. */
static bool is_private(void)
{
    enum dcerpc_AuthType type = DCERPC_AUTH_TYPE_NONE;
    enum dcerpc_AuthLevel level = DCERPC_AUTH_LEVEL_NONE;
    dcerpc_binding_handle_auth_info(rpc->pipe->binding_handle, &type, &level);
    const bool wanted = rpc->by_ticket ? type == DCERPC_AUTH_TYPE_SPNEGO || type == DCERPC_AUTH_TYPE_KRB5
                                       : type == DCERPC_AUTH_TYPE_NTLMSSP;
    return wanted && level == DCERPC_AUTH_LEVEL_PRIVACY;
}

static struct wts_rpc_outcome fail(uint32_t error, uint32_t status, enum wts_connect_step step,
                                   const char *text)
{
    return (struct wts_rpc_outcome){.error = error, .status = status, .step = step, .text = text};
}

/*
 * If a server treats a log-on as that of a guest, its answer is not signed with the user's key, and Samba
 * refuses it (measured with 4.17). An answer that was changed on the way looks the same.
 */
static const char *explain_guest(uint32_t status, const char *said, struct wts_failure *failure)
{
    static const uint32_t access_denied = 0xC0000022;
    if (status != access_denied || strstr(said, "Bad SMB2") == NULL ||
        strstr(said, "signature for message") == NULL)
        return NULL;
    *failure = (struct wts_failure){ERROR_LOGON_FAILURE, WTS_CONNECT_LOGON};
    return "the server's answer to the log-on is not signed for this user: the server does not know the user "
           "and takes everybody for a guest";
}

/*
 * Explains a status with the help of Samba's messages. The log-on and the RPC bind return the same statuses,
 * but only a failed bind is reported in these words (measured); without them it counts as a failed log-on.
 */
static struct wts_rpc_outcome explain(uint32_t status)
{
    char said[WTS_MESSAGES_SIZE];
    wts_messages_read(said, sizeof said);
    struct wts_failure failure =
        wts_status_of_connect(status, strstr(said, "Failed to bind to uuid") != NULL);
    const char *why = explain_guest(status, said, &failure);
    if (why == NULL && rpc->by_ticket)
        why = wts_ticket_explain(rpc->credentials, status, said, &failure);
    return fail(failure.error, status, failure.step, why != NULL ? why : nt_errstr(NT_STATUS(status)));
}

static struct wts_rpc_outcome finish(uint32_t status)
{
    if (status != 0)
        return explain(status);
    if (!is_private())
        return fail(RPC_S_SEC_PKG_ERROR, 0, WTS_CONNECT_BIND, "packet privacy was not agreed");
    rpc->socket = wts_socket_find();
    dcerpc_binding_handle_set_timeout(rpc->pipe->binding_handle, no_limit_seconds);
    wts_samba_lift_pipe_timeout(rpc->pipe);
    return fail(0, 0, WTS_CONNECT_NONE, "");
}

/* Called in one of Samba's loops, while it waits for the server. */
static void on_leave(struct tevent_context *events, struct tevent_fd *event, uint16_t flags, void *argument)
{
    const struct wts_rpc_leave *leave = argument;
    (void)events;
    (void)event;
    (void)flags;
    leave->leave(leave->argument);
}

struct wts_rpc_outcome wts_rpc_connect(struct loadparm_context *lp, struct wts_rpc_target *target,
                                       const struct wts_rpc_leave *leave)
{
    const struct wts_rpc_outcome no_memory = fail(ERROR_NOT_ENOUGH_MEMORY, 0, WTS_CONNECT_LOGON, "no memory");
    rpc = talloc_zero(NULL, struct wts_rpc);
    /* With poll(), because epoll takes one more descriptor, and four system calls for one RPC. */
    struct tevent_context *events = tevent_context_init_byname(rpc, "poll");
    const struct ndr_interface_table *table = describe(rpc, target);
    const struct dcerpc_binding *binding = make_binding(rpc, target);
    if (rpc == NULL || events == NULL || table == NULL || binding == NULL ||
        tevent_add_fd(events, rpc, leave->descriptor, TEVENT_FD_READ, on_leave, (void *)(uintptr_t)leave) ==
            NULL) {
        wipe(target->password);
        return no_memory;
    }
    tevent_loop_allow_nesting(events);
    rpc->by_ticket = target->user == NULL;
    const char *why = NULL;
    struct cli_credentials *credentials = make_credentials(rpc, lp, events, target, &why);
    rpc->credentials = credentials;
    if (rpc->by_ticket && !lpcfg_set_cmdline(lp, "log level", wts_ticket_log_level))
        return no_memory;
    if (credentials == NULL) {
        wipe(target->password);
        return why != NULL ? fail(ERROR_LOGON_FAILURE, 0, WTS_CONNECT_LOGON, why) : no_memory;
    }
    const NTSTATUS status = dcerpc_pipe_connect_b(rpc, &rpc->pipe, binding, table, credentials, events, lp);
    wts_reached_drop();
    wipe_password(credentials, target->password);
    return finish(NT_STATUS_V(status));
}

const char *wts_rpc_logon(void)
{
    const char *principal = rpc->by_ticket ? wts_ticket_principal(rpc->credentials) : NULL;
    const char *logon = principal != NULL ? talloc_asprintf(rpc, "Kerberos as %s", principal) : NULL;
    return logon != NULL ? logon : rpc->by_ticket ? "Kerberos" : "NTLM";
}

static void lost_before(struct wts_rpc_result *result)
{
    *result = (struct wts_rpc_result){.outcome = {.error = RPC_S_CALL_FAILED,
                                                  .progress = WTS_NOT_EXECUTED,
                                                  .step = WTS_CONNECT_CALL,
                                                  .status = NT_STATUS_V(NT_STATUS_CONNECTION_DISCONNECTED)},
                                      .is_broken = true};
}

void wts_rpc_call(uint16_t opnum, const uint8_t *request, size_t request_length,
                  struct wts_rpc_result *result)
{
    struct dcerpc_binding_handle *handle = rpc->pipe->binding_handle;
    if (wts_socket_is_lost(rpc->socket) || !dcerpc_binding_handle_is_connected(handle)) {
        lost_before(result);
        return;
    }
    uint8_t *response = NULL;
    size_t length = 0;
    uint32_t flags = 0;
    TALLOC_FREE(rpc->response);
    rpc->response = talloc_new(rpc);
    wts_samba_clear_fault(rpc->pipe);
    const NTSTATUS status = dcerpc_binding_handle_raw_call(handle, NULL, opnum, 0, request, request_length,
                                                           rpc->response, &response, &length, &flags);
    *result = (struct wts_rpc_result){.outcome = {.progress = WTS_EXECUTED}};
    if (NT_STATUS_IS_OK(status)) {
        result->reply = (struct wts_rpc_reply){.stub = response, .stub_length = length};
        return;
    }
    const uint32_t fault = wts_samba_fault(rpc->pipe);
    const struct wts_call_failure failure = wts_status_of_call(fault);
    result->outcome = (struct wts_frame_outcome){.error = failure.error,
                                                 .progress = failure.progress,
                                                 .step = WTS_CONNECT_CALL,
                                                 .status = NT_STATUS_V(status)};
    result->is_broken = failure.is_broken;
    result->reply.fault = fault;
}

void wts_rpc_goodbye(void)
{
    if (rpc != NULL && rpc->pipe != NULL)
        TALLOC_FREE(rpc->pipe);
}
