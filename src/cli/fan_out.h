/*
 * Work on many servers in parallel.
 */
#ifndef WTS_CLI_FAN_OUT_H
#define WTS_CLI_FAN_OUT_H

struct fan_out {
    unsigned count;                             /* pieces of work */
    unsigned at_once;                           /* threads at most */
    void (*run)(void *context, unsigned index); /* runs one piece, in any thread */
    void (*done)(
        void *context,
        unsigned count); /* called in the caller's thread whenever one more is finished; NULL: no call */
    void *context;
};

/* Runs every piece once and returns when all are done. A single piece runs in the caller's thread. */
void fan_out_run(const struct fan_out *work);

#endif
