"""
Sessions, messages, events and lists of the session host as impacket sees them over TCP. Stubs are made and read by
the layouts of interfaces/, which test_vectors.py compares with the wire.
"""
import struct
import unittest

from waiting import until

from . import interfaces, ndr, opaque, peer
from .interfaces.base import (E_ACCESS_DENIED, E_INSUFFICIENT_BUFFER, E_INVALID_PARAMETER, E_INVALID_STATE, E_NOT_FOUND,
                              E_WAIT_TIMEOUT, E_WRONG_PASSWORD, STATUS_ACCESS_DENIED, STATUS_CANCELLED,
                              STATUS_INVALID_CID, STATUS_INVALID_PARAMETER, STATUS_PRIVILEGE_NOT_HELD,
                              STATUS_UNSUCCESSFUL)
from .test_session_host import ACCOUNTS, HostCase

SERVICES, CONSOLE, ALICE, BOB = 0, 1, 2, 3
EVERYBODY = 0xFFFFFFFF


def operations():
    return {operation.name: (interface, operation) for interface in interfaces.ALL
            for operation in interface.operations.values()}


class Caller:
    """One connection to one interface: caller("RpcGetState", hSession=...) -> its outputs by name."""

    def __init__(self, client):
        self.client = client

    def send(self, name, **arguments):
        _, operation = operations()[name]
        self.client.send(operation.opnum, ndr.encode(operation.request, arguments))

    def receive(self, name):
        _, operation = operations()[name]
        outputs, surplus = ndr.decode(operation.response, self.client.receive())
        assert surplus == 0, surplus
        return outputs

    def __call__(self, name, **arguments):
        self.send(name, **arguments)
        return self.receive(name)


class SessionCase(HostCase):
    def caller(self, interface, user=None, port=None):
        options = {"user": user, "password": ACCOUNTS[user], "level": peer.PRIVACY} if user else {}
        client = peer.over_tcp(port or self.host.port, interface=interface, **options)
        self.addCleanup(client.__exit__)
        return Caller(client)

    def good(self, outputs):
        self.assertIn(outputs.pop("return"), (0, 1, 0x10000000), outputs)
        return outputs

    def opened(self, caller, session):
        return self.good(caller("RpcOpenSession", SessionId=session))["phSession"]

    def no(self, status, caller, name, **arguments):
        """The call is refused by this status."""
        outputs = caller(name, **arguments)
        found = outputs.get("pResult", outputs["return"])
        self.assertEqual(f"{found:#010x}", f"{status:#010x}", outputs)
        if "pResult" in outputs:
            self.assertEqual(outputs["return"], 0)
        return outputs

    def sessions(self):
        return {one["session"]: one for one in self.host.control("sessions")["sessions"]}

    def blocked(self, interface, opnum):
        answer = self.host.control("await_requests", interface=interface, opnum=opnum, what="blocked")
        self.assertTrue(answer["reached"])


