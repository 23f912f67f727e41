/*
 * Differences between Samba's releases; see samba_compat.h.
 */
/* Since 4.22 <dcerpc.h> declares the members that this file needs only with this macro; 4.17 always does. */
#define SOURCE4_LIBRPC_INTERNALS
#include "helper/rpc/samba_compat.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <core/ntstatus.h>
#include <core/werror.h>
#include <core/hresult.h>
#include <talloc.h>
#include <dcerpc.h>
#include <param.h>

/* Exported by libsamba-hostconfig, absent from its headers. Gives an enum protocol_types. */
int lpcfg_client_ipc_min_protocol(struct loadparm_context *lp);
static const int protocol_smb2_02 = 6;

/*
 * The function is in a private library of Samba, which is loaded with the others but cannot be linked with. 0
 * milliseconds: no limit.
 */
static const char set_pipe_timeout_name[] = "tstream_smbXcli_np_set_timeout";
typedef unsigned set_pipe_timeout(struct tstream_context *stream, unsigned timeout_ms);

/*
 * Since 4.23 a client's ports are in "client smb transports"; before, they were in "smb ports", which now is
 * for servers only. Reading a parameter that Samba does not know makes it write a warning.
 */
#ifdef SAMBA_HAS_SMB_PORTS
static const char transports_parameter[] = "smb ports";
#else
static const char transports_parameter[] = "client smb transports";
#endif

static const char *const *configured_transports(struct loadparm_context *lp)
{
    struct parm_struct *parameter = lpcfg_parm_struct(lp, transports_parameter);
    const void *value = parameter != NULL ? lpcfg_parm_ptr(lp, NULL, parameter) : NULL;
    return value != NULL ? *(const char *const *const *)value : NULL;
}

/* "445", "tcp", "tcp:1445", "nbt" or "nbt:1139"; NULL for anything else, such as "quic". */
static const char *port_of(const char *transport)
{
    static const char digits[] = "0123456789";
    const size_t name_length = strcspn(transport, ":");
    const bool is_tcp = name_length == 3 && strncmp(transport, "tcp", name_length) == 0;
    const bool is_nbt = name_length == 3 && strncmp(transport, "nbt", name_length) == 0;
    if (!is_tcp && !is_nbt)
        return *transport && strspn(transport, digits) == strlen(transport) ? transport : NULL;
    if (transport[name_length] == ':')
        return transport + name_length + 1;
    return is_tcp ? "445" : "139";
}

const char *const *wts_samba_ports(struct loadparm_context *lp)
{
    const char *const *transports = configured_transports(lp);
    size_t count = 0;
    while (transports != NULL && transports[count] != NULL)
        count++;
    const char **ports = talloc_zero_array((const void *)lp, const char *, (unsigned)count + 1);
    for (size_t i = 0, used = 0; ports != NULL && i < count; i++) {
        const char *port = port_of(transports[i]);
        if (port != NULL)
            ports[used++] = port;
    }
    return ports;
}

bool wts_samba_forbids_smb1(struct loadparm_context *lp)
{
    return lpcfg_client_ipc_min_protocol(lp) >= protocol_smb2_02;
}

void wts_samba_lift_pipe_timeout(struct dcerpc_pipe *pipe)
{
    set_pipe_timeout *function;
    const void *const symbol = dlsym(RTLD_DEFAULT, set_pipe_timeout_name);
    memcpy(&function, &symbol, sizeof function);
    if (function != NULL && pipe->conn->transport.transport == NCACN_NP)
        function(pipe->conn->transport.stream, 0);
}

uint32_t wts_samba_fault(const struct dcerpc_pipe *pipe)
{
    return pipe->last_fault_code;
}

void wts_samba_clear_fault(struct dcerpc_pipe *pipe)
{
    pipe->last_fault_code = 0;
}
