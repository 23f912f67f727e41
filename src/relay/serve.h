/*
 * The parent process: it speaks with the DLL, keeps a process for each connection, passes frames on and keeps
 * the time. It never blocks but in its one poll(), and never opens a connection itself.
 */
#ifndef WTS_RELAY_SERVE_H
#define WTS_RELAY_SERVE_H

/*
 * Serves the socket on descriptor 0 until it ends. Returns the exit status: 0 at the end of the socket, 1
 * when the other side breaks the protocol or a HELLO does not come.
 */
int wts_serve(void);

#endif