class QueryTest(SessionCase):
    def test_one_session(self):
        lsm = self.caller("session")
        handle = self.opened(lsm, ALICE)
        facts = self.sessions()[ALICE]
        self.assertEqual(self.good(lsm("RpcGetUserName", hSession=handle)),
                         {"pszUserName": "alice", "pszDomain": "DOM"})
        self.assertEqual(self.good(lsm("RpcGetTerminalName", hSession=handle)), {"pszTerminalName": "RDP-Tcp#0"})
        self.assertEqual(self.good(lsm("RpcGetState", hSession=handle)), {"plState": 0})
        self.assertEqual(self.good(lsm("RpcGetTimes", hSession=handle)), {
            "pConnectTime": facts["connect_time"], "pDisconnectTime": 0, "pLogonTime": facts["logon_time"]})
        self.assertEqual(self.good(lsm("RpcGetActivityId", hSession=handle)), {"pActivityId": facts["activity"]})
        self.no(0x80004005, lsm, "RpcIsSessionDesktopLocked", hSession=handle)
        self.host.control("lock", session=ALICE)
        self.good(lsm("RpcIsSessionDesktopLocked", hSession=handle))
        self.assertEqual(self.good(lsm("RpcCloseSession", phSession=handle)), {"phSession": ndr.NULL_HANDLE})
        self.assert_fault(0x1C00001A, lsm.client, 7, handle)

    def test_whole_information(self):
        lsm = self.caller("session")
        self.host.control("session", session=ALICE, user="a" * 30, domain="d" * 30, lock=0)
        plain = self.good(lsm("RpcGetSessionInformation", SessionId=ALICE))["pSessionInfo"]
        self.assertEqual((plain["pszUserName"], plain["pszDomain"], plain["DesktopLocked"]), ("a" * 30, "d" * 30, 1))
        found = self.good(lsm("RpcGetSessionInformationEx", SessionId=ALICE, Level=1))["LSMSessionInfoExPtr"]["Data"]
        self.assertEqual((found["UserName"], found["DomainName"], found["SessionFlags"]), ("a" * 20, "d" * 17, 0))
        self.assertEqual((found["SessionState"], found["SessionName"]), (0, "RDP-Tcp#0"))
        data = found["ProtocolData"]
        self.assertEqual((len(data), found["ProtocolDataSize"]), (1032, 1032))
        # Counters: output first; Frames @12, Bytes @16, CompressedBytes @20.
        self.assertEqual(struct.unpack_from("<III", data, 12), (50, 5000, 500))
        self.assertEqual(struct.unpack_from("<III", data, 460 + 12), (30, 3000, 300))
        self.host.control("set", protocol_length=1816)
        found = self.good(lsm("RpcGetSessionInformationEx", SessionId=ALICE, Level=1))["LSMSessionInfoExPtr"]["Data"]
        self.assertEqual(len(found["ProtocolData"]), 1816)
        self.no(E_INVALID_PARAMETER, lsm, "RpcGetSessionInformationEx", SessionId=ALICE, Level=2)

    def test_no_such_session(self):
        lsm, rcm = self.caller("session"), self.caller("rcm")
        for name in ("RpcOpenSession", "RpcGetSessionInformation", "RpcGetSessionType"):
            self.no(E_NOT_FOUND, lsm, name, SessionId=77)
        self.no(E_NOT_FOUND, lsm, "RpcOpenSession", SessionId=65536)
        self.no(E_NOT_FOUND, rcm, "RpcGetClientData", SessionId=77)
        handle = self.opened(lsm, BOB)
        self.host.control("remove_session", session=BOB)
        self.no(E_NOT_FOUND, lsm, "RpcGetState", hSession=handle)

    def test_types_and_counts(self):
        lsm = self.caller("session")
        for session, kind in ((SERVICES, 1), (CONSOLE, 3), (ALICE, 3)):
            self.assertEqual(self.good(lsm("RpcGetSessionType", SessionId=session)), {"pSessionType": kind})
        self.assertEqual(self.good(lsm("RpcGetLoggedOnCount")), {"pUserSessions": 2, "pDeviceSessions": 0})
        asked = [{"dwCounterID": number, "bResult": 0, "dwValue": 0, "startTime": 0} for number in (1, 4, 5, 99)]
        found = self.good(lsm("RpcGetSessionCounters", pCounter=asked, uEntries=4))["pCounter"]
        self.assertEqual([(one["bResult"], one["dwValue"]) for one in found], [(1, 4), (1, 1), (1, 2), (0, 0)])

    def test_the_client(self):
        rcm = self.caller("rcm")
        raw = self.good(rcm("RpcGetClientData", SessionId=ALICE))["ppBuff"]
        client = opaque.CLIENT.unpack(raw)
        self.assertEqual(len(raw), 2296)
        self.assertEqual((client["ClientName"], client["ClientAddress"], client["HRes"], client["VRes"],
                          client["ProtocolType"]), ("CLIENT1", "192.0.2.7", 1920, 1080, 2))
        raw = self.good(rcm("RpcGetConfigData", SessionId=ALICE))["ppBuff"]
        self.assertEqual((len(raw), opaque.CONFIG.unpack(raw)["UserName"]), (2664, "alice"))
        self.assertEqual(struct.unpack_from("<I", raw, 124), (1 << 17 | 1 << 18,))
        for session in (SERVICES, CONSOLE, BOB):
            self.no(E_INVALID_STATE, rcm, "RpcGetClientData", SessionId=session)
            self.no(E_INVALID_STATE, rcm, "RpcGetRemoteAddress", SessionId=session)

    def test_protocol_status_and_input(self):
        rcm = self.caller("rcm")
        last = self.sessions()[ALICE]["last_input_time"]
        for kind, length in ((0, 1012), (1, 1032)):
            raw = self.good(rcm("RpcGetProtocolStatus", SessionId=ALICE, InfoType=kind))["ppBuff"]
            self.assertEqual((len(raw), struct.unpack_from("<H", raw, 56)), (length, (2,)))
            both = self.good(rcm("RpcGetSessionProtocolLastInputTime", SessionId=ALICE, InfoType=kind))
            self.assertEqual((both["ppProtoStatus"], both["pLastInputTime"]), (raw, last))
        self.assertEqual(self.good(rcm("RpcGetLastInputTime", SessionId=ALICE)), {"pLastInputTime": last})
        self.no(E_INVALID_PARAMETER, rcm, "RpcGetProtocolStatus", SessionId=ALICE, InfoType=2)

    def test_addresses(self):
        rcm, tsvip = self.caller("rcm"), self.caller("tsvip")
        rcm.send("RpcGetRemoteAddress", SessionId=ALICE)
        self.assertEqual(rcm.client.receive().hex(), "02000200c3500000c0000207" + 12 * "00")
        self.host.control("session", session=ALICE, address={"family": 23, "text": "2001:db8::7", "port": 1},
                          session_ip={"family": 2, "text": "10.1.2.3"})
        found = self.good(rcm("RpcGetRemoteAddress", SessionId=ALICE))["pRemoteAddress"]
        self.assertEqual((found["sin_family"], found["arm"]["addr"].hex()), (23, "20010db8" + 22 * "0" + "07"))
        found = self.good(tsvip("RpcGetSessionIP", Family=2, SessionId=ALICE))["ppSession"]
        self.assertEqual((found["dwVersion"], found["SessionId"]), (1, ALICE))
        self.assertEqual(found["SessionIP"]["arm"]["addr"], bytes((10, 1, 2, 3)))
        self.no(E_INVALID_PARAMETER, tsvip, "RpcGetSessionIP", Family=23, SessionId=ALICE)
        self.no(0x80070032, tsvip, "RpcGetSessionIP", Family=2, SessionId=BOB)

    def test_session_data(self):
        rcm = self.caller("rcm")
        self.host.control("session", session=ALICE, wd={"WdName": "Microsoft RDP 8.0"}, license="0102",
                          channels={"CLIPRDR": "beef"})

        def ask(kind, room=8192, question=None):
            return dict(SessionId=ALICE, type=kind, pbInputData=question, cbInputData=len(question or b""),
                        cbSessionData=room)

        found = self.good(rcm("RpcQuerySessionData", **ask(1)))
        self.assertEqual((found["pcbReturnLength"], found["pbSessionData"]["maximum"]), (300, 8192))
        self.assertEqual(opaque.WDCONFIG.unpack(found["pbSessionData"]["data"])["WdName"], "Microsoft RDP 8.0")
        for asked, data in ((ask(2, question=b"CLIPRDR\0"), b"\xbe\xef"), (ask(3, room=2), b"\1\2")):
            self.assertEqual(self.good(rcm("RpcQuerySessionData", **asked))["pbSessionData"]["data"], data)
        refused = self.no(E_INSUFFICIENT_BUFFER, rcm, "RpcQuerySessionData", **ask(1, room=299))
        self.assertEqual((refused["pcbRequireBufferSize"], refused["pbSessionData"]),
                         (300, {"maximum": 299, "data": b""}))
        self.no(E_INVALID_PARAMETER, rcm, "RpcQuerySessionData", **ask(9))
        for length, room in ((8193, 0), (0, 8193)):
            self.assert_fault(0x6F7, rcm.client, 11, struct.pack("<IHHIII", ALICE, 1, 0, 0, length, room))

    def test_certificates(self):
        rcm = self.caller("rcm")
        self.assertEqual(self.good(rcm("RpcGetUserCertificates", SessionId=ALICE)),
                         {"pcCerts": 0, "ppbCerts": None, "pcbCerts": 0})
        self.host.control("session", session=ALICE, certificates=["0102", "03"])
        self.assertEqual(self.good(rcm("RpcGetUserCertificates", SessionId=ALICE)),
                         {"pcCerts": 2, "ppbCerts": b"\1\2\3", "pcbCerts": 3})


