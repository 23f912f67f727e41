/*
 * Processes of the Legacy interface. The lists, RpcWinStationGetAllProcesses_NT6 (70) and, for servers that
 * lack it, RpcWinStationGetAllProcesses (43), give NDR structures, not opaque bytes; they differ in how the
 * image name is counted. RpcWinStationGetProcessSid (44) gives the user of one process. Source: [MS-TSTS],
 * TS_ALL_PROCESSES_INFO and its _NT6 form. Portable.
 */
#ifndef WTS_REMOTE_TSTS_PROCESS_LIST_H
#define WTS_REMOTE_TSTS_PROCESS_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "remote/ndr/reader.h"
#include "remote/tsts/legacy.h"

enum {
    WTS_LEGACY_GET_ALL_PROCESSES = 43,
    WTS_LEGACY_GET_PROCESS_SID = 44,
    WTS_LEGACY_GET_ALL_PROCESSES_NT6 = 70
};

/* The most processes that a server may give: the range of pNumberOfProcesses. */
enum { WTS_PROCESS_LIST_MAXIMUM = 0x8000 };

/* One process. Times in units of 100 ns, memory in bytes as 32 bits carry them. */
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
    struct wts_legacy_result
        end; /* as other calls have it; the list is of meaning when end.result is not 0 */
    uint32_t count;
    const struct wts_process_record *records;
};

/* The request of either opnum: all processes, at level 0. It takes WTS_LEGACY_REQUEST_LENGTH bytes. */
void wts_legacy_put_get_all_processes(struct wts_ndr_writer *writer,
                                      const struct wts_context_handle *context);

/*
 * Reads the response of `opnum` (one of the two above), `length` bytes, into *list, whose parts live in
 * `arena`. Anything but WTS_NDR_OK leaves *list alone (the arena may hold pieces). Malformed is also what
 * would hurt later: a SID that says it is longer than its bytes, counts that differ from the lengths they
 * belong to.
 */
enum wts_ndr_status wts_legacy_get_all_processes(uint16_t opnum, const uint8_t *stub, size_t length,
                                                 struct wts_ndr_arena *arena, struct wts_process_list *list);

/* Room for any SID, and for the request that asks for one. Source: SECURITY_MAX_SID_SIZE of Windows' SDK. */
enum { WTS_LEGACY_SID_CAPACITY = 68, WTS_LEGACY_PROCESS_SID_REQUEST_LENGTH = 48 + WTS_LEGACY_SID_CAPACITY };

struct wts_process_sid {
    struct wts_legacy_result end; /* too small: 0xC0000023, from newer servers 0x8007007A */
    const uint8_t *sid;           /* a whole SID of revision 1; NULL when end.result is 0 */
    uint32_t sid_length;          /* bytes of `sid` */
    uint32_t needed;              /* bytes that the SID needs */
};

/*
 * RpcWinStationGetProcessSid: the user of process `process_id`, which must have started at `start_time`
 * (FILETIME); at most `capacity` bytes, WTS_LEGACY_SID_CAPACITY or fewer. Takes
 * WTS_LEGACY_PROCESS_SID_REQUEST_LENGTH bytes.
 */
void wts_legacy_put_get_process_sid(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                                    uint32_t process_id, uint64_t start_time, uint32_t capacity);

/* Reads its response into *out, whose SID lives in `arena`. Malformed: a success without a whole SID. */
enum wts_ndr_status wts_legacy_get_process_sid(const uint8_t *stub, size_t length,
                                               struct wts_ndr_arena *arena, struct wts_process_sid *out);

#endif
