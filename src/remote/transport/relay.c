/*
 * The transport under Wine: a connection is a channel to wts-relay, of the duty RPC (helper/rpc/payload.h);
 * wts-relay speaks SMB and RPC. Windows API, Wine only.
 */
#include "remote/transport/relay.h"

#include <windows.h>

#include <stdlib.h>
#include <string.h>

#include "core/connect_report.h"
#include "core/error.h"
#include "core/text.h"
#include "core/trace.h"
#include "helper/client/client.h"
#include "helper/rpc/payload.h"
#include "remote/transport/credential.h"

struct wts_connection {
    const uint16_t *name; /* of the server; lives as long as the pool does */
    const struct wts_interface *interface;
    struct wts_channel *channel;
    char server[3 * 256]; /* the name in UTF-8 */
};

static const char *const variables[] = {"HOME", "KRB5CCNAME", "KRB5_CONFIG", NULL};
static struct wts_helper_kind relay = WTS_HELPER_KIND("wts-relay", "WTSAPI32_RELAY", variables);

static struct wts_connection *relay_create(const uint16_t *server, const struct wts_interface *interface)
{
    struct wts_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    connection->name = server;
    connection->interface = interface;
    wts_text_to_utf8(server, connection->server, sizeof connection->server);
    connection->channel = wts_channel_create(&relay, WTS_RPC_DUTY, NULL);
    if (connection->channel == NULL) {
        free(connection);
        return NULL;
    }
    return connection;
}

static struct wts_frame_text text_of(const char *text)
{
    return (struct wts_frame_text){text, strlen(text)};
}

static void put_open(struct wts_frame_writer *writer, const void *arguments, uint32_t secret_offset)
{
    struct wts_rpc_open open = *(const struct wts_rpc_open *)arguments;
    if (open.password_length > 0)
        open.password_offset = secret_offset;
    wts_rpc_put_open(writer, &open);
}

/* Opens the channel, as the stored user or with the Kerberos ticket. */
static struct wts_channel_answer open_channel(const struct wts_connection *connection,
                                              const struct wts_credential *credential, uint64_t deadline_ms)
{
    const struct wts_interface *interface = connection->interface;
    struct wts_channel_secret password = {NULL, 0};
    struct wts_rpc_open open = {.version_major = interface->version_major,
                                .version_minor = interface->version_minor,
                                .server = text_of(connection->server),
                                .uuid = text_of(interface->uuid),
                                .pipe = text_of(interface->pipe)};
    if (credential != NULL) {
        open.domain = text_of(credential->domain);
        open.user = text_of(credential->user);
        open.password_length = (uint32_t)strlen(credential->password);
        password = (struct wts_channel_secret){credential->password, open.password_length};
    }
    return wts_channel_open(connection->channel, put_open, &open, password, deadline_ms);
}

/* Whether the error comes from the server itself: the pipe does not exist, this user may not open it, or the
 * interface does not exist. */
static bool is_answer(const struct wts_channel_answer *answer)
{
    const uint32_t status = answer->outcome.status;
    if (!answer->is_from_helper)
        return false;
    if (answer->outcome.step == WTS_CONNECT_PIPE) /* name not found, path not found, access denied */
        return status == 0xC0000034U || status == 0xC000003AU || status == 0xC0000022U;
    return answer->outcome.error == ERROR_SUCCESS || answer->outcome.error == RPC_S_UNKNOWN_IF;
}

/*
 * Whether the server refused the log-on, of SMB or of the RPC bind. A status of 0 means that none was tried.
 */
static bool is_refused_logon(const struct wts_channel_answer *answer)
{
    const struct wts_frame_outcome *outcome = &answer->outcome;
    if (!answer->is_from_helper || outcome->status == 0)
        return false;
    if (outcome->step == WTS_CONNECT_LOGON)
        return outcome->error == ERROR_LOGON_FAILURE;
    return outcome->step == WTS_CONNECT_BIND &&
           (outcome->error == ERROR_ACCESS_DENIED || outcome->error == RPC_S_SEC_PKG_ERROR);
}