class EnumerationTest(SessionCase):
    def test_levels_of_all_three(self):
        lsm = self.caller("enumeration")
        handle = self.good(lsm("RpcOpenEnum"))["phEnum"]
        for name, highest in (("RpcGetEnumResult", 2), ("RpcGetEnumResultEx", 3)):
            for level in range(1, highest + 2):
                found = self.good(lsm(name, hEnum=handle, Level=level))
                self.assertEqual([one["Level"] for one in found["ppSessionEnumResult"]], [min(level, highest)] * 4)
                self.assertEqual([(one["Data"]["SessionId"], one["Data"]["Name"]) for one in
                                  found["ppSessionEnumResult"]],
                                 [(0, "Services"), (1, "Console"), (2, "RDP-Tcp#0"), (3, "")])
            self.no(E_INVALID_PARAMETER, lsm, name, hEnum=handle, Level=0)
        self.assertEqual(found["ppSessionEnumResult"][2]["Data"]["ProtoDataSize"], 1032)
        found = self.good(lsm("RpcGetAllSessions", pLevel=5))
        self.assertEqual(found["pLevel"], 2)
        alice = found["ppSessionData"][ALICE]["Data"]
        self.assertEqual((alice["HostName"], alice["UserName"], alice["DomainName"]), ("CLIENT1", "alice", "DOM"))
        found = self.good(lsm("RpcGetAllSessionsEx", Level=1))["ppSessionData"]
        self.assertEqual([one["Data"]["pszUserName"] for one in found], ["", "", "alice", "bob"])
        self.host.control("set", level_limit=1)
        self.assertEqual(self.good(lsm("RpcGetAllSessions", pLevel=2))["pLevel"], 1)

    def test_filters(self):
        self.host.control("session", session=BOB, user="news")
        lsm = self.caller("enumeration", user="news")

        def ids(handle):
            found = self.good(lsm("RpcGetEnumResult", hEnum=handle, Level=1))["ppSessionEnumResult"]
            return [one["Data"]["SessionId"] for one in found]

        def opened():
            return self.good(lsm("RpcOpenEnum"))["phEnum"]

        handle = opened()
        self.good(lsm("RpcFilterByState", hEnum=handle, State=4, bInvert=0))
        self.assertEqual(ids(handle), [SERVICES, BOB])
        inverted = opened()
        self.good(lsm("RpcFilterByState", hEnum=inverted, State=4, bInvert=1))
        self.assertEqual(ids(inverted), [CONSOLE, ALICE])
        mine = opened()
        self.good(lsm("RpcFilterByCallersName", hEnum=mine))
        self.assertEqual(ids(mine), [BOB])
        services = opened()
        self.good(lsm("RpcFilterBySessionType", hEnum=services, pSessionType="88f5767d-d13f-404d-a348-8b8e030294a9"))
        self.assertEqual(ids(services), [SERVICES])
        self.good(lsm("RpcEnumAddFilter", hEnum=handle, hSubEnum=mine))
        self.assertEqual(ids(handle), [BOB])
        self.assertEqual(self.good(lsm("RpcCloseEnum", phEnum=handle))["phEnum"], ndr.NULL_HANDLE)

    def test_ids(self):
        lsm = self.caller("enumeration")
        self.assertEqual(self.good(lsm("RpcGetSessionIds", Filter=0, MaxEntries=2)),
                         {"pSessionIds": [0, 1], "pcSessionIds": 2})
        self.assert_fault(0x6F7, lsm.client, 8, struct.pack("<HHI", 0, 0, 0x10000))

    def test_listeners(self):
        rcm, control = self.caller("rcm"), self.caller("listener")
        self.host.control("listener", name="ICA-Tcp", deny={"anonymous": ["QUERY"]})
        found = self.good(rcm("RpcGetAllListeners", Level=1))["ppListeners"]
        self.assertEqual([one["Data"] for one in found], [{"Id": 65536, "bListening": 1, "Name": "RDP-Tcp"}])
        handle = self.good(control("RpcOpenListener", szListenerName="rdp-tcp"))["phListener"]
        self.good(control("RpcStopListener", hListener=handle))
        self.assertEqual(self.good(control("RpcIsListening", hListener=handle)), {"pbIsListening": 0})
        self.good(control("RpcStartListener", hListener=handle))
        self.assertEqual(self.good(control("RpcIsListening", hListener=handle)), {"pbIsListening": 1})
        self.good(control("RpcCloseListener", phListener=handle))
        self.no(E_NOT_FOUND, control, "RpcOpenListener", szListenerName="X11")
        denied = self.good(control("RpcOpenListener", szListenerName="ICA-Tcp"))["phListener"]
        self.no(E_ACCESS_DENIED, control, "RpcIsListening", hListener=denied)


