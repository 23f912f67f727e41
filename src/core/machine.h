/*
 * Which server names mean this machine. In doubt a name means another machine, so that a call never affects
 * the wrong one. Windows only.
 */
#ifndef WTS_CORE_MACHINE_H
#define WTS_CORE_MACHINE_H

#include <windows.h>

#include <stdbool.h>

/*
 * True for "", ".", "localhost" and this machine's own name, in any case: a name with a dot must equal the
 * full DNS name; one without must equal the untruncated host name or the exact NetBIOS name. No IP address
 * means this machine, not even 127.0.0.1. `name` is NUL terminated.
 */
bool wts_machine_is_this(const WCHAR *name);

#endif
