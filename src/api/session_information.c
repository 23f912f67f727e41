/*
 * WTSQuerySessionInformation, docs/contract.md#session-information: one table says for each class which parts
 * the back end provides and how they become the result. Arguments are checked in Windows' order: outputs
 * (1784), server handle (6), class (87, 50), session (2). Outputs are written on success only; success leaves
 * the last error alone.
 */
#include <wtsapi32.h>

#include <string.h>

#include "api/call.h"
#include "core/block.h"
#include "core/result.h"
#include "core/server.h"
#include "core/sessions.h"
#include "forward/forward.h"

#define FIELD(kind, source, structure, member)                                                               \
    WTS_FIELD(kind, struct wts_session_information, source, structure, member)

#define CLIENT(kind, source, member) FIELD(kind, client.source, WTSCLIENT, member)

static const struct wts_field client_fields[] = {
    CLIENT(ARRAY, name, ClientName),
    CLIENT(ARRAY, domain, Domain),
    CLIENT(ARRAY, user, UserName),
    CLIENT(ARRAY, work_directory, WorkDirectory),
    CLIENT(ARRAY, initial_program, InitialProgram),
    CLIENT(NUMBER, encryption_level, EncryptionLevel),
    CLIENT(NUMBER, address_family, ClientAddressFamily),
    CLIENT(NUMBER, address_words, ClientAddress),
    CLIENT(NUMBER, horizontal, HRes),
    CLIENT(NUMBER, vertical, VRes),
    CLIENT(NUMBER, color_depth, ColorDepth),
    CLIENT(ARRAY, directory, ClientDirectory),
    CLIENT(NUMBER, build_number, ClientBuildNumber),
    CLIENT(NUMBER, hardware_id, ClientHardwareId),
    CLIENT(NUMBER, product_id, ClientProductId),
    CLIENT(NUMBER, out_buffer_count_host, OutBufCountHost),
    CLIENT(NUMBER, out_buffer_count_client, OutBufCountClient),
    CLIENT(NUMBER, out_buffer_length, OutBufLength),
    CLIENT(ARRAY, device_id, DeviceId),
};

#define INFO(kind, source, member) FIELD(kind, source, WTSINFO, member)

static const struct wts_field info_fields[] = {
    INFO(NUMBER, state, State),
    INFO(NUMBER, session_id, SessionId),
    INFO(NUMBER, incoming_bytes, IncomingBytes),
    INFO(NUMBER, outgoing_bytes, OutgoingBytes),
    INFO(NUMBER, incoming_frames, IncomingFrames),
    INFO(NUMBER, outgoing_frames, OutgoingFrames),
    INFO(NUMBER, incoming_compressed_bytes, IncomingCompressedBytes),
    INFO(NUMBER, outgoing_compressed_bytes, OutgoingCompressedBytes),
    INFO(ARRAY, name, WinStationName),
    INFO(ARRAY, domain, Domain),
    INFO(ARRAY, user, UserName),
    INFO(NUMBER, connect_time, ConnectTime),
    INFO(NUMBER, disconnect_time, DisconnectTime),
    INFO(NUMBER, last_input_time, LastInputTime),
    INFO(NUMBER, logon_time, LogonTime),
    INFO(NUMBER, current_time, CurrentTime),
};

#define INFO_EX(kind, source, member) FIELD(kind, source, WTSINFOEX, Data.WTSInfoExLevel1.member)

static const struct wts_field info_ex_fields[] = {
    {.kind = WTS_FIELD_CONSTANT, .source = 1, .size = sizeof(DWORD)}, /* Level */
    INFO_EX(NUMBER, session_id, SessionId),
    INFO_EX(NUMBER, state, SessionState),
    INFO_EX(NUMBER, lock, SessionFlags),
    INFO_EX(ARRAY, name, WinStationName),
    INFO_EX(ARRAY, user, UserName),
    INFO_EX(ARRAY, domain, DomainName),
    INFO_EX(NUMBER, logon_time, LogonTime),
    INFO_EX(NUMBER, connect_time, ConnectTime),
    INFO_EX(NUMBER, disconnect_time, DisconnectTime),
    INFO_EX(NUMBER, last_input_time, LastInputTime),
    INFO_EX(NUMBER, current_time, CurrentTime),
    INFO_EX(NUMBER, incoming_bytes, IncomingBytes),
    INFO_EX(NUMBER, outgoing_bytes, OutgoingBytes),
    INFO_EX(NUMBER, incoming_frames, IncomingFrames),
    INFO_EX(NUMBER, outgoing_frames, OutgoingFrames),
    INFO_EX(NUMBER, incoming_compressed_bytes, IncomingCompressedBytes),
    INFO_EX(NUMBER, outgoing_compressed_bytes, OutgoingCompressedBytes),
};

_Static_assert(offsetof(WTSINFOEXW, Level) == 0 && offsetof(WTSINFOEXA, Level) == 0,
               "the constant is the first member");

#define CONFIG(kind, source, member) FIELD(kind, config.source, WTSCONFIGINFO, member)

