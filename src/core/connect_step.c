/*
 * The wording of the steps; see connect_step.h.
 */
#include "core/connect_step.h"

#include <stddef.h>

static const struct step {
    const char *name;
    const char *advice;
} steps[WTS_CONNECT_STEP_COUNT] = {
    [WTS_CONNECT_NONE] = {"none", NULL},
    [WTS_CONNECT_NAME] = {"name",
                          "the spelling of the name, /etc/hosts and /etc/resolv.conf (getent hosts HOST)"},
    [WTS_CONNECT_TCP] = {"tcp", "whether the host is up and its firewall lets SMB in (TCP port 445)"},
    [WTS_CONNECT_LOGON] = {"logon",
                           "user, password and domain; the Kerberos ticket (klist); the clock; whether "
                           "the host speaks SMB 2 with signing and accepts NTLM"},
    [WTS_CONNECT_PIPE] = {"pipe",
                          "whether Remote Desktop Services (TermService) run on the host, and whether "
                          "this user may open their pipe"},
    [WTS_CONNECT_BIND] = {"bind",
                          "whether the host's Remote Desktop Services offer the interface with packet "
                          "privacy; nothing weaker is used"},
    [WTS_CONNECT_CALL] = {"call",
                          "whether Remote Desktop Services (TermService) on the host still answer, and "
                          "whether this user has the right that the call needs"},
    [WTS_CONNECT_RELAY] = {"relay",
                           "whether wts-relay is installed (apt-get install wts-relay), or beside "
                           "wtsapi32.dll, or named by WTSAPI32_RELAY, and starts (wts-relay --check HOST)"},
};

const char *wts_connect_step_name(uint32_t step)
{
    return step < WTS_CONNECT_STEP_COUNT ? steps[step].name : "?";
}

const char *wts_connect_step_advice(uint32_t step, uint32_t status)
{
    static const uint32_t io_timeout = 0xC00000B5;
    if (step == WTS_CONNECT_LOGON && status == io_timeout)
        return "why the host accepts a connection and then does not answer: its Server service, or a KDC "
               "that "
               "is silent (/etc/krb5.conf)";
    return step < WTS_CONNECT_STEP_COUNT ? steps[step].advice : NULL;
}
