"""RCMPublic, docs/wire.md#rcm-public: what the connection manager knows of a session's client, and its listeners."""
from .. import opaque
from ..ndr import U8, U16, U32, U64, FixedText, Struct, Union, VaryingBytes, out_array, ranged, unique_array
from .addresses import ADDRESS, address
from .base import E_INSUFFICIENT_BUFFER, E_INVALID_PARAMETER, E_INVALID_STATE, HRESULT, Interface, Refused

INTERFACE = Interface("rcm", "RCMPublic", "bde95fdf-eee0-45de-9e12-e5a61cd0d4fe", ["TermSrv_API_service"], HRESULT)

WITH_ID = [("SessionId", U32)]
BUFFER = [("ppBuff", out_array(U8, "pOutBuffByteLen")), ("pOutBuffByteLen", U32)]
LISTENERENUM = Struct([("Level", U32), ("Data", Union("Level", {1: Struct([
    ("Id", U32), ("bListening", U32), ("Name", FixedText(33))])}))])
BASIC, EXTENDED = 0, 1
MODULE, WDCONFIG, CHANNEL, LICENSE, DEVICE_ID, VALIDATION = range(6)
VALIDATION_LENGTH = 16932   # more than cbSessionData can ask for


def buffer(data):
    return {"ppBuff": data, "pOutBuffByteLen": len(data)}


def status_bytes(call):
    """PROTOCOLSTATUS of the session by InfoType."""
    session = call.session(call["SessionId"], "QUERY")
    if call["InfoType"] not in (BASIC, EXTENDED):
        raise Refused(E_INVALID_PARAMETER)
    extended = call.host.settings["protocol_length"]
    return session.protocol_bytes(opaque.PROTOCOL_STATUS_LENGTH if call["InfoType"] == BASIC else extended)


@INTERFACE.operation(0, "RpcGetClientData", WITH_ID, BUFFER)
def get_client_data(call):
    session = call.session(call["SessionId"], "QUERY")
    if session.client is None:
        raise Refused(call.host.settings["no_client_status"])
    return buffer(session.client_bytes())


@INTERFACE.operation(1, "RpcGetConfigData", WITH_ID, BUFFER)
def get_config_data(call):
    return buffer(call.session(call["SessionId"], "QUERY").config_bytes())


@INTERFACE.operation(2, "RpcGetProtocolStatus", WITH_ID + [("InfoType", U16)], BUFFER)
def get_protocol_status(call):
    return buffer(status_bytes(call))


@INTERFACE.operation(3, "RpcGetLastInputTime", WITH_ID, [("pLastInputTime", U64)])
def get_last_input_time(call):
    return {"pLastInputTime": call.session(call["SessionId"], "QUERY").last_input_time}


@INTERFACE.operation(4, "RpcGetRemoteAddress", WITH_ID, [("pRemoteAddress", ADDRESS)])
def get_remote_address(call):
    session = call.session(call["SessionId"], "QUERY")
    if session.address is None:
        raise Refused(E_INVALID_STATE)
    return {"pRemoteAddress": address(session.address)}


@INTERFACE.operation(8, "RpcGetAllListeners", [("Level", U32)],
                     [("ppListeners", out_array(LISTENERENUM, "pNumListeners")), ("pNumListeners", U32)])
def get_all_listeners(call):
    if call["Level"] != 1:
        raise Refused(E_INVALID_PARAMETER)
    found = [{"Level": 1, "Data": {"Id": one.id, "bListening": one.listening, "Name": one.name}}
             for one in call.host.sessions.listeners if one.allows(call.user, "QUERY")]
    return {"ppListeners": found, "pNumListeners": len(found)}


@INTERFACE.operation(9, "RpcGetSessionProtocolLastInputTime", WITH_ID + [("InfoType", U16)],
                     [("ppProtoStatus", out_array(U8, "pcbProtoStatus")), ("pcbProtoStatus", U32),
                      ("pLastInputTime", U64)])
def get_session_protocol_last_input_time(call):
    data = status_bytes(call)
    return {"ppProtoStatus": data, "pcbProtoStatus": len(data),
            "pLastInputTime": call.session(call["SessionId"], "QUERY").last_input_time}


@INTERFACE.operation(10, "RpcGetUserCertificates", WITH_ID,
                     [("pcCerts", U32), ("ppbCerts", out_array(U8, "pcbCerts")), ("pcbCerts", U32)])
def get_user_certificates(call):
    certificates = [bytes.fromhex(one) for one in call.session(call["SessionId"], "QUERY").certificates]
    data = b"".join(certificates)
    return {"pcCerts": len(certificates), "ppbCerts": data or None, "pcbCerts": len(data)}


@INTERFACE.operation(11, "RpcQuerySessionData", WITH_ID + [
    ("type", U16), ("pbInputData", unique_array(U8, "cbInputData")), ("cbInputData", ranged(0, 8192)),
    ("cbSessionData", ranged(0, 8192))],
    [("pbSessionData", VaryingBytes()), ("pcbReturnLength", U32), ("pcbRequireBufferSize", U32)])
def query_session_data(call):
    room = call["cbSessionData"]
    nothing = {"maximum": room, "data": b""}
    session = call.session(call["SessionId"], "QUERY")
    data = session_data(session, call["type"], call["pbInputData"] or b"")
    if data is None:
        raise Refused(E_INVALID_PARAMETER, pbSessionData=nothing)
    if len(data) > room:
        raise Refused(E_INSUFFICIENT_BUFFER, pbSessionData=nothing, pcbRequireBufferSize=len(data))
    return {"pbSessionData": {"maximum": room, "data": data}, "pcbReturnLength": len(data),
            "pcbRequireBufferSize": len(data)}


def session_data(session, kind, question):
    """The bytes of one type; None for what there is not."""
    if kind == WDCONFIG:
        return opaque.WDCONFIG.pack(session.wd)
    if kind == CHANNEL:
        found = session.channels.get(question.split(b"\0")[0].decode("latin-1"))
        return None if found is None else bytes.fromhex(found)
    if kind == VALIDATION:
        return bytes(VALIDATION_LENGTH)
    texts = {MODULE: session.module, LICENSE: session.license, DEVICE_ID: session.device_id}
    return bytes.fromhex(texts[kind]) if kind in texts else None
