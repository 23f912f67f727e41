/*
 * The transport of Windows; see rpcrt4.h. I_RpcSendReceive and the like return status codes where generated
 * stubs raise exceptions. Each connection has a binding and a thread of its own, so that a deadline can
 * abandon a call that the run time does not return from. Unverified: everything on Windows itself; the calls
 * are tested under Wine against an independent server over TCP.
 */
#include "remote/transport/rpcrt4.h"

#include <winsock2.h>
#include <windows.h>

#include <rpc.h>
#include <rpcdcep.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include "core/deadline.h"
#include "core/connect_report.h"
#include "core/error.h"
#include "core/module.h"
#include "core/platform.h"
#include "core/system.h"
#include "core/text.h"
#include "core/trace.h"

#define NDR_LITTLE_ENDIAN_ASCII_IEEE 0x10U
#define THREAD_END_TIMEOUT_MS 100

enum job_state { JOB_NONE, JOB_PENDING, JOB_DONE };

struct wts_connection {
    struct wts_lock lock; /* guards what follows */
    struct wts_condition changed;
    unsigned users; /* the caller and the thread; the last one frees */
    HANDLE thread;
    bool is_closing;
    bool is_cancelled;
    bool is_used; /* a call has returned, so it is connected */
    uint64_t connect_deadline_ms;
    enum job_state state;
    uint16_t opnum;
    uint8_t *request;
    size_t request_length;
    struct wts_call_result result;
    struct wts_response response;
    const uint16_t *server; /* for connecting: the thread may outlive it */
    const struct wts_interface *rpc_interface;
    /* Used by the thread only: */
    WCHAR pipe[320]; /* empty in tests */
    RPC_BINDING_HANDLE binding;
    RPC_CLIENT_INTERFACE interface;
};

/* The server that tests redirect every connection to; empty otherwise. */
static WCHAR test_address[64];
static WCHAR test_port[8];

bool wts_rpcrt4_redirect(const char *setting)
{
    char address[40];
    unsigned port = 0;
    char rest;
    if (sscanf(setting, "ncacn_ip_tcp:%39[0-9.:][%5u]%c", address, &port, &rest) != 2 || port == 0 ||
        port > 65535)
        return false;
    if (strcmp(address, "::1") != 0 && strncmp(address, "127.", 4) != 0)
        return false;
    swprintf(test_address, ARRAYSIZE(test_address), L"%hs", address);
    swprintf(test_port, ARRAYSIZE(test_port), L"%u", port);
    return true;
}

static RPC_STATUS authenticate(RPC_BINDING_HANDLE binding, const uint16_t *server)
{
    WCHAR principal[300] = L"host/";
    RPC_SECURITY_QOS quality = {.Version = RPC_C_SECURITY_QOS_VERSION,
                                .Capabilities = RPC_C_QOS_CAPABILITIES_MUTUAL_AUTH,
                                .IdentityTracking = RPC_C_QOS_IDENTITY_DYNAMIC,
                                .ImpersonationType = RPC_C_IMP_LEVEL_IMPERSONATE};
    wcscat(principal, server);
    return WTS_SYSTEM(RpcBindingSetAuthInfoExW)(binding, principal, RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
                                                RPC_C_AUTHN_GSS_NEGOTIATE, NULL, RPC_C_AUTHZ_NAME, &quality);
}

/*
 * Wine ignores the option for unique bindings, and all bindings with the same string share a connection,
 * which mixes up the contexts that a server keeps per connection (measured: Wine 8.0). Network options make
 * the binding strings of tests differ.
 */
static void make_options(WCHAR *options, size_t capacity, bool is_test)
{
    static LONG count;
    options[0] = L'\0';
    if (is_test)
        swprintf(options, capacity, L"connection=%ld", InterlockedIncrement(&count));
}

