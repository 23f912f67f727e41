"""
Where clients come in: TCP ports (all interfaces, no SMB) and unix sockets that Samba's smbd opens for a pipe
(the interfaces of that pipe only). One thread per listener, one per connection.
"""
import os
import socket
import threading

from . import interfaces, npam
from .connection import Connection

BACKLOG = 256


def _accept_loop(listener, start):
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=start, args=(sock,), daemon=True).start()


def listen_tcp(host, address, port):
    """Returns (socket, port)."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, port), family=family, backlog=BACKLOG)
    port = listener.getsockname()[1]

    def start(sock):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Connection(host, sock, f"tcp:{address}:{port}").run()

    threading.Thread(target=_accept_loop, args=(listener, start), daemon=True).start()
    return listener, port


def listen_pipe(host, directory, pipe):
    """Returns the socket; the name in the file system is the pipe's in lower case."""
    path = os.path.join(directory, pipe)
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    listener.bind(path)
    listener.listen(BACKLOG)

    def start(sock):
        try:
            user = npam.accept(sock)
        except (OSError, npam.BadHandshake) as error:
            host.log.write("handshake", listener=f"pipe:{pipe}", problem=str(error))
            sock.close()
            return
        Connection(host, sock, f"pipe:{pipe}", pipe, user).run()

    threading.Thread(target=_accept_loop, args=(listener, start), daemon=True).start()
    return listener


class Listeners:
    """All listeners of one host; pipes can be closed and opened again while it runs."""

    def __init__(self, host, pipe_directory=None):
        self._host, self._directory = host, pipe_directory
        self._lock = threading.Lock()
        self._pipes = {}
        self._tcp = []

    def add_tcp(self, address, port):
        listener, port = listen_tcp(self._host, address, port)
        self._tcp.append(listener)
        return {"address": address, "port": port}

    def add_pipes(self):
        os.makedirs(self._directory, mode=0o700, exist_ok=True)
        for pipe in interfaces.pipes():
            self.open_pipe(pipe)
        return sorted(self._pipes)

    def open_pipe(self, pipe):
        with self._lock:
            if pipe not in interfaces.pipes():
                raise ValueError(f"no interface on pipe {pipe!r}")
            if pipe not in self._pipes:
                self._pipes[pipe] = listen_pipe(self._host, self._directory, pipe)

    def close_pipe(self, pipe):
        """As when the service behind it stops: opening it finds nothing. Open connections stay."""
        with self._lock:
            listener = self._pipes.pop(pipe, None)
            if listener is None:
                raise ValueError(f"pipe {pipe!r} is not open")
            self._close(listener)
            os.unlink(os.path.join(self._directory, pipe))

    def close(self):
        for pipe in list(self._pipes):
            self.close_pipe(pipe)
        for listener in self._tcp:
            self._close(listener)

    @staticmethod
    def _close(listener):
        try:
            listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        listener.close()
