/*
 * Sessions as a back end gives them to the API: plain numbers and text that live as long as the record that
 * holds them. Times are FILETIMEs as one number: units of 100 ns since 1601, UTC; 0 means never. Portable.
 */
#ifndef WTS_CORE_SESSIONS_H
#define WTS_CORE_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

/* The numbers of WTS_CURRENT_SESSION and WTS_ANY_SESSION. */
#define WTS_SESSION_CURRENT 0xFFFFFFFFU
#define WTS_SESSION_ANY 0xFFFFFFFEU

/* The two values of WTS_CONNECTSTATE_CLASS that a back end sets by itself. */
enum { WTS_STATE_ACTIVE = 0, WTS_STATE_DISCONNECTED = 4 };

/* WTS_PROTOCOL_TYPE_*. */
enum { WTS_PROTOCOL_CONSOLE = 0, WTS_PROTOCOL_LEGACY = 1, WTS_PROTOCOL_RDP = 2 };

/* One line of a list of sessions. */
struct wts_session {
    uint32_t environment_id; /* ExecEnvId: the session id, except for sessions of virtual machines */
    uint32_t session_id;
    uint32_t state;       /* WTS_CONNECTSTATE_CLASS */
    struct wts_text name; /* never absent; empty for a disconnected user session */
    /* The rest is filled with WTS_SESSIONS_WITH_USERS only; texts that do not exist are absent. */
    struct wts_text host;
    struct wts_text user;
    struct wts_text domain;
    struct wts_text farm;
};

struct wts_sessions {
    struct wts_session *rows;
    uint32_t count;
    void *owner; /* what the back end keeps for `free` */
    void (*free)(struct wts_sessions *sessions);
};

enum wts_sessions_detail { WTS_SESSIONS_PLAIN, WTS_SESSIONS_WITH_USERS };

/* Which members of a struct wts_session_information are wanted, as bits: each may need calls of its own. */
enum wts_session_part {
    WTS_PART_USER = 0x1,             /* user, domain, neither of them cut */
    WTS_PART_NAME = 0x2,             /* name */
    WTS_PART_STATE = 0x4,            /* state */
    WTS_PART_STATUS = 0x8,           /* the three above, lock, times, counters */
    WTS_PART_CLIENT = 0x10,          /* client */
    WTS_PART_CONFIG = 0x20,          /* config */
    WTS_PART_PROTOCOL = 0x40,        /* protocol_type, is_remote */
    WTS_PART_SESSION_ADDRESS = 0x80, /* session_address */
    WTS_PART_ACTIVITY = 0x100,       /* activity_id */
    WTS_PART_CAPABILITIES = 0x200,   /* capabilities, capability_count */
    WTS_PART_PROGRAM = 0x400,        /* program */
};

/* WTSINFOEX_LEVEL1's SessionFlags. */
enum { WTS_LOCK_LOCKED = 0, WTS_LOCK_UNLOCKED = 1, WTS_LOCK_UNKNOWN = -1 };

enum { WTS_FAMILY_NONE = 0, WTS_FAMILY_IPV4 = 2, WTS_FAMILY_IPV6 = 23 };

/* An address as in WTS_CLIENT_ADDRESS and WTS_SESSION_ADDRESS: an IPv4 address starts at bytes[2]. */
struct wts_session_address {
    uint32_t family; /* WTS_FAMILY_* */
    uint8_t bytes[20];
};

/* The source of WTSCLIENT and of the classes about the client. All zero for a session without a client. */
struct wts_session_client {
    struct wts_text name;
    struct wts_text domain;
    struct wts_text user;
    struct wts_text work_directory;
    struct wts_text initial_program;
    struct wts_text directory;
    struct wts_text device_id;
    uint8_t encryption_level;
    uint32_t address_family;
    uint16_t address_words[31]; /* WTSCLIENT's ClientAddress, USHORTs in both forms */
    struct wts_session_address address;
    uint32_t horizontal;  /* pixels; WTSCLIENT holds the low halves of these three */
    uint32_t vertical;    /* pixels */
    uint32_t color_depth; /* 1, 2, 4, 8: 4, 8, 16, 24 bits a pixel */
    uint32_t build_number;
    uint32_t hardware_id;
    uint16_t product_id;
    uint16_t out_buffer_count_host;
    uint16_t out_buffer_count_client;
    uint16_t out_buffer_length; /* bytes */
    uint16_t protocol_type;     /* 0 console, 1 legacy, 2 RDP */
};

/* WTSCONFIGINFO. */
struct wts_session_config {
    uint32_t version;
    uint32_t connects_client_drives;
    uint32_t connects_printers;
    uint32_t disables_printer_redirection;
    uint32_t disables_default_printer;
    uint32_t shadow_settings;
    struct wts_text user;
    struct wts_text domain;
    struct wts_text work_directory;
    struct wts_text initial_program;
    struct wts_text application_name;
};

/* WTSInitialProgram and WTSWorkingDirectory: the client's request, else the session's setting. */
struct wts_session_program {
    struct wts_text initial_program;
    struct wts_text work_directory;
};

struct wts_session_information {
    uint32_t session_id; /* always set, with WTS_SESSION_CURRENT resolved */
    uint32_t state;
    struct wts_text name;
    struct wts_text user;
    struct wts_text domain;
    int32_t lock;
    uint64_t connect_time;
    uint64_t disconnect_time;
    uint64_t last_input_time;
    uint64_t logon_time;
    uint64_t current_time;
    uint32_t incoming_bytes;
    uint32_t outgoing_bytes;
    uint32_t incoming_frames;
    uint32_t outgoing_frames;
    uint32_t incoming_compressed_bytes;
    uint32_t outgoing_compressed_bytes;
    struct wts_session_client client;
    struct wts_session_config config;
    struct wts_session_program program;
    uint16_t protocol_type; /* 0 console, 1 legacy, 2 RDP */
    uint32_t is_remote;     /* 0 or 1; goes with protocol_type, of this machine only */
    struct wts_session_address session_address;
    uint8_t activity_id[16];
    const uint32_t *capabilities;
    uint32_t capability_count;
    void *owner; /* what the back end keeps for `free` */
    void (*free)(struct wts_session_information *information);
};

/* A message box for the desktop of a session. */
struct wts_message {
    uint32_t session_id;
    struct wts_text title;
    struct wts_text text;
    uint32_t style;     /* MessageBox's uType */
    uint32_t timeout_s; /* 0: no limit */
    bool waits;         /* else the response is IDASYNC, at once */
};

#endif
