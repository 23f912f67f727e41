"""
The state of a Linux session, taken apart by the comments of helper/session/payload.h without its code.
"""
from helper.codec import Reader

DUTY, READ, WATCH = 2, 1, 2
GATHER_SECONDS = 0.2
LOGIND, SCREEN_SAVER, XRDP = "logind", "saver", "xrdp"
SOURCES = (LOGIND, SCREEN_SAVER, XRDP)
ABSENT, SILENT, LOST, ANSWERS = range(4)
FIELDS = ("id", "user_id", "user_name", "locked", "active", "remote", "remote_host", "type", "logon_time", "idle",
          "idle_since", "connected", "protocol", "display", "screen", "address")


def take_value(reader, field):
    if field in ("id", "user_name", "remote_host", "type"):
        return reader.text()
    if field in ("logon_time", "idle_since"):
        return reader.numbers("Q")
    if field == "screen":
        return tuple(reader.numbers("3I"))
    if field == "address":
        length = reader.numbers("I")
        value, reader.rest = reader.rest[:length], reader.rest[length:]
        return value
    number = reader.numbers("I")
    return bool(number) if field in ("locked", "active", "remote", "idle", "connected") else number


class State(dict):
    """The known fields by name; presence["logind"] and reason["logind"]; the source of `locked` as lock_source."""

    def __init__(self, payload):
        super().__init__()
        reader = Reader(payload)
        known = reader.numbers("I")
        for number, field in enumerate(FIELDS):
            value = take_value(reader, field)
            if known >> number & 1:
                self[field] = value
            else:
                assert value in (None, 0, False, b"", (0, 0, 0)), (field, value)
        source = reader.numbers("I")
        self.lock_source = SOURCES[source] if source < len(SOURCES) else None
        self.presence, self.reason = {}, {}
        for name in SOURCES:
            self.presence[name] = reader.numbers("I")
            self.reason[name] = reader.text()
        assert reader.rest == b"", reader.rest

    def __repr__(self):
        return f"{dict(self)} lock from {self.lock_source} {self.presence} {self.reason}"
