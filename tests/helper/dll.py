"""
Plays the DLL for tests of helpers: starts a helper on a socket pair and speaks the frames of helper/frame.h to it,
written from the comments of that header without its code.
"""
import os
import re
import select
import socket
import struct
import subprocess

from waiting import until

(HELLO, READY, OPEN, OPENED, REQUEST, REPLY, EVENT, DATA, WINDOW, CANCEL, CLOSE) = range(1, 12)
NOT_EXECUTED, MAYBE_EXECUTED, EXECUTED = range(3)
VERSION = 2
BROKEN = 1
NO_LIMIT = ABSENT = 0xFFFFFFFF
MAX_PAYLOAD, MAX_DATA, MAX_CREDIT = 64 << 20, 64 << 10, 1 << 20
PLACE = 4096
HEADER = struct.Struct("<IHHII")
PATIENCE = 60


def text(value):
    if value is None:
        return struct.pack("<I", ABSENT)
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<I", len(data)) + data


def frame(kind, channel=0, payload=b"", serial=0, flags=0):
    return HEADER.pack(len(payload), kind, flags, channel, serial) + payload


def hello(version=VERSION, **variables):
    payload = struct.pack("<II", version, len(variables))
    payload += b"".join(text(name) + text(value) for name, value in variables.items())
    return frame(HELLO, payload=payload)


def open_frame(channel, duty, payload=b"", timeout_ms=30000):
    return frame(OPEN, channel, struct.pack("<II", timeout_ms, duty) + payload)


def request(channel, serial, verb, payload=b"", timeout_ms=30000):
    return frame(REQUEST, channel, struct.pack("<II", timeout_ms, verb) + payload, serial)


def window(channel, credit):
    return frame(WINDOW, channel, struct.pack("<I", credit))


class Frame:
    def __init__(self, kind, flags, channel, serial, payload):
        self.kind, self.flags, self.channel, self.serial, self.payload = kind, flags, channel, serial, payload

    def __repr__(self):
        return (f"frame type {self.kind} flags {self.flags} channel {self.channel} serial {self.serial} "
                f"{self.payload[:64].hex()}")


class Ready:
    def __init__(self, payload):
        (self.version, self.error, self.process_id, self.secret_descriptor, self.secret_length,
         length) = struct.unpack_from("<6I", payload)
        self.text = payload[24:].decode()
        assert length == len(payload) - 24


class Outcome:
    """Of OPENED, REPLY and CLOSE; `payload` is the duty's."""

    def __init__(self, got):
        self.error, self.progress, self.step, self.status = struct.unpack_from("<4I", got.payload)
        self.broken, self.serial, self.payload = bool(got.flags & BROKEN), got.serial, got.payload[16:]

    def __repr__(self):
        return (f"error {self.error} progress {self.progress} step {self.step} status {self.status:08X} broken "
                f"{self.broken} {self.payload[:64]}")


def last_word(got):
    """The reason in the helper's CLOSE of channel 0."""
    assert (got.kind, got.channel) == (CLOSE, 0), got
    length, = struct.unpack_from("<I", got.payload)
    assert length == len(got.payload) - 4
    return got.payload[4:].decode()


