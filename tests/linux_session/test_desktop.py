"""
What a program sees of a Linux desktop: a program under Wine, our DLL, the real wts-session, and private buses with a logind
and a ScreenSaver that python3-dbusmock plays.
"""
import os
import shutil
import signal
import tempfile
import unittest

import dbus

from session.buses import Bus, Logind, ScreenSaver
from waiting import until

from .program import SESSION, Watcher
from .test_watch import (ACTIVE, ALL_EVENTS, CONNECT, CONSOLE_CONNECT, CONSOLE_DISCONNECT, DISCONNECT, DISCONNECTED, LOCK,
                         LOCKED, STATE_CHANGE, UNLOCK, UNLOCKED)

EPOCH = 116444736000000000
# What would do something to the desktop. The mock's own SetLockedHint is how the test locks.
DEEDS = {"Lock", "Unlock", "LockSession", "LockSessions", "UnlockSession", "UnlockSessions", "TerminateSession", "TerminateUser",
         "KillSession", "KillUser", "ActivateSession", "PowerOff", "Reboot", "Suspend", "Hibernate", "SwitchTo", "Terminate",
         "Kill", "Activate", "SetIdleHint"}


class DesktopTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="linux-desktop-")
        self.addCleanup(shutil.rmtree, self.folder)

    def bus(self, kind):
        bus = Bus(self.folder, kind).start()
        self.addCleanup(bus.end)
        return bus

    def registered(self, system=None, session=None, windows=1):
        """A program with registered windows that knows its unlocked session, and the session's number."""
        nowhere = "unix:path=" + os.path.join(self.folder, "nowhere")
        trace = os.path.join(tempfile.mkdtemp(dir=self.folder), "trace")
        watcher = Watcher(os.path.dirname(SESSION), trace, variables={
            "DBUS_SYSTEM_BUS_ADDRESS": system.address if system else nowhere,
            "DBUS_SESSION_BUS_ADDRESS": session.address if session else nowhere}).__enter__()
        self.addCleanup(watcher.__exit__)
        for _ in range(windows):
            watcher.register()
        until(lambda: "session: source xrdp" in watcher.trace(), "the first report")
        self.assertEqual(watcher.lock()[0], UNLOCKED)
        return watcher, int(watcher("id")[1])

    def test_lock_switch_and_times_of_the_own_session_reach_windows_waiters_and_questions(self):
        bus = self.bus("system")
        logind = Logind(bus)
        self.addCleanup(logind.end)
        logind.add("c2", 4321, "somebody")
        logind.set(Timestamp=dbus.UInt64(1_700_000_000_000_000))
        watcher, session = self.registered(bus, windows=2)
        both = (0, 1)

        logind.lock(True)
        self.assertEqual([watcher.change() for _ in both], [(window, LOCK, session) for window in both])
        self.assertEqual(watcher.lock()[0], LOCKED)
        logind.lock(True, "c2")         # another user's
        logind.lock(False)
        self.assertEqual([watcher.change() for _ in both], [(window, UNLOCK, session) for window in both])
        self.assertEqual(watcher.lock()[0], UNLOCKED)

        watcher("wait", ALL_EVENTS)
        logind.set(Active=False)
        self.assertEqual(sorted(watcher.news() for _ in range(3)),
                         sorted([("events", DISCONNECT | STATE_CHANGE)] +
                                [("change", window, CONSOLE_DISCONNECT, session) for window in both]))
        self.assertEqual(watcher.ask()["state"], DISCONNECTED)
        watcher("wait", ALL_EVENTS)
        logind.set(Active=True)
        self.assertEqual(sorted(watcher.news() for _ in range(3)),
                         sorted([("events", CONNECT | STATE_CHANGE)] +
                                [("change", window, CONSOLE_CONNECT, session) for window in both]))

        logind.set(IdleHint=True, IdleSinceHint=dbus.UInt64(1_700_000_456_000_000))
        until(lambda: watcher.ask()["input"] == EPOCH + 17_000_004_560_000_000, "the idle time")
        asked = watcher.ask()
        self.assertEqual((asked["state"], asked["name"], asked["remote"], asked["protocol"]), (ACTIVE, "Console", 0, 0))
        self.assertEqual(asked["logon"], EPOCH + 17_000_000_000_000_000)

        self.assertEqual(watcher("disconnect"), ["disconnect", "0", "50"])
        self.assertFalse(watcher.has_news())
        self.assertEqual(DEEDS & set(logind.calls()), set())

    def test_the_screen_saver_tells_of_locks_where_logind_is_absent(self):
        bus = self.bus("session")
        saver = ScreenSaver(bus)
        self.addCleanup(saver.end)
        watcher, session = self.registered(session=bus)
        saver.activate(True)
        self.assertEqual(watcher.change(), (0, LOCK, session))
        self.assertEqual(watcher.lock()[0], LOCKED)
        saver.activate(False)
        self.assertEqual(watcher.change(), (0, UNLOCK, session))

    def test_a_window_hears_of_changes_after_the_helper_was_killed(self):
        bus = self.bus("system")
        logind = Logind(bus)
        self.addCleanup(logind.end)
        watcher, session = self.registered(bus)
        for helper in helpers_of(bus.address):
            os.kill(helper, signal.SIGKILL)
        logind.lock(True)
        self.assertEqual(watcher.change(), (0, LOCK, session))
        self.assertEqual(watcher.lock()[0], LOCKED)

    def test_two_programs_hear_of_one_change_each(self):
        bus = self.bus("system")
        logind = Logind(bus)
        self.addCleanup(logind.end)
        programs = [self.registered(bus), self.registered(bus)]
        logind.lock(True)
        for watcher, session in programs:
            self.assertEqual(watcher.change(), (0, LOCK, session))
            self.assertFalse(watcher.has_news())


def helpers_of(address):
    """The processes of wts-session that were started for programs of this test: their environment names the bus."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/environ", "rb") as file:
                is_ours = address.encode() in file.read()
            if is_ours and os.readlink(f"/proc/{number}/exe") == os.path.realpath(SESSION):
                found.append(int(number))
        except OSError:
            continue
    return found


if __name__ == "__main__":
    unittest.main()
