/*
 * The processes of this machine at one moment, with their users. Contract:
 * docs/contract.md#process-list. Windows only.
 */
#ifndef WTS_LOCAL_NT_PROCESS_LIST_H
#define WTS_LOCAL_NT_PROCESS_LIST_H

#include <stdint.h>

#include "core/processes.h"

/* Gives all processes; the caller calls their `free`. 8 when memory is exhausted; 31 when the list outgrows
 * every buffer. */
uint32_t wts_process_list_read(struct wts_processes *processes);

/* Frees what is kept from one list for the next, when no other call is in flight. */
void wts_process_list_forget(void);

#endif
