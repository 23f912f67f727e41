"""TSVIPPublic, docs/wire.md#tsvip-public: the address that a session has of its own."""
from ..ndr import U16, U32, Bytes, Struct, ranged
from .addresses import IPV4, MEMBERS, address
from .base import E_INVALID_PARAMETER, HRESULT, Interface, Refused

INTERFACE = Interface("tsvip", "TSVIPPublic", "53b46b02-c73b-4a3e-8dee-b16b80672fc0", ["TSVIP_Service"], HRESULT)

# The physical address is an array of 16 of which `length` bytes travel, after offset and actual count.
PHYSICAL = [("PhysicalAddressLength", ranged(0, 16)), ("PhysicalAddressOffset", U32), ("PhysicalAddressActual", U32),
            ("PhysicalAddress", Bytes(0))]
TSVIP_ADDRESS = Struct([("dwVersion", U32), *MEMBERS, ("PrefixOrSubnetMask", Bytes(4, 4)), *PHYSICAL,
                        ("LeaseExpires", U32), ("T1", U32), ("T2", U32)])
TSVIP_SESSION = Struct([("dwVersion", U32), ("SessionId", U32), ("SessionIP", TSVIP_ADDRESS)])


@INTERFACE.operation(0, "RpcGetSessionIP", [("Family", U16), ("SessionId", U32)], [("ppSession", TSVIP_SESSION)])
def get_session_ip(call):
    session = call.session(call["SessionId"], "QUERY")
    if call["Family"] != IPV4:
        raise Refused(E_INVALID_PARAMETER)
    if session.session_ip is None:
        raise Refused(call.host.settings["no_session_ip_status"])
    own = {**TSVIP_ADDRESS.zero(), "dwVersion": 1, **address(session.session_ip)}
    return {"ppSession": {"dwVersion": 1, "SessionId": session.id, "SessionIP": own}}
