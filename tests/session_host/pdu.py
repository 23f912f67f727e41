"""
DCE/RPC 5.0 connection oriented PDUs: taking them apart and building them. Follows C706 chapter 12 and the
authentication trailer of [MS-RPCE] 2.2.2.11. Little endian peers only. Keeps no state and protects nothing.
"""
import dataclasses
import struct
import uuid

REQUEST, RESPONSE, FAULT = 0, 2, 3
BIND, BIND_ACK, BIND_NAK, ALTER_CONTEXT, ALTER_CONTEXT_RESP, AUTH3 = 11, 12, 13, 14, 15, 16
SHUTDOWN, CO_CANCEL, ORPHANED = 17, 18, 19

FIRST, LAST, HEADER_SIGN, DID_NOT_EXECUTE, OBJECT_UUID = 0x01, 0x02, 0x04, 0x20, 0x80

HEADER_LENGTH, TRAILER_LENGTH, CALL_HEADER_LENGTH = 16, 8, 24

NDR20 = (uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860"), 2)
# [MS-RPCE] 3.3.1.5.3: the last eight bytes of this "transfer syntax" are a bit mask of features.
FEATURE_PREFIX = uuid.UUID("6cb71c2c-9812-4540-0000-000000000000").bytes_le[:8]

ACCEPTANCE, PROVIDER_REJECTION, NEGOTIATE_ACK = 0, 2, 3
NO_ABSTRACT_SYNTAX, NO_TRANSFER_SYNTAX = 1, 2


class BadPdu(Exception):
    """Bytes that are no PDU; the connection cannot go on."""


@dataclasses.dataclass
class Auth:
    """The authentication trailer and its token."""
    kind: int
    level: int
    context: int
    value: bytes = b""
    pad_length: int = 0

    def trailer(self):
        return struct.pack("<BBBBI", self.kind, self.level, self.pad_length, 0, self.context)


@dataclasses.dataclass
class Pdu:
    """One PDU as received. `body` is what stands between the header and the trailer, padding included."""
    kind: int
    flags: int
    call: int
    body: bytes
    auth: Auth
    raw: bytes


@dataclasses.dataclass
class Offer:
    """One element of a presentation context list."""
    context: int
    abstract: uuid.UUID
    version: tuple
    transfers: list


@dataclasses.dataclass
class Bind:
    max_transmit: int
    max_receive: int
    group: int
    offers: list


def frame_length(data):
    """Length of the PDU that starts with `data`, or None while its header is incomplete."""
    if len(data) < HEADER_LENGTH:
        return None
    version, _, _, _, drep, length = struct.unpack_from("<BBBBIH", data)
    if version != 5 or drep & 0xFF != 0x10 or length < HEADER_LENGTH:
        raise BadPdu(f"version {version}, data representation {drep:#x}, length {length}")
    return length


def parse(raw):
    """Takes one whole PDU apart."""
    _, _, kind, flags, _, length, auth_length, call = struct.unpack_from("<BBBBIHHI", raw)
    if length != len(raw):
        raise BadPdu("fragment length")
    if not auth_length:
        return Pdu(kind, flags, call, raw[HEADER_LENGTH:], None, raw)
    start = length - auth_length - TRAILER_LENGTH
    if start < HEADER_LENGTH:
        raise BadPdu(f"authentication of {auth_length} bytes in a PDU of {length}")
    auth_kind, level, pad_length, _, context = struct.unpack_from("<BBBBI", raw, start)
    if pad_length > start - HEADER_LENGTH:
        raise BadPdu(f"{pad_length} bytes of padding in a body of {start - HEADER_LENGTH}")
    auth = Auth(auth_kind, level, context, raw[start + TRAILER_LENGTH:], pad_length)
    return Pdu(kind, flags, call, raw[HEADER_LENGTH:start], auth, raw)


def build(kind, call, body, auth=None, flags=FIRST | LAST):
    """Builds a PDU. The caller has padded the body so that the trailer is aligned to 4."""
    tail = auth.trailer() + auth.value if auth else b""
    auth_length = len(auth.value) if auth else 0
    length = HEADER_LENGTH + len(body) + len(tail)
    header = struct.pack("<BBBBIHHI", 5, 0, kind, flags, 0x10, length, auth_length, call)
    return header + body + tail


def parse_bind(pdu):
    """The body of bind and alter_context."""
    try:
        transmit, receive, group, count = struct.unpack_from("<HHIB", pdu.body)
        offset, offers = 12, []
        for _ in range(count):
            context, transfers = struct.unpack_from("<HB", pdu.body, offset)
            offset += 4
            syntaxes = [_syntax(pdu.body, offset + 20 * i) for i in range(transfers + 1)]
            offset += 20 * (transfers + 1)
            abstract, version = syntaxes[0]
            offers.append(Offer(context, abstract, (version & 0xFFFF, version >> 16), syntaxes[1:]))
    except (struct.error, ValueError) as error:
        raise BadPdu(f"presentation contexts: {error}") from error
    return Bind(transmit, receive, group, offers)


def _syntax(data, offset):
    version, = struct.unpack_from("<I", data, offset + 16)
    return uuid.UUID(bytes_le=data[offset:offset + 16]), version


def bind_ack_body(transmit, receive, group, address, results):
    """Body of bind_ack and alter_context_resp; `results` are (result, reason) in the order of the offers."""
    name = address.encode() + b"\0" if address else b""
    body = struct.pack("<HHIH", transmit, receive, group, len(name)) + name
    body += bytes(-len(body) % 4) + struct.pack("<B3x", len(results))
    for result, reason in results:
        syntax, version = NDR20 if result == ACCEPTANCE else (uuid.UUID(int=0), 0)
        body += struct.pack("<HH", result, reason) + syntax.bytes_le + struct.pack("<I", version)
    return body


def bind_nak_body(reason):
    return struct.pack("<HBBB", reason, 1, 5, 0) + bytes(3)


def fault_body(context, status):
    return struct.pack("<IHBBI4x", 32, context, 0, 0, status)


def response_header(alloc_hint, context):
    return struct.pack("<IHBB", alloc_hint, context, 0, 0)


@dataclasses.dataclass
class CallHeader:
    alloc_hint: int
    context: int
    opnum: int


def parse_request(pdu, body):
    """Header and stub fragment of a request whose body (already unsealed, padding removed) is given."""
    if len(body) < 8:
        raise BadPdu("request of less than 24 bytes")
    header = CallHeader(*struct.unpack_from("<IHH", body))
    start = 8
    if pdu.flags & OBJECT_UUID:
        start += 16
        if len(body) < start:
            raise BadPdu("object UUID missing")
    return header, body[start:]
