"""TermSrvNotification, docs/wire.md#termsrv-notification: waits for the state of a session and for changes."""
from ..ndr import U32, Handle, Struct, out_array
from .base import E_INVALID_PARAMETER, E_NOT_FOUND, E_WAIT_TIMEOUT, HRESULT, Interface, Refused

INTERFACE = Interface("notification", "TermSrvNotification", "11899a43-2b68-4a76-92e3-a3d6ad8c26ce",
                      ["LSM_API_service"], HRESULT)

NOTIFY = Handle("notify")
SESSION_CHANGE = Struct([("SessionId", U32), ("NotificationId", U32)])
FOR_EVER = 0xFFFFFFFF


@INTERFACE.operation(0, "RpcWaitForSessionState", [("SessionId", U32), ("State", U32), ("Timeout", U32)], [])
def wait_for_session_state(call):
    session = call.session(call["SessionId"], "QUERY")
    seconds = None if call["Timeout"] == FOR_EVER else call["Timeout"] / 1000
    if not call.wait_until(lambda: session.gone or session.state == call["State"], seconds):
        raise Refused(E_WAIT_TIMEOUT)
    if session.gone:
        raise Refused(E_NOT_FOUND)
    return {}


@INTERFACE.operation(1, "RpcRegisterAsyncNotification", [("SessionId", U32), ("Mask", U32)], [("phNotify", NOTIFY)])
def register_async_notification(call):
    if not call["Mask"]:
        raise Refused(E_INVALID_PARAMETER)
    return {"phNotify": call.open_context("notify", call.host.events.subscribe(call["SessionId"], call["Mask"]))}


@INTERFACE.operation(2, "RpcWaitAsyncNotification", [("hNotify", NOTIFY)],
                     [("SessionChange", out_array(SESSION_CHANGE, "pEntries")), ("pEntries", U32)])
def wait_async_notification(call):
    subscription = call.context("hNotify")
    call.wait_until(lambda: subscription.pending)
    changes = [{"SessionId": session, "NotificationId": bit} for session, bit in subscription.take()]
    return {"SessionChange": changes, "pEntries": len(changes)}


@INTERFACE.operation(3, "RpcUnRegisterAsyncNotification", [("phNotify", NOTIFY)], [("phNotify", NOTIFY)])
def unregister_async_notification(call):
    return {"phNotify": call.close_context("phNotify")}
