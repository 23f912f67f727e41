"""
ScreenSaver beside logind, and sources that are absent, late, silent, dying or denied: what is known meanwhile, that nobody
waits for them, and that they are found again.
"""
import os
import signal
import subprocess
import time
import unittest

from helper.dll import last_word, memory_of, open_frame
from waiting import until

from .buses import SAVER, SAVER_PATH, Bus, Logind, ScreenSaver
from .helper_case import NO_BUS, PROGRAM, Channel, HelperCase
from .state import ABSENT, ANSWERS, DUTY, GATHER_SECONDS, LOGIND, LOST, SCREEN_SAVER, SILENT, WATCH, XRDP

IDLE_SECONDS = 1
REST_SECONDS = 0.2
DENY = '<deny send_destination="org.freedesktop.login1" send_interface="org.freedesktop.login1.Manager"/>'


def turns_of(pid):
    """How often a process that sleeps has been woken up."""
    def look():
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            lines = dict(line.split(":\t") for line in file)
        return lines if lines["State"].startswith("S") else None
    lines = until(look, f"process {pid} sleeps")
    return lines["voluntary_ctxt_switches"]


def turns_at_rest(*pids):
    """The same of several, after they have finished what they had begun."""
    def look():
        first = [turns_of(pid) for pid in pids]
        time.sleep(REST_SECONDS)
        return first if first == [turns_of(pid) for pid in pids] else None
    return until(look, f"processes {pids} are at rest")


class SourceCase(HelperCase):
    def setUp(self):
        for bus in (self.system, self.session):
            bus.start()
            self.addCleanup(bus.kill)

    def logind(self, **settings):
        logind = Logind(self.system, **settings)
        self.addCleanup(logind.end)
        return logind

    def saver(self, **settings):
        saver = ScreenSaver(self.session, **settings)
        self.addCleanup(saver.end)
        return saver

    def both(self, **settings):
        return self.channel(session=self.session.address, **settings)


class LockTest(SourceCase):
    def test_the_screen_saver_is_believed_until_the_hint_has_moved(self):
        logind, saver = self.logind(), self.saver()
        channel = self.both()
        state = channel.watch()
        self.assertEqual((state["locked"], state.lock_source), (False, SCREEN_SAVER))
        for is_active in (True, False, True):
            saver.activate(is_active)
            state = channel.event()
            self.assertEqual((state["locked"], state.lock_source), (is_active, SCREEN_SAVER))
        logind.lock(True)
        state = channel.event()
        self.assertEqual((state["locked"], state.lock_source), (True, LOGIND))
        saver.activate(False)
        self.assertTrue(channel.no_event()["locked"])
        logind.lock(False)
        self.assertFalse(channel.event()["locked"])
        saver.activate(True)
        self.assertFalse(channel.no_event()["locked"])

    def test_the_screen_saver_alone(self):
        for path in (SAVER_PATH, "/ScreenSaver"):
            saver = self.saver(path=path, is_active=True)
            channel = self.channel(system=NO_BUS, session=self.session.address)
            state = channel.watch()
            self.assertEqual((state, state.lock_source), ({"locked": True}, SCREEN_SAVER))
            self.assertEqual((state.presence, state.reason[SCREEN_SAVER]),
                             ({LOGIND: ABSENT, SCREEN_SAVER: ANSWERS, XRDP: ABSENT}, path))
            saver.activate(False)
            self.assertFalse(channel.event()["locked"])
            saver.end()
            self.assertEqual(channel.event().presence[SCREEN_SAVER], LOST)

    def test_a_screen_saver_that_gives_something_else_is_none(self):
        for signature, value in (("s", "yes"), ("u", 1), ("ab", [True])):
            saver = self.saver(signature=signature, is_active=value)
            channel = self.channel(system=NO_BUS, session=self.session.address)
            state = channel.watch()
            self.assertEqual((state, state.presence[SCREEN_SAVER]), ({}, ABSENT))
            self.assertIn("GetActive", state.reason[SCREEN_SAVER])
            saver.emit(SAVER_PATH, SAVER, "ActiveChanged", "s", "yes")
            channel.no_event()
            saver.end()

    def test_a_screen_saver_that_comes_later_is_found(self):
        channel = self.channel(system=NO_BUS, session=self.session.address)
        self.assertEqual(channel.watch(), {})
        saver = self.saver(is_active=False)
        # The mock has its method a moment after its name, and its signals then.
        until(lambda: saver.activate(True) or channel.ask().get("locked"), "it is found")
        saver.activate(False)
        self.assertFalse(channel.event_until(lambda state: not state["locked"])["locked"])


