"""
NDR 2.0 (little endian) reader and writer, and the types of [MS-TSTS] as small objects that work in both
directions. A method's stub is described by a list of (name, type); the same description decodes and encodes.
The strict checks of a real server are made here: ranges, max_count equal to its size parameter wherever that
stands, NULL with a non-zero size, a short stub. Surplus bytes are left to the caller. NDR64 is not done.
"""
import uuid


class BadStub(Exception):
    """The stub does not follow the interface definition; a real server answers fault 0x000006F7."""


class Reader:
    """Walks over one stub. Pointees wait in a queue until the flat part they belong to has been read."""

    def __init__(self, data):
        self.data = bytes(data)
        self.offset = 0
        self._deferred = []
        self._checks = []

    def align(self, size):
        self.offset = (self.offset + size - 1) // size * size

    def take(self, length):
        end = self.offset + length
        if end > len(self.data):
            raise BadStub(f"{length} bytes wanted at {self.offset}, stub has {len(self.data)}")
        piece = self.data[self.offset:end]
        self.offset = end
        return piece

    def integer(self, size):
        self.align(size)
        return int.from_bytes(self.take(size), "little")

    def defer(self, action):
        self._deferred.append(action)

    def check(self, condition, text):
        """Remembers a check that may look at parameters not read yet; all run in finish()."""
        self._checks.append((condition, text))

    def flush(self):
        queue, self._deferred = self._deferred, []
        for action in queue:
            action()
            self.flush()

    def finish(self):
        for condition, text in self._checks:
            if not condition():
                raise BadStub(text)


class Writer:
    """Builds one stub. `pad` gives n bytes of alignment padding: zero, unless a scenario wants rubbish there."""

    def __init__(self, pad=bytes):
        self.data = bytearray()
        self._pad = pad
        self._deferred = []
        self._referent = 0x00020000

    def align(self, size):
        missing = -len(self.data) % size
        if missing:
            self.data += self._pad(missing)

    def put(self, piece):
        self.data += piece

    def integer(self, size, value):
        self.align(size)
        self.data += (value & ((1 << (8 * size)) - 1)).to_bytes(size, "little")

    def referent(self):
        value = self._referent
        self._referent += 4
        return value

    def defer(self, action):
        self._deferred.append(action)

    def flush(self):
        queue, self._deferred = self._deferred, []
        for action in queue:
            action()
            self.flush()


class Integer:
    """An unsigned integer; `low` and `high` are the IDL's range."""

    def __init__(self, size, low=0, high=None):
        self.size, self.low, self.high = size, low, high
        self.alignment = size

    def read(self, reader, put, scope):
        value = reader.integer(self.size)
        if value < self.low or (self.high is not None and value > self.high):
            raise BadStub(f"{value} is outside {self.low}..{self.high}")
        put(value)

    def write(self, writer, value, scope):
        writer.integer(self.size, value)

    def zero(self):
        return 0


U8, U16, U32, U64 = Integer(1), Integer(2), Integer(4), Integer(8)


def ranged(low, high):
    """A U32 with the IDL's range attribute."""
    return Integer(4, low, high)


class Bytes:
    """A fixed number of bytes without a count; `alignment` of what they stand for."""

    def __init__(self, length, alignment=1):
        self.length, self.alignment = length, alignment

    def read(self, reader, put, scope):
        reader.align(self.alignment)
        put(reader.take(self.length))

    def write(self, writer, value, scope):
        writer.align(self.alignment)
        writer.put(bytes(value).ljust(self.length, b"\0")[:self.length])

    def zero(self):
        return bytes(self.length)


class Handle(Bytes):
    """A context handle: 20 bytes on the wire. `kind` names what the server keeps behind it."""

    def __init__(self, kind):
        super().__init__(20, 4)
        self.kind = kind


NULL_HANDLE = bytes(20)


