"""
A second judge of the stubs: impacket's own NDR engine, told the structures of [MS-TSTS] here once more, makes requests
for the host and decodes its answers. Nothing of the host's codec takes part.
"""
import unittest

from impacket.dcerpc.v5.dtypes import GUID, LARGE_INTEGER, LPWSTR, UCHAR, ULONG, USHORT, WSTR
from impacket.dcerpc.v5.ndr import (NDRCALL, NDRPOINTER, NDRSTRUCT, NDRUNION, NDRUniConformantArray,
                                    NDRUniConformantVaryingArray)

from .test_session_host import HostCase

CONSOLE, ALICE, BOB = 1, 2, 3


class HANDLE(NDRSTRUCT):
    structure = (("Data", "20s=b''"),)

    def getAlignment(self):
        return 4


class BYTES(NDRUniConformantArray):
    item = "c"


class PBYTES(NDRPOINTER):
    referent = (("Data", BYTES),)


class NAME33(NDRSTRUCT):
    structure = (("Data", "66s=b''"),)

    def getAlignment(self):
        return 2


def text(name):
    return name.decode("utf-16-le").split("\0")[0]


def array_of(element):
    """A pointer to a conformant array of these structures."""
    items = type("ARRAY", (NDRUniConformantArray,), {"item": element})
    return type("PARRAY", (NDRPOINTER,), {"referent": (("Data", items),)})


def leveled(arms):
    """Level, discriminant, arm."""
    union = type("LEVEL_UNION", (NDRUNION,), {"commonHdr": (("tag", ULONG),),
                                              "union": {level: ("Data", arm) for level, arm in arms.items()}})
    return type("LEVELED", (NDRSTRUCT,), {"structure": (("Level", ULONG), ("Data", union))})


def structure(name, *members):
    return type(name, (NDRSTRUCT,), {"structure": members})


INFORMATION = structure(
    "LSMSESSIONINFORMATION", ("user", LPWSTR), ("domain", LPWSTR), ("terminal", LPWSTR), ("state", ULONG),
    ("locked", ULONG), ("connect", LARGE_INTEGER), ("disconnect", LARGE_INTEGER), ("logon", LARGE_INTEGER))
PLAIN = structure("SESSIONENUM_LEVEL1", ("SessionId", ULONG), ("State", ULONG), ("Name", NAME33))
TYPED = structure("SESSIONENUM_LEVEL2", ("SessionId", ULONG), ("State", ULONG), ("Name", NAME33), ("Source", ULONG),
                  ("bFullDesktop", ULONG), ("SessionType", GUID))
ENVIRONMENT = structure("EXECENVDATA_LEVEL2", ("Id", ULONG), ("State", ULONG), ("Name", NAME33), ("AbsId", ULONG),
                        ("Host", NAME33), ("User", NAME33), ("Domain", NAME33), ("Farm", NAME33))
ENVIRONMENT_EX = structure("EXECENVDATAEX_LEVEL1", ("Id", ULONG), ("State", ULONG), ("AbsId", ULONG), ("name", LPWSTR),
                           ("host", LPWSTR), ("user", LPWSTR), ("domain", LPWSTR), ("farm", LPWSTR))
LISTENER = structure("LISTENERENUM_LEVEL1", ("Id", ULONG), ("bListening", ULONG), ("Name", NAME33))
CHANGE = structure("SESSION_CHANGE", ("SessionId", ULONG), ("NotificationId", ULONG))


class CHARACTERS(NDRUniConformantVaryingArray):
    item = "H"


class PCHARACTERS(NDRPOINTER):
    referent = (("Data", CHARACTERS),)


