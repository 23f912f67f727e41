/*
 * How far a request to a server or a helper got. It decides whether the request may be repeated: never when
 * it may have run. Portable; the values are sent in frames between the DLL and its helpers.
 */
#ifndef WTS_CORE_PROGRESS_H
#define WTS_CORE_PROGRESS_H

enum wts_progress {
    WTS_NOT_EXECUTED,   /* provably did not run: nothing was sent, or the other side said so */
    WTS_MAYBE_EXECUTED, /* lost or abandoned after the request was sent */
    WTS_EXECUTED        /* answered: a response, or a fault that the procedure raised */
};

#endif
