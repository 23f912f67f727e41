"""RCMListener, docs/wire.md#rcm-listener: one listener, which can be stopped and started."""
from ..ndr import U32, Handle, Text
from .base import E_NOT_FOUND, HRESULT, Interface, Refused

INTERFACE = Interface("listener", "RCMListener", "497d95a6-2d27-4bf5-9bbd-a6046957133c", ["TermSrv_API_service"],
                      HRESULT)

LISTENER = Handle("listener")


@INTERFACE.operation(0, "RpcOpenListener", [("szListenerName", Text())], [("phListener", LISTENER)])
def open_listener(call):
    found = call.host.sessions.listener(call["szListenerName"])
    if found is None:
        raise Refused(E_NOT_FOUND)
    return {"phListener": call.open_context("listener", found)}


@INTERFACE.operation(1, "RpcCloseListener", [("phListener", LISTENER)], [("phListener", LISTENER)])
def close_listener(call):
    return {"phListener": call.close_context("phListener")}


@INTERFACE.operation(2, "RpcStopListener", [("hListener", LISTENER)], [])
def stop_listener(call):
    call.allowed(call.context("hListener"), "RESET").listening = False
    return {}


@INTERFACE.operation(3, "RpcStartListener", [("hListener", LISTENER)], [])
def start_listener(call):
    call.allowed(call.allowed(call.context("hListener"), "RESET"), "QUERY").listening = True
    return {}


@INTERFACE.operation(4, "RpcIsListening", [("hListener", LISTENER)], [("pbIsListening", U32)])
def is_listening(call):
    return {"pbIsListening": call.allowed(call.context("hListener"), "QUERY").listening}
