"""
Plays xrdp's channel server: the socket that programs of a session open channels by, in both versions of its protocol, with
a client that echoes. It reads as xrdp does: what is there at once, at most 32,768 bytes, is one message for the client.

usage: chansrv.py FOLDER DISPLAY VERSION [--user ID] [--without-client]
Channels: a static name that begins with "unk" is unknown, a dynamic one with "none" is refused, with "mute" never answered,
with "shut" closed without an answer. Names that begin with "sink" and "slow" only take, with "stuck" not even that, with "flood"
send FLOOD bytes; others echo.
Commands on standard input, or in messages of the channel "orders": "leave [MS]" (the client goes, and returns), "return",
"connected" (prints how many programs hold a channel, or did when "orders" was opened, itself left out),
"sizes NAME", "taken NAME" and "marks NAME" (prints the sizes of the messages that came, their sum, and how many came with a descriptor), "sent NAME" (how many it has sent), "send NAME SIZE..." (the client sends), "end" (everything closes).
"""
import argparse
import contextlib
import os
import pathlib
import select
import socket
import struct
import sys
import threading
import time

MAX_READ = 32768
FLOOD = 8 << 20
SESSION_QUERY = 0x78726470
REQUEST_1 = struct.Struct("<III261s111x")


def fragments(message):
    """As a client cuts a message of a dynamic channel into pieces of 1600 bytes with their headers."""
    if len(message) <= 1598:
        return [message]
    first = 1596 if len(message) <= 0xFFFF else 1594
    return [message[:first]] + [message[i:i + 1598] for i in range(first, len(message), 1598)]


class Channel:
    def __init__(self, name, connection, is_dynamic, obey):
        self.name, self.connection, self.is_dynamic, self.obey = name, connection, is_dynamic, obey
        self.sizes = []
        self.marks = 0
        self.taken = 0
        self.sent = 0

    def is_connected(self):
        """Whether the program has its end; whoever serves this one need not know yet."""
        try:
            return self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def send(self, message):
        """Each fragment by one send, as xrdp passes it on."""
        pieces = fragments(message) if self.is_dynamic else [message]
        for piece in pieces:
            self.connection.sendall(piece)
        self.sent += 1

    def send_all(self, sizes):
        for size in sizes:
            self.send(os.urandom(int(size)))

    def receive(self):
        message, marks, _, _ = socket.recv_fds(self.connection, MAX_READ, 1)
        for mark in marks:
            os.close(mark)
            self.marks += 1
        return message

    def serve(self):
        if self.name.startswith("stuck"):
            poll = select.poll()
            poll.register(self.connection, select.POLLRDHUP)
            poll.poll()
            return
        if self.name.startswith("flood"):
            pattern = bytes(range(256)) * 4
            for _ in range(FLOOD // len(pattern)):
                self.send(pattern)
        while message := self.receive():
            self.sizes.append(len(message))
            self.taken += len(message)
            if self.name.startswith("slow"):
                time.sleep(0.02)
            if self.name == "orders":
                self.send(self.obey(message.decode()).encode() or b"done")
            elif not self.name.startswith(("sink", "slow")):
                self.send(message)


class Server:
    def __init__(self, folder, display, version):
        self.version = version
        self.waiting = pathlib.Path(folder, f"xrdp_chansrv_socket_{display}")
        self.is_connected, self.watchers, self.channels, self.lock = True, [], [], threading.Lock()
        self.met = None
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(pathlib.Path(folder, f"xrdpapi_{display}")))
        os.chmod(pathlib.Path(folder, f"xrdpapi_{display}"), 0o666)
        self.socket.listen(2)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            order = self.read_0(connection) if self.version == 0 else self.read_1(connection)
            if order is not None:
                self.open(connection, *order)
        except OSError:
            pass
        finally:
            connection.close()

    @staticmethod
    def wait(connection):
        """The other version is answered by silence, in both directions."""
        while connection.recv(MAX_READ):
            pass

    def read_0(self, connection):
        head = connection.recv(12, socket.MSG_WAITALL)
        if len(head) < 12:
            return None
        total, zero, length = struct.unpack("<III", head)
        if zero != 0 or total != 16 + length:
            return self.wait(connection)
        if length > 260:
            return None
        rest = connection.recv(length + 4, socket.MSG_WAITALL)
        return rest[:length].decode("latin-1"), struct.unpack("<I", rest[length:])[0]

    def read_1(self, connection):
        first = connection.recv(4, socket.MSG_WAITALL)
        if first != b"\x01\0\0\0":
            return self.wait(connection)
        version, private, flags, name = REQUEST_1.unpack(first + connection.recv(380, socket.MSG_WAITALL))
        if private == SESSION_QUERY:
            with self.lock:
                connection.sendall(struct.pack("<II", 0, self.is_connected))
                self.watchers.append(connection)
            return self.wait(connection)
        return name.split(b"\0")[0].decode("latin-1"), flags

    def open(self, connection, name, flags):
        status = 0
        if flags == 0 and (name.startswith("unk") or name == "?"):
            status = 1
        if flags != 0 and name.startswith("none"):
            status = 0xC0000225 if self.version == 1 else 0xC0000001
        if name.startswith("mute"):
            self.wait(connection)
        if name.startswith(("shut", "mute")):
            return
        channel = Channel(name, connection, flags != 0, self.obey)
        with self.lock:
            if name == "orders":
                self.met = self.count_connected()
            if status == 0:
                self.channels.append(channel)
        connection.sendall(struct.pack("<I", status))
        if status == 0:
            channel.serve()

    def set_connected(self, value):
        with self.lock:
            self.is_connected = value
            if self.version == 1:
                for watcher in self.watchers:
                    with contextlib.suppress(OSError):  # it has closed the channel
                        watcher.sendall(struct.pack("<I", value))
            elif value:
                self.waiting.unlink(missing_ok=True)
            else:
                self.waiting.touch()

    def count_connected(self):
        return sum(channel.is_connected() for channel in self.channels if channel.name != "orders")

    def find(self, name):
        with self.lock:
            return next(channel for channel in reversed(self.channels) if channel.name == name)

    def obey(self, line):
        word, *rest = line.split()
        if word == "leave":
            self.set_connected(False)
            if rest:
                threading.Timer(int(rest[0]) / 1000, self.set_connected, (True,)).start()
        elif word == "return":
            self.set_connected(True)
        elif word == "send":
            threading.Thread(target=self.find(rest[0]).send_all, args=(rest[1:],), daemon=True).start()
        elif word == "connected":
            with self.lock:
                return str(self.count_connected() if self.met is None else self.met)
        elif word == "sizes":
            return " ".join(map(str, self.find(rest[0]).sizes))
        elif word == "marks":
            return str(self.find(rest[0]).marks)
        elif word == "sent":
            return str(self.find(rest[0]).sent)
        elif word == "taken":
            return str(self.find(rest[0]).taken)
        elif word == "end":
            with self.lock:
                for channel in self.channels:
                    with contextlib.suppress(OSError):  # it has closed the channel
                        channel.connection.shutdown(socket.SHUT_RDWR)
        return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("display", type=int)
    parser.add_argument("version", type=int, choices=(0, 1))
    parser.add_argument("--user", type=int)
    parser.add_argument("--without-client", action="store_true")
    arguments = parser.parse_args()
    if arguments.user is not None:
        os.setuid(arguments.user)
    server = Server(arguments.folder, arguments.display, arguments.version)
    if arguments.without_client:
        server.set_connected(False)
    print("ready", flush=True)
    for line in sys.stdin:
        print(server.obey(line), flush=True)


if __name__ == "__main__":
    main()