class RightsTest(SessionCase):
    def test_a_denied_query_is_refused_and_leaves_lists_silently(self):
        self.host.control("session", session=ALICE, deny={"news": ["QUERY"]})
        hidden = self.host.control("spawn", session=ALICE)["pid"]
        for user, seen in (("news", [0, 1, 3]), ("games", [0, 1, 2, 3])):
            lsm = self.caller("enumeration", user)
            found = self.good(lsm("RpcGetAllSessions", pLevel=1))["ppSessionData"]
            self.assertEqual([one["Data"]["ExecEnvId"] for one in found], seen)
            legacy = self.caller("legacy", user)
            server = legacy("RpcWinStationOpenServer")["phServer"]
            found = legacy("RpcWinStationGetAllProcesses_NT6", hServer=server, Level=0, pNumberOfProcesses=0x8000)
            pids = [one["pTsProcessInfo"]["UniqueProcessId"] for one in found["ppTsAllProcessesInfo"]]
            self.assertEqual(hidden in pids, user == "games")
        lsm, rcm = self.caller("session", "news"), self.caller("rcm", "news")
        handle = self.opened(lsm, ALICE)
        for name in ("RpcGetUserName", "RpcGetTerminalName", "RpcGetState", "RpcGetTimes", "RpcGetActivityId",
                     "RpcIsSessionDesktopLocked"):
            self.no(E_ACCESS_DENIED, lsm, name, hSession=handle)
        self.no(E_ACCESS_DENIED, lsm, "RpcGetSessionInformationEx", SessionId=ALICE, Level=1)
        self.no(E_ACCESS_DENIED, rcm, "RpcGetClientData", SessionId=ALICE)

    def test_each_right_is_its_own(self):
        lsm = self.caller("session")
        handle = self.opened(lsm, ALICE)
        box = dict(szTitle="t", szMessage="m", ulStyle=0, ulTimeout=0, bDoNotWait=1)
        for right, name, arguments in (("MSG", "RpcShowMessageBox", box), ("DISCONNECT", "RpcDisconnect", {}),
                                       ("LOGOFF", "RpcLogoff", {})):
            self.host.control("session", session=ALICE, deny={"*": [right]})
            self.no(E_ACCESS_DENIED, lsm, name, hSession=handle, **arguments)
            self.host.control("session", session=ALICE, deny={})
            self.good(lsm(name, hSession=handle, **arguments))

    def test_a_right_that_does_not_exist_is_a_mistake(self):
        with self.assertRaises(ValueError):
            self.host.control("session", session=ALICE, deny={"news": ["FLY"]})
        with self.assertRaises(ValueError):
            self.host.control("session", session=ALICE, colour="blue")


