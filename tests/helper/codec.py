"""
The frames between the DLL and its helpers, written from the comments of helper/frame.h and helper/rpc/payload.h
without their code, for tests that play either side.
"""
import struct

(HELLO, READY, OPEN, OPENED, REQUEST, REPLY, EVENT, DATA, WINDOW, CANCEL, CLOSE, DIRECT) = range(1, 13)
NAMES = dict(enumerate("HELLO READY OPEN OPENED REQUEST REPLY EVENT DATA WINDOW CANCEL CLOSE DIRECT".split(), 1))
NOT_EXECUTED, MAYBE_EXECUTED, EXECUTED = range(3)
BROKEN, APART = 1, 2    # flags
VERSION = 3
MAX_DIRECT = 4096
NO_LIMIT = ABSENT = ANY_SERIAL = 0xFFFFFFFF
HEADER = struct.Struct("<IHHII")
RPC = 1                 # the duty of wts-relay
STEPS = ("none", "name", "tcp", "logon", "pipe", "bind", "call", "relay")


class Frame:
    """One frame; `length` only when it must differ from that of the payload."""

    def __init__(self, kind, channel=0, payload=b"", serial=0, flags=0, length=None):
        self.kind, self.channel, self.payload, self.serial, self.flags = kind, channel, payload, serial, flags
        self._length = len(payload) if length is None else length

    def __bytes__(self):
        return HEADER.pack(self._length, self.kind, self.flags, self.channel, self.serial) + self.payload

    def __repr__(self):
        return (f"{NAMES.get(self.kind, self.kind)} channel {self.channel} serial {self.serial} flags {self.flags} "
                f"{self.payload[:64].hex()}")


def take(data):
    """(the first whole frame of `data`, the rest), or (None, data)."""
    if len(data) < HEADER.size:
        return None, data
    length, kind, flags, channel, serial = HEADER.unpack_from(data)
    end = HEADER.size + length
    if len(data) < end:
        return None, data
    return Frame(kind, channel, data[HEADER.size:end], serial, flags), data[end:]


def text(value):
    if value is None:
        return struct.pack("<I", ABSENT)
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<I", len(data)) + data


class Reader:
    """Takes a payload apart from its front."""

    def __init__(self, payload):
        self.rest = payload

    def numbers(self, form):
        """One number, or a list of more."""
        values = struct.unpack_from("<" + form, self.rest)
        self.rest = self.rest[struct.calcsize("<" + form):]
        return values[0] if len(values) == 1 else list(values)

    def text(self):
        length = self.numbers("I")
        if length == ABSENT:
            return None
        value, self.rest = self.rest[:length], self.rest[length:]
        return value.decode()


# What the DLL sends.

def hello(variables=None, version=VERSION):
    pairs = [text(name) + text(value) for name, value in (variables or {}).items()]
    return Frame(HELLO, payload=struct.pack("<II", version, len(pairs)) + b"".join(pairs))


def open_channel(channel, duty=RPC, payload=b"", timeout_ms=30000):
    return Frame(OPEN, channel, struct.pack("<II", timeout_ms, duty) + payload)


def request(channel, serial, verb, payload=b"", timeout_ms=30000):
    return Frame(REQUEST, channel, struct.pack("<II", timeout_ms, verb) + payload, serial)


def rpc_open(server, uuid, pipe, user=None, domain=None, password=(0, 0), version=1):
    """The payload of an OPEN of the duty RPC; `password` is its place, (offset, length)."""
    texts = b"".join(map(text, (server, uuid, pipe, domain, user)))
    return struct.pack("<HH", version, 0) + texts + struct.pack("<II", *password)


# What a helper sends.

def ready(process_id, secret=(0, 0), error=0, reason="", version=VERSION, replies=0):
    """`secret`: (descriptor, length) of the memory file; `replies`: the descriptor of the pipe."""
    return Frame(READY, payload=struct.pack("<6I", version, error, process_id, *secret, replies) + text(reason))


def outcome(error=0, progress=EXECUTED, step=0, status=0):
    return struct.pack("<4I", error, progress, step, status)


def opened(channel, error=0, step=0, status=0, payload=None, flags=None):
    """By default with the payload of the duty RPC."""
    if payload is None:
        payload = rpc_opened()
    flags = (BROKEN if error else 0) if flags is None else flags
    return Frame(OPENED, channel, outcome(error, NOT_EXECUTED if error else EXECUTED, step, status) + payload, flags=flags)


def reply(channel, serial, error=0, progress=EXECUTED, payload=b"", step=0, status=0, flags=0):
    return Frame(REPLY, channel, outcome(error, progress, step, status) + payload, serial, flags)


def rpc_opened(words="", microseconds=(0,) * 8):
    return struct.pack("<8I", *microseconds) + text(words)


def rpc_reply(stub=b"", fault=0):
    return struct.pack("<I", fault) + stub


def event(channel, payload=b""):
    return Frame(EVENT, channel, payload)


def broke(channel, error=1726):
    """A channel ends by itself."""
    return Frame(CLOSE, channel, outcome(error, NOT_EXECUTED))


def last_word(reason=""):
    return Frame(CLOSE, payload=text(reason))


# For both.

def data(channel, content):
    return Frame(DATA, channel, content)


def window(channel, credit):
    return Frame(WINDOW, channel, struct.pack("<I", credit))


class Outcome:
    """The prefix of OPENED, REPLY and a channel's CLOSE; `rest`: the duty's payload."""

    def __init__(self, frame):
        reader = Reader(frame.payload)
        self.error, self.progress, step, self.status = reader.numbers("4I")
        self.step = STEPS[step] if step < len(STEPS) else step
        self.broken = bool(frame.flags & BROKEN)
        self.rest = reader.rest
