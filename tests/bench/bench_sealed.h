/*
 * One connection to the workstation service of a server, as bench_sealed.c times it. Two programs are made of
 * it: under Wine through the DLL's own transport, natively through the DLL's side of the helper alone.
 */
#ifndef WTS_TESTS_BENCH_SEALED_H
#define WTS_TESTS_BENCH_SEALED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/interface.h"

/* The procedure that is called: NetrWkstaGetInfo, level 100. */
enum { SEALED_OPNUM = 0, SEALED_TIMEOUT_MS = 30000 };
extern const struct wts_interface sealed_interface;
extern const uint8_t sealed_stub[];
extern const size_t sealed_stub_length;

struct sealed;

/* Connects. [in] user, password: the native program's; under Wine the stored credential is used. Ends the
 * program on failure, as call does. */
struct sealed *sealed_connect(const char *server, const char *user, const char *password);

/* One call. Returns the bytes of the response stub. */
size_t sealed_call(struct sealed *sealed);

void sealed_close(struct sealed *sealed);

/* A message of a byte to another native process and back, through pipes, so many times. Under Wine nothing.
 */
void sealed_turns(unsigned long count);

/* Prints what failed, and ends the program. */
_Noreturn void sealed_fail(const char *what, uint32_t error);

/* Nanoseconds of a clock that only goes forward. */
uint64_t sealed_clock(void);

#endif