static const struct wts_field config_fields[] = {
    CONFIG(NUMBER, version, version),
    CONFIG(NUMBER, connects_client_drives, fConnectClientDrivesAtLogon),
    CONFIG(NUMBER, connects_printers, fConnectPrinterAtLogon),
    CONFIG(NUMBER, disables_printer_redirection, fDisablePrinterRedirection),
    CONFIG(NUMBER, disables_default_printer, fDisableDefaultMainClientPrinter),
    CONFIG(NUMBER, shadow_settings, ShadowSettings),
    CONFIG(ARRAY, user, LogonUserName),
    CONFIG(ARRAY, domain, LogonDomain),
    CONFIG(ARRAY, work_directory, WorkDirectory),
    CONFIG(ARRAY, initial_program, InitialProgram),
    CONFIG(ARRAY, application_name, ApplicationName),
};

static const struct wts_layout client = WTS_LAYOUT(client_fields, struct wts_session_information, WTSCLIENT);
static const struct wts_layout info = WTS_LAYOUT(info_fields, struct wts_session_information, WTSINFO);
static const struct wts_layout info_ex =
    WTS_LAYOUT(info_ex_fields, struct wts_session_information, WTSINFOEX);
static const struct wts_layout config =
    WTS_LAYOUT(config_fields, struct wts_session_information, WTSCONFIGINFO);

_Static_assert(sizeof(WTS_CLIENT_ADDRESS) == sizeof(struct wts_session_address) &&
                   offsetof(WTS_CLIENT_ADDRESS, Address) == offsetof(struct wts_session_address, bytes),
               "an address is passed on as it is");
_Static_assert(sizeof(WTS_SESSION_ADDRESS) == sizeof(struct wts_session_address), "and so is this address");
_Static_assert(sizeof(WTS_CLIENT_DISPLAY) == 3 * sizeof(uint32_t) &&
                   offsetof(struct wts_session_client, color_depth) ==
                       offsetof(struct wts_session_client, horizontal) + 2 * sizeof(uint32_t),
               "a display is the three numbers in a row");

/* How the result is made from the parts. */
enum kind {
    REFUSED,      /* the class is known but not supported: 50 */
    EMPTY,        /* "", from no member */
    TEXT,         /* the struct wts_text at `offset` */
    BYTES,        /* `length` bytes at `offset` */
    CAPABILITIES, /* the numbers that `capabilities` points to */
    STRUCTURE,    /* as `layout` says */
};

struct row {
    enum kind kind;
    uint32_t parts; /* what the back end provides for it */
    size_t offset;
    size_t length;
    const struct wts_layout *layout;
    bool is_local; /* for sessions of this machine only */
};

#define ROW(kind_, parts_, ...)                                                                              \
    {                                                                                                        \
        .kind = (kind_), .parts = (parts_), __VA_ARGS__                                                      \
    }
#define TEXT_AT(parts_, member) ROW(TEXT, parts_, .offset = offsetof(struct wts_session_information, member))
#define BYTES_AT(parts_, member, length_)                                                                    \
    ROW(BYTES, parts_, .offset = offsetof(struct wts_session_information, member), .length = (length_))
#define BYTES_OF(parts_, member)                                                                             \
    BYTES_AT(parts_, member, sizeof(((struct wts_session_information *)0)->member))

static const struct row rows[] = {
    [WTSInitialProgram] = TEXT_AT(WTS_PART_PROGRAM, program.initial_program),
    [WTSApplicationName] = {.kind = EMPTY},
    [WTSWorkingDirectory] = TEXT_AT(WTS_PART_PROGRAM, program.work_directory),
    [WTSOEMId] = {.kind = EMPTY},
    [WTSSessionId] = BYTES_OF(0, session_id),
    [WTSUserName] = TEXT_AT(WTS_PART_USER, user),
    [WTSWinStationName] = TEXT_AT(WTS_PART_NAME, name),
    [WTSDomainName] = TEXT_AT(WTS_PART_USER, domain),
    [WTSConnectState] = BYTES_OF(WTS_PART_STATE, state),
    [WTSClientBuildNumber] = BYTES_OF(WTS_PART_CLIENT, client.build_number),
    [WTSClientName] = TEXT_AT(WTS_PART_CLIENT, client.name),
    [WTSClientDirectory] = TEXT_AT(WTS_PART_CLIENT, client.directory),
    [WTSClientProductId] = BYTES_OF(WTS_PART_CLIENT, client.product_id),
    [WTSClientHardwareId] = BYTES_OF(WTS_PART_CLIENT, client.hardware_id),
    [WTSClientAddress] = BYTES_OF(WTS_PART_CLIENT, client.address),
    [WTSClientDisplay] = BYTES_AT(WTS_PART_CLIENT, client.horizontal, sizeof(WTS_CLIENT_DISPLAY)),
    [WTSClientProtocolType] = BYTES_OF(WTS_PART_PROTOCOL, protocol_type),
    [WTSIdleTime] = {.kind = REFUSED},
    [WTSLogonTime] = {.kind = REFUSED},
    [WTSIncomingBytes] = {.kind = REFUSED},
    [WTSOutgoingBytes] = {.kind = REFUSED},
    [WTSIncomingFrames] = {.kind = REFUSED},
    [WTSOutgoingFrames] = {.kind = REFUSED},
    [WTSClientInfo] = ROW(STRUCTURE, WTS_PART_CLIENT, .layout = &client),
    [WTSSessionInfo] = ROW(STRUCTURE, WTS_PART_STATUS, .layout = &info),
    [WTSSessionInfoEx] = ROW(STRUCTURE, WTS_PART_STATUS, .layout = &info_ex),
    [WTSConfigInfo] = ROW(STRUCTURE, WTS_PART_CONFIG, .layout = &config),
    [WTSValidationInfo] = {.kind = REFUSED},
    [WTSSessionAddressV4] = BYTES_OF(WTS_PART_SESSION_ADDRESS, session_address),
    [WTSIsRemoteSession] =
        ROW(BYTES, WTS_PART_PROTOCOL, .offset = offsetof(struct wts_session_information, is_remote),
            .length = sizeof(BOOL), .is_local = true),
    [WTSSessionActivityId] = BYTES_OF(WTS_PART_ACTIVITY, activity_id),
    [WTSCapabilityCheck] = {.kind = CAPABILITIES, .parts = WTS_PART_CAPABILITIES},
};

