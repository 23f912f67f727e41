"""Addresses on the wire, docs/wire.md#addresses: a family, the discriminant of what follows; no sockaddr."""
import socket
import struct

from ..ndr import U16, U32, Bytes, Struct, Union

IPV4, IPV6 = 2, 23
ARMS = {IPV4: Struct([("port", Bytes(2, 2)), ("addr", Bytes(4, 4)), ("zero", Bytes(8))]),
        IPV6: Struct([("port", Bytes(2, 2)), ("flowinfo", U32), ("addr", Bytes(16, 2)), ("scope", U32)])}
MEMBERS = [("sin_family", U16), ("arm", Union("sin_family", ARMS, size=2))]
ADDRESS = Struct(MEMBERS)


def address(facts):
    """{"family": 2, "text": "192.0.2.7", "port": 50000} as the members of ADDRESS."""
    family = facts["family"]
    raw = socket.inet_pton(socket.AF_INET if family == IPV4 else socket.AF_INET6, facts["text"])
    arm = {**ARMS[family].zero(), "port": struct.pack(">H", facts.get("port", 0)), "addr": raw}
    return {"sin_family": family, "arm": arm}
