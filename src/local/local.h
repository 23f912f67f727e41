/*
 * The back end for this machine, as its files share it. Windows only.
 */
#ifndef WTS_LOCAL_LOCAL_H
#define WTS_LOCAL_LOCAL_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

#include "core/backend.h"

/*
 * Ends a process of this machine (contract 3.1). 87: no such process; 5: refused, or ended before. Any two
 * processes at pid, pid + 1 .. pid + 3 are one: the low two bits do not count, as everywhere in the system.
 */
uint32_t wts_local_terminate_process(struct wts_server *server, uint32_t process_id, uint32_t exit_code);

/* The processes of this machine, see backend.h. */
uint32_t wts_local_list_processes(struct wts_server *server, struct wts_processes *processes);

#endif