class ChangeTest(SessionCase):
    def test_disconnect(self):
        lsm = self.caller("session")
        handle = self.opened(lsm, ALICE)
        self.good(lsm("RpcDisconnect", hSession=handle))
        after = self.sessions()[ALICE]
        self.assertEqual((after["state"], after["name"], after["client"]), (4, "", None))
        self.assertGreater(after["disconnect_time"], after["logon_time"])
        self.no(E_INVALID_STATE, lsm, "RpcDisconnect", hSession=handle)

    def test_logoff_ends_the_session_and_its_processes(self):
        mine = self.host.control("spawn", session=ALICE)["pid"]
        other = self.host.control("spawn", session=BOB)["pid"]
        lsm = self.caller("session")
        self.assertEqual(lsm("RpcLogoff", hSession=self.opened(lsm, ALICE))["return"], 0x10000000)
        self.assertNotIn(ALICE, self.sessions())
        self.assertFalse(self.host.control("wait", pid=mine)["alive"])
        self.assertTrue(self.host.control("wait", pid=other)["alive"])
        self.no(E_INVALID_STATE, lsm, "RpcLogoff", hSession=self.opened(lsm, SERVICES))

    def test_a_log_off_that_takes_its_time(self):
        lsm, waiter = self.caller("session"), self.caller("notification")
        self.host.control("set", logoff_delay=-1)
        self.good(lsm("RpcLogoff", hSession=self.opened(lsm, ALICE)))
        self.assertIn(ALICE, self.sessions())
        self.no(E_WAIT_TIMEOUT, waiter, "RpcWaitForSessionState", SessionId=ALICE, State=8, Timeout=0)
        waiter.send("RpcWaitForSessionState", SessionId=ALICE, State=8, Timeout=0xFFFFFFFF)
        self.blocked("notification", 0)
        self.assertEqual(self.host.control("finish_logoffs")["finished"], 1)
        self.assertEqual(waiter.receive("RpcWaitForSessionState")["return"], E_NOT_FOUND)
        self.assertNotIn(ALICE, self.sessions())

    def test_the_console_survives_its_log_off(self):
        self.host.control("session", session=CONSOLE, user="carol", state=0)
        lsm = self.caller("session")
        self.good(lsm("RpcLogoff", hSession=self.opened(lsm, CONSOLE)))
        after = self.sessions()[CONSOLE]
        self.assertEqual((after["user"], after["state"]), ("", 1))

    def test_connect_moves_the_client(self):
        lsm = self.caller("session")
        handle = self.opened(lsm, ALICE)
        self.host.control("session", session=BOB, password="pw")
        self.no(E_WRONG_PASSWORD, lsm, "RpcConnect", hSession=handle, TargetSessionId=BOB, szPassword="no")
        self.good(lsm("RpcConnect", hSession=handle, TargetSessionId=BOB, szPassword="pw"))
        after = self.sessions()
        self.assertEqual((after[ALICE]["state"], after[BOB]["state"], after[BOB]["name"]), (4, 0, "RDP-Tcp#0"))
        self.assertEqual([entry["arguments"]["szPassword"] for entry in self.host.log("request")
                          if entry["name"] == "RpcConnect"], ["(secret)"] * 2)

    def test_shutdown_is_noted(self):
        legacy = self.caller("legacy", "games")
        server = legacy("RpcWinStationOpenServer")["phServer"]
        ask = dict(hServer=server, ClientLogonId=0)
        self.good(legacy("RpcWinStationShutdownSystem", ShutdownFlags=6, **ask))
        self.no(STATUS_INVALID_PARAMETER, legacy, "RpcWinStationShutdownSystem", ShutdownFlags=0x20, **ask)
        self.host.control("set", shutdown_denied=["games"])
        self.no(STATUS_PRIVILEGE_NOT_HELD, legacy, "RpcWinStationShutdownSystem", ShutdownFlags=6, **ask)
        self.assertEqual(self.host.control("shutdowns")["shutdowns"], [{"user": "games", "flags": 6}])