static void report_opened(const struct wts_connection *connection, struct wts_channel_answer *answer)
{
    const struct wts_frame_outcome *outcome = &answer->outcome;
    static const char no_answer[] = "no answer of wts-relay";
    struct wts_rpc_opened opened;
    struct wts_connect_report report = {.transport = "relay",
                                        .server = connection->server,
                                        .step = WTS_CONNECT_RELAY,
                                        .error = outcome->error,
                                        .text = no_answer,
                                        .text_length = sizeof no_answer - 1};
    if (answer->is_from_helper && wts_rpc_get_opened(&answer->payload, &opened)) {
        report.step = outcome->error != ERROR_SUCCESS ? outcome->step : (uint32_t)WTS_CONNECT_NONE;
        report.status = outcome->status;
        report.microseconds = opened.microseconds;
        report.text = opened.text.data;
        report.text_length = opened.text.length;
    }
    wts_connect_report(&report);
}

static struct wts_call_result relay_connect(struct wts_connection *connection, uint64_t deadline_ms)
{
    struct wts_credential credential;
    const bool has_credential = wts_credential_read(connection->name, deadline_ms, &credential);
    struct wts_channel_answer answer =
        open_channel(connection, has_credential ? &credential : NULL, deadline_ms);
    wts_credential_wipe(&credential);
    struct wts_call_result result = {.error = answer.outcome.error,
                                     .broken = answer.is_broken,
                                     .is_answer = is_answer(&answer),
                                     .is_refused_logon = is_refused_logon(&answer)};
    report_opened(connection, &answer);
    free(answer.block);
    /* The log-on must not fall back to another user than the stored one. */
    if (!answer.is_from_helper && result.error == ERROR_NO_SUCH_LOGON_SESSION) {
        wts_trace(WTS_TRACE_ERRORS,
                  "%s: the stored credential is not used: wts-relay has no safe place for it",
                  connection->server);
        result.error = ERROR_LOGON_FAILURE;
    }
    return result;
}

struct stub {
    const uint8_t *data;
    size_t length;
};

static void put_request(struct wts_frame_writer *writer, const void *arguments)
{
    const struct stub *stub = arguments;
    wts_rpc_put_stub(writer, stub->data, stub->length);
}

/* The response stub takes over the block that holds it. */
static void keep_response(struct wts_channel_answer *answer, const struct wts_rpc_reply *reply,
                          struct wts_response *response)
{
    memmove(answer->block, reply->stub, reply->stub_length);
    *response = (struct wts_response){answer->block, reply->stub_length};
    answer->block = NULL;
}

static struct wts_call_result relay_call(struct wts_connection *connection, uint16_t opnum,
                                         const uint8_t *request, size_t request_length,
                                         struct wts_response *response, uint64_t deadline_ms)
{
    const struct stub stub = {request, request_length};
    struct wts_channel_answer answer =
        wts_channel_request(connection->channel, opnum, put_request, &stub, deadline_ms);
    const struct wts_frame_outcome *outcome = &answer.outcome;
    struct wts_call_result result = {.error = outcome->error,
                                     .progress = outcome->progress,
                                     .broken = answer.is_broken || answer.is_last,
                                     .is_answer = answer.is_from_helper && !answer.is_broken};
    struct wts_rpc_reply reply = {.fault = 0};
    if (answer.is_from_helper && !wts_rpc_get_reply(&answer.payload, &reply))
        result = (struct wts_call_result){
            .error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
    wts_trace(result.error != ERROR_SUCCESS ? WTS_TRACE_ERRORS : WTS_TRACE_WIRE,
              "%s: opnum %u: error %lu, status %08lx, fault %08lx, step %s, %lu bytes%s", connection->server,
              opnum, (unsigned long)result.error, (unsigned long)outcome->status, (unsigned long)reply.fault,
              wts_connect_step_name(outcome->step), (unsigned long)reply.stub_length,
              answer.is_from_helper ? "" : ", no answer of wts-relay");
    if (result.error == ERROR_SUCCESS)
        keep_response(&answer, &reply, response);
    free(answer.block);
    return result;
}

static void relay_cancel(struct wts_connection *connection)
{
    wts_channel_cancel(connection->channel);
}

static void relay_close(struct wts_connection *connection)
{
    wts_channel_close(connection->channel);
    free(connection);
}

const struct wts_transport wts_transport_relay = {
    .name = "relay",
    .create = relay_create,
    .connect = relay_connect,
    .call = relay_call,
    .cancel = relay_cancel,
    .close = relay_close,
};
