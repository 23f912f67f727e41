"""TermSrvSession, docs/wire.md#termsrv-session: queries about one session, and what is done to it."""
from .. import sessions
from ..ndr import U8, U32, U64, Array, FixedText, Guid, Handle, Pointer, Struct, Text, Union, unique_array
from .base import E_FAIL, E_INVALID_PARAMETER, E_INVALID_STATE, E_WRONG_PASSWORD, HRESULT, Interface, Refused

INTERFACE = Interface("session", "TermSrvSession", "484809d6-4239-471b-b5bc-61df8c23ac48", ["LSM_API_service"], HRESULT)

SESSION = Handle("session")
WITH_SESSION = [("hSession", SESSION)]
TEXT = Pointer(Text())
IDTIMEOUT, IDASYNC = 32000, 32001

COUNTER = Struct([("dwCounterID", U32), ("bResult", U8), ("dwValue", U32), ("startTime", U64)])

INFORMATION = Struct([("pszUserName", TEXT), ("pszDomain", TEXT), ("pszTerminalName", TEXT), ("SessionState", U32),
                      ("DesktopLocked", U32), ("ConnectTime", U64), ("DisconnectTime", U64), ("LogonTime", U64)])

INFORMATION_EX = Struct([("Level", U32), ("Data", Union("Level", {1: Struct([
    ("SessionState", U32), ("SessionFlags", U32), ("SessionName", FixedText(33)), ("DomainName", FixedText(18)),
    ("UserName", FixedText(21)), ("ConnectTime", U64), ("DisconnectTime", U64), ("LogonTime", U64),
    ("LastInputTime", U64), ("ProtocolDataSize", U32), ("ProtocolData", unique_array(U8, "ProtocolDataSize"))])}))])


@INTERFACE.operation(0, "RpcOpenSession", [("SessionId", U32)], [("phSession", SESSION)])
def open_session(call):
    return {"phSession": call.open_context("session", call.session(call["SessionId"], None))}


@INTERFACE.operation(1, "RpcCloseSession", [("phSession", SESSION)], [("phSession", SESSION)])
def close_session(call):
    return {"phSession": call.close_context("phSession")}


@INTERFACE.operation(2, "RpcConnect", WITH_SESSION + [("TargetSessionId", U32), ("szPassword", Text())], [],
                     secret=("szPassword",))
def connect(call):
    session = call.opened("hSession", "DISCONNECT")
    target = call.session(call["TargetSessionId"], "CONNECT")
    call.allowed(target, "DISCONNECT")
    if target.password not in (None, call["szPassword"]):
        raise Refused(E_WRONG_PASSWORD)
    if target is session or session.state == sessions.DISCONNECTED:
        raise Refused(E_INVALID_STATE)
    call.host.sessions.connect(session, target)
    return {}


@INTERFACE.operation(3, "RpcDisconnect", WITH_SESSION, [])
def disconnect(call):
    session = call.opened("hSession", "DISCONNECT")
    if session.state == sessions.DISCONNECTED:
        raise Refused(E_INVALID_STATE)
    call.host.sessions.disconnect(session)
    return {}


@INTERFACE.operation(4, "RpcLogoff", WITH_SESSION, [])
def logoff(call):
    session = call.opened("hSession", "LOGOFF")
    if session.type == sessions.SERVICES_TYPE:
        raise Refused(E_INVALID_STATE)
    call.host.sessions.logoff(session)
    return {"return": call.host.settings["logoff_result"]}


@INTERFACE.operation(5, "RpcGetUserName", WITH_SESSION, [("pszUserName", TEXT), ("pszDomain", TEXT)])
def get_user_name(call):
    session = call.opened("hSession", "QUERY")
    return {"pszUserName": session.user, "pszDomain": session.domain}


@INTERFACE.operation(6, "RpcGetTerminalName", WITH_SESSION, [("pszTerminalName", TEXT)])
def get_terminal_name(call):
    return {"pszTerminalName": call.opened("hSession", "QUERY").name}


@INTERFACE.operation(7, "RpcGetState", WITH_SESSION, [("plState", U32)])
def get_state(call):
    return {"plState": call.opened("hSession", "QUERY").state}


