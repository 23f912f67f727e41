"""
The DLL's side of the frames of wts-relay, written from the comments of relay_frame.h without its code: starts a
relay on a socket pair and speaks to it.
"""
import os
import select
import socket
import struct
import subprocess
import threading

from waiting import until

HELLO, READY, CONNECT, CONNECTED, CALL, RESULT, CANCEL, CLOSE = range(1, 9)
NOT_EXECUTED, MAYBE_EXECUTED, EXECUTED = range(3)
STEPS = ("none", "name", "tcp", "logon", "pipe", "bind", "call")
VERSION = 1
NO_LIMIT = ABSENT = 0xFFFFFFFF
LEGACY = ("5ca4a760-ebb1-11cf-8611-00a0245420ed", "Ctx_WinStation_API_service")
HEADER = struct.Struct("<IHHII")
PATIENCE = 60


def text(value):
    if value is None:
        return struct.pack("<I", ABSENT)
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<I", len(data)) + data


def frame(kind, connection=0, call=0, opnum=0, payload=b""):
    return HEADER.pack(len(payload), kind, opnum, connection, call) + payload


def hello(version=VERSION, home=None, cache=None, config=None):
    return frame(HELLO, payload=struct.pack("<I", version) + text(home) + text(cache) + text(config))


def connect(number, server, user=None, password=None, domain=None, timeout_ms=30000, interface=LEGACY, version=1):
    uuid, pipe = interface
    payload = struct.pack("<HHI", version, 0, timeout_ms)
    payload += b"".join(text(part) for part in (server, uuid, pipe, domain, user, password))
    return frame(CONNECT, number, payload=payload)


def call(number, turn, opnum, stub=b"", timeout_ms=30000):
    return frame(CALL, number, turn, opnum, struct.pack("<I", timeout_ms) + stub)


class Connected:
    def __init__(self, payload):
        self.error, self.status, step = struct.unpack_from("<III", payload)
        self.step = STEPS[step]
        self.microseconds = struct.unpack_from("<7I", payload, 12)
        length, = struct.unpack_from("<I", payload, 40)
        self.text = payload[44:].decode()
        assert length == len(payload) - 44

    def __repr__(self):
        return f"CONNECTED error {self.error} status {self.status:08X} step {self.step}: {self.text}"


class Result:
    def __init__(self, payload):
        self.error, self.progress, broken, self.status, self.fault, step = struct.unpack_from("<6I", payload)
        self.broken, self.step, self.stub = bool(broken), STEPS[step], payload[24:]

    def __repr__(self):
        return (f"RESULT error {self.error} progress {self.progress} broken {self.broken} status {self.status:08X} "
                f"fault {self.fault:08X} step {self.step} {self.stub.hex()}")


class Relay:
    """A relay process. Answers are kept by (type, connection) until somebody asks for them."""

    def __init__(self, greet=True, environment=None, keep=None, **variables):
        """`keep`: a list that receives a copy of the relay's end of the socket, as Wine's server has one."""
        self.socket, theirs = socket.socketpair()
        if keep is not None:
            keep.append(theirs.dup())
        self.process = subprocess.Popen([os.environ["WTS_RELAY"]], stdin=theirs, env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        theirs.close()
        self._answers, self._data, self._lock = {}, b"", threading.Lock()
        self._numbers = iter(range(1, 1 << 32))
        self._guardian = set()
        if greet:
            self.send(hello(**variables))
            self.ready = self.receive()
            self._guardian = set(children_of(self.process.pid))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def send(self, data):
        self.socket.sendall(data)

    def end(self):
        """Ends the socket; the relay's exit status."""
        self.socket.close()
        return self.process.wait(PATIENCE)

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def receive(self, seconds=PATIENCE):
        """The next frame as (type, connection, call, payload), or None at the end of the socket."""
        while True:
            if len(self._data) >= HEADER.size:
                length, kind, _, connection, turn = HEADER.unpack_from(self._data)
                whole = HEADER.size + length
                if len(self._data) >= whole:
                    payload, self._data = self._data[HEADER.size:whole], self._data[whole:]
                    return kind, connection, turn, payload
            if not select.select([self.socket], [], [], seconds)[0]:
                raise TimeoutError("the relay is silent")
            try:
                more = self.socket.recv(1 << 20)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self._data += more

    def answer(self, kind, connection):
        """The answer of one type for one connection; answers for others are kept."""
        while (kind, connection) not in self._answers:
            got = self.receive()
            if got is None:
                raise ConnectionError("the relay has ended")
            assert (got[0], got[1]) not in self._answers, got
            self._answers[got[0], got[1]] = got[3]
        return self._answers.pop((kind, connection))

    def number(self):
        return next(self._numbers)

    def connected(self, number):
        return Connected(self.answer(CONNECTED, number))

    def result(self, number):
        return Result(self.answer(RESULT, number))

    def connect(self, server, user=None, password=None, **options):
        """Connects and waits: (number, Connected)."""
        number = self.number()
        self.send(connect(number, server, user, password, **options))
        return number, self.connected(number)

    def call(self, number, opnum, stub=b"", **options):
        self.send(call(number, 7, opnum, stub, **options))
        return self.result(number)

    def close(self, number):
        self.send(frame(CLOSE, number))

    def children(self):
        """The processes of the connections: all but the one that watches over the relay."""
        return [pid for pid in children_of(self.process.pid) if pid not in self._guardian]

    def wait_for_children(self, count):
        until(lambda: len(self.children()) == count, f"{count} processes of the relay", PATIENCE)


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]