/* The strings come from interfaces.c, or hold characters of host names only (name.h). */
static RPC_STATUS bind_to(const uint16_t *server, const struct wts_interface *interface,
                          RPC_BINDING_HANDLE *binding)
{
    WCHAR address[300];
    WCHAR endpoint[100];
    WCHAR options[40];
    WCHAR *string;
    const bool is_test = test_address[0] != L'\0';
    swprintf(address, ARRAYSIZE(address), is_test ? L"%ls" : L"\\\\%ls", is_test ? test_address : server);
    if (is_test)
        wcscpy(endpoint, test_port);
    else
        swprintf(endpoint, ARRAYSIZE(endpoint), L"\\pipe\\%hs", interface->pipe);
    make_options(options, ARRAYSIZE(options), is_test);
    WCHAR sequence[] = L"ncacn_np";
    WCHAR test_sequence[] = L"ncacn_ip_tcp";
    RPC_STATUS status = WTS_SYSTEM(RpcStringBindingComposeW)(NULL, is_test ? test_sequence : sequence,
                                                             address, endpoint, options, &string);
    if (status != RPC_S_OK)
        return status;
    status = WTS_SYSTEM(RpcBindingFromStringBindingW)(string, binding);
    WTS_SYSTEM(RpcStringFreeW)(&string);
    if (status != RPC_S_OK || is_test)
        return status;
    status = WTS_SYSTEM(RpcBindingSetOption)(*binding, RPC_C_OPT_UNIQUE_BINDING, TRUE);
    if (status == RPC_S_OK)
        status = authenticate(*binding, server);
    if (status != RPC_S_OK)
        WTS_SYSTEM(RpcBindingFree)(binding);
    return status;
}

static RPC_STATUS describe(const struct wts_interface *interface, RPC_CLIENT_INTERFACE *description)
{
    static const RPC_SYNTAX_IDENTIFIER ndr = {
        {0x8A885D04, 0x1CEB, 0x11C9, {0x9F, 0xE8, 0x08, 0x00, 0x2B, 0x10, 0x48, 0x60}}, {2, 0}};
    unsigned char uuid[40];
    snprintf((char *)uuid, sizeof uuid, "%s", interface->uuid);
    *description = (RPC_CLIENT_INTERFACE){.Length = sizeof *description, .TransferSyntax = ndr};
    description->InterfaceId.SyntaxVersion.MajorVersion = interface->version_major;
    description->InterfaceId.SyntaxVersion.MinorVersion = interface->version_minor;
    return WTS_SYSTEM(UuidFromStringA)(uuid, &description->InterfaceId.SyntaxGUID);
}

/*
 * Whether a status of the run time is an answer of the server. The first call also connects, so any other
 * status may come from the network or from the log-on, which have many. On a connection that has carried a
 * call, only the statuses that result_of names come from the network.
 */
static bool is_answer(RPC_STATUS status, bool is_connected)
{
    switch (status) {
    case RPC_S_OK:
    case ERROR_ACCESS_DENIED:
    case ERROR_INVALID_HANDLE:
    case RPC_S_UNKNOWN_IF:
    case RPC_S_PROCNUM_OUT_OF_RANGE:
        return true;
    case ERROR_NOT_ENOUGH_MEMORY:
    case RPC_S_OUT_OF_MEMORY:
    case RPC_S_OUT_OF_RESOURCES:
        return false;
    default:
        return is_connected;
    }
}

/* Whether a status of the first call, which connects, says that the log-on was refused. */
static bool is_refused_logon(RPC_STATUS status)
{
    switch (status) {
    case ERROR_LOGON_FAILURE:
    case ERROR_ACCOUNT_RESTRICTION:
    case ERROR_INVALID_LOGON_HOURS:
    case ERROR_INVALID_WORKSTATION:
    case ERROR_PASSWORD_EXPIRED:
    case ERROR_ACCOUNT_DISABLED:
    case ERROR_LOGON_NOT_GRANTED:
    case ERROR_LOGON_TYPE_NOT_GRANTED:
    case ERROR_ACCOUNT_EXPIRED:
    case RPC_S_SEC_PKG_ERROR:
    case ERROR_PASSWORD_MUST_CHANGE:
    case ERROR_ACCOUNT_LOCKED_OUT:
        return true;
    default:
        return false;
    }
}

/*
 * What a status of the run time means for the call. 6 is the context mismatch, raised before the procedure
 * runs; 1722 comes from connecting, but it is not proven that it always does.
 */