class Guid(Bytes):
    """A GUID as text."""

    def __init__(self):
        super().__init__(16, 4)

    def read(self, reader, put, scope):
        super().read(reader, lambda raw: put(str(uuid.UUID(bytes_le=raw))), scope)

    def write(self, writer, value, scope):
        super().write(writer, uuid.UUID(value).bytes_le, scope)

    def zero(self):
        return str(uuid.UUID(int=0))


class FixedText:
    """WCHAR[count] inside a structure, NUL terminated; longer text is cut."""

    alignment = 2

    def __init__(self, count):
        self.count = count

    def read(self, reader, put, scope):
        reader.align(2)
        put(reader.take(2 * self.count).decode("utf-16-le", "replace").split("\0")[0])

    def write(self, writer, value, scope):
        writer.align(2)
        raw = value.encode("utf-16-le")[:2 * (self.count - 1)]
        writer.put(raw.ljust(2 * self.count, b"\0"))

    def zero(self):
        return ""


class Array:
    """
    A conformant array [size_is(size)]: max_count, elements. `size` names the parameter (of the same structure or
    call) that must hold the same number, None where that was a parameter of the request; an array of U8 is kept as
    bytes.
    """

    alignment = 4

    def __init__(self, element, size):
        self.element, self.size = element, size

    def read(self, reader, put, scope):
        count = reader.integer(4)
        if self.size:
            reader.check(lambda: scope.get(self.size) == count, f"max_count {count} is not {self.size}")
        if self.element is U8:
            put(reader.take(count))
            return
        if count > len(reader.data):
            raise BadStub(f"max_count {count} in a stub of {len(reader.data)} bytes")
        values = [None] * count
        for index in range(count):
            self.element.read(reader, _setter(values, index), scope)
        put(values)

    def write(self, writer, value, scope):
        writer.integer(4, len(value))
        if self.element is U8:
            writer.put(value)
            return
        for item in value:
            self.element.write(writer, item, scope)

    def zero(self):
        return b"" if self.element is U8 else []


class VaryingBytes:
    """[size_is(maximum), length_is(length)] of bytes: {"maximum": n, "data": bytes}."""

    alignment = 4

    def read(self, reader, put, scope):
        maximum, offset, actual = (reader.integer(4) for _ in range(3))
        if offset or actual > maximum:
            raise BadStub(f"bytes of max {maximum}, offset {offset}, actual {actual}")
        put({"maximum": maximum, "data": reader.take(actual)})

    def write(self, writer, value, scope):
        for number in (value["maximum"], 0, len(value["data"])):
            writer.integer(4, number)
        writer.put(value["data"])

    def zero(self):
        return {"maximum": 0, "data": b""}


class CountedText:
    """
    The characters of a counted string whose Length and MaximumLength (bytes) stand in the same structure: max, offset,
    actual, WCHARs. `unit`: bytes that one of both counts stands for; 1 gives twice as many WCHARs as the text has,
    as the older process list does.
    """

    alignment = 4

    def __init__(self, unit):
        self.unit = unit

    def read(self, reader, put, scope):
        maximum, offset, actual = (reader.integer(4) for _ in range(3))
        if offset or (maximum, actual) != self._counts(scope):
            raise BadStub(f"counted string of max {maximum}, offset {offset}, actual {actual}")
        put(reader.take(2 * actual)[:scope["Length"]].decode("utf-16-le", "surrogatepass"))

    def write(self, writer, value, scope):
        maximum, actual = self._counts(scope)
        for number in (maximum, 0, actual):
            writer.integer(4, number)
        writer.put(value.encode("utf-16-le", "surrogatepass").ljust(2 * actual, b"\0")[:2 * actual])

    def _counts(self, scope):
        return scope["MaximumLength"] // self.unit, scope["Length"] // self.unit

    def zero(self):
        return ""


