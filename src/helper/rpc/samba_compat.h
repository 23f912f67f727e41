/*
 * The differences between the releases of Samba that this builds with (4.17, 4.22 and 4.25 were tested), and
 * functions that no public header of Samba declares. No other file depends on Samba's version.
 */
#ifndef WTS_HELPER_RPC_SAMBA_COMPAT_H
#define WTS_HELPER_RPC_SAMBA_COMPAT_H

#include <stdbool.h>
#include <stdint.h>

struct dcerpc_pipe;
struct loadparm_context;

/*
 * The TCP ports on which smb.conf lets a client speak SMB, as numbers in text, ended by NULL. Lives as long
 * as `lp`. NULL: no memory. A transport that is not TCP (QUIC) is left out.
 */
const char *const *wts_samba_ports(struct loadparm_context *lp);

/* Whether smb.conf allows a client no dialect older than SMB 2.0.2 for pipes. */
bool wts_samba_forbids_smb1(struct loadparm_context *lp);

/*
 * Lets a call over a named pipe take as long as it needs. By default Samba gives each read of a pipe 60
 * seconds (measured with 4.17: a call whose answer takes longer is lost), but a message box waits for a user.
 * If this Samba has no way to change that, only calls that last longer than a minute are affected.
 */
void wts_samba_lift_pipe_timeout(struct dcerpc_pipe *pipe);

/* The status of the last fault PDU, 0: none. Samba keeps it until it is cleared. */
uint32_t wts_samba_fault(const struct dcerpc_pipe *pipe);
void wts_samba_clear_fault(struct dcerpc_pipe *pipe);

#endif
