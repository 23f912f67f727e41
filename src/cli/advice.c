/*
 * Advice about failures; see advice.h.
 */
#include "cli/advice.h"

#include "cli/connections.h"
#include "cli/logon.h"

static void add_about_logon(struct buffer *buffer, const wchar_t *server, const wchar_t *word)
{
    const CREDENTIALW *entry = logon_entry(server);
    if (entry != NULL)
        buffer_add_format(
            buffer, " The password of %ls that is stored for %ls did not serve; wts check %ls shows more.",
            entry->UserName != NULL ? entry->UserName : L"nobody", entry->TargetName, word);
    else
        buffer_add_format(buffer,
                          " No password is stored for this name: wts credential add %ls --user DOMAIN\\NAME "
                          "--save stores one, kinit gets a Kerberos ticket; wts check %ls shows more.",
                          word, word);
}

void advice_add(struct buffer *buffer, DWORD error, const wchar_t *server, const wchar_t *word)
{
    if (error == RPC_S_PROTSEQ_NOT_SUPPORTED)
        buffer_add_format(
            buffer, " Is wts-relay installed (apt-get install wts-relay)? wts check %ls shows more.", word);
    else if (error == ERROR_LOGON_FAILURE)
        add_about_logon(buffer, server, word);
    else if (error == RPC_S_SERVER_UNAVAILABLE)
        connections_add_reason(buffer, server);
}
