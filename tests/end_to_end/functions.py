"""
What every function of the API does on an opened server, as tests that know no transport: mixed into a case that has
program(), server_name and the session host, compared with what the host knows. Failures are in failures.py.
"""
import threading

from waiting import until

from . import records
from .records import Answer

UNTOUCHED = 3131
SUCCESS, LISTED = (1, UNTOUCHED), (1, 0)     # lists of processes set the last error to 0
SERVICES, CONSOLE, ALICE, BOB, NOBODY = 0, 1, 2, 3, 77
DENIED, NOT_FOUND, NOT_SUPPORTED, INVALID, LOST, UNAVAILABLE, CANCELLED, BAD_STUB = 5, 2, 50, 87, 1726, 1722, 1818, 1783
IDASYNC, IDTIMEOUT = 32001, 32000

ACTIVE_ALICE = {
    "name": "RDP-Tcp#0", "lock": 1,
    "client": {"ClientName": "CLIENT1", "Domain": "DOM", "UserName": "alice", "ClientAddressFamily": 2,
               "ClientAddress": "192.0.2.7", "HRes": 1920, "VRes": 1080, "ColorDepth": 8, "EncryptionLevel": 2,
               "ClientDirectory": "C:\\mstscax.dll", "ClientBuildNumber": 22621, "ClientProductId": 1,
               "OutBufCountHost": 3, "OutBufCountClient": 4, "OutBufLength": 530, "WorkDirectory": "C:\\games",
               "InitialProgram": "play.exe"},
    "config": {"UserName": "alice", "Domain": "DOM", "WorkDirectory": "C:\\work", "InitialProgram": "work.exe",
               "PublishedName": "Work", "Shadow": 1, "flags": ["AutoClientDrives", "AutoClientLpts"]},
    "session_ip": {"family": 2, "text": "10.1.2.3"},
}


