"""
Waiting on an opened server: WTSWaitSystemEvent and session notifications, as tests that know no transport; see
functions.py, whose helpers they use.
"""
import threading

from .functions import ALICE, BAD_STUB, BOB, DENIED, INVALID, LISTED, LOST, SUCCESS
from .records import Answer

ABORTED, BUSY, BAD_HANDLE = 995, 170, 6
EVERY_EVENT, FLUSH = 0x7FFFFFFF, 0x80000000
CREATE, DISCONNECT, LOGON, LOGOFF, STATE = 0x1, 0x10, 0x20, 0x40, 0x80
WAIT, NOTIFY = ("legacy", 16), ("notification", 2)
# WM_WTSSESSION_CHANGE
REMOTE_CONNECT, REMOTE_DISCONNECT, SESSION_LOGON, SESSION_LOGOFF, LOCK, CREATED, TERMINATED = 3, 4, 5, 6, 7, 10, 11


class Events:
    """Mixed in beside Functions."""

    def blocked(self, call, count=1):
        interface, opnum = call
        answer = self.host.control("await_requests", interface=interface, opnum=opnum, what="blocked", count=count)
        self.assertTrue(answer["reached"])

    def nobody_waits(self, call):
        """Until the host has noticed that the client of the waiting call left; no other call may wait meanwhile."""
        interface, opnum = call
        question = {"interface": interface, "opnum": opnum, "what": "blocked", "seconds": 0}
        self.client_is_gone(lambda: not self.host.control("await_requests", **question)["count"],
                            f"the end of the calls that wait at {interface} {opnum}",
                            lambda: self.host.control("event", name="create", session=BOB))

    def waits(self, program, server, mask=EVERY_EVENT):
        """A wait that is under way in a thread of the program."""
        self.assertEqual(program("event_begin", server, mask), "begun")
        self.blocked(WAIT)

    def end(self, program):
        answer = Answer(program("event_end"))
        return answer.outcome, answer.number("flags")

    def test_a_wait_ends_with_an_event_of_its_mask(self):
        program, server = self.opened()
        self.waits(program, server, LOGON | LOGOFF)
        self.host.control("disconnect_session", session=ALICE)
        self.host.control("logon", user="dave")
        self.assertEqual(self.end(program), (SUCCESS, LOGON))
        self.waits(program, server)
        self.host.control("disconnect_session", session=ALICE)
        self.assertEqual(self.end(program), (SUCCESS, DISCONNECT | STATE))

    def test_other_calls_go_on_beside_a_wait(self):
        program, server = self.opened()
        self.waits(program, server, LOGOFF)
        self.check(LISTED, program, "processes", server, "W")
        self.check(SUCCESS, program, "sessions", server, "W")
        self.check(SUCCESS, program, "logoff", server, ALICE, 1)
        self.assertEqual(self.end(program), (SUCCESS, LOGOFF))

    def test_a_wait_knows_no_deadline(self):
        program, server = self.opened(call_timeout_ms=300)
        self.waits(program, server)
        threading.Event().wait(1)
        self.host.control("event", name="licence")
        self.assertEqual(self.end(program), (SUCCESS, 0x100))

    def test_one_waiter_and_a_flush(self):
        program, server = self.opened()
        self.waits(program, server)
        self.check((0, BUSY), program, "event", server, EVERY_EVENT)
        self.check(SUCCESS, program, "event", server, FLUSH)
        self.assertEqual(self.end(program), (SUCCESS, 0))
        self.nobody_waits(WAIT)     # the server, too, has seen the end of the first wait
        self.waits(program, server)
        self.host.control("logon", user="dave")
        self.assertEqual(self.end(program)[0], SUCCESS)

    def test_closing_the_handle_ends_a_wait(self):
        program, server = self.opened()
        self.waits(program, server)
        program("close", server)
        self.assertEqual(self.end(program)[0], (0, ABORTED))
        self.check((0, BAD_HANDLE), program, "event", server, EVERY_EVENT)
        self.nobody_waits(WAIT)

    def test_a_wait_that_fails(self):
        program, server = self.opened()
        for rule, error in (({"action": "refuse", "status": 0xC0000022}, DENIED), ({"action": "drop"}, LOST),
                            ({"action": "fault", "code": 5}, DENIED), ({"action": "truncate", "length": 3}, BAD_STUB)):
            self.host.control("reset")
            self.host.rule(interface="legacy", opnum=16, **rule)
            self.assertEqual(program("event_begin", server, EVERY_EVENT), "begun")
            self.host.control("await_requests", interface="legacy", opnum=16)
            if rule["action"] == "truncate":
                self.blocked(WAIT)
                self.host.control("logon", user="dave")
            self.assertEqual(self.end(program)[0], (0, error), rule)

    def test_a_server_lost_under_a_wait(self):
        program, server = self.opened()
        self.waits(program, server)
        self.host.control("disconnect")
        self.assertEqual(self.end(program)[0], (0, LOST))

    # --- notifications ---

    def changes(self, program, count, milliseconds=30000):
        words = program("notified", count, milliseconds).split(" change ")[1:]
        return [tuple(map(int, change.split())) for change in words]

    def test_a_window_is_told(self):
        program, server = self.opened()
        self.check(SUCCESS, program, "register", server, 0)
        self.blocked(NOTIFY)
        self.host.control("lock", session=ALICE)
        self.assertEqual(self.changes(program, 1), [(LOCK, ALICE)])
        new = self.host.control("logon", user="dave")["session"]
        self.assertEqual(self.changes(program, 3), [(CREATED, new), (REMOTE_CONNECT, new), (SESSION_LOGON, new)])
        self.host.control("disconnect_session", session=new)
        self.check(SUCCESS, program, "logoff", server, BOB, 1)
        self.assertEqual(self.changes(program, 3), [(REMOTE_DISCONNECT, new), (SESSION_LOGOFF, BOB), (TERMINATED, BOB)])
        self.check(SUCCESS, program, "unregister", server)
        self.nobody_waits(NOTIFY)
        self.host.control("lock", session=ALICE)
        self.assertEqual(self.changes(program, 1, 300), [])

    def test_notifications_that_are_refused(self):
        program, server = self.opened()
        self.check((0, INVALID), program, "register", server, 1)
        self.host.rule("refuse", interface="notification", opnum=1, status=0x80070005)
        self.check((0, DENIED), program, "register", server, 0)
        self.host.control("clear_rules")
        self.check(SUCCESS, program, "register", server, 0)
        self.check(SUCCESS, program, "unregister", server)
        self.check((0, INVALID), program, "unregister", server)

    def test_notifications_go_on_after_a_lost_connection(self):
        program, server = self.opened()
        self.check(SUCCESS, program, "register", server, 0)
        self.blocked(NOTIFY)
        self.host.control("disconnect")
        self.host.control("await_requests", interface="notification", opnum=1, count=2, what="answered")
        self.blocked(NOTIFY)
        self.host.control("lock", session=ALICE)
        self.assertEqual(self.changes(program, 1), [(LOCK, ALICE)])

    def test_closing_the_handle_ends_notifications(self):
        program, server = self.opened()
        self.check(SUCCESS, program, "register", server, 0)
        self.blocked(NOTIFY)
        program("close", server)
        self.nobody_waits(NOTIFY)
        self.check((0, BAD_HANDLE), program, "register", server, 0)