static struct wts_call_result result_of(RPC_STATUS status, bool is_connected)
{
    struct wts_call_result result = {.error = (uint32_t)status};
    switch (status) {
    case ERROR_INVALID_HANDLE:
    case RPC_S_CALL_FAILED_DNE:
        result.broken = true;
        result.progress = WTS_NOT_EXECUTED;
        result.is_answer = status == ERROR_INVALID_HANDLE;
        break;
    case RPC_S_SERVER_UNAVAILABLE:
    case RPC_S_CALL_FAILED:
    case RPC_S_CALL_CANCELLED:
    case RPC_S_COMM_FAILURE:
        result.broken = true;
        result.progress = WTS_MAYBE_EXECUTED;
        break;
    default:
        result.progress = WTS_EXECUTED;
        result.is_answer = is_answer(status, is_connected);
        result.is_refused_logon = !is_connected && is_refused_logon(status);
        break;
    }
    return result;
}

/* Copies the response out of the run time's buffer, which is freed. */
static struct wts_call_result keep_response(RPC_MESSAGE *message, struct wts_response *response)
{
    struct wts_call_result result = {.error = ERROR_SUCCESS, .progress = WTS_EXECUTED, .is_answer = true};
    response->length = message->BufferLength;
    response->data = malloc(response->length + 1);
    if (response->data != NULL)
        memcpy(response->data, message->Buffer, response->length);
    else
        result = (struct wts_call_result){.error = ERROR_NOT_ENOUGH_MEMORY, .progress = WTS_EXECUTED};
    WTS_SYSTEM(I_RpcFreeBuffer)(message);
    return result;
}

/*
 * A missing pipe gives 1722, as does a server that is not reached; the redirector can tell them apart on the
 * connection that it has just made. Unverified.
 */
static bool is_pipe_absent(const struct wts_connection *connection)
{
    return connection->pipe[0] != L'\0' && !WaitNamedPipeW(connection->pipe, 1) &&
           GetLastError() == ERROR_FILE_NOT_FOUND;
}

/*
 * After a failure the message belongs to the run time: it is neither touched nor freed. Wine's run time
 * leaves it to the caller after a fault, and with it the connection, which nobody can use or close then
 * (docs/wine.md#rpc-transports).
 */
static void give_back(RPC_MESSAGE *message)
{
    const bool is_wine = test_address[0] != L'\0';
    if (is_wine && message->ReservedForRuntime != NULL)
        WTS_SYSTEM(I_RpcFreeBuffer)(message);
}

static struct wts_call_result send_receive(struct wts_connection *connection, struct wts_response *response)
{
    RPC_MESSAGE message = {.Handle = connection->binding,
                           .DataRepresentation = NDR_LITTLE_ENDIAN_ASCII_IEEE,
                           .BufferLength = (unsigned)connection->request_length,
                           .ProcNum = connection->opnum,
                           .RpcInterfaceInformation = &connection->interface};
    RPC_STATUS status = WTS_SYSTEM(I_RpcGetBuffer)(&message);
    if (status != RPC_S_OK) /* nothing was sent; under Wine this connects, so that it may be 1722 */
        return (struct wts_call_result){.error = (uint32_t)status,
                                        .progress = WTS_EXECUTED,
                                        .broken = true,
                                        .is_answer = is_answer(status, false),
                                        .is_refused_logon = is_refused_logon(status)};
    if (connection->request_length > 0)
        memcpy(message.Buffer, connection->request, connection->request_length);
    message.BufferLength = (unsigned)connection->request_length;
    status = WTS_SYSTEM(I_RpcSendReceive)(&message);
    if (status == RPC_S_OK)
        return keep_response(&message, response);
    give_back(&message);
    return result_of(status, connection->is_used);
}

/* Gives up one user, which holds the lock, and releases the lock. The last one frees. */
static void leave(struct wts_connection *connection)
{
    const bool is_last = --connection->users == 0;
    wts_lock_release(&connection->lock);
    if (!is_last)
        return;
    if (connection->binding != NULL)
        WTS_SYSTEM(RpcBindingFree)(&connection->binding);
    if (connection->thread != NULL)
        CloseHandle(connection->thread);
    free(connection->request);
    free(connection->response.data);
    free(connection);
}

