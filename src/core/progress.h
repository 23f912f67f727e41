/*
 * How far a request to somebody else came. It decides whether the request may be repeated: never when it may
 * have run. Portable; the values stand in frames between the DLL and its helpers.
 */
#ifndef WTS_CORE_PROGRESS_H
#define WTS_CORE_PROGRESS_H

enum wts_progress {
    WTS_NOT_EXECUTED,   /* provably did not run: nothing was handed over, or the other side said so */
    WTS_MAYBE_EXECUTED, /* lost or given up after the request was handed over */
    WTS_EXECUTED        /* answered: a response, or a fault out of the procedure */
};

#endif
