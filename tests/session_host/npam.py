"""
The handshake with which Samba's smbd hands a named pipe to another process over a unix socket: a length, "NPAM", a
level and who the caller is; answered with the pipe's properties. Byte mode: a plain stream follows. A new level describes
the caller in more words (7: Samba 4.17, 8: 4.22 and 4.25); what is read here, and the reply, are the same for both.
"""
import struct

LEVELS = (7, 8)
FILE_TYPE_BYTE_MODE = 1
DEVICE_STATE = 0x05FF
ALLOCATION_SIZE = 4096
MAX_LENGTH = 1 << 20


class BadHandshake(Exception):
    pass


def accept(sock):
    """Does the handshake; returns the user's name as smbd gives it, or None when it is not found."""
    length, = struct.unpack(">I", _exactly(sock, 4))
    if not 8 <= length <= MAX_LENGTH:
        raise BadHandshake(f"length {length}")
    message = _exactly(sock, length)
    if message[:4] != b"NPAM":
        raise BadHandshake("no NPAM")
    level, = struct.unpack_from("<I", message, 4)
    if level not in LEVELS:
        raise BadHandshake(f"level {level}; known are {LEVELS}")
    reply = b"NPAM" + struct.pack("<IIHH4xQI", level, level, FILE_TYPE_BYTE_MODE, DEVICE_STATE, ALLOCATION_SIZE, 0)
    sock.sendall(struct.pack(">I", len(reply)) + reply)
    return user_name(message)


def user_name(message):
    """
    The message describes the whole session in NDR and ends with the user's Unix name as a string; only that is
    looked at. None when it does not look like a name.
    """
    name = message.rstrip(b"\0").rpartition(b"\0")[2]
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() and text else None


def _exactly(sock, length):
    data = b""
    while len(data) < length:
        piece = sock.recv(length - len(data))
        if not piece:
            raise BadHandshake("end of file")
        data += piece
    return data
