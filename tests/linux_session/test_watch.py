"""
What a program sees of the Linux session when its helper is late, silent, absent, dies or lies: a program under Wine, our
DLL, and a helper that the test plays.
"""
import os
import shutil
import socket
import tempfile
import time
import unittest

from helper import codec
from helper.played_helper import PlayedHelpers
from waiting import until

from . import report as reports
from .program import Watcher
from .report import report

CONSOLE_CONNECT, CONSOLE_DISCONNECT, REMOTE_CONNECT, REMOTE_DISCONNECT, LOCK, UNLOCK = 1, 2, 3, 4, 7, 8
LOCKED, UNLOCKED, UNKNOWN = 0, 1, -1
ACTIVE, DISCONNECTED = 0, 4
MAX_WAIT_MS = 300
ALL_EVENTS = 0x7FFFFFFF
CONNECT, DISCONNECT, STATE_CHANGE = 0x8, 0x10, 0x80


class WatchCase(unittest.TestCase):
    def setUp(self):
        self.helpers = PlayedHelpers("wts-session").__enter__()
        self.addCleanup(self.helpers.__exit__)
        self.folder = tempfile.mkdtemp(prefix="linux-session-")
        self.addCleanup(shutil.rmtree, self.folder)

    def watcher(self, **settings):
        watcher = Watcher(self.helpers.folder, os.path.join(self.folder, "trace"), **settings).__enter__()
        self.addCleanup(watcher.__exit__)
        return watcher

    def serve(self, *payload, helper=None):
        """The next helper, after it has begun the watch with this report."""
        helper = helper or self.helpers.next()
        opening = helper.receive(codec.OPEN)
        self.assertEqual(int.from_bytes(opening.payload[4:8], "little"), reports.DUTY)
        helper.send(codec.opened(opening.channel, payload=b""))
        request = helper.receive(codec.REQUEST)
        self.assertEqual(int.from_bytes(request.payload[4:8], "little"), reports.WATCH)
        helper.channel = opening.channel
        helper.send(codec.reply(request.channel, request.serial, payload=payload[0] if payload else report(locked=False)))
        return helper

    @staticmethod
    def end(helper):
        """As the watchdog of a helper ends the socket when the helper dies."""
        helper.socket.shutdown(socket.SHUT_RDWR)
        helper.close()

    @staticmethod
    def tell(helper, *payloads):
        helper.send(*(codec.event(helper.channel, payload) for payload in payloads))

    def registered(self, payload=None, windows=1, **settings):
        """
        A program whose window is registered, the helper that watches for it, and the number of its session. The first
        report is of an unlocked, connected session; then comes `payload`, and the window is told what that changes.
        """
        watcher = self.watcher(**settings)
        for _ in range(windows):
            watcher.register()
        helper = self.serve(report(locked=False, active=True))
        session = int(watcher("id")[1])
        until(lambda: "session: source logind" in watcher.trace(), "the first report")
        self.assertEqual(watcher.lock()[0], UNLOCKED)
        if payload:
            self.tell(helper, payload)
            self.assertEqual(watcher.change(), (0, LOCK, session))
        return watcher, helper, session