IMAGE = structure("NT6_TS_UNICODE_STRING", ("Length", USHORT), ("MaximumLength", USHORT), ("Buffer", PCHARACTERS))
PROCESS = structure(
    "TS_SYS_PROCESS_INFORMATION_NT6", ("NextEntryOffset", ULONG), ("NumberOfThreads", ULONG),
    *((f"SpareLi{number}", LARGE_INTEGER) for number in (1, 2, 3)), ("CreateTime", LARGE_INTEGER),
    ("UserTime", LARGE_INTEGER), ("KernelTime", LARGE_INTEGER), ("ImageName", IMAGE), ("BasePriority", ULONG),
    ("UniqueProcessId", ULONG), ("Inherited", ULONG), ("HandleCount", ULONG), ("SessionId", ULONG),
    *((f"counter{number}", ULONG) for number in range(13)))


class PPROCESS(NDRPOINTER):
    referent = (("Data", PROCESS),)


ALL_PROCESSES = structure("TS_ALL_PROCESSES_INFO_NT6", ("info", PPROCESS), ("SizeOfSid", ULONG), ("pSid", PBYTES))


class Judge:
    """Calls of one interface: judge(opnum, request members, response members, values) -> the decoded response."""

    def __init__(self, client, result=ULONG):
        self._client, self._result = client, result

    def __call__(self, opnum, request, response, **values):
        asked = type("Request", (NDRCALL,), {"opnum": opnum, "structure": tuple(request)})()
        for name, value in values.items():
            asked[name] = value
        answered = type("Response", (NDRCALL,), {"structure": (*response, ("ErrorCode", self._result))})()
        stub = self._client.call(opnum, asked.getData())
        answered.fromString(stub)
        # No byte is left over: the engine's own encoding is as long as what it decoded.
        assert len(answered.getData()) == len(stub), (len(answered.getData()), len(stub))
        return answered


