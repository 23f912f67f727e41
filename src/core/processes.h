/*
 * A list of processes as a back end gives it to the API: plain numbers, text and SIDs that live as long as
 * the list. Portable.
 */
#ifndef WTS_CORE_PROCESSES_H
#define WTS_CORE_PROCESSES_H

#include <stdint.h>

#include "core/text.h"

struct wts_process {
    uint32_t session_id;
    uint32_t process_id;
    struct wts_text name; /* without a path; empty for process 0 */
    const uint8_t *sid;   /* the user's, a whole one; NULL: unknown */
    uint32_t thread_count;
    uint32_t handle_count;
    uint32_t page_file_usage; /* bytes, at most 0xFFFFFFFF, as the three below */
    uint32_t peak_page_file_usage;
    uint32_t working_set;
    uint32_t peak_working_set;
    uint64_t create_time; /* FILETIME; 0: unknown, as for processes of an opened server */
    uint64_t user_time;   /* 100 ns */
    uint64_t kernel_time;
};

struct wts_processes {
    struct wts_process *rows;
    uint32_t count;
    void *owner; /* the back end's, for `free` */
    void (*free)(struct wts_processes *processes);
};

#endif