class Functions:
    """The tests. A case gives: host, server_name, program(**settings)."""

    def call(self, program, *words):
        return Answer(program(*words))

    def check(self, expected, program, *words):
        answer = self.call(program, *words)
        self.assertEqual(answer.outcome, expected, (words, answer.line[:300]))
        return answer

    def opened(self, **settings):
        program = self.program(**settings)
        return program, program.open(self.server_name)

    def alice(self):
        self.host.control("session", session=ALICE, **ACTIVE_ALICE)

    def known(self):
        return {one["session"]: one for one in self.host.control("sessions")["sessions"]}

    # --- processes ---

    def test_process_lists(self):
        child = self.host.control("spawn", name="Spiel.exe", session=ALICE, counters={
            "HandleCount": 77, "NumberOfThreads": 7, "PagefileUsage": 1, "PeakPagefileUsage": 2, "WorkingSetSize": 3,
            "PeakWorkingSetSize": 4, "UserTime": 5, "KernelTime": 6})["pid"]
        sid = "010500000000000515000000010000000200000003000000f4010000"
        program, server = self.opened()
        for form in "WA":
            rows = self.check(LISTED, program, "processes", server, form).rows
            self.assertEqual([row[1] for row in rows], ["0", "4", str(child)])
            self.assertEqual(rows[2], [str(ALICE), str(child), "Spiel.exe", sid])
            self.assertEqual(rows[0][2:], ["", "-"])
            answer = self.check(LISTED, program, "processes_ex", server, form, 1, 0xFFFFFFFE)
            self.assertEqual((answer.number("level"), answer.rows[2][4:]),
                             (1, ["7", "77", "1", "2", "3", "4", "5", "6"]))
            answer = self.check(LISTED, program, "processes_ex", server, form, 0, ALICE)
            self.assertEqual(answer.rows, [[str(ALICE), str(child), "Spiel.exe", sid]])

    def test_the_longest_process_list(self):
        child = self.host.control("spawn")["pid"]
        self.host.control("fill", count=0x8000 - 3)
        program, server = self.opened()
        rows = self.check(LISTED, program, "processes", server, "W").rows
        self.assertEqual(len(rows), 0x8000)
        self.assertIn(str(child), {row[1] for row in rows})

    def test_the_older_process_list(self):
        child = self.host.control("spawn", name="old.exe")["pid"]
        self.host.rule("fault", opnum=70, code="0x1C010002", not_executed=True)
        program, server = self.opened()
        rows = self.check(LISTED, program, "processes", server, "W").rows
        self.assertEqual([row[2] for row in rows if row[1] == str(child)], ["old.exe"])
        self.assertEqual(self.host.count("legacy", 43), 1)

    # --- sessions ---

    def test_session_lists(self):
        self.alice()
        program, server = self.opened()
        expected = [["0", "4", "Services"], ["1", "1", "Console"], ["2", "0", "RDP-Tcp#0"], ["3", "4", ""],
                    ["65536", "6", "RDP-Tcp"]]
        for form in "WA":
            self.assertEqual(self.check(SUCCESS, program, "sessions", server, form).rows, expected)
            answer = self.check(SUCCESS, program, "sessions_ex", server, form, 1, 0)
            self.assertEqual(answer.number("level"), 1)
            self.assertEqual([row[:2] + row[3:4] for row in answer.rows], expected[:4])     # no listeners
            self.assertEqual(answer.rows[ALICE], ["2", "0", "2", "RDP-Tcp#0", "CLIENT1", "alice", "DOM", "-"])

    def test_lists_without_what_may_not_be_seen(self):
        self.host.control("session", session=ALICE, deny={"*": ["QUERY"]})
        self.host.control("listener", name="RDP-Tcp", deny={"*": ["QUERY"]})
        hidden = self.host.control("spawn", session=ALICE)["pid"]
        program, server = self.opened()
        rows = self.check(SUCCESS, program, "sessions", server, "W").rows
        self.assertEqual([row[0] for row in rows], ["0", "1", "3"])
        rows = self.check(LISTED, program, "processes", server, "W").rows
        self.assertNotIn(str(hidden), {row[1] for row in rows})
        for number in (5, 6, 8, 10, 24, 26):
            self.check((0, DENIED), program, "query", server, "W", ALICE, number)

    def test_lists_of_older_servers(self):
        """Before 2008 R2 there are no lists with users, and no RpcGetSessionInformationEx."""
        for interface, opnum in (("enumeration", 10), ("enumeration", 11), ("session", 17)):
            self.host.rule("fault", interface=interface, opnum=opnum, code="0x1C010002", not_executed=True)
        self.alice()
        program, server = self.opened()
        rows = self.check(SUCCESS, program, "sessions_ex", server, "W", 1, 0).rows
        self.assertEqual([row[5] for row in rows], ["-", "-", "alice", "bob"])
        info = records.INFO.unpack(self.query(program, server, 24))
        self.assertEqual((info["UserName"], info["IncomingBytes"], info["LastInputTime"]),
                         ("alice", 3000, self.known()[ALICE]["last_input_time"]))

    def test_long_names_are_whole(self):
        self.host.control("session", session=ALICE, user="u" * 60, domain="d" * 50)
        program, server = self.opened()
        rows = self.check(SUCCESS, program, "sessions_ex", server, "W", 1, 0).rows
        self.assertEqual(rows[ALICE][5:7], ["u" * 60, "d" * 50])
        self.assertEqual(records.text(self.query(program, server, 5), "W"), "u" * 60)

    # --- information ---

    def query(self, program, server, number, session=ALICE, form="W"):
        return self.check(SUCCESS, program, "query", server, form, session, number).buffer

    def test_texts(self):
        self.alice()
        program, server = self.opened()
        for form in "WA":
            for number, expected in ((0, "play.exe"), (1, ""), (2, "C:\\games"), (3, ""), (5, "alice"),
                                     (6, "RDP-Tcp#0"), (7, "DOM"), (10, "CLIENT1"), (11, "C:\\mstscax.dll")):
                with self.subTest(form=form, number=number):
                    self.assertEqual(records.text(self.query(program, server, number, form=form), form), expected)

    def test_numbers(self):
        self.alice()
        program, server = self.opened()
        for form in "WA":
            for number, expected, length in ((4, ALICE, 4), (8, 0, 4), (9, 22621, 4), (12, 1, 2), (13, 0, 4),
                                             (16, 2, 2)):
                with self.subTest(form=form, number=number):
                    data = self.query(program, server, number, form=form)
                    self.assertEqual((records.number(data), len(data)), (expected, length))

    def test_addresses_and_display(self):
        self.alice()
        program, server = self.opened()
        self.assertEqual(self.query(program, server, 14).hex(), "02000000" + "0000c0000207" + 14 * "00")
        self.assertEqual(self.query(program, server, 15).hex(), "800700003804000008000000")
        self.assertEqual(self.query(program, server, 28).hex(), "02000000" + "00000a010203" + 14 * "00")
        self.check((0, NOT_SUPPORTED), program, "query", server, "W", BOB, 28)

    def test_structures(self):
        self.alice()
        alice = self.known()[ALICE]
        program, server = self.opened()
        client = records.CLIENT.unpack(self.query(program, server, 23))
        self.assertEqual({name: client[name] for name in ("ClientName", "HRes", "VRes", "ColorDepth", "OutBufLength",
                                                          "InitialProgram", "ClientBuildNumber", "EncryptionLevel")},
                         {"ClientName": "CLIENT1", "HRes": 1920, "VRes": 1080, "ColorDepth": 8, "OutBufLength": 530,
                          "InitialProgram": "play.exe", "ClientBuildNumber": 22621, "EncryptionLevel": 2})
        for number, layout, domain in ((24, records.INFO, "Domain"), (25, records.INFO_EX, "DomainName")):
            data = self.query(program, server, number)
            self.assertEqual(len(data), layout.size)
            info = layout.unpack(data)
            self.assertEqual((info["IncomingBytes"], info["OutgoingBytes"], info["IncomingFrames"],
                              info["OutgoingFrames"]), (3000, 5000, 30, 50))
            self.assertEqual((info["UserName"], info[domain], info["WinStationName"]), ("alice", "DOM", "RDP-Tcp#0"))
            self.assertEqual((info["ConnectTime"], info["LogonTime"], info["LastInputTime"]),
                             (alice["connect_time"], alice["logon_time"], alice["last_input_time"]))
        self.assertEqual((info["Level"], info["SessionFlags"]), (1, 1))
        config = records.CONFIG.unpack(self.query(program, server, 26))
        self.assertEqual((config["LogonUserName"], config["InitialProgram"], config["WorkDirectory"],
                          config["fConnectClientDrivesAtLogon"], config["ShadowSettings"]),
                         ("alice", "work.exe", "C:\\work", 1, 1))
        for number, length in ((23, 1200), (24, 144), (25, 160), (26, 848)):
            self.assertEqual(len(self.query(program, server, number, form="A")), length)

    def test_a_session_without_a_client(self):
        program, server = self.opened()
        for number, expected in ((10, ""), (11, "")):
            self.assertEqual(records.text(self.query(program, server, number, CONSOLE), "W"), expected)
        self.assertEqual(self.query(program, server, 14, CONSOLE), bytes(24))

    def test_classes_that_are_refused(self):
        program, server = self.opened()
        for number, error in [(one, NOT_SUPPORTED) for one in (17, 18, 19, 20, 21, 22, 27, 29)] + [(32, INVALID)]:
            self.check((0, error), program, "query", server, "W", ALICE, number)
        self.assertEqual(self.host.control("requests")["requests"], [])

    # --- messages ---

    def shown(self, program):
        """The message that the host shows; where it shows none, the program has an answer that says why."""
        messages = self.host.control("await_messages")["messages"]
        if len(messages) != 1:
            self.fail(f"{len(messages)} messages are shown; the program: {program.answer(1)}")
        return messages[0]

    def test_a_message_is_answered_by_a_person(self):
        program, server = self.opened()
        texts = (("W", "Gr\u00fc\u00dfe \U0001F600 an alle"), ("A", "Greetings to all"),
                 ("W", 200 * "Gr\u00fc\u00dfe "), ("A", 5000 * "Greetings "))
        for form, text in texts:
            self.host.control("reset")
            program.send("message", server, form, ALICE, 4, 0, 1, "Title", text)
            shown = self.shown(program)
            self.assertEqual((shown["title"], shown["text"], shown["style"], shown["timeout"], shown["session"]),
                             ("Title", text, 4, 0, ALICE))
            self.host.control("answer", message=shown["message"], response=7)
            answer = Answer(program.answer())
            self.assertEqual((answer.outcome, answer.number("response")), (SUCCESS, 7))

    def test_messages_without_an_answer(self):
        program, server = self.opened()
        answer = self.check(SUCCESS, program, "message", server, "W", ALICE, 0, 1, 1, "Title", "Text")
        self.assertEqual(answer.number("response"), IDTIMEOUT)
        answer = self.check(SUCCESS, program, "message", server, "W", ALICE, 0, 0, 0, "Title", "Text")
        self.assertEqual(answer.number("response"), IDASYNC)
        self.check((0, DENIED), *self.denied(program, server, "MSG"), "message", server, "W", ALICE, 0, 0, 0, "T", "T")

    def denied(self, program, _server, right):
        self.host.control("session", session=ALICE, deny={"*": [right]})
        return (program,)

    def client_is_gone(self, condition, what, let_answer):
        """
        Until the host has noticed that a client left. smbd 4.22 keeps a pipe that its client has closed for as long as a call
        is pending on it (host.relay.goodbye sees the close on the wire): then the call is answered, and nobody hears it.
        """
        try:
            until(condition, what, seconds=5)
        except AssertionError:
            let_answer()
            until(condition, what)

    def test_a_message_waits_longer_than_a_call_may_last(self):
        program, server = self.opened(call_timeout_ms=300)
        program.send("message", server, "W", ALICE, 0, 0, 1, "Title", "Text")
        shown = self.shown(program)
        threading.Event().wait(1)
        self.host.control("answer", message=shown["message"], response=1)
        self.assertEqual(Answer(program.answer()).outcome, SUCCESS)

    def test_an_open_message_stops_no_other_call(self):
        first, server = self.opened()
        first.send("message", server, "W", ALICE, 0, 0, 1, "Title", "Text")
        shown = self.shown(first)
        second, other = self.opened()
        self.check(SUCCESS, second, "sessions", other, "W")
        self.host.control("answer", message=shown["message"], response=1)
        self.assertEqual(Answer(first.answer()).outcome, SUCCESS)

    def test_an_open_message_stops_no_other_call_on_its_handle_until_that_is_closed(self):
        program, server = self.opened()
        self.assertEqual(program("message_start", server, ALICE), "started")
        shown = self.shown(program)
        self.check(SUCCESS, program, "query", server, "W", ALICE, 8)
        self.check(SUCCESS, program, "sessions", server, "W")
        program("close", server)
        self.assertEqual(Answer(program("message_finish")).outcome, (0, LOST))
        self.client_is_gone(lambda: not self.host.control("requests")["open"], "the end of the call of a handle that is closed",
                            lambda: self.host.control("answer", message=shown["message"], response=1))

    # --- control ---

    def test_disconnect(self):
        program, server = self.opened()
        for wait in (0, 1):
            self.host.control("reset")
            self.check(SUCCESS, program, "disconnect", server, ALICE, wait)
            self.assertEqual(self.known()[ALICE]["state"], 4)
        self.host.control("reset")
        self.denied(program, server, "DISCONNECT")
        self.check((0, DENIED), program, "disconnect", server, ALICE, 0)

    def test_logoff(self):
        program, server = self.opened()
        for wait in (0, 1):
            self.host.control("reset")
            pid = self.host.control("spawn", session=ALICE)["pid"]
            self.check(SUCCESS, program, "logoff", server, ALICE, wait)
            self.assertNotIn(ALICE, self.known())
            self.assertFalse(self.host.control("wait", pid=pid)["alive"])
            self.check((0, NOT_FOUND), program, "query", server, "W", ALICE, 5)
        self.host.control("reset")
        self.denied(program, server, "LOGOFF")
        self.check((0, DENIED), program, "logoff", server, ALICE, 1)

    def test_logoff_waits_until_the_session_is_gone(self):
        program, server = self.opened()
        self.host.control("set", logoff_delay=-1)
        self.check(SUCCESS, program, "logoff", server, BOB, 0)
        program.send("logoff", server, ALICE, 1)
        self.assertTrue(self.host.control("await_requests", interface="session", opnum=4, count=2,
                                          what="answered")["reached"])
        self.assertIn(ALICE, self.known())
        self.assertEqual(self.host.control("finish_logoffs")["finished"], 2)
        self.assertEqual(Answer(program.answer()).outcome, SUCCESS)

    def test_shutdown(self):
        program, server = self.opened()
        self.check(SUCCESS, program, "shutdown", server, 4)
        self.assertEqual([one["flags"] for one in self.host.control("shutdowns")["shutdowns"]], [4])
        for flags in (0, 0x40):
            self.check((0, INVALID), program, "shutdown", server, flags)