class ImpacketTest(HostCase):
    def judge(self, interface):
        return Judge(self.peer(interface=interface))

    def opened(self, judge, session):
        return judge(0, [("id", ULONG)], [("handle", HANDLE)], id=session)["handle"]

    def test_names_state_and_times(self):
        judge = self.judge("session")
        handle = self.opened(judge, ALICE)
        with_handle = [("handle", HANDLE)]
        known = {one["session"]: one for one in self.host.control("sessions")["sessions"]}[ALICE]
        found = judge(5, with_handle, [("user", LPWSTR), ("domain", LPWSTR)], handle=handle)
        self.assertEqual((found["user"], found["domain"], found["ErrorCode"]), ("alice\0", "DOM\0", 0))
        self.assertEqual(judge(6, with_handle, [("name", LPWSTR)], handle=handle)["name"], "RDP-Tcp#0\0")
        self.assertEqual(judge(7, with_handle, [("state", ULONG)], handle=handle)["state"], 0)
        found = judge(10, with_handle, [(name, LARGE_INTEGER) for name in ("connect", "disconnect", "logon")],
                      handle=handle)
        self.assertEqual((found["connect"], found["disconnect"], found["logon"]),
                         (known["connect_time"], 0, known["logon_time"]))
        closed = judge(1, with_handle, [("handle", HANDLE)], handle=handle)
        self.assertEqual((closed["handle"], closed["ErrorCode"]), (bytes(20), 0))

    def test_a_message(self):
        judge = self.judge("session")
        self.host.control("set", message_answer=6)
        found = judge(9, [("handle", HANDLE), ("title", WSTR), ("text", WSTR), ("style", ULONG), ("timeout", ULONG),
                          ("now", ULONG)], [("response", ULONG)], handle=self.opened(judge, ALICE), title="Hi\0",
                      text="Hello\0", style=64, timeout=0, now=0)
        self.assertEqual((found["response"], found["ErrorCode"]), (6, 0))
        shown, = self.host.control("messages")["messages"]
        self.assertEqual((shown["title"], shown["text"], shown["style"]), ("Hi", "Hello", 64))

    def test_session_information(self):
        found = self.judge("session")(12, [("id", ULONG)], [("info", INFORMATION)], id=ALICE)["info"]
        self.assertEqual((found["user"], found["domain"], found["terminal"], found["state"], found["locked"]),
                         ("alice\0", "DOM\0", "RDP-Tcp#0\0", 0, 0))

    def test_enumerations(self):
        judge = self.judge("enumeration")
        handle = judge(0, [], [("handle", HANDLE)])["handle"]
        for opnum in (5, 9):
            for level, arm in ((1, PLAIN), (2, TYPED)):
                rows = array_of(leveled({level: arm}))
                found = judge(opnum, [("handle", HANDLE), ("level", ULONG)], [("rows", rows), ("count", ULONG)],
                              handle=handle, level=level)
                named = [(row["Data"]["SessionId"], text(row["Data"]["Name"])) for row in found["rows"]]
                self.assertEqual(named, [(0, "Services"), (1, "Console"), (2, "RDP-Tcp#0"), (3, "")])
        rows = array_of(leveled({2: ENVIRONMENT}))
        found = judge(10, [("level", ULONG)], [("level", ULONG), ("rows", rows), ("count", ULONG)], level=2)
        self.assertEqual([text(row["Data"]["User"]) for row in found["rows"]], ["", "", "alice", "bob"])
        found = judge(8, [("filter", USHORT), ("most", ULONG)], [("ids", array_of("<L")), ("count", ULONG)], filter=0,
                      most=3)
        self.assertEqual((list(found["ids"]), found["count"]), ([0, 1, 2], 3))

    def test_client_data_and_listeners(self):
        judge = self.judge("rcm")
        found = judge(0, [("id", ULONG)], [("data", PBYTES), ("length", ULONG)], id=ALICE)
        data = b"".join(found["data"])
        self.assertEqual((len(data), found["length"]), (2296, 2296))
        self.assertEqual(data[4:20].decode("utf-16-le"), "CLIENT1\0")
        found = judge(8, [("level", ULONG)], [("rows", array_of(leveled({1: LISTENER}))), ("count", ULONG)], level=1)
        self.assertEqual([(row["Data"]["Id"], text(row["Data"]["Name"])) for row in found["rows"]],
                         [(65536, "RDP-Tcp")])

    def test_a_process_list(self):
        child = self.host.control("spawn", name="notepad.exe", session=ALICE)["pid"]
        client = self.peer()
        handle = self.open_server(client)
        request = [("handle", HANDLE), ("level", ULONG), ("most", ULONG)]
        response = [("pResult", ULONG), ("count", ULONG), ("rows", array_of(ALL_PROCESSES))]
        found = Judge(client, result=UCHAR)(70, request, response, handle=handle, level=0, most=0x8000)
        self.assertEqual((found["pResult"], found["count"], found["ErrorCode"]), (0, 3, 1))
        row = found["rows"][2]
        self.assertEqual((row["info"]["UniqueProcessId"], row["info"]["SessionId"]), (child, ALICE))
        name = row["info"]["ImageName"]
        self.assertEqual("".join(map(chr, name["Buffer"])), "notepad.exe")
        self.assertEqual((name["Length"], row["SizeOfSid"]), (22, 28))
        self.assertEqual(b"".join(row["pSid"]).hex(), "010500000000000515000000010000000200000003000000f4010000")

    def test_notifications(self):
        judge = self.judge("notification")
        handle = judge(1, [("id", ULONG), ("mask", ULONG)], [("handle", HANDLE)], id=0xFFFFFFFF,
                       mask=0xFFFFFFFF)["handle"]
        self.host.control("lock", session=ALICE)
        self.host.control("disconnect_session", session=ALICE)
        found = judge(2, [("handle", HANDLE)], [("rows", array_of(CHANGE)), ("count", ULONG)], handle=handle)
        self.assertEqual([(row["SessionId"], row["NotificationId"]) for row in found["rows"]],
                         [(ALICE, 0x400), (ALICE, 4)])
        self.assertEqual(found["count"], 2)


if __name__ == "__main__":
    unittest.main()
