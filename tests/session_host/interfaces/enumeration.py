"""TermSrvEnumeration, docs/wire.md#termsrv-enumeration: sessions that the caller may query, records of several levels."""
from .. import sessions
from ..ndr import U8, U16, U32, FixedText, Guid, Handle, Pointer, Struct, Text, Union, out_array, ranged, unique_array
from .base import E_INVALID_PARAMETER, HRESULT, Interface, Refused

INTERFACE = Interface("enumeration", "TermSrvEnumeration", "88143fd0-c28d-4b2b-8fef-8d882f6a9390", ["LSM_API_service"],
                      HRESULT)

ENUM = Handle("enum")
WITH_ENUM = [("hEnum", ENUM)]


def record(arms):
    return Struct([("Level", U32), ("Data", Union("Level", {level: Struct(arm) for level, arm in arms.items()}))])


PLAIN = [("SessionId", U32), ("State", U32), ("Name", FixedText(33))]
TYPED = PLAIN + [("Source", U32), ("bFullDesktop", U32), ("SessionType", Guid())]
WITH_DATA = TYPED + [("ProtoDataSize", U32), ("pProtocolData", unique_array(U8, "ProtoDataSize"))]
SESSIONENUM = record({1: PLAIN, 2: TYPED})
SESSIONENUM_EX = record({1: PLAIN, 2: TYPED, 3: WITH_DATA})

EXECENV = [("ExecEnvId", U32), ("State", U32), ("SessionName", FixedText(33))]
EXECENVDATA = record({1: EXECENV, 2: EXECENV + [
    ("AbsSessionId", U32), ("HostName", FixedText(33)), ("UserName", FixedText(33)), ("DomainName", FixedText(33)),
    ("FarmName", FixedText(33))]})
LONG_TEXT = Pointer(Text(257))      # max_is(256)
EXECENVDATAEX = record({1: [("ExecEnvId", U32), ("State", U32), ("AbsSessionId", U32), ("pszSessionName", LONG_TEXT),
                            ("pszHostName", LONG_TEXT), ("pszUserName", LONG_TEXT), ("pszDomainName", LONG_TEXT),
                            ("pszFarmName", LONG_TEXT)]})


def records(call, wanted, highest, describe, chosen):
    """The records at the level asked for, or the highest there is; each has only the members of its level."""
    if wanted == 0:
        raise Refused(E_INVALID_PARAMETER)
    level = min(wanted, highest, call.host.settings["level_limit"])
    return level, [{"Level": level, "Data": describe(session)} for session in chosen]


class Enumeration:
    """What stands behind an enumeration handle: conditions that a session must meet."""

    def __init__(self):
        self.conditions = []

    def holds(self, session):
        return all(condition(session) for condition in self.conditions)


@INTERFACE.operation(0, "RpcOpenEnum", [], [("phEnum", ENUM)])
def open_enum(call):
    return {"phEnum": call.open_context("enum", Enumeration())}


@INTERFACE.operation(1, "RpcCloseEnum", [("phEnum", ENUM)], [("phEnum", ENUM)])
def close_enum(call):
    return {"phEnum": call.close_context("phEnum")}


@INTERFACE.operation(2, "RpcFilterByState", WITH_ENUM + [("State", U32), ("bInvert", U32)], [])
def filter_by_state(call):
    state, inverted = call["State"], bool(call["bInvert"])
    call.context("hEnum").conditions.append(lambda session: (session.state == state) != inverted)
    return {}


@INTERFACE.operation(3, "RpcFilterByCallersName", WITH_ENUM, [])
def filter_by_callers_name(call):
    user = call.user.lower()
    call.context("hEnum").conditions.append(lambda session: session.user.lower() == user)
    return {}


@INTERFACE.operation(4, "RpcEnumAddFilter", WITH_ENUM + [("hSubEnum", ENUM)], [])
def enum_add_filter(call):
    if call["hEnum"] == call["hSubEnum"]:
        raise Refused(E_INVALID_PARAMETER)
    call.context("hEnum").conditions.append(Enumeration.holds.__get__(call.context("hSubEnum")))
    return {}


@INTERFACE.operation(6, "RpcFilterBySessionType", WITH_ENUM + [("pSessionType", Guid())], [])
def filter_by_session_type(call):
    wanted = call["pSessionType"]
    call.context("hEnum").conditions.append(lambda session: sessions.TYPE_IDS.get(session.type) == wanted)
    return {}


def session_enum(call, highest):
    chosen = [one for one in call.host.sessions.visible(call.user) if call.context("hEnum").holds(one)]

    def describe(session):
        data = session.protocol_bytes(call.host.settings["protocol_length"])
        return {"SessionId": session.id, "State": session.state, "Name": session.name, "Source": 0,
                "bFullDesktop": session.type == sessions.DESKTOP_TYPE,
                "SessionType": sessions.TYPE_IDS.get(session.type, Guid().zero()),
                "ProtoDataSize": len(data), "pProtocolData": data}

    _, found = records(call, call["Level"], highest, describe, chosen)
    return {"ppSessionEnumResult": found, "pEntries": len(found)}


@INTERFACE.operation(5, "RpcGetEnumResult", WITH_ENUM + [("Level", U32)],
                     [("ppSessionEnumResult", out_array(SESSIONENUM, "pEntries")), ("pEntries", U32)])
def get_enum_result(call):
    return session_enum(call, 2)


@INTERFACE.operation(9, "RpcGetEnumResultEx", WITH_ENUM + [("Level", U32)],
                     [("ppSessionEnumResult", out_array(SESSIONENUM_EX, "pEntries")), ("pEntries", U32)])
def get_enum_result_ex(call):
    return session_enum(call, 3)


@INTERFACE.operation(8, "RpcGetSessionIds", [("Filter", U16), ("MaxEntries", ranged(0, 0xFFFF))],
                     [("pSessionIds", out_array(U32, "pcSessionIds")), ("pcSessionIds", U32)])
def get_session_ids(call):
    if call["Filter"] != 0:
        raise Refused(E_INVALID_PARAMETER)
    found = [session.id for session in call.host.sessions.visible(call.user)][:call["MaxEntries"]]
    return {"pSessionIds": found, "pcSessionIds": len(found)}


@INTERFACE.operation(10, "RpcGetAllSessions", [("pLevel", U32)],
                     [("pLevel", U32), ("ppSessionData", out_array(EXECENVDATA, "pcEntries")), ("pcEntries", U32)])
def get_all_sessions(call):
    level, found = records(call, call["pLevel"], 2, lambda session: {
        "ExecEnvId": session.id, "State": session.state, "SessionName": session.name, "AbsSessionId": session.id,
        "HostName": session.host, "UserName": session.user, "DomainName": session.domain, "FarmName": session.farm},
        call.host.sessions.visible(call.user))
    return {"pLevel": level, "ppSessionData": found, "pcEntries": len(found)}


@INTERFACE.operation(11, "RpcGetAllSessionsEx", [("Level", U32)],
                     [("ppSessionData", out_array(EXECENVDATAEX, "pcEntries")), ("pcEntries", U32)])
def get_all_sessions_ex(call):
    _, found = records(call, call["Level"], 1, lambda session: {
        "ExecEnvId": session.id, "State": session.state, "AbsSessionId": session.id, "pszSessionName": session.name,
        "pszHostName": session.host, "pszUserName": session.user, "pszDomainName": session.domain,
        "pszFarmName": session.farm}, call.host.sessions.visible(call.user))
    return {"ppSessionData": found, "pcEntries": len(found)}
