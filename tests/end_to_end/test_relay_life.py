"""
wts-relay itself under the DLL: ended, killed, stopped, crashed, and where a password can be seen on its way. As in
test_relay.py.
"""
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
import unittest

import run_unittest
from helper.dll import children_of, is_alive
from session_host import smbd
from waiting import latest, until

from .program import RELAY
from .test_relay import ADDRESS, PASSWORD, TERMINATE, USER, RelayCase

LATE, LOST = (0, 1818), (0, 1726)
SOON = 30   # seconds; less than any deadline here
STRANGER = 65534


class LifeCase(RelayCase):
    def connected(self, **settings):
        program = self.program(**{"connect_timeout_ms": 60000, "call_timeout_ms": 60000, **settings})
        server = program.open(ADDRESS)
        self.check_terminate(program, server)
        return program, server

    def processes(self):
        """Every process of a relay in this namespace."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if (os.readlink(f"/proc/{pid}/exe") == RELAY and
                        os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net")):
                    found.append(int(pid))
            except OSError:
                pass
        return found

    def parent(self):
        """The one whose own parent is none of them."""
        processes = self.processes()
        parents = [pid for pid in processes if not any(pid in children_of(other) for other in processes)]
        self.assertEqual(len(parents), 1, parents)
        return parents[0]

    def signal_all(self, number):
        processes = self.processes()
        for pid in processes:
            with contextlib.suppress(ProcessLookupError):   # it ended with the one before
                os.kill(pid, number)
        return processes

    def stalled(self, program, server):
        """A call that is at the server; how often it was there before."""
        before = self.count(TERMINATE, "received")
        self.host.rule("stall", opnum=TERMINATE, count=1)
        program.send("terminate", server, self.spawn(), 1)
        self.host.control("await_requests", interface="legacy", opnum=TERMINATE, what="received", count=before + 1,
                          seconds=60)

    def outcome(self, program, seconds):
        words = program.answer(seconds).split()
        return int(words[1]), int(words[3])


class LifeTest(LifeCase):
    def test_all_its_processes_killed_during_a_call(self):
        program, server = self.connected()
        self.stalled(program, server)
        self.signal_all(signal.SIGKILL)
        self.assertEqual(self.outcome(program, SOON), LOST)
        self.host.control("release")
        self.check_terminate(program, server)

    def test_all_its_processes_killed_between_calls(self):
        program, server = self.connected()
        for _ in range(5):
            self.signal_all(signal.SIGKILL)
            self.check_terminate(program, server)

    def test_its_parent_killed(self):
        program, server = self.connected()
        self.stalled(program, server)
        os.kill(self.parent(), signal.SIGKILL)
        self.assertEqual(self.outcome(program, SOON), LOST)
        self.host.control("release")
        self.check_terminate(program, server)

    def test_its_worker_crashed(self):
        program, server = self.connected()
        relay = self.parent()
        self.stalled(program, server)
        for pid in children_of(relay):
            os.kill(pid, signal.SIGSEGV)
        self.assertEqual(self.outcome(program, SOON), LOST)
        self.host.control("release")
        self.check_terminate(program, server)

    def test_told_to_end(self):
        program, server = self.connected()
        self.stalled(program, server)
        os.kill(self.parent(), signal.SIGTERM)
        self.assertEqual(self.outcome(program, SOON), LOST)
        self.assertIn("its last word", program.trace())
        self.host.control("release")
        self.check_terminate(program, server)

    def test_all_its_processes_stopped(self):
        program, server = self.connected(call_timeout_ms=2000)
        stopped = self.signal_all(signal.SIGSTOP)
        try:
            began = time.monotonic()
            self.assertEqual(program.terminate(server, self.spawn(), 1), LATE)
            self.assertLess(time.monotonic() - began, latest(2))
            self.check_terminate(program, server)
        finally:
            for pid in stopped:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        until(lambda: not any(map(is_alive, stopped)), "the end of what was given up")

    def test_its_parent_stopped(self):
        """A connection does without its parent, but no other one begins."""
        program, server = self.connected(connect_timeout_ms=2000)
        relay = self.parent()
        os.kill(relay, signal.SIGSTOP)
        self.check_terminate(program, server)
        self.assertTrue(is_alive(relay))
        other = program.open("127.0.0.3")
        self.assertEqual(program.terminate(other, self.spawn(), 1), (0, 1722))
        self.check_terminate(program, server)
        until(lambda: not is_alive(relay), "the end of what was given up")

    def test_stopped_while_it_connects(self):
        program, server = self.connected(connect_timeout_ms=2000)
        stopped = self.signal_all(signal.SIGSTOP)
        try:
            other = program.open("127.0.0.3")
            self.assertEqual(program.terminate(other, self.spawn(), 1), (0, 1722))
            self.check_terminate(program, server)
        finally:
            for pid in stopped:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)


class Capture:
    """Every packet of the loopback of this namespace."""

    def __enter__(self):
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self._socket.bind(("lo", 0))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        self._socket.settimeout(0.2)
        self._stops, self._packets = threading.Event(), []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def _run(self):
        while True:
            try:
                self._packets.append(self._socket.recv(1 << 17))
            except TimeoutError:
                if self._stops.is_set():
                    return

    def __exit__(self, *_):
        self._stops.set()
        self._thread.join()
        self._socket.close()
        self.data = b"\n".join(self._packets)


class SecretTest(LifeCase):
    def forms(self):
        return PASSWORD.encode(), PASSWORD.encode("utf-16-le"), PASSWORD.encode("utf-16-be")

    def secret_path(self):
        """The place where the DLL writes passwords."""
        relay = self.parent()
        for name in os.listdir(f"/proc/{relay}/fd"):
            path = f"/proc/{relay}/fd/{name}"
            if "memfd:" in os.readlink(path):
                return path
        self.fail("the relay has no memory file")

    def read_secrets(self, path):
        with open(path, "rb") as file:
            return os.pread(file.fileno(), 1 << 20, 0)

    def test_the_password_crosses_no_wire(self):
        with Capture() as capture:
            program, server = self.connected()
            program("close", server)
        self.assertIn(USER.encode(), capture.data)
        self.assertIn(b"Ctx_WinStation_API_service", capture.data)
        for form in self.forms():
            self.assertNotIn(form, capture.data)

    def test_its_place_is_closed_to_others_and_empty_after_the_log_on(self):
        program = self.program(connect_timeout_ms=60000)
        self.host.rule("stall", interface=None, on="bind")
        server = program.open(ADDRESS)
        program.send("terminate", server, 999999, 1)
        until(lambda: self.processes() and len(children_of(self.parent())) > 1, "the relay's worker")
        path = self.secret_path()
        self.assertEqual(self.open_as_stranger(path), "refused")
        until(lambda: self.read_secrets(path) == bytes(1 << 20), "the password taken away")
        self.host.control("release")
        self.assertEqual(self.outcome(program, 30), (0, 87))
        self.assertEqual(self.read_secrets(path), bytes(1 << 20))

    def open_as_stranger(self, path):
        script = ("import os, sys\n"
                  f"os.setgroups([]), os.setgid({STRANGER}), os.setuid({STRANGER})\n"
                  "try:\n    open(sys.argv[1], 'r+b')\n    print('opened')\n"
                  "except PermissionError:\n    print('refused')\n")
        return subprocess.run(["/usr/bin/python3", "-IS", "-c", script, path], stdout=subprocess.PIPE, text=True,
                              check=True, timeout=60).stdout.strip()


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, smbd, LifeTest, SecretTest)


if __name__ == "__main__":
    unittest.main()
