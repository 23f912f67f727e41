/*
 * Processes of the Legacy interface. The lists, RpcWinStationGetAllProcesses_NT6 (70) and, for servers that
 * lack it, RpcWinStationGetAllProcesses (43), return NDR structures, not opaque bytes; they count the image
 * name differently. Source: [MS-TSTS], TS_ALL_PROCESSES_INFO and its _NT6 form. Portable.
 */
#ifndef WTS_REMOTE_TSTS_PROCESS_LIST_H
#define WTS_REMOTE_TSTS_PROCESS_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "remote/ndr/reader.h"
#include "remote/tsts/legacy.h"

enum { WTS_LEGACY_GET_ALL_PROCESSES = 43, WTS_LEGACY_GET_ALL_PROCESSES_NT6 = 70 };

/* The maximum number of processes that a server may return: the range of pNumberOfProcesses. */
enum { WTS_MAX_PROCESSES = 0x8000 };

/* One process. Times are in units of 100 ns, memory in bytes, in 32 bits. */
struct wts_process_record {
    uint32_t process_id;
    uint32_t parent_id;
    uint32_t session_id;
    uint32_t thread_count;
    uint32_t handle_count;
    uint32_t peak_working_set;
    uint32_t working_set;
    uint32_t page_file;
    uint32_t peak_page_file;
    uint64_t create_time; /* since 1601, UTC */
    uint64_t user_time;
    uint64_t kernel_time;
    const uint16_t *image_name; /* NUL terminated; NULL: none */
    const uint8_t *sid;         /* a whole SID of revision 1; NULL: none */
    uint32_t sid_length;        /* bytes of `sid` */
};

struct wts_process_list {
    struct wts_legacy_result end; /* the list is valid when end.result is not 0 */
    uint32_t count;
    const struct wts_process_record *records;
};

/*
 * RpcWinStationGetAllProcesses_NT6 and RpcWinStationGetAllProcesses: all processes, at level 0; no arguments,
 * answered with a struct wts_process_list. Malformed, too, because it would do harm later: a SID whose own
 * length exceeds its bytes, or counts that differ from the lengths they belong to.
 */
extern const struct wts_procedure wts_legacy_get_all_processes_nt6;
extern const struct wts_procedure wts_legacy_get_all_processes;

#endif