class Text:
    """[string] WCHAR: max, offset, actual, characters with their NUL. `max_count` fixes max (max_is)."""

    alignment = 4

    def __init__(self, max_count=None):
        self.max_count = max_count

    def read(self, reader, put, scope):
        maximum, offset, actual = (reader.integer(4) for _ in range(3))
        if offset or actual > maximum or actual == 0:
            raise BadStub(f"string of max {maximum}, offset {offset}, actual {actual}")
        text = reader.take(2 * actual).decode("utf-16-le", "surrogatepass")
        if text[-1] != "\0":
            raise BadStub("string without its NUL")
        put(text[:-1])

    def write(self, writer, value, scope):
        raw = (value + "\0").encode("utf-16-le", "surrogatepass")
        count = len(raw) // 2
        for number in (self.max_count or count, 0, count):
            writer.integer(4, number)
        writer.put(raw)

    def zero(self):
        return ""


class Pointer:
    """
    A unique pointer: referent, pointee deferred. With `size`, NULL demands that this parameter be zero (a strict
    check on what clients send; off for a [out] pointer, where a count may stand without data).
    """

    alignment = 4

    def __init__(self, target, size=None):
        self.target, self.size = target, size

    def read(self, reader, put, scope):
        put(None)
        if reader.integer(4):
            reader.defer(lambda: self.target.read(reader, put, scope))
        elif self.size:
            reader.check(lambda: not scope.get(self.size), f"NULL pointer with {self.size} not zero")

    def write(self, writer, value, scope):
        if value is None:
            writer.integer(4, 0)
            return
        writer.integer(4, writer.referent())
        writer.defer(lambda: self.target.write(writer, value, scope))

    def zero(self):
        return None


def unique_array(element, size):
    """uarr: [unique, size_is(size)] T*."""
    return Pointer(Array(element, size), size)


def out_array(element, size):
    """pparr: [out, size_is(, *size)] T**."""
    return Pointer(Array(element, size))


class Struct:
    """A structure: members in order, aligned as its strictest member."""

    def __init__(self, members):
        self.members = members
        self.alignment = max(kind.alignment for _, kind in members)

    def read(self, reader, put, scope):
        reader.align(self.alignment)
        values = {}
        for name, kind in self.members:
            kind.read(reader, _setter(values, name), values)
        put(values)

    def write(self, writer, value, scope):
        writer.align(self.alignment)
        for name, kind in self.members:
            kind.write(writer, value[name], value)

    def zero(self):
        values = {name: kind.zero() for name, kind in self.members}
        values.update({kind.switch: kind.first for _, kind in self.members if isinstance(kind, Union)})
        return values


class Union:
    """
    A non-encapsulated union: the discriminant (`size` bytes) again, then the arm of that number. `switch` names
    the member that must hold the same number.
    """

    def __init__(self, switch, arms, size=4):
        self.switch, self.arms, self.size = switch, arms, size
        self.alignment = max([size] + [arm.alignment for arm in arms.values()])
        self.first = next(iter(arms))

    def read(self, reader, put, scope):
        choice = reader.integer(self.size)
        if choice != scope.get(self.switch) or choice not in self.arms:
            raise BadStub(f"discriminant {choice}, {self.switch} is {scope.get(self.switch)}")
        self.arms[choice].read(reader, put, scope)

    def write(self, writer, value, scope):
        choice = scope[self.switch]
        writer.integer(self.size, choice)
        self.arms[choice].write(writer, value, scope)

    def zero(self):
        """Of the first arm; Struct.zero puts its number into the switch."""
        return self.arms[self.first].zero()


def decode(layout, stub):
    """Reads a whole stub. Returns (values by name, number of surplus bytes); raises BadStub."""
    reader, values = Reader(stub), {}
    for name, kind in layout:
        kind.read(reader, _setter(values, name), values)
        reader.flush()
    reader.finish()
    return values, len(reader.data) - reader.offset


def encode(layout, values, pad=bytes):
    """Writes a whole stub from values by name."""
    writer = Writer(pad)
    for name, kind in layout:
        kind.write(writer, values[name], values)
        writer.flush()
    return bytes(writer.data)


def _setter(container, key):
    def put(value):
        container[key] = value
    return put
