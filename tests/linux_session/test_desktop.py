"""
What a program sees of a Linux desktop: a program under Wine, our DLL, the real wts-session, and private buses with a logind
and a ScreenSaver that python3-dbusmock plays.
"""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import dbus

from cli.test_output import faults
from session.buses import Bus, Logind, ScreenSaver
from waiting import until

from end_to_end.program import ROOT, Prefix, environment

from .program import BUILD, PREFIX, SESSION, WINE, Watcher
from .test_watch import (ACTIVE, ALL_EVENTS, CONNECT, CONSOLE_CONNECT, CONSOLE_DISCONNECT, DISCONNECT, DISCONNECTED, LOCK,
                         LOCKED, STATE_CHANGE, UNLOCK, UNLOCKED)

EPOCH = 116444736000000000
# What would do something to the desktop. The mock's own SetLockedHint is how the test locks.
DEEDS = {"Lock", "Unlock", "LockSession", "LockSessions", "UnlockSession", "UnlockSessions", "TerminateSession", "TerminateUser",
         "KillSession", "KillUser", "ActivateSession", "PowerOff", "Reboot", "Suspend", "Hibernate", "SwitchTo", "Terminate",
         "Kill", "Activate", "SetIdleHint"}

SHUTDOWN, POWEROFF = 2, 8     # WTSShutdownSystem
BEGIN_SECONDS = 1   # for a wait to begin, of which there is no sign


class DesktopTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="linux-desktop-")
        self.addCleanup(shutil.rmtree, self.folder)

    def bus(self, kind):
        bus = Bus(self.folder, kind).start()
        self.addCleanup(bus.end)
        return bus

    def registered(self, system=None, session=None, windows=1, prefix=PREFIX):
        """A program with registered windows that knows its unlocked session, and the session's number."""
        nowhere = "unix:path=" + os.path.join(self.folder, "nowhere")
        trace = os.path.join(tempfile.mkdtemp(dir=self.folder), "trace")
        watcher = Watcher(os.path.dirname(SESSION), trace, prefix, variables={
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
        time.sleep(BEGIN_SECONDS)
        logind.set(Active=False)
        self.assertEqual(sorted(watcher.news() for _ in range(3)),
                         sorted([("events", DISCONNECT | STATE_CHANGE)] +
                                [("change", window, CONSOLE_DISCONNECT, session) for window in both]))
        self.assertEqual(watcher.ask()["state"], DISCONNECTED)
        watcher("wait", ALL_EVENTS)
        time.sleep(BEGIN_SECONDS)
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
            with contextlib.suppress(ProcessLookupError):   # it ended with the one before
                os.kill(helper, signal.SIGKILL)
        logind.lock(True)
        self.assertEqual(watcher.change(), (0, LOCK, session))
        self.assertEqual(watcher.lock()[0], LOCKED)

    def test_wts_shows_the_session_its_events_and_where_both_come_from(self):
        bus = self.bus("system")
        logind = Logind(bus)
        self.addCleanup(logind.end)
        logind.lock(True)
        tool = Tool(os.path.dirname(SESSION), bus.address)
        # Under load a program does not wait for its helper.
        until(lambda: re.search(r"(?m)^Locked +true$", tool("info")), "the lock in wts info")
        checked = until(lambda: tool.answers("check", "--session"), "a source answers")
        self.assertTrue(checked.startswith("this session: locked\n"), checked)
        self.assertRegex(checked, r"(?m)^logind +answers +yes +the session of this process$")
        self.assertRegex(checked, r"(?m)^screensaver +absent +no ")
        self.assertRegex(checked, r"(?m)^xrdp +absent +no +no xrdp session, so no virtual channels: XRDP_SOCKET_PATH is not set$")
        checked = until(lambda: tool.answers("check", "--session", "--json"), "a source answers")
        with open(os.path.join(ROOT, "docs", "wts.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)["$defs"]["check --session"]
        rows = json.loads(checked)
        self.assertEqual(faults(schema, rows), [])
        self.assertIn({"source": "logind", "result": "answers", "gives_lock": "yes", "reason": "the session of this process"}, rows)
        events = tool.start("events", "--count", "1")
        until(lambda: helpers_of(bus.address), "the helper that watches for wts events")
        until(lambda: switch(logind, events), "an event")
        self.assertRegex(events.communicate(timeout=60)[0], r" (dis)?connect statechange\s*$")
        status, checked = Tool(self.folder, bus.address).run("check", "--session")
        self.assertEqual(status, 2, checked)
        self.assertIn("no source knows the desktop", checked)
        self.assertIn(f"trace: wts-session: no program {self.folder}/wts-session", checked)

    def test_two_programs_hear_of_one_change_each(self):
        bus = self.bus("system")
        logind = Logind(bus)
        self.addCleanup(logind.end)
        programs = [self.registered(bus), self.registered(bus)]
        logind.lock(True)
        for watcher, session in programs:
            self.assertEqual(watcher.change(), (0, LOCK, session))
            self.assertFalse(watcher.has_news())

    def test_two_prefixes_hear_of_one_change_each_and_end_alone(self):
        """Whatever ends a Windows session or shuts Windows down reaches neither the desktop nor another prefix."""
        bus = self.bus("system")
        logind = Logind(bus)
        self.addCleanup(logind.end)
        watcher, session = self.registered(bus)
        for deed, number in (("logoff", 0), ("shutdown", SHUTDOWN), ("shutdown", POWEROFF)):
            with self.subTest(deed=deed, number=number), Prefix(os.path.join(BUILD, "second_prefix")) as prefix:
                other, other_session = self.registered(bus, prefix=prefix.path)
                logind.lock(True)
                self.assertEqual(watcher.change(), (0, LOCK, session))
                self.assertEqual(other.change(), (0, LOCK, other_session))
                other.send(deed, number)
                until(other.has_ended, "the program of the other prefix has ended with its session")
                logind.lock(False)
                self.assertEqual(watcher.change(), (0, UNLOCK, session))
                self.assertFalse(watcher.has_news())
                self.assertEqual(watcher.lock()[0], UNLOCKED)
        self.assertEqual(DEEDS & set(logind.calls()), set())


class Tool:
    """wts.exe with the helpers of a folder and a system bus."""

    def __init__(self, helpers, address):
        self._environment = environment(PREFIX, {"WTSAPI32_HELPERS": helpers, "DBUS_SYSTEM_BUS_ADDRESS": address,
                                                 "DBUS_SESSION_BUS_ADDRESS": address + "-of-nobody"})

    def start(self, *words):
        return subprocess.Popen([WINE, os.path.join(BUILD, "wts.exe"), *words], env=self._environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, *words):
        program = self.start(*words)
        text, _ = program.communicate(timeout=60)
        return program.returncode, text

    def __call__(self, *words):
        return self.run(*words)[1]

    def answers(self, *words):
        """What it prints; None: it failed."""
        status, text = self.run(*words)
        return text if status == 0 else None


def switch(logind, program):
    """Switches to another user and back: the program may not wait yet at the first time."""
    for is_active in (False, True):
        logind.set(Active=is_active)
        time.sleep(0.1)
    return program.poll() is not None


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