class MessageTest(SessionCase):
    def setUp(self):
        super().setUp()
        self.lsm = self.caller("session")
        self.handle = self.opened(self.lsm, ALICE)

    def box(self, timeout=0, wait=True):
        return dict(hSession=self.handle, szTitle="Title", szMessage="Grüße \U0001F600", ulStyle=4, ulTimeout=timeout,
                    bDoNotWait=not wait)

    def test_answered_by_a_person(self):
        self.lsm.send("RpcShowMessageBox", **self.box())
        shown, = self.host.control("await_messages")["messages"]
        self.assertEqual((shown["title"], shown["text"], shown["style"], shown["session"], shown["open"]),
                         ("Title", "Grüße \U0001F600", 4, ALICE, True))
        self.host.control("answer", message=shown["message"], response=7)
        self.assertEqual(self.good(self.lsm.receive("RpcShowMessageBox")), {"pulResponse": 7})
        self.assertFalse(self.host.control("messages")["messages"][0]["open"])
        with self.assertRaises(ValueError):
            self.host.control("answer", message=shown["message"], response=7)

    def test_time_over(self):
        self.host.rule("padding", interface="session")
        self.assertEqual(self.good(self.lsm("RpcShowMessageBox", **self.box(timeout=1))), {"pulResponse": 32000})

    def test_not_waited_for_and_answered_at_once(self):
        self.assertEqual(self.good(self.lsm("RpcShowMessageBox", **self.box(wait=False))), {"pulResponse": 32001})
        self.host.control("set", message_answer=6)
        self.assertEqual(self.good(self.lsm("RpcShowMessageBox", **self.box())), {"pulResponse": 6})

    def test_the_caller_leaves(self):
        self.lsm.send("RpcShowMessageBox", **self.box())
        self.host.control("await_messages")
        self.lsm.client.close()
        until(lambda: not self.host.control("messages")["messages"][0]["open"], "the end of the message")

    def test_the_session_ends_under_it(self):
        self.lsm.send("RpcShowMessageBox", **self.box())
        self.host.control("await_messages")
        self.host.control("logoff", session=ALICE)
        self.assertEqual(self.lsm.receive("RpcShowMessageBox")["return"], E_INVALID_STATE)