class TroubleTest(SourceCase):
    def test_without_libsystemd_there_is_no_bus(self):
        folder = os.path.join(self.folder, "empty")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "libsystemd.so.0"), "wb"):
            pass
        state = self.both(environment={"LD_LIBRARY_PATH": folder}).ask()
        self.assertEqual((state, set(state.presence.values())), ({}, {ABSENT}))
        self.assertIn("libsystemd.so.0", state.reason[LOGIND])

    def test_addresses_that_lead_nowhere(self):
        for address, reason in ((NO_BUS, "No such file"), ("tcp:host=127.0.0.1,port=1", "not that of a Unix socket"),
                                ("unixexec:path=/bin/true", "not that of a Unix socket"),
                                (f"{NO_BUS};tcp:host=localhost", "not that of a Unix socket"), ("unix:", ""), ("unix:p", ""),
                                ("unix:path=" + "a" * 600, "too long"), ("nonsense", "not that of a Unix socket")):
            state = self.within(GATHER_SECONDS, self.channel(system=address, session=address).ask)
            self.assertEqual((state, set(state.presence.values())), ({}, {ABSENT}), address)
            self.assertIn(reason, state.reason[LOGIND])
        state = self.channel(session=None).ask()
        self.assertIn("neither", state.reason[SCREEN_SAVER])

    def test_the_bus_in_the_folder_of_the_user(self):
        folder = os.path.join(self.folder, "run dir%,;=")
        os.makedirs(folder)
        os.symlink(self.session.path, os.path.join(folder, "bus"))
        self.saver(is_active=True)
        self.assertTrue(self.channel(system=NO_BUS, session=None, XDG_RUNTIME_DIR=folder).ask()["locked"])

    def test_a_denied_or_absent_service_costs_nothing_more(self):
        for policy, reason in ((DENY, "denies"), ("", "nobody")):
            bus = Bus(self.folder, "system" + reason[:6]).start(policy)
            self.addCleanup(bus.kill)
            if policy:
                self.addCleanup(Logind(bus).end)
            channel = self.channel(system=bus.address)
            state = self.within(GATHER_SECONDS, channel.watch)
            self.assertEqual((state, state.presence[LOGIND]), ({}, ABSENT))
            self.assertIn(reason, state.reason[LOGIND])
            worker, = channel.helper.workers()
            before = turns_at_rest(worker)
            time.sleep(IDLE_SECONDS)
            self.assertEqual([turns_of(worker)], before)

    def test_a_watched_source_that_is_quiet_costs_nothing(self):
        self.logind(), self.saver()
        channel = self.both()
        channel.watch()
        worker, = channel.helper.workers()
        before = turns_at_rest(worker, channel.helper.process.pid)
        time.sleep(IDLE_SECONDS)
        self.assertEqual([turns_of(pid) for pid in (worker, channel.helper.process.pid)], before)

    def test_a_bus_that_comes_late(self):
        self.system.kill()
        os.unlink(self.system.path)
        channel = self.channel()
        state = self.within(GATHER_SECONDS, channel.watch)
        self.assertEqual((state, state.presence[LOGIND]), ({}, ABSENT))
        self.system.start()
        self.logind()
        self.assertEqual(channel.event_until(lambda state: state.presence[LOGIND] == ANSWERS)["id"], "c1")

    def test_logind_that_ends_and_comes_back(self):
        logind = self.logind()
        channel = self.channel()
        channel.watch()
        logind.lock(True)
        self.assertTrue(channel.event()["locked"])
        logind.end()
        state = channel.event()
        self.assertEqual((state["locked"], state.presence[LOGIND]), (True, LOST))
        logind = self.logind()
        channel.event_until(lambda state: state.presence[LOGIND] == ANSWERS)
        logind.lock(True)
        self.assertTrue(channel.event_until(lambda state: state["locked"])["active"])

    def test_a_bus_that_is_started_again(self):
        logind = self.logind()
        channel = self.channel()
        channel.watch()
        logind.set(Active=False)
        self.assertFalse(channel.event()["active"])
        self.system.kill()
        state = channel.event()
        self.assertEqual((state["active"], state.presence[LOGIND]), (False, LOST))
        self.assertIn("bus", state.reason[LOGIND])
        logind.end()
        self.system.start()
        self.logind()
        self.assertTrue(channel.event_until(lambda state: state.presence[LOGIND] == ANSWERS)["active"])

    def test_logind_that_is_silent(self):
        logind = self.logind()
        logind.signal(signal.SIGSTOP)
        channel = self.channel()
        state = self.within(GATHER_SECONDS, channel.watch)
        self.assertEqual((state, state.presence[LOGIND]), ({}, SILENT))
        logind.signal(signal.SIGCONT)
        self.assertEqual(channel.event_until(lambda state: state.presence[LOGIND] == ANSWERS)["id"], "c1")
        # What was read stays while it is silent again.
        logind.signal(signal.SIGSTOP)
        self.assertEqual(self.within(GATHER_SECONDS, channel.ask)["id"], "c1")
        logind.signal(signal.SIGCONT)
        logind.lock(True)
        self.assertTrue(channel.event()["locked"])

    def test_a_bus_that_is_silent(self):
        self.logind()
        self.system.signal(signal.SIGSTOP)
        channel = self.channel()
        state = self.within(GATHER_SECONDS, channel.watch)
        self.assertEqual((state, state.presence[LOGIND]), ({}, SILENT))
        self.system.signal(signal.SIGCONT)
        self.assertEqual(channel.event_until(lambda state: state.presence[LOGIND] == ANSWERS)["id"], "c1")


