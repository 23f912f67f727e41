/*
 * The structures that travel as plain bytes in the server's own C layout: little endian, natural alignment,
 * WCHARs of two bytes; the same for 32 and 64 bits ([MS-TSTS] 2.2.1 and 2.2.2). Read by offset from `data`,
 * `length` bytes, texts copied into `arena`. A text ends at its first NUL, or at the end of its field.
 * Malformed: fewer bytes than the structure has. Extra bytes are ignored, because newer servers extend some
 * structures. Passwords are never read. Portable.
 */
#ifndef WTS_REMOTE_TSTS_OPAQUE_H
#define WTS_REMOTE_TSTS_OPAQUE_H

#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "remote/ndr/reader.h"

/* The minimum length of each, in bytes. */
enum {
    WTS_OPAQUE_CLIENT_LENGTH = 2296,
    WTS_OPAQUE_CONFIG_LENGTH = 2664,
    WTS_OPAQUE_PROTOCOL_STATUS_LENGTH = 1012
};

/* WINSTATIONCLIENT. */
struct wts_opaque_client {
    uint32_t flags; /* fTextOnly is bit 0 ... fRestrictedLogon bit 12 */
    struct wts_text name;
    struct wts_text domain;
    struct wts_text user;
    struct wts_text work_directory;
    struct wts_text initial_program;
    uint32_t serial_number;
    uint8_t encryption_level;
    uint32_t address_family;
    struct wts_text address;    /* as text: "192.0.2.7" */
    uint16_t address_words[31]; /* the whole field of the address, unchanged */
    uint16_t horizontal;        /* pixels */
    uint16_t vertical;          /* pixels */
    uint16_t color_depth;       /* 1, 2, 4, 8, ... as in WTS_CLIENT_DISPLAY */
    uint16_t protocol_type;     /* 0 console, 1 legacy, 2 RDP */
    uint32_t keyboard_layout;
    uint32_t keyboard_type;
    uint32_t keyboard_subtype;
    uint32_t keyboard_function_key;
    struct wts_text ime_file_name;
    struct wts_text directory; /* ClientDirectory */
    struct wts_text license;   /* ClientLicense */
    struct wts_text modem;     /* ClientModem */
    uint32_t build_number;
    uint32_t hardware_id;
    uint16_t product_id;
    uint16_t out_buffer_count_host;
    uint16_t out_buffer_count_client;
    uint16_t out_buffer_length; /* bytes */
    struct wts_text audio_driver;
    uint32_t client_session_id;
    struct wts_text device_id; /* clientDigProductId */
    uint32_t performance_flags;
    uint32_t input_locale;
};
enum wts_ndr_status wts_opaque_get_client(const uint8_t *data, size_t length, struct wts_ndr_arena *arena,
                                          struct wts_opaque_client *out);

/* Bits of USERCONFIG's first two words, `flags` below: those that the API's results need. */
#define WTS_CONFIG_INHERIT_INITIAL_PROGRAM 0x8U
#define WTS_CONFIG_INHERIT_SHADOW 0x40U
#define WTS_CONFIG_INHERIT_AUTO_CLIENT 0x400U
#define WTS_CONFIG_LOGON_DISABLED 0x8000U
#define WTS_CONFIG_AUTO_CLIENT_DRIVES 0x20000U
#define WTS_CONFIG_AUTO_CLIENT_LPTS 0x40000U
#define WTS_CONFIG_FORCE_CLIENT_LPT_DEF 0x80000U
#define WTS_CONFIG_PUBLISHED_APP 0x4000000U
#define WTS_CONFIG_MAXIMIZE 0x10000000U
#define WTS_CONFIG_DISABLE_CPM 0x20000000U
#define WTS_CONFIG_DISABLE_CDM 0x40000000U
#define WTS_CONFIG_DISABLE_CCM 0x80000000U

/* WINSTATIONCONFIG, with the USERCONFIG inside. Times in milliseconds. */
struct wts_opaque_config {
    struct wts_text comment;
    uint32_t flags;      /* WTS_CONFIG_* and the rest of the first word */
    uint32_t more_flags; /* the second word */
    struct wts_text user;
    struct wts_text domain;
    struct wts_text work_directory;
    struct wts_text initial_program;
    struct wts_text callback_number;
    uint32_t callback;
    uint32_t shadow; /* 0 off ... 4 */
    uint32_t maximum_connection_ms;
    uint32_t maximum_disconnection_ms;
    uint32_t maximum_idle_ms;
    uint32_t keyboard_layout;
    uint8_t minimum_encryption_level;
    struct wts_text logon_server;         /* NWLogonServer */
    struct wts_text published_name;       /* PublishedName */
    struct wts_text profile_path;         /* WFProfilePath */
    struct wts_text home_directory;       /* WFHomeDir */
    struct wts_text home_directory_drive; /* WFHomeDirDrive */
};
enum wts_ndr_status wts_opaque_get_config(const uint8_t *data, size_t length, struct wts_ndr_arena *arena,
                                          struct wts_opaque_config *out);

/* PROTOCOLCOUNTERS, of one direction; the errors of asynchronous lines are left out. */
struct wts_opaque_counters {
    uint32_t wd_bytes;
    uint32_t wd_frames;
    uint32_t waits_for_buffer; /* WaitForOutBuf */
    uint32_t frames;
    uint32_t bytes;
    uint32_t compressed_bytes;
    uint32_t compress_flushes;
    uint32_t errors;
    uint32_t timeouts;
    uint32_t transport_errors; /* TdErrors */
    uint16_t protocol_type;
};

/* PROTOCOLSTATUS and PROTOCOLSTATUSEX, which begins with the same bytes. */
struct wts_opaque_protocol_status {
    struct wts_opaque_counters output; /* to the client */
    struct wts_opaque_counters input;  /* from the client */
    uint32_t async_signal;
    uint32_t async_signal_mask;
};
enum wts_ndr_status wts_opaque_get_protocol_status(const uint8_t *data, size_t length,
                                                   struct wts_opaque_protocol_status *out);

#endif