class ChangesTest(WatchCase):
    def test_a_change_is_told_once_to_every_window_and_waiter(self):
        watcher, helper, session = self.registered(windows=3)
        watcher("wait", ALL_EVENTS)
        time.sleep(1)   # for the wait to begin, of which there is no sign
        self.tell(helper, report(locked=True, active=True), report(locked=True, active=True),
                  report(locked=True, active=True, idle_since=1), report(locked=False, active=True))
        got = [watcher.change() for _ in range(6)]
        self.assertEqual(got, [(window, code, session) for code in (LOCK, UNLOCK) for window in range(3)])
        # A lock is no event of WTSWaitSystemEvent; who leaves and comes back is one.
        self.tell(helper, report(locked=True, active=False))
        got = sorted([watcher.news() for _ in range(7)])
        self.assertEqual(got, sorted([("events", DISCONNECT | STATE_CHANGE)] +
                                     [("change", window, code, session) for code in (LOCK, CONSOLE_DISCONNECT)
                                      for window in range(3)]))
        self.assertEqual(watcher.ask()["state"], DISCONNECTED)
        self.assertEqual(watcher("list")[1:], [str(DISCONNECTED), "Console"])
        watcher("wait", ALL_EVENTS)
        self.tell(helper, report(locked=False, active=True))
        got = sorted([watcher.news() for _ in range(7)])
        self.assertEqual(got, sorted([("events", CONNECT | STATE_CHANGE)] +
                                     [("change", window, code, session) for code in (CONSOLE_CONNECT, UNLOCK)
                                      for window in range(3)]))
        self.assertFalse(watcher.has_news())

    def test_a_client_that_goes_and_comes_is_a_remote_disconnect_and_connect(self):
        client = {"remote": True, "rdp": True, "display": 10, "screen": (1024, 768, 24), "address": bytes([10, 1, 2, 3])}
        watcher, helper, session = self.registered(report(locked=True, connected=True, active=True, **client))
        asked = watcher.ask()
        self.assertEqual({name: asked[name] for name in ("state", "name", "remote", "protocol", "family", "screen", "text",
                                                         "metric")},
                         {"state": ACTIVE, "name": "RDP-Tcp#10", "remote": 1, "protocol": 2, "family": 2,
                          "screen": [1024, 768, 8], "text": "10.1.2.3", "metric": 0})
        self.assertEqual(bytes.fromhex(asked["address"]), bytes([0, 0, 10, 1, 2, 3]) + bytes(14))
        self.tell(helper, report(locked=True, connected=False, active=True, **client))
        self.assertEqual(watcher.change(), (0, REMOTE_DISCONNECT, session))
        asked = watcher.ask()
        self.assertEqual((asked["state"], asked["remote"], asked["family"], asked["screen"]),
                         (DISCONNECTED, 1, 0, [0, 0, 0]))
        self.tell(helper, report(locked=True, connected=True, active=True, **{**client, "address": bytes(15) + b"\x01"}))
        self.assertEqual(watcher.change(), (0, REMOTE_CONNECT, session))
        asked = watcher.ask()
        self.assertEqual((asked["family"], asked["text"]), (23, "0:0:0:0:0:0:0:1"))
        self.assertEqual(bytes.fromhex(asked["address"]), bytes(15) + b"\x01" + bytes(4))
        self.assertEqual(watcher("list")[1:], [str(ACTIVE), "RDP-Tcp#10"])

    def test_times_are_those_of_the_session(self):
        watcher = self.watcher()
        watcher.send("ask")
        self.serve(report(locked=False, logon_time=1_700_000_000_000_000, idle_since=1_700_000_123_000_000))
        watcher.answer()    # under load it did not wait for the report
        until(lambda: "session: source logind" in watcher.trace(), "the report")
        asked = watcher.ask()
        epoch = 116444736000000000
        self.assertEqual(asked["logon"], epoch + 17_000_000_000_000_000)
        self.assertEqual(asked["input"], epoch + 17_000_001_230_000_000)

    def test_after_a_thousand_changes_the_last_state_is_shown_and_every_message_alternates(self):
        watcher, helper, session = self.registered()
        self.tell(helper, *(report(locked=i % 2 == 0, active=True) for i in range(1001)))
        until(lambda: watcher.lock()[0] == LOCKED, "the last state")
        codes = []
        while codes[-1:] != [LOCK] or watcher.has_news():
            window, code, told = watcher.change()
            self.assertEqual((window, told), (0, session))
            codes.append(code)
        self.assertEqual(codes, [LOCK, UNLOCK] * (len(codes) // 2) + [LOCK])

    def test_a_thousand_changes_one_after_the_other_are_a_thousand_messages(self):
        watcher, helper, session = self.registered()
        for i in range(1000):
            self.tell(helper, report(locked=i % 2 == 0, active=True))
            self.assertEqual(watcher.change(), (0, LOCK if i % 2 == 0 else UNLOCK, session))
        watcher("lock")
        self.assertFalse(watcher.has_news())

    def test_a_window_that_is_taken_back_or_gone_hears_no_more(self):
        watcher, helper, session = self.registered(windows=3)
        self.assertEqual(watcher("unregister", 0), ["unregister", "1", "0"])
        watcher("destroy", 1)
        self.tell(helper, report(locked=True, active=True))
        self.assertEqual(watcher.change(), (2, LOCK, session))
        watcher("lock")
        self.assertFalse(watcher.has_news())


class QuestionsTest(WatchCase):
    def test_a_program_that_asks_nothing_starts_nothing(self):
        watcher = self.watcher()
        self.assertEqual(watcher("disconnect"), ["disconnect", "0", "50"])
        self.assertEqual(watcher("id")[0], "id")
        self.assertFalse(self.helpers.was_started())

    def test_one_question_makes_the_next_ones_cheap_and_the_helper_goes_when_nobody_asks(self):
        watcher = self.watcher()
        watcher.send("lock")
        helper = self.serve(report(locked=True))
        watcher.answer()    # under load it did not wait for the report
        until(lambda: watcher.lock()[0] == LOCKED, "the report")
        for _ in range(20):
            self.assertEqual(watcher.lock()[0], LOCKED)
        self.assertTrue(helper.is_silent(0))
        self.tell(helper, report(locked=False))
        until(lambda: watcher.lock()[0] == UNLOCKED, "the change")
        self.assertEqual(helper.receive().kind, codec.CLOSE)     # some seconds after the last question
        self.assertTrue(helper.has_ended())
        self.assertFalse(self.helpers.was_started())

    def test_a_silent_helper_delays_one_question(self):
        watcher = self.watcher()
        watcher.send("lock")
        helper = self.helpers.next()
        _, flags, _, ms = watcher.answer()
        self.assertEqual(flags, str(UNLOCKED))
        self.assertLess(int(ms), 3 * MAX_WAIT_MS)
        took = [watcher.lock() for _ in range(20)]
        self.assertEqual([flags for flags, _ in took], [UNLOCKED] * 20)
        self.assertLess(sum(ms for _, ms in took), 2 * MAX_WAIT_MS)    # not one of them waited
        self.assertEqual(watcher.trace().count("no answer of wts-session within 300 ms"), 1)
        self.serve(report(locked=True), helper=helper)    # it was only late
        until(lambda: watcher.lock()[0] == LOCKED, "the late answer")

    def test_a_source_that_never_answered_makes_the_lock_unknown(self):
        watcher = self.watcher()
        watcher.send("lock")
        helper = self.serve(report(sources=((reports.SILENT, "no answer"), (reports.ABSENT, ""), (reports.ABSENT, ""))))
        watcher.answer()    # under load it did not wait for the report
        until(lambda: watcher.lock()[0] == UNKNOWN, "the report")
        self.tell(helper, report(locked=True))
        until(lambda: watcher.lock()[0] == LOCKED, "the answer")

    def test_without_any_source_the_picture_is_that_of_today(self):
        nothing = report(sources=((reports.ABSENT, "no bus"), (reports.ABSENT, "no bus"), (reports.ABSENT, "")))
        watcher = self.watcher()
        watcher.send("ask")
        self.serve(nothing)
        asked = watcher.answer()
        self.assertEqual(asked[:6], ["flags", str(UNLOCKED), "state", str(ACTIVE), "name", "Console"])
        until(lambda: 'session: source logind, absent, lock no, text "no bus"' in watcher.trace(), "the report")

    def test_a_helper_that_is_absent_costs_next_to_nothing(self):
        os.unlink(self.helpers.path)
        watcher = self.watcher()
        watcher.register()
        took = [watcher.lock() for _ in range(20)]
        self.assertEqual([flags for flags, _ in took], [UNLOCKED] * 20)
        self.assertLess(sum(ms for _, ms in took), 3 * MAX_WAIT_MS)
        self.assertEqual(watcher.trace().count("wts-session: no program"), 1)
        self.assertFalse(watcher.has_news())


class LossTest(WatchCase):
    def test_a_helper_that_comes_late_tells_the_window(self):
        watcher = self.watcher()
        watcher.register()
        helper = self.helpers.next()
        time.sleep(2 * MAX_WAIT_MS / 1000)
        self.assertEqual(watcher.lock()[0], UNLOCKED)
        self.serve(report(locked=True), helper=helper)
        self.assertEqual(watcher.change()[1], LOCK)
        self.assertEqual(watcher.lock()[0], LOCKED)

    def test_a_helper_that_ends_is_replaced_and_what_changed_meanwhile_is_told(self):
        watcher, helper, session = self.registered(report(locked=True, active=True))
        self.end(helper)
        helper = self.helpers.next()
        self.assertEqual(watcher.lock()[0], LOCKED)          # the last known
        self.serve(report(locked=False, active=True), helper=helper)
        self.assertEqual(watcher.change(), (0, UNLOCK, session))
        self.tell(helper, report(locked=True, active=True))
        self.assertEqual(watcher.change(), (0, LOCK, session))

    def test_a_helper_that_has_forgotten_the_lock_does_not_unlock(self):
        watcher, helper, _ = self.registered(report(locked=True, active=False))
        self.assertEqual(watcher.change()[1], CONSOLE_DISCONNECT)
        self.end(helper)
        self.serve(report(sources=((reports.SILENT, "no answer"), (reports.ABSENT, ""), (reports.ABSENT, ""))))
        until(lambda: watcher.trace().count("source logind, silent") == 1, "the second helper")
        asked = watcher.ask()
        self.assertEqual((asked["flags"], asked["state"]), (LOCKED, DISCONNECTED))
        self.assertFalse(watcher.has_news())

    def test_a_lie_ends_the_helper_and_not_the_program(self):
        good = report(locked=True)
        lies = [b"", b"\x00", good[:-1], good + b"\x00", good[:4] + b"\xff" * (len(good) - 4), b"\xff" * 64, bytes(1 << 16)]
        for lie in lies:
            with self.subTest(lie[:8]):
                watcher, helper, _ = self.registered()
                self.tell(helper, lie)
                self.assertTrue(helper.has_ended())
                self.assertEqual(watcher.lock()[0], UNLOCKED)
                self.serve(report(locked=True, active=True))
                self.assertEqual(watcher.change()[1], LOCK)
                watcher.__exit__()

    def test_a_helper_that_refuses_or_lies_at_once_is_not_started_again_at_once(self):
        watcher = self.watcher()
        watcher.register()
        helper = self.helpers.next()
        opening = helper.receive(codec.OPEN)
        helper.send(codec.opened(opening.channel, error=5, payload=b""))
        self.assertTrue(helper.has_ended())
        began = time.monotonic()
        for _ in range(20):
            self.assertEqual(watcher.lock()[0], UNLOCKED)
        self.serve(report(locked=True))          # the watch tries again by itself, for the window
        self.assertGreater(time.monotonic() - began, 5)
        self.assertEqual(watcher.change()[1], LOCK)


if __name__ == "__main__":
    unittest.main()
