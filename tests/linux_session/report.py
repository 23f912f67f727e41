"""
Reports of wts-session, written from the comments of helper/session/payload.h without its code, for tests that play the
helper: report(locked=True) is the payload of a REPLY or EVENT.
"""
import struct

from helper.codec import text

DUTY, READ, WATCH = 2, 1, 2
LOGIND, SCREEN_SAVER, XRDP, NO_SOURCE = range(4)
ABSENT, SILENT, LOST, ANSWERS = range(4)
(ID, USER_ID, USER_NAME, LOCKED, ACTIVE, REMOTE, REMOTE_HOST, TYPE, LOGON_TIME, IDLE, IDLE_SINCE, CONNECTED, PROTOCOL,
 DISPLAY_NUMBER, SCREEN, CLIENT_ADDRESS) = (1 << i for i in range(16))


def report(id=None, locked=None, active=None, remote=None, logon_time=None, idle_since=None, connected=None, rdp=False,
           display=None, screen=None, address=None, sources=((ANSWERS, ""), (ABSENT, "no bus"), (ABSENT, "no xrdp"))):
    """None: not known. `screen`: (width, height, bits); `address`: 4 or 16 bytes; times in microseconds."""
    known = 0
    for field, value in ((ID, id), (LOCKED, locked), (ACTIVE, active), (REMOTE, remote), (LOGON_TIME, logon_time),
                         (IDLE, idle_since), (IDLE_SINCE, idle_since), (CONNECTED, connected), (PROTOCOL, rdp or None),
                         (DISPLAY_NUMBER, display), (SCREEN, screen), (CLIENT_ADDRESS, address)):
        known |= field if value is not None else 0
    numbers = struct.Struct("<I")

    def number(value):
        return numbers.pack(int(value or 0))
    parts = [number(known), text(id), number(0), text(None), number(locked), number(active), number(remote), text(None),
             text(None), struct.pack("<Q", logon_time or 0), number(idle_since is not None), struct.pack("<Q", idle_since or 0),
             number(connected), number(2 if rdp else 0), number(display), *(number(part) for part in screen or (0, 0, 0)),
             number(len(address or b"")), address or b"", number(NO_SOURCE if locked is None else LOGIND)]
    for presence, reason in sources:
        parts += [number(presence), text(reason)]
    return b"".join(parts)
