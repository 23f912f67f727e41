/*
 * wts-relay: carries the remote calls of wtsapi32.dll under Wine, by Samba's RPC library. The DLL starts it
 * with a connected socket as standard input and exchanges frames with it; see helper/frame.h. Users start it
 * only for --check. It is linked with libraries under GPL version 3 or later.
 */
#include <stdio.h>
#include <string.h>

#include "helper/host/serve.h"
#include "helper/rpc/check.h"
#include "helper/rpc/duty.h"

static const char usage[] = "usage: wts-relay                                started by wtsapi32.dll, which "
                            "speaks through standard input\n"
                            "       wts-relay --check HOST [--user [DOMAIN\\]NAME]   connects once and shows "
                            "each step; the password is read\n"
                            "                                                from standard input; without "
                            "--user: by the Kerberos ticket\n"
                            "       wts-relay --version\n";

static const struct wts_duty *const duties[] = {&wts_rpc_duty, NULL};

static int check(int count, char **words)
{
    const char *user = NULL;
    if (count == 5 && strcmp(words[3], "--user") == 0)
        user = words[4];
    else if (count != 3) {
        fputs(usage, stderr);
        return 2;
    }
    return wts_check(duties, words[2], user);
}

int main(int count, char **words)
{
    if (count >= 2 && strcmp(words[1], "--check") == 0)
        return check(count, words);
    if (count == 2 && strcmp(words[1], "--version") == 0) {
        puts("wts-relay " WTS_VERSION
             "\nLicence: GPL version 3 or later, as Samba's libraries, which it is linked with");
        return 0;
    }
    if (count != 1 || !wts_serve_is_requested()) {
        fputs(usage, stderr);
        return 2;
    }
    return wts_serve(duties);
}
