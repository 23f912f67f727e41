"""
A proxy in front of smbd, for what the kernel's loopback does not do: delays, and a man in the middle.
"""
import select
import socket
import struct
import threading
import time


class Proxy:
    """
    with Proxy(listen, to, delay=0.005, change=None): ...

    listen, to   (address, port)
    delay        seconds that each piece of data waits, in either direction
    change       function(SMB2 message, as bytearray) for what the server says; the message is changed in place
    see          function(SMB2 message, as bytearray) for what the client says

    proxy.turns counts the turns of all its connections: one for each connect, and one for each time that the client sends
    after the server did.
    """

    def __init__(self, listen, to, delay=0.0, change=None, see=None):
        self._to, self._delay, self._change, self._see = to, delay, change, see
        self._listener = socket.create_server(listen, backlog=128)
        self.turns = 0
        self._stopping = threading.Event()

    def __enter__(self):
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)  # closing alone would leave accept() waiting
        self._thread.join()
        self._listener.close()

    def _accept(self):
        while not self._stopping.is_set():
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._to)
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client, server), daemon=True).start()

    def _carry(self, client, server):
        """Both directions of one connection, until both have ended."""
        self.turns += 1
        spoke_last = ["server"]
        with client, server:
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=self._pump, args=("server", server, client, self._change, spoke_last), daemon=True)
            back.start()
            self._pump("client", client, server, self._see, spoke_last)
            back.join()

    def _pump(self, who, source, target, change, spoke_last):
        try:
            while True:
                data = self._message(source) if change else source.recv(65536)
                if not data:
                    break
                arrived = time.monotonic()
                self.turns += (who, spoke_last[0]) == ("client", "server")
                spoke_last[0] = who
                if change:
                    change(data)
                self._wait_until(arrived + self._delay)
                target.sendall(data)
        except OSError:
            pass
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    @staticmethod
    def _wait_until(moment):
        left = moment - time.monotonic()
        if left > 0:
            select.select([], [], [], left)

    @staticmethod
    def _message(source):
        """One message with its length in front; empty at the end."""
        header = source.recv(4, socket.MSG_WAITALL)
        if len(header) < 4:
            return b""
        length = struct.unpack(">I", header)[0] & 0xFFFFFF
        return bytearray(header + source.recv(length, socket.MSG_WAITALL))


def strip_signature(message):
    """Takes the signed flag and the signature out of an SMB2 message."""
    if message[4:8] == b"\xfeSMB":
        message[4 + 16] &= ~0x08 & 0xFF
        message[4 + 48:4 + 64] = bytes(16)