static DWORD WINAPI do_jobs(void *argument)
{
    struct wts_connection *connection = argument;
    wts_lock_acquire(&connection->lock);
    while (!connection->is_closing) {
        if (connection->state != JOB_PENDING) {
            wts_condition_wait(&connection->changed, &connection->lock, WTS_NEVER);
            continue;
        }
        struct wts_response response = {NULL, 0};
        wts_lock_release(&connection->lock);
        struct wts_call_result result = send_receive(connection, &response);
        if (result.error == RPC_S_SERVER_UNAVAILABLE && !connection->is_used)
            result.is_answer = is_pipe_absent(connection);
        wts_lock_acquire(&connection->lock);
        connection->result = result;
        connection->is_used = true;
        connection->response = response;
        connection->state = JOB_DONE;
        wts_condition_wake_all(&connection->changed);
    }
    leave(connection);
    FreeLibraryAndExitThread(wts_module, 0);
}

static bool start_thread(struct wts_connection *connection)
{
    HMODULE module;
    if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const WCHAR *)wts_module, &module))
        return false;
    connection->thread = CreateThread(NULL, 0, do_jobs, connection, 0, NULL);
    if (connection->thread == NULL)
        FreeLibrary(module);
    return connection->thread != NULL;
}

static struct wts_connection *rpcrt4_create(const uint16_t *server, const struct wts_interface *interface)
{
    struct wts_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return NULL;
    wts_lock_initialize(&connection->lock);
    wts_condition_initialize(&connection->changed);
    connection->users = 1;
    connection->server = server;
    connection->rpc_interface = interface;
    return connection;
}

/* Makes the binding and its thread; the run time connects at the first call, for which this deadline counts
 * as well. */
static RPC_STATUS start(struct wts_connection *connection, uint64_t deadline_ms)
{
    const struct wts_interface *interface = connection->rpc_interface;
    if (WTS_SYSTEM(I_RpcSendReceive) == NULL)
        return RPC_S_PROTSEQ_NOT_SUPPORTED;
    connection->connect_deadline_ms = deadline_ms;
    RPC_STATUS status = describe(interface, &connection->interface);
    if (status == RPC_S_OK)
        status = bind_to(connection->server, interface, &connection->binding);
    if (status != RPC_S_OK)
        return status;
    if (test_address[0] == L'\0')
        swprintf(connection->pipe, ARRAYSIZE(connection->pipe), L"\\\\%ls\\pipe\\%hs", connection->server,
                 interface->pipe);
    connection->users = 2;
    if (start_thread(connection))
        return RPC_S_OK;
    connection->users = 1;
    return ERROR_NOT_ENOUGH_MEMORY;
}

/* The run time does not report how far connecting came, so only the code of the first call shows it. */
static uint32_t step_of(const struct wts_call_result *result)
{
    switch (result->error) {
    case ERROR_SUCCESS:
        return WTS_CONNECT_NONE;
    case RPC_S_SERVER_UNAVAILABLE:
        return result->is_answer ? WTS_CONNECT_PIPE : WTS_CONNECT_TCP;
    case ERROR_LOGON_FAILURE:
    case ERROR_WRONG_TARGET_NAME:
    case RPC_S_SEC_PKG_ERROR:
        return WTS_CONNECT_LOGON;
    case RPC_S_PROTSEQ_NOT_SUPPORTED:
    case RPC_S_UNKNOWN_IF:
    case RPC_S_UNSUPPORTED_TRANS_SYN:
    case RPC_S_UNKNOWN_AUTHN_SERVICE:
    case RPC_S_UNSUPPORTED_AUTHN_LEVEL:
        return WTS_CONNECT_BIND;
    default:
        return result->is_answer ? WTS_CONNECT_NONE : WTS_CONNECT_CALL;
    }
}

static void report_connect(const struct wts_connection *connection, const struct wts_call_result *result)
{
    char server[3 * 256];
    const struct wts_connect_report report = {
        .transport = "rpcrt4", .server = server, .step = step_of(result), .error = result->error, .text = ""};
    wts_text_to_utf8(connection->server, server, sizeof server);
    wts_connect_report(&report);
}

static struct wts_call_result rpcrt4_connect(struct wts_connection *connection, uint64_t deadline_ms)
{
    const RPC_STATUS status = start(connection, deadline_ms);
    const struct wts_call_result result = {.error = (uint32_t)status, .broken = status != RPC_S_OK};
    if (status != RPC_S_OK) /* else the first call connects */
        report_connect(connection, &result);
    return result;
}

