"""
The Legacy interface (IcaApi), docs/wire.md#legacy: the server handle and the end of a process; lists and waiting are in
legacy_lists. Session calls of this interface that servers since Vista serve elsewhere are not here.
"""
from ..events import SystemWait
from ..ndr import Handle, U32
from .base import BOOLEAN, STATUS_CANCELLED, Interface, Refused

INTERFACE = Interface("legacy", "IcaApi", "5ca4a760-ebb1-11cf-8611-00a0245420ed",
                      ["Ctx_WinStation_API_service"], BOOLEAN)

SERVER = Handle("server")
WITH_SERVER = [("hServer", SERVER)]


@INTERFACE.operation(0, "RpcWinStationOpenServer", [], [("pResult", U32), ("phServer", SERVER)])
def open_server(call):
    if call.host.settings["stopping"]:
        raise Refused(STATUS_CANCELLED)
    return {"phServer": call.open_context("server", SystemWait())}


@INTERFACE.operation(1, "RpcWinStationCloseServer", WITH_SERVER, [])
def close_server(_call):
    """Leaves the context to the rundown when the connection closes (3.3)."""
    return {}


@INTERFACE.operation(60, "RpcWinStationCloseServerEx", [("phServer", SERVER)],
                     [("phServer", SERVER), ("pResult", U32)])
def close_server_ex(call):
    return {"phServer": call.close_context("phServer")}


@INTERFACE.operation(37, "RpcWinStationTerminateProcess",
                     WITH_SERVER + [("ProcessId", U32), ("ExitCode", U32)], [])
def terminate_process(call):
    status = call.host.processes.terminate(call["ProcessId"], call["ExitCode"], call.user)
    if status:
        raise Refused(status)
    return {}
