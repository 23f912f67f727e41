"""
System events and notifications of an opened server, as tests that know no transport: mixed into a case that has
program(), server_name and the session host. See functions.py.
"""
import time

from .records import Answer

UNTOUCHED = 3131
SUCCESS = (1, UNTOUCHED)
ALICE = 2
LOGON, LOGOFF, CREATE, STATE_CHANGE, ALL = 0x20, 0x40, 0x1, 0x80, 0x7FFFFFFF
INVALID, ABORTED, LOST, DENIED = 87, 995, 1726, 5
WAIT_EVENT, REGISTER, WAIT_CHANGE = 16, 1, 2


class Events:
    def opened(self, **settings):
        program = self.program(**settings)
        return program, program.open(self.server_name)

    def check(self, expected, program, *words):
        answer = Answer(program(*words))
        self.assertEqual(answer.outcome, expected, (words, answer.line))
        return answer

    def blocked(self, interface, opnum, count=1):
        self.assertTrue(self.host.control("await_requests", interface=interface, opnum=opnum, what="blocked",
                                          count=count)["reached"])

    def until(self, condition):
        """Fails only when the condition never comes."""
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    def notified(self, program, count):
        """The (change, session) pairs that the window got."""
        words = program("notified", count, 30000).split()
        numbers = [int(word) for word in words[2:] if word != "change"]
        return list(zip(numbers[::2], numbers[1::2]))

    # --- events ---

    def test_an_event_ends_the_wait(self):
        program, server = self.opened(call_timeout_ms=500)
        program.send("event", server, LOGON | LOGOFF)
        self.blocked("legacy", WAIT_EVENT)
        self.host.control("event", name="lock", session=ALICE)
        self.host.control("event", name="console_connect", session=1)
        self.host.control("logon", user="dave")
        answer = Answer(program.answer())
        self.assertEqual((answer.outcome, answer.number("flags")), (SUCCESS, LOGON))
        # What happened between two waits of a connection, its server remembers.
        self.host.control("logoff", session=ALICE)
        answer = self.check(SUCCESS, program, "event", server, LOGOFF)
        self.assertEqual(answer.number("flags"), LOGOFF)

    def test_a_wait_is_longer_than_a_call_may_last(self):
        program, server = self.opened(call_timeout_ms=200)
        program.send("event", server, ALL)
        self.blocked("legacy", WAIT_EVENT)
        other, second = self.opened(call_timeout_ms=200)
        self.host.rule("stall", opnum=37)
        self.assertEqual(other.terminate(second, 4, 1), (0, 1818))  # so long a call may last
        self.host.control("event", name="create", session=9)
        answer = Answer(program.answer())
        self.assertEqual((answer.outcome, answer.number("flags")), (SUCCESS, CREATE | STATE_CHANGE))

    def test_a_flush_ends_the_wait_with_no_event(self):
        program, server = self.opened()
        for _ in range(3):
            answer = self.check(SUCCESS, program, "event_flush", server, ALL)
            self.assertEqual((answer.number("flags"), answer.number("flushed")), (0, 1))
        self.assertEqual(self.host.count("legacy", WAIT_EVENT, "answered"), 0)

    def test_closing_the_handle_ends_the_wait(self):
        program, server = self.opened()
        program.send("event_closing", server, ALL, 1000)
        self.blocked("legacy", WAIT_EVENT)
        self.assertEqual(Answer(program.answer()).outcome, (0, ABORTED))

    def test_a_wait_is_lost_with_its_connection(self):
        program, server = self.opened()
        program.send("event", server, ALL)
        self.blocked("legacy", WAIT_EVENT)
        self.host.control("disconnect")
        self.assertEqual(Answer(program.answer()).outcome, (0, LOST))
        self.assertEqual(self.host.count("legacy", WAIT_EVENT, "received"), 1)

    def test_a_refused_wait(self):
        program, server = self.opened()
        self.host.rule("refuse", opnum=WAIT_EVENT, status=0xC0000022)
        self.check((0, DENIED), program, "event", server, ALL)

    # --- notifications ---

    def test_changes_are_posted_until_the_window_is_taken_back(self):
        program, server = self.opened()
        for _ in range(2):
            self.check(SUCCESS, program, "register", server, 0)
        self.blocked("notification", WAIT_CHANGE)
        self.host.control("lock", session=ALICE, locked=True)
        self.host.control("lock", session=ALICE, locked=False)
        self.assertEqual(self.notified(program, 2), [(7, ALICE), (8, ALICE)])
        self.host.control("event", name="console_disconnect", session=1)
        self.host.control("event", name="desktop_ready", session=1)
        self.host.control("event", name="terminate", session=9)
        self.assertEqual(self.notified(program, 2), [(2, 1), (11, 9)])
        for _ in range(2):
            self.check(SUCCESS, program, "unregister", server)
        self.check((0, INVALID), program, "unregister", server)
        self.until(lambda: self.host.control("requests")["open"] == 0)

    def test_all_sessions_are_for_this_machine_only(self):
        program, server = self.opened()
        self.check((0, INVALID), program, "register", server, 1)
        self.assertEqual(self.host.count("notification", REGISTER, "received"), 0)

    def test_a_server_that_does_not_tell_refuses_the_registration(self):
        program, server = self.opened()
        self.host.rule("refuse", interface="notification", opnum=REGISTER, status=0x80070005)
        self.check((0, DENIED), program, "register", server, 0)
        self.check((0, INVALID), program, "unregister", server)

    def test_a_lost_connection_is_made_anew(self):
        program, server = self.opened()
        self.check(SUCCESS, program, "register", server, 0)
        self.blocked("notification", WAIT_CHANGE)
        self.host.control("disconnect")
        self.until(lambda: self.host.count("notification", REGISTER, "executed") == 2)
        self.blocked("notification", WAIT_CHANGE)
        self.host.control("event", name="logon", session=ALICE)
        self.assertEqual(self.notified(program, 1), [(5, ALICE)])

    def test_closing_the_handle_ends_the_notifications(self):
        program, server = self.opened()
        self.check(SUCCESS, program, "register", server, 0)
        self.blocked("notification", WAIT_CHANGE)
        program("close", server)
        self.until(lambda: self.host.control("requests")["open"] == 0)