/* Waits for the thread's answer, under the lock. False: late, or cancelled. */
static bool wait_done(struct wts_connection *connection, uint64_t deadline_ms)
{
    while (connection->state != JOB_DONE && !connection->is_cancelled &&
           wts_condition_wait(&connection->changed, &connection->lock, deadline_ms)) {
    }
    return connection->state == JOB_DONE;
}

/* The first call also connects, so until it returns the deadline for connecting counts. */
static struct wts_call_result wait_result(struct wts_connection *connection, struct wts_response *response,
                                          uint64_t deadline_ms)
{
    const bool is_first = !connection->is_used && connection->connect_deadline_ms < deadline_ms;
    if (!wait_done(connection, is_first ? connection->connect_deadline_ms : deadline_ms)) {
        const uint32_t late = is_first ? RPC_S_SERVER_UNAVAILABLE : RPC_S_CALL_CANCELLED;
        /* Without this the connection, and its effect at the server, such as a message box that nobody waits
         * for, would stay until the answer comes. */
        if (connection->state == JOB_PENDING && WTS_SYSTEM(RpcCancelThreadEx) != NULL)
            WTS_SYSTEM(RpcCancelThreadEx)(connection->thread, 0);
        return (struct wts_call_result){.error = connection->is_cancelled ? RPC_S_CALL_FAILED : late,
                                        .progress = WTS_MAYBE_EXECUTED,
                                        .broken = true};
    }
    connection->state = JOB_NONE;
    *response = connection->response;
    connection->response = (struct wts_response){NULL, 0};
    return connection->result;
}

static struct wts_call_result rpcrt4_call(struct wts_connection *connection, uint16_t opnum,
                                          const uint8_t *request, size_t request_length,
                                          struct wts_response *response, uint64_t deadline_ms)
{
    struct wts_call_result result = {
        .error = RPC_S_CALL_FAILED, .progress = WTS_NOT_EXECUTED, .broken = true};
    uint8_t *copy = malloc(request_length + 1); /* outlives a call that is abandoned */
    if (copy == NULL)
        return (struct wts_call_result){.error = ERROR_NOT_ENOUGH_MEMORY, .progress = WTS_EXECUTED};
    if (request_length > 0)
        memcpy(copy, request, request_length);
    wts_lock_acquire(&connection->lock);
    const bool is_first = !connection->is_used;
    if (connection->is_cancelled) {
        free(copy);
    } else {
        free(connection->request);
        connection->request = copy;
        connection->request_length = request_length;
        connection->opnum = opnum;
        connection->state = JOB_PENDING;
        wts_condition_wake_all(&connection->changed);
        result = wait_result(connection, response, deadline_ms);
    }
    wts_lock_release(&connection->lock);
    if (is_first)
        report_connect(connection, &result);
    wts_trace(result.error != ERROR_SUCCESS ? WTS_TRACE_ERRORS : WTS_TRACE_WIRE, "opnum %u: error %lu", opnum,
              (unsigned long)result.error);
    return result;
}

static void rpcrt4_cancel(struct wts_connection *connection)
{
    wts_lock_acquire(&connection->lock);
    connection->is_cancelled = true;
    wts_condition_wake_all(&connection->changed);
    wts_lock_release(&connection->lock);
}

/*
 * Waits for the end of an idle thread. Otherwise a program that ends right after this would end at the same
 * time as its thread, which under Wine can lose its exit status (docs/wine.md#exit-status). A thread that is
 * still in a call is not waited for. The wait has a limit because the caller may hold the loader lock, which
 * a thread needs to end.
 */
static void rpcrt4_close(struct wts_connection *connection)
{
    wts_lock_acquire(&connection->lock);
    connection->is_closing = true;
    const bool is_idle = connection->thread != NULL && connection->state != JOB_PENDING;
    wts_condition_wake_all(&connection->changed);
    if (is_idle) {
        wts_lock_release(&connection->lock);
        WaitForSingleObject(connection->thread, THREAD_END_TIMEOUT_MS);
        wts_lock_acquire(&connection->lock);
    }
    leave(connection);
}

const struct wts_transport wts_transport_rpcrt4 = {
    .name = "rpcrt4",
    .create = rpcrt4_create,
    .connect = rpcrt4_connect,
    .call = rpcrt4_call,
    .cancel = rpcrt4_cancel,
    .close = rpcrt4_close,
};