class EventTest(SessionCase):
    def registered(self, caller, session=EVERYBODY, mask=0xFFFFFFFF):
        return self.good(caller("RpcRegisterAsyncNotification", SessionId=session, Mask=mask))["phNotify"]

    def fetched(self, caller, handle):
        found = self.good(caller("RpcWaitAsyncNotification", hNotify=handle))["SessionChange"]
        return [(one["SessionId"], one["NotificationId"]) for one in found]

    def test_notifications_by_session_and_mask(self):
        every, one, some = (self.caller("notification") for _ in range(3))
        handles = self.registered(every), self.registered(one, BOB), self.registered(some, mask=0x8 | 0x400)
        new = self.host.control("logon", user="dave")["session"]
        self.host.control("lock", session=BOB)
        self.assertEqual(self.fetched(every, handles[0]), [(new, 1), (new, 2), (new, 8), (BOB, 0x400)])
        self.assertEqual(self.fetched(one, handles[1]), [(BOB, 0x400)])
        self.assertEqual(self.fetched(some, handles[2]), [(new, 8), (BOB, 0x400)])
        self.good(every("RpcUnRegisterAsyncNotification", phNotify=handles[0]))
        self.no(E_INVALID_PARAMETER, every, "RpcRegisterAsyncNotification", SessionId=BOB, Mask=0)

    def test_a_wait_ends_with_the_event(self):
        caller = self.caller("notification")
        handle = self.registered(caller)
        caller.send("RpcWaitAsyncNotification", hNotify=handle)
        self.blocked("notification", 2)
        self.host.control("logoff", session=ALICE)
        found = self.good(caller.receive("RpcWaitAsyncNotification"))["SessionChange"]
        self.assertEqual((found[0]["SessionId"], found[0]["NotificationId"]), (ALICE, 0x10))

    def test_wait_for_a_state(self):
        caller = self.caller("notification")
        self.good(caller("RpcWaitForSessionState", SessionId=ALICE, State=0, Timeout=0))
        caller.send("RpcWaitForSessionState", SessionId=ALICE, State=4, Timeout=30000)
        self.blocked("notification", 0)
        self.host.control("disconnect_session", session=ALICE)
        self.good(caller.receive("RpcWaitForSessionState"))

    def wait(self, mask, caller=None):
        legacy = caller or self.caller("legacy")
        server = legacy("RpcWinStationOpenServer")["phServer"]
        legacy.send("RpcWinStationWaitSystemEvent", hServer=server, EventMask=mask)
        self.blocked("legacy", 16)
        return legacy, server

    def test_system_events_of_the_mask(self):
        legacy, server = self.wait(0x60)
        self.host.control("disconnect_session", session=ALICE)
        self.host.control("logon", user="dave")
        self.assertEqual(self.good(legacy.receive("RpcWinStationWaitSystemEvent"))["pEventFlags"], 0x20)
        # What happened between two waits is not lost.
        self.host.control("logoff", session=ALICE)
        again = legacy("RpcWinStationWaitSystemEvent", hServer=server, EventMask=0x7FFFFFFF)
        self.assertEqual(again["pEventFlags"] & 0x40, 0x40)

    def test_a_client_that_leaves_ends_its_wait(self):
        legacy, _ = self.wait(0x7FFFFFFF)
        legacy.client.close()
        question = {"interface": "legacy", "opnum": 16, "what": "blocked", "seconds": 0}
        until(lambda: not self.host.control("await_requests", **question)["count"], "the end of the wait")


class SharedEventTest(SessionCase):
    options = ("--contexts-shared",)

    def test_a_second_wait_fails_and_a_flush_ends_the_first(self):
        for mask in (0, 0x80000000):
            self.host.control("reset")
            first, second = self.caller("legacy"), self.caller("legacy")
            server = first("RpcWinStationOpenServer")["phServer"]
            first.send("RpcWinStationWaitSystemEvent", hServer=server, EventMask=0x7FFFFFFF)
            self.blocked("legacy", 16)
            self.no(STATUS_UNSUCCESSFUL, second, "RpcWinStationWaitSystemEvent", hServer=server, EventMask=1)
            self.good(second("RpcWinStationWaitSystemEvent", hServer=server, EventMask=mask))
            self.assertEqual(first.receive("RpcWinStationWaitSystemEvent")["pResult"], STATUS_CANCELLED)


