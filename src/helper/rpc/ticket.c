/*
 * Log-on by ticket; see ticket.h. Measured with Samba 4.17: it treats a ticket that ends within five minutes
 * as expired; it does not use Kerberos with an address; it returns 0xC000000D for a service that the KDC does
 * not know, and 0xC000006D when KDC or server refuse a ticket, as they do when a clock is wrong.
 */
#include "core/error.h" /* before Samba, which has macros of the same names */
#include "helper/rpc/ticket.h"

#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <core/ntstatus.h>
#include <core/werror.h>
#include <talloc.h>
#include <credentials.h>

const char wts_ticket_log_level[] = "3";

static bool is_address(const char *server)
{
    const struct addrinfo wanted = {.ai_flags = AI_NUMERICHOST};
    struct addrinfo *list = NULL;
    if (getaddrinfo(server, NULL, &wanted, &list) != 0)
        return false;
    freeaddrinfo(list);
    return true;
}

const char *wts_ticket_principal(struct cli_credentials *credentials)
{
    enum credentials_obtained obtained = CRED_UNINITIALISED;
    const char *principal =
        cli_credentials_get_principal_and_obtained(credentials, (TALLOC_CTX *)credentials, &obtained);
    return obtained >= CRED_SPECIFIED ? principal : NULL;
}

const char *wts_ticket_look(struct cli_credentials *credentials, struct tevent_context *events,
                            struct loadparm_context *lp, const char *server)
{
    struct ccache_container *cache = NULL;
    const char *said = NULL;
    const char *principal = wts_ticket_principal(credentials);
    if (principal == NULL)
        return "no credential is stored for this server (wts credential add SERVER --user DOMAIN\\NAME), and "
               "there is no Kerberos ticket (kinit NAME@REALM)";
    if (is_address(server))
        return "a Kerberos ticket serves for a host by name, not by address";
    if (cli_credentials_get_ccache(credentials, events, lp, &cache, &said) == 0)
        return NULL;
    return talloc_asprintf(credentials, "the Kerberos ticket of %s has expired or is about to (kinit)",
                           principal);
}

/* Finds the service that the KDC did not know, "cifs/HOST@REALM", in Samba's messages. False: they name
 * none. */
static bool find_service(const char *said, const char **service, int *length)
{
    const size_t before = sizeof "Server " - 1;
    const char *end = strstr(said, " is not registered with our KDC");
    if (end == NULL)
        return false;
    const char *start = end;
    while (start > said && start[-1] != ' ')
        start--;
    *service = start;
    *length = (int)(end - start);
    // cppcheck-suppress knownConditionTrueFalse ; it takes the loop for one that runs to the front
    return (size_t)(start - said) >= before && *length > 0;
}

/* Whether "cifs/HOST@REALM" and "user@REALM" name different realms. */
static bool realms_differ(const char *service, int length, const char *principal)
{
    const char *theirs = memchr(service, '@', (size_t)length);
    const char *ours = strrchr(principal, '@');
    if (theirs == NULL || ours == NULL)
        return false;
    const size_t size = (size_t)(service + length - theirs);
    return size > 1 && (strlen(ours) != size || memcmp(theirs, ours, size) != 0);
}

static const char *explain_service(struct cli_credentials *credentials, const char *service, int length)
{
    const char *principal = wts_ticket_principal(credentials);
    if (principal != NULL && realms_differ(service, length, principal))
        return talloc_asprintf(
            credentials,
            "the host counts as one of another realm, %.*s, to which the ticket of %s does "
            "not lead (domain_realm in krb5.conf)",
            length, service, principal);
    return talloc_asprintf(credentials, "the KDC knows no service %.*s (the name of the host)", length,
                           service);
}

const char *wts_ticket_explain(struct cli_credentials *credentials, uint32_t status, const char *said,
                               struct wts_failure *failure)
{
    static const uint32_t logon_failure = 0xC000006D;
    static const uint32_t no_logon_servers = 0xC000005E;
    const char *service = NULL;
    int length = 0;
    if (find_service(said, &service, &length)) {
        failure->error = ERROR_WRONG_TARGET_NAME;
        return explain_service(credentials, service, length);
    }
    if (status == no_logon_servers)
        return "no KDC answers for the realm of the ticket or of the host (realms in krb5.conf)";
    if (status == logon_failure)
        return "the ticket is refused; the clocks of this machine, the KDC and the host may differ by more "
               "than five minutes";
    return NULL;
}
