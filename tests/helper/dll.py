"""
Plays the DLL for tests of helpers: starts a helper on a socket pair and speaks its frames; see codec.py.
"""
import os
import re
import select
import socket
import subprocess

from run_unittest import TOP_PROCESS
from waiting import until

from . import codec
from .codec import (ABSENT, ANY_SERIAL, APART, BROKEN, CANCEL, CLOSE, DATA, DIRECT, EVENT, EXECUTED,  # noqa: F401
                    HELLO, MAX_DIRECT, MAYBE_EXECUTED, NO_LIMIT, NOT_EXECUTED, OPEN, OPENED, READY, REPLY, REQUEST, VERSION, WINDOW, text)

MAX_PAYLOAD, MAX_DATA, MAX_CREDIT = 64 << 20, 64 << 10, 1 << 20
PLACE = 4096
PATIENCE = 60


# Frames as bytes, which the tests cut and bend.

def frame(kind, channel=0, payload=b"", serial=0, flags=0):
    return bytes(codec.Frame(kind, channel, payload, serial, flags))


def hello(version=VERSION, **variables):
    return bytes(codec.hello(variables, version))


def open_frame(channel, duty, payload=b"", timeout_ms=30000):
    return bytes(codec.open_channel(channel, duty, payload, timeout_ms))


def request(channel, serial, verb, payload=b"", timeout_ms=30000):
    return bytes(codec.request(channel, serial, verb, payload, timeout_ms))


def window(channel, credit):
    return bytes(codec.window(channel, credit))


class Ready:
    def __init__(self, payload):
        reader = codec.Reader(payload)
        (self.version, self.error, self.process_id, self.secret_descriptor,
         self.secret_length, self.replies_descriptor) = reader.numbers("6I")
        self.text = reader.text()
        assert reader.rest == b""


class Outcome:
    """Of OPENED, REPLY and CLOSE; `payload` is the duty's, and `step` its number."""

    def __init__(self, got):
        reader = codec.Reader(got.payload)
        self.error, self.progress, self.step, self.status = reader.numbers("4I")
        self.broken, self.serial, self.payload = bool(got.flags & BROKEN), got.serial, reader.rest

    def __repr__(self):
        return (f"error {self.error} progress {self.progress} step {self.step} status {self.status:08X} broken "
                f"{self.broken} {self.payload[:64]}")


def last_word(got):
    """The reason in the helper's CLOSE of channel 0."""
    assert (got.kind, got.channel) == (CLOSE, 0), got
    return codec.Reader(got.payload).text()


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
            got, self._data = codec.take(self._data)
            if got is not None:
                return got
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


def ancestors_of(pid):
    """Itself, its parent, and so on."""
    found = []
    while pid:
        found.append(pid)
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            pid = int(file.read().rpartition(")")[2].split()[1])
    return found


def processes_of(program):
    """The living processes of a program that this test has started, and not another one that runs beside it."""
    found, path = set(), os.path.realpath(program)
    # Whatever a test starts stays below this one: run_unittest.py. In a process namespace of its own there are no others.
    top = int(os.environ.get(TOP_PROCESS, 0))
    if top not in ancestors_of(os.getpid()):
        top = None
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            if os.readlink(f"/proc/{pid}/exe") == path and is_alive(pid) and (top is None or top in ancestors_of(pid)):
                found.add(pid)
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


def remembers(pid, secret):
    """Whether a process has these bytes in its memory."""
    return secret.encode() in memory_of(pid)