class RequestTest(SourceCase):
    def test_requests_that_do_not_exist(self):
        channel = self.channel(system=NO_BUS)
        for verb, payload in ((0, b""), (3, b""), (0xFFFFFFFF, b""), (WATCH, b"\0"), (1, bytes(4096))):
            reply = channel.helper.request(channel.number, verb, payload)
            self.assertEqual((reply.error, reply.broken, reply.payload), (120, False, b""))
        self.assertEqual(channel.ask(), {})

    def test_an_open_with_a_payload_ends_the_helper(self):
        helper = self.start(system=NO_BUS)
        helper.send(open_frame(1, DUTY, b"\0"))
        self.assertIn("malformed", last_word(helper.rest()[-1]))

    def test_only_its_own_variables_are_taken(self):
        channel = self.channel(system=NO_BUS, LD_PRELOAD="evil", SYSTEMD_BUS_TIMEOUT="1", PATH="/evil", DISPLAY=":3")
        channel.ask()
        worker, = channel.helper.workers()
        memory = memory_of(worker)
        self.assertIn(b"DISPLAY=:3", memory)
        self.assertNotIn(b"LD_PRELOAD=evil", memory)
        self.assertNotIn(b"PATH=/evil", memory)

    def test_several_channels_beside_each_other(self):
        logind = self.logind()
        helper = self.start()
        first, second, reader = Channel(helper), Channel(helper), Channel(helper)
        for channel in (first, second):
            channel.watch()
        logind.lock(True)
        self.assertTrue(first.event()["locked"] and second.event()["locked"])
        helper.close(second.number)
        logind.lock(False)
        self.assertFalse(first.event()["locked"])
        self.assertFalse(reader.no_event()["locked"])
        helper.wait_for_workers(2)

    def test_the_two_commands_of_a_terminal(self):
        shown = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
        self.assertRegex(shown, r"^wts-session \d+\.\d+\.\d+\nLicence: MIT\n$")
        for words in ([], ["--help"], ["--version", "x"]):
            done = subprocess.run([PROGRAM, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                                  check=False)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("usage", done.stderr)


if __name__ == "__main__":
    unittest.main()