class Helper:
    """A helper process. Frames are kept by (type, channel) until somebody asks for them."""

    def __init__(self, program, greet=True, environment=None, keep=None, **variables):
        """`keep`: a list that receives a copy of the helper's end of the socket, as Wine's server has one."""
        self.socket, theirs = socket.socketpair()
        if keep is not None:
            keep.append(theirs.dup())
        self.process = subprocess.Popen([program], stdin=theirs, env=environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        theirs.close()
        self._frames, self._data = {}, b""
        self._numbers, self._serials, self._places = iter(range(1, 1 << 32)), iter(range(1, 1 << 32)), 0
        self._watchdog = set()
        if greet:
            self.send(hello(**variables))
            got = self.receive()
            assert got is not None and got.kind == READY, got
            self.ready = Ready(got.payload)
            self._watchdog = set(children_of(self.process.pid))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def send(self, *frames):
        self.socket.sendall(b"".join(frames))

    def end(self):
        """Ends the socket; the helper's exit status."""
        self.socket.close()
        return self.process.wait(PATIENCE)

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def receive(self, seconds=PATIENCE):
        """The next frame, or None at the end of the socket."""
        while True:
            if len(self._data) >= HEADER.size:
                length, kind, flags, channel, serial = HEADER.unpack_from(self._data)
                whole = HEADER.size + length
                if len(self._data) >= whole:
                    payload, self._data = self._data[HEADER.size:whole], self._data[whole:]
                    return Frame(kind, flags, channel, serial, payload)
            if not select.select([self.socket], [], [], seconds)[0]:
                raise TimeoutError("the helper is silent")
            try:
                more = self.socket.recv(1 << 20)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self._data += more

    def rest(self):
        """Every frame until the end of the socket."""
        got = []
        while (one := self.receive()) is not None:
            got.append(one)
        return got

    def frame(self, kind, channel):
        """The next frame of one type for one channel; others are kept."""
        while not self._frames.get((kind, channel)):
            got = self.receive()
            if got is None:
                raise ConnectionError("the helper has ended")
            self._frames.setdefault((got.kind, got.channel), []).append(got)
        return self._frames[kind, channel].pop(0)

    def kept(self, kind, channel):
        """How many such frames have come that nobody has asked for."""
        return len(self._frames.get((kind, channel), []))

    def number(self):
        return next(self._numbers)

    def write_secret(self, secret):
        """Writes into a fresh place of the secret area; the (offset, length) that a frame names."""
        data = secret.encode() if isinstance(secret, str) else secret
        offset, self._places = self._places % self.ready.secret_length, self._places + PLACE
        with open(self.secret_path(), "r+b", 0) as file:
            os.pwrite(file.fileno(), data, offset)
        return offset, len(data)

    def secret_path(self):
        return f"/proc/{self.ready.process_id}/fd/{self.ready.secret_descriptor}"

    def read_secret(self, offset, length):
        with open(self.secret_path(), "rb", 0) as file:
            return os.pread(file.fileno(), length, offset)

    def opened(self, channel):
        return Outcome(self.frame(OPENED, channel))

    def reply(self, channel):
        return Outcome(self.frame(REPLY, channel))

    def closed(self, channel):
        return Outcome(self.frame(CLOSE, channel))

    def request(self, channel, verb, payload=b"", **options):
        """Asks and waits."""
        serial = next(self._serials)
        self.send(request(channel, serial, verb, payload, **options))
        reply = self.reply(channel)
        assert reply.serial == serial, (reply.serial, serial)
        return reply

    def cancel(self, channel):
        self.send(frame(CANCEL, channel))

    def close(self, channel):
        self.send(frame(CLOSE, channel))

    def workers(self):
        """The processes of the channels: all but the watchdog."""
        return [pid for pid in children_of(self.process.pid) if pid not in self._watchdog]

    def watchdog(self):
        pid, = self._watchdog
        return pid

    def wait_for_workers(self, count):
        until(lambda: len(self.workers()) == count, f"{count} workers of the helper", PATIENCE)


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split() if is_alive(int(word))]
    except FileNotFoundError:
        return []


def is_alive(pid):
    """Whether the process runs. One that ended may stay as a zombie for as long as nobody waits for it."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def processes_of(program):
    """The living processes of a program in this process namespace."""
    found, path = set(), os.path.realpath(program)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/exe") == path and is_alive(int(pid)) and \
                    os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net"):
                found.add(int(pid))
        except OSError:
            pass
    return found


def memory_of(pid):
    """Every writable byte of a process."""
    data = []
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            start, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            length = int(end, 16) - int(start, 16)
            if rights.startswith("rw") and length < 1 << 28:    # a sanitizer reserves terabytes for itself
                try:
                    memory.seek(int(start, 16))
                    data.append(memory.read(length))
                except OSError:
                    pass
    return b"\n".join(data)