class ProcessListTest(SessionCase):
    def setUp(self):
        super().setUp()
        self.legacy = self.caller("legacy")
        self.server = self.legacy("RpcWinStationOpenServer")["phServer"]

    def list(self, name="RpcWinStationGetAllProcesses_NT6", most=0x8000):
        found = self.legacy(name, hServer=self.server, Level=0, pNumberOfProcesses=most)
        self.assertEqual((found["pResult"], found["return"]), (0, 1))
        self.assertEqual(found["pNumberOfProcesses"], len(found["ppTsAllProcessesInfo"]))
        return {one["pTsProcessInfo"]["UniqueProcessId"]: one for one in found["ppTsAllProcessesInfo"]}

    def test_real_children_among_them(self):
        child = self.host.control("spawn", name="notepad.exe", session=ALICE, counters={"HandleCount": 77})
        for name in ("RpcWinStationGetAllProcesses", "RpcWinStationGetAllProcesses_NT6"):
            found = self.list(name)
            self.assertEqual(sorted(found), [0, 4, child["pid"]])
            self.assertEqual((found[0]["pSid"], found[0]["pTsProcessInfo"]["ImageName"]),
                             (None, {"Length": 0, "MaximumLength": 0, "Buffer": None}))
            info = found[child["pid"]]["pTsProcessInfo"]
            self.assertEqual((info["ImageName"], info["SessionId"], info["HandleCount"]),
                             ({"Length": 22, "MaximumLength": 24, "Buffer": "notepad.exe"}, ALICE, 77))
            self.assertEqual(found[4]["pSid"], opaque.sid_bytes("S-1-5-18"))
        self.host.control("set", image_name_counts_nul=True)
        self.assertEqual(self.list()[child["pid"]]["pTsProcessInfo"]["ImageName"]["Buffer"], "notepad.exe\0")
        self.host.control("end", pid=child["pid"])
        self.assertEqual(sorted(self.list()), [0, 4])

    def test_the_longest_list(self):
        child = self.host.control("spawn")["pid"]
        self.host.control("fill", count=0x8000 - 3)
        found = self.list()
        self.assertEqual(len(found), 0x8000)
        self.assertIn(child, found)
        self.assertEqual(len(self.list(most=10)), 10)
        self.no(STATUS_ACCESS_DENIED, self.legacy, "RpcWinStationTerminateProcess", hServer=self.server,
                ProcessId=max(found), ExitCode=1)

    def test_limits(self):
        self.no(STATUS_INVALID_PARAMETER, self.legacy, "RpcWinStationGetAllProcesses_NT6", hServer=self.server, Level=1,
                pNumberOfProcesses=1)
        self.assert_fault(0x6F7, self.legacy.client, 70, self.server + struct.pack("<II", 0, 0x8001))

    def test_a_sid(self):
        child = self.host.control("spawn", create_time=0x01DA000000000010, deny_query=["news"])["pid"]

        def ask(room, pid=child, begin=0x01DA000000000010):
            return dict(hServer=self.server, dwUniqueProcessId=pid, ProcessStartTime=begin,
                        pProcessUserSid=bytes(room) if room else None, dwSidSize=room, pdwSizeNeeded=0)

        name = "RpcWinStationGetProcessSid"
        found = self.good(self.legacy(name, **ask(28)))
        self.assertEqual((found["pProcessUserSid"], found["pdwSizeNeeded"]),
                         (opaque.sid_bytes("S-1-5-21-1-2-3-500"), 28))
        for room in (0, 27):
            self.assertEqual(self.no(E_INSUFFICIENT_BUFFER, self.legacy, name, **ask(room))["pdwSizeNeeded"], 28)
        self.no(STATUS_INVALID_CID, self.legacy, name, **ask(28, begin=1))
        self.no(STATUS_INVALID_CID, self.legacy, name, **ask(28, pid=999999))
        self.assert_fault(0x6F7, self.legacy.client, 44, self.server + struct.pack("<IQIII", 1, 1, 0, 28, 0))


class RulesOnNewCallsTest(SessionCase):
    """The rules act on every interface; a few of each kind here, all of them on Legacy in test_rules."""

    def test_each_call_can_be_refused_and_faulted(self):
        for interface in interfaces.ALL:
            for opnum, operation in interface.operations.items():
                with self.subTest(name=operation.name):
                    self.host.control("reset")
                    self.host.rule("refuse", interface=interface.name, opnum=opnum, status="0x80070005", count=1)
                    self.host.rule("fault", interface=interface.name, opnum=opnum, code=1783, skip=1)
                    caller = self.caller(interface.name)
                    values = {name: kind.zero() for name, kind in operation.request}
                    stub = ndr.encode(operation.request, values)
                    if any(isinstance(kind, ndr.Handle) for _, kind in operation.request):
                        self.assert_fault(0x1C00001A, caller.client, opnum, stub)
                        continue
                    outputs, _ = ndr.decode(operation.response, caller.client.call(opnum, stub))
                    self.assertEqual(outputs.get("pResult", outputs["return"]), 0x80070005)
                    self.assert_fault(1783, caller.client, opnum, stub)

    def test_a_lie_inside_a_record(self):
        lsm = self.caller("enumeration")
        self.host.rule("field", interface="enumeration", opnum=10, name="ppSessionData.1.Data.ExecEnvId", value=99)
        found = self.good(lsm("RpcGetAllSessions", pLevel=1))["ppSessionData"]
        self.assertEqual([one["Data"]["ExecEnvId"] for one in found], [0, 99, 2, 3])

    def test_fragments_of_a_list(self):
        lsm = self.caller("enumeration")
        self.host.control("set", fragment=64, padding=True)
        self.assertEqual(len(self.good(lsm("RpcGetAllSessions", pLevel=2))["ppSessionData"]), 4)

    def test_an_interface_answers_on_its_pipe_only(self):
        self.assertEqual(sorted(self.host.ready["pipes"]), [])
        self.assertEqual(interfaces.pipes(), ["ctx_winstation_api_service", "lsm_api_service", "termsrv_api_service",
                                              "tsvip_service"])
        self.assertEqual({one.name for one in interfaces.on_pipe("lsm_api_service").values()},
                         {"session", "notification", "enumeration"})


if __name__ == "__main__":
    unittest.main()
