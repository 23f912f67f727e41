"""
The Legacy interface, continued: lists of processes (docs/wire.md#process-records), shutting down, and waiting for system
events.
"""
from .. import opaque
from ..events import FLUSH
from ..ndr import U8, U16, U32, U64, CountedText, Pointer, Struct, out_array, ranged, unique_array
from .base import (E_INSUFFICIENT_BUFFER, STATUS_ACCESS_DENIED, STATUS_CANCELLED, STATUS_INVALID_PARAMETER,
                   STATUS_PRIVILEGE_NOT_HELD, STATUS_UNSUCCESSFUL, Refused)
from .legacy import INTERFACE, WITH_SERVER

BASIC_LEVEL = 0
MOST_PROCESSES = 0x8000
SHUTDOWN_FLAGS = 0x1F

COUNTERS = ("SpareUl3 PeakVirtualSize VirtualSize PageFaultCount PeakWorkingSetSize WorkingSetSize "
            "QuotaPeakPagedPoolUsage QuotaPagedPoolUsage QuotaPeakNonPagedPoolUsage QuotaNonPagedPoolUsage "
            "PagefileUsage PeakPagefileUsage PrivatePageCount").split()


def process_record(unit):
    """TS_ALL_PROCESSES_INFO with an image name whose counts stand for `unit` bytes."""
    name = Struct([("Length", U16), ("MaximumLength", U16), ("Buffer", Pointer(CountedText(unit)))])
    process = Struct([("NextEntryOffset", U32), ("NumberOfThreads", U32), ("SpareLi1", U64), ("SpareLi2", U64),
                      ("SpareLi3", U64), ("CreateTime", U64), ("UserTime", U64), ("KernelTime", U64),
                      ("ImageName", name), ("BasePriority", U32), ("UniqueProcessId", U32),
                      ("InheritedFromUniqueProcessId", U32), ("HandleCount", U32), ("SessionId", U32),
                      *((counter, U32) for counter in COUNTERS)])
    return Struct([("pTsProcessInfo", Pointer(process)), ("SizeOfSid", U32), ("pSid", unique_array(U8, "SizeOfSid"))])


INFO, INFO_NT6 = process_record(1), process_record(2)
ZERO = INFO_NT6.members[0][1].target.zero()     # both have the same members
LIST_REQUEST = WITH_SERVER + [("Level", U32), ("pNumberOfProcesses", ranged(0, MOST_PROCESSES))]


def list_response(record):
    return [("pResult", U32), ("pNumberOfProcesses", U32),
            ("ppTsAllProcessesInfo", out_array(record, "pNumberOfProcesses"))]


def image_name(process, counts_nul):
    """The NUL is never within Length on a server that follows the specification; some count it."""
    if not process.name:
        return {"Length": 0, "MaximumLength": 0, "Buffer": None}
    length = len(process.name.encode("utf-16-le"))
    if counts_nul:
        return {"Length": length + 2, "MaximumLength": length + 2, "Buffer": process.name}
    return {"Length": length, "MaximumLength": length + 2, "Buffer": process.name}


def entry(process, counts_nul):
    sid = opaque.sid_bytes(process.sid) if process.sid else None
    info = {**ZERO, "CreateTime": process.create_time, "ImageName": image_name(process, counts_nul),
            "BasePriority": 8, "UniqueProcessId": process.pid, "InheritedFromUniqueProcessId": process.parent,
            "SessionId": process.session, **process.counters}
    return {"pTsProcessInfo": info, "SizeOfSid": len(sid) if sid else 0, "pSid": sid}


def list_processes(call):
    if call["Level"] != BASIC_LEVEL:
        raise Refused(STATUS_INVALID_PARAMETER)
    hidden = {session.id for session in list(call.host.sessions.by_id.values())
              if not session.allows(call.user, "QUERY")}
    shown = [process for process in call.host.processes.list() if process.session not in hidden]
    shown = shown[:call["pNumberOfProcesses"]]
    counts_nul = call.host.settings["image_name_counts_nul"]
    return {"pNumberOfProcesses": len(shown), "ppTsAllProcessesInfo": [entry(one, counts_nul) for one in shown]}


@INTERFACE.operation(43, "RpcWinStationGetAllProcesses", LIST_REQUEST, list_response(INFO))
def get_all_processes(call):
    return list_processes(call)


@INTERFACE.operation(70, "RpcWinStationGetAllProcesses_NT6", LIST_REQUEST, list_response(INFO_NT6))
def get_all_processes_nt6(call):
    return list_processes(call)


@INTERFACE.operation(44, "RpcWinStationGetProcessSid", WITH_SERVER + [
    ("dwUniqueProcessId", U32), ("ProcessStartTime", U64), ("pProcessUserSid", unique_array(U8, "dwSidSize")),
    ("dwSidSize", ranged(0, 1024)), ("pdwSizeNeeded", U32)],
    [("pResult", U32), ("pProcessUserSid", unique_array(U8, None)), ("pdwSizeNeeded", U32)])
def get_process_sid(call):
    process = call.host.processes.find(call["dwUniqueProcessId"])
    if process is None or not process.running() or process.create_time != call["ProcessStartTime"] or not process.sid:
        raise Refused(call.host.settings["unknown_pid_status"], pdwSizeNeeded=0)
    if process.denies_query(call.user):
        raise Refused(STATUS_ACCESS_DENIED)
    sid = opaque.sid_bytes(process.sid)
    if call["dwSidSize"] < len(sid):
        raise Refused(E_INSUFFICIENT_BUFFER, pProcessUserSid=call["pProcessUserSid"], pdwSizeNeeded=len(sid))
    return {"pProcessUserSid": sid.ljust(call["dwSidSize"], b"\0"), "pdwSizeNeeded": len(sid)}


@INTERFACE.operation(15, "RpcWinStationShutdownSystem", WITH_SERVER + [("ClientLogonId", U32), ("ShutdownFlags", U32)],
                     [])
def shutdown_system(call):
    """Notes what was asked for; the server stays, so that the test can look."""
    if call.user.lower() in map(str.lower, call.host.settings["shutdown_denied"]):
        raise Refused(STATUS_PRIVILEGE_NOT_HELD)
    if not call["ShutdownFlags"] & SHUTDOWN_FLAGS or call["ShutdownFlags"] & ~SHUTDOWN_FLAGS:
        raise Refused(STATUS_INVALID_PARAMETER)
    call.host.sessions.shutdowns.append({"user": call.user, "flags": call["ShutdownFlags"]})
    return {}


@INTERFACE.operation(16, "RpcWinStationWaitSystemEvent", WITH_SERVER + [("EventMask", U32)],
                     [("pResult", U32), ("pEventFlags", U32)])
def wait_system_event(call):
    wait = call.context("hServer")
    if call["EventMask"] == 0 or call["EventMask"] & FLUSH:
        wait.cancelled = True
        call.host.changed()
        return {}
    if not wait.begin(call["EventMask"]):
        raise Refused(STATUS_UNSUCCESSFUL)
    call.host.events.join(wait)
    try:
        call.wait_until(lambda: wait.ready)
    finally:
        flags = wait.end()
    if not flags:
        raise Refused(STATUS_CANCELLED)
    return {"pEventFlags": flags}