@INTERFACE.operation(8, "RpcIsSessionDesktopLocked", WITH_SESSION, [])
def is_session_desktop_locked(call):
    if call.opened("hSession", "QUERY").lock != sessions.LOCKED:
        raise Refused(E_FAIL)
    return {}


@INTERFACE.operation(9, "RpcShowMessageBox", WITH_SESSION + [
    ("szTitle", Text()), ("szMessage", Text()), ("ulStyle", U32), ("ulTimeout", U32), ("bDoNotWait", U32)],
    [("pulResponse", U32)])
def show_message_box(call):
    session = call.opened("hSession", "MSG")
    box = call.host.sessions.show(session, call.user, {
        "title": call["szTitle"], "text": call["szMessage"], "style": call["ulStyle"], "timeout": call["ulTimeout"],
        "waits": not call["bDoNotWait"]})
    if call["bDoNotWait"]:
        return {"pulResponse": IDASYNC}
    try:
        call.wait_until(lambda: box.response is not None or box.closed, call["ulTimeout"] or None)
    finally:
        box.closed = True
    if box.response is None and session.gone:
        raise Refused(E_INVALID_STATE)
    return {"pulResponse": IDTIMEOUT if box.response is None else box.response}


@INTERFACE.operation(10, "RpcGetTimes", WITH_SESSION,
                     [("pConnectTime", U64), ("pDisconnectTime", U64), ("pLogonTime", U64)])
def get_times(call):
    session = call.opened("hSession", "QUERY")
    return {"pConnectTime": session.connect_time, "pDisconnectTime": session.disconnect_time,
            "pLogonTime": session.logon_time}


@INTERFACE.operation(11, "RpcGetSessionCounters", [("pCounter", Array(COUNTER, "uEntries")), ("uEntries", U32)],
                     [("pCounter", Array(COUNTER, None))])
def get_session_counters(call):
    known = call.host.sessions.counters()
    return {"pCounter": [{"dwCounterID": one["dwCounterID"], "bResult": one["dwCounterID"] in known,
                          "dwValue": known.get(one["dwCounterID"], 0), "startTime": 0} for one in call["pCounter"]]}


@INTERFACE.operation(12, "RpcGetSessionInformation", [("SessionId", U32)], [("pSessionInfo", INFORMATION)])
def get_session_information(call):
    session = call.session(call["SessionId"], "QUERY")
    return {"pSessionInfo": {"pszUserName": session.user, "pszDomain": session.domain, "pszTerminalName": session.name,
                             "SessionState": session.state, "DesktopLocked": session.lock == sessions.LOCKED,
                             "ConnectTime": session.connect_time, "DisconnectTime": session.disconnect_time,
                             "LogonTime": session.logon_time}}


@INTERFACE.operation(15, "RpcGetLoggedOnCount", [], [("pUserSessions", U32), ("pDeviceSessions", U32)])
def get_logged_on_count(call):
    return {"pUserSessions": call.host.sessions.counters()[12]}


@INTERFACE.operation(16, "RpcGetSessionType", [("SessionId", U32)], [("pSessionType", U32)])
def get_session_type(call):
    return {"pSessionType": call.session(call["SessionId"], None).type}


@INTERFACE.operation(17, "RpcGetSessionInformationEx", [("SessionId", U32), ("Level", U32)],
                     [("LSMSessionInfoExPtr", INFORMATION_EX)])
def get_session_information_ex(call):
    session = call.session(call["SessionId"], "QUERY")
    if call["Level"] != 1:
        raise Refused(E_INVALID_PARAMETER)
    data = session.protocol_bytes(call.host.settings["protocol_length"])
    return {"LSMSessionInfoExPtr": {"Level": 1, "Data": {
        "SessionState": session.state, "SessionFlags": session.lock, "SessionName": session.name,
        "DomainName": session.domain, "UserName": session.user, "ConnectTime": session.connect_time,
        "DisconnectTime": session.disconnect_time, "LogonTime": session.logon_time,
        "LastInputTime": session.last_input_time, "ProtocolDataSize": len(data), "ProtocolData": data}}}


@INTERFACE.operation(21, "RpcGetActivityId", WITH_SESSION, [("pActivityId", Guid())])
def get_activity_id(call):
    return {"pActivityId": call.opened("hSession", "QUERY").activity}