_Static_assert(ARRAYSIZE(rows) == WTSCapabilityCheck + 1, "a row for every class");

static DWORD copy(const void *bytes, size_t count, void **block, size_t *length)
{
    void *copied = wts_result_allocate(count);
    if (copied == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (count > 0)
        memcpy(copied, bytes, count);
    *block = copied;
    *length = count;
    return ERROR_SUCCESS;
}

static DWORD pack(const struct row *row, enum wts_form form,
                  const struct wts_session_information *information, void **block, size_t *length)
{
    const void *source = (const uint8_t *)information + row->offset;
    switch (row->kind) {
    case EMPTY:
        return wts_block_pack_text(form, wts_text_empty(), block, length);
    case TEXT:
        return wts_block_pack_text(form, *(const struct wts_text *)source, block, length);
    case BYTES:
        return copy(source, row->length, block, length);
    case CAPABILITIES:
        return copy(information->capabilities,
                    information->capability_count * sizeof information->capabilities[0], block, length);
    case STRUCTURE:
        return wts_block_pack(row->layout, form, information, 1, block, length);
    default:
        return ERROR_NOT_SUPPORTED;
    }
}

static BOOL query(const char *name, HANDLE handle, DWORD session_id, WTS_INFO_CLASS class, enum wts_form form,
                  void **block, DWORD *length)
{
    const struct wts_call call = wts_call_begin(name);
    struct wts_session_information information;
    struct wts_server *server;
    void *packed = NULL;
    size_t packed_length = 0;
    if (block == NULL || length == NULL)
        return wts_call_end(&call, ERROR_INVALID_USER_BUFFER);
    DWORD error = wts_server_acquire(handle, &server);
    if (error != ERROR_SUCCESS)
        return wts_call_end(&call, error);
    const struct row *row = (unsigned)class < ARRAYSIZE(rows) ? &rows[class] : NULL;
    if (row == NULL)
        error = ERROR_INVALID_PARAMETER;
    else if (row->kind == REFUSED || (row->is_local && server->backend != wts_local_server.backend))
        error = ERROR_NOT_SUPPORTED;
    else
        error = server->backend->query_session(server, session_id, row->parts, &information);
    wts_server_release(handle);
    if (error != ERROR_SUCCESS)
        return wts_call_end(&call, error);
    error = pack(row, form, &information, &packed, &packed_length);
    if (error == ERROR_SUCCESS) {
        *block = packed;
        *length = (DWORD)packed_length;
    }
    information.free(&information);
    return wts_call_end(&call, error);
}

BOOL WINAPI WTSQuerySessionInformationW(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                        LPWSTR *ppBuffer, DWORD *pBytesReturned)
{
    WTS_FORWARD_BUFFER(WTSQuerySessionInformationW, wts_server_is_local(hServer),
                       (NULL, SessionId, WTSInfoClass, ppBuffer, pBytesReturned), ppBuffer, 0,
                       WTS_RELEASE_PLAIN, 0);
    return query("WTSQuerySessionInformationW", hServer, SessionId, WTSInfoClass, WTS_FORM_UTF16,
                 (void **)ppBuffer, pBytesReturned);
}

BOOL WINAPI WTSQuerySessionInformationA(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                        LPSTR *ppBuffer, DWORD *pBytesReturned)
{
    WTS_FORWARD_BUFFER(WTSQuerySessionInformationA, wts_server_is_local(hServer),
                       (NULL, SessionId, WTSInfoClass, ppBuffer, pBytesReturned), ppBuffer, 0,
                       WTS_RELEASE_PLAIN, 0);
    return query("WTSQuerySessionInformationA", hServer, SessionId, WTSInfoClass, WTS_FORM_ANSI,
                 (void **)ppBuffer, pBytesReturned);
}
