/*
 * wts-session: reports the Linux session in which Wine runs to wtsapi32.dll, and carries the bytes of virtual
 * channels. The DLL starts it with a connected socket as standard input and exchanges frames with it; see
 * helper/frame.h. It has no call that locks, ends, switches or powers off anything.
 */
#include <stdio.h>
#include <string.h>

#include "helper/host/serve.h"
#include "helper/session/channel_duty.h"
#include "helper/session/duty.h"

static const char usage[] = "usage: wts-session            started by wtsapi32.dll, which speaks through "
                            "standard input\n"
                            "       wts-session --version\n";

static const struct wts_duty *const duties[] = {&wts_session_duty, &wts_vc_duty, NULL};

int main(int count, char **words)
{
    if (count == 2 && strcmp(words[1], "--version") == 0) {
        puts("wts-session " WTS_VERSION "\nLicence: MIT");
        return 0;
    }
    if (count != 1 || !wts_serve_is_requested()) {
        fputs(usage, stderr);
        return 2;
    }
    return wts_serve(duties);
}
