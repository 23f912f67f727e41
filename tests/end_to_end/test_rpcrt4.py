"""
The transport of Windows, over TCP: a program under Wine, our DLL, the system's RPC run time, and the session host,
which keeps contexts per connection and does not know our C.
"""
import os
import shutil
import tempfile
import time
import unittest

from session_host.client import SessionHost
from waiting import until

from .program import Prefix, Program

OPEN, TERMINATE, CLOSE_EX = 0, 37, 60
UNTOUCHED = 3131
SUCCESS = (1, UNTOUCHED)


class Rpcrt4Case(unittest.TestCase):
    """The session host on a TCP port, and programs that are led there."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="end-to-end-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.host = SessionHost(os.path.join(cls.folder, "host")).start()
        cls.addClassCleanup(cls.host.stop)
        cls.prefix = Prefix().__enter__()
        cls.addClassCleanup(cls.prefix.__exit__)

    def setUp(self):
        self.host.control("reset")
        self.trace = os.path.join(self.folder, self.id() + ".trace")

    def program(self, **settings):
        transport = f"rpcrt4:ncacn_ip_tcp:127.0.0.1[{self.host.port}]"
        return Program(self.prefix, self.trace, **{"transport": transport, **settings})

    def spawn(self, **parameters):
        return self.host.control("spawn", **parameters)["pid"]

    def count(self, opnum, what="executed"):
        return self.host.count("legacy", opnum, what)

    def wait_for_connections(self, count):
        """Until the host has so many."""
        until(lambda: self.host.control("requests")["open"] == count, f"{count} connections")


class Rpcrt4Test(Rpcrt4Case):
    def test_processes_really_end_with_the_code(self):
        with self.program() as program:
            self.assertRegex(program("module").lower(), r"tests.wtsapi32\.dll$")
            server = program.open("127.0.0.2")
            for code in (42, 0, 259, 0xFFFFFFFF):
                pid = self.spawn()
                self.assertEqual(program.terminate(server, pid, code), SUCCESS)
                after = self.host.control("wait", pid=pid)
                self.assertEqual((after["alive"], after["exit_code"]), (False, code))
            program("close", server)
            self.assertEqual((self.count(OPEN), self.count(TERMINATE), self.count(CLOSE_EX)), (1, 4, 1))

    def test_a_close_leaves_no_thread_behind(self):
        """A program that ends while one of its threads does may lose its exit status under Wine: docs/wine.md#exit-status."""
        with self.program() as program:
            program("threads_left", 1, "127.0.0.2")      # the run time keeps some of its own
            self.assertEqual(program("threads_left", 100, "127.0.0.2"), "most 0")

    def test_refusals(self):
        with self.program() as program:
            server = program.open("127.0.0.2")
            self.assertEqual(program.terminate(server, 999999, 1), (0, 87))
            pid = self.spawn(deny=["*"])
            self.assertEqual(program.terminate(server, pid, 1), (0, 5))
            for status, error in ((0xC000010A, 5), (0, 31), (0x80070005, 5)):
                self.host.rule("refuse", opnum=TERMINATE, status=status, count=1)
                self.assertEqual(program.terminate(server, pid, 1), (0, error))
            self.assertTrue(self.host.control("wait", pid=pid)["alive"])

    def test_forgotten_contexts_then_success_with_one_execution(self):
        with self.program() as program:
            server = program.open("127.0.0.2")
            self.assertEqual(program.terminate(server, self.spawn(), 1), SUCCESS)
            self.host.control("forget")
            pid = self.spawn()
            self.assertEqual(program.terminate(server, pid, 7), SUCCESS)
            self.assertEqual(self.host.control("wait", pid=pid)["exit_code"], 7)
            self.assertEqual(self.count(TERMINATE), 2)
            self.assertEqual(self.count(OPEN), 2)

    def test_lost_after_the_request_is_never_repeated(self):
        with self.program() as program:
            server = program.open("127.0.0.2")
            self.host.rule("drop_after", opnum=TERMINATE, count=1)
            pid = self.spawn()
            self.assertEqual(program.terminate(server, pid, 7), (0, 1726))
            self.assertEqual(self.count(TERMINATE), 1)
            self.assertEqual(program.terminate(server, self.spawn(), 8), SUCCESS)

    def test_deadlines(self):
        with self.program(call_timeout_ms=700, connect_timeout_ms=60000) as program:
            server = program.open("127.0.0.2")
            self.assertEqual(program.terminate(server, self.spawn(), 1), SUCCESS)
            self.host.rule("stall", opnum=TERMINATE, count=1)
            self.assertEqual(program.terminate(server, self.spawn(), 1), (0, 1818))
            self.wait_for_connections(0)  # the late call's is closed, although the server still has the call
            self.assertEqual(program.terminate(server, self.spawn(), 1), SUCCESS)
            self.host.control("release")

    def test_closing_ends_a_call_in_flight(self):
        with self.program() as program:
            server = program.open("127.0.0.2")
            self.assertEqual(program.terminate(server, self.spawn(), 1), SUCCESS)
            self.host.rule("stall", opnum=TERMINATE, count=1)
            begin = time.monotonic()
            program("terminate_start", server, self.spawn(), 1)
            self.host.control("await_requests", interface="legacy", opnum=TERMINATE, what="received", count=2)
            program("close", server)
            self.assertEqual(program("terminate_finish"), "result 0 error 1726")
            self.assertLess(time.monotonic() - begin, 25)  # far below the deadline of 30 s
            self.wait_for_connections(0)
            self.host.control("release")
            self.assertEqual(program.terminate(server, 1, 1), (0, 6))

    def test_faults(self):
        with self.program() as program:
            server = program.open("127.0.0.2")
            for code, error in ((0x1C010002, 1745), (5, 5), (1783, 1783)):
                self.host.rule("fault", opnum=TERMINATE, code=code, count=1)
                self.assertEqual(program.terminate(server, 1, 1), (0, error))

    def test_cut_answers(self):
        with self.program() as program:
            server = program.open("127.0.0.2")
            for length in range(5):
                self.host.rule("truncate", opnum=TERMINATE, length=length, count=1)
                self.assertEqual(program.terminate(server, self.spawn(), 1), (0, 1783))

    def test_four_threads_on_one_handle(self):
        with self.program() as program:
            server = program.open("127.0.0.2")
            pids = [self.spawn() for _ in range(4)]
            self.assertEqual(program("threads", server, 9, *pids), "results" + " 1:3131" * 4)
            for pid in pids:
                self.assertEqual(self.host.control("wait", pid=pid)["exit_code"], 9)

    def test_nobody_listens(self):
        with self.program(transport="rpcrt4:ncacn_ip_tcp:127.0.0.1[1]") as program:
            self.assertEqual(program.terminate(program.open("127.0.0.2"), 1, 1), (0, 1722))

    def test_other_values_of_the_variable(self):
        for transport in ("relay", "rpcrt4:", "rpcrt4:ncacn_np:127.0.0.1[1]", "rpcrt4:ncacn_ip_tcp:10.0.0.1[1]",
                          "rpcrt4:ncacn_ip_tcp:127.0.0.1[1]x", "x" * 300):
            with self.program(transport=transport) as program:
                self.assertEqual(program.terminate(program.open("127.0.0.2"), 1, 1), (0, 1703))


if __name__ == "__main__":
    unittest.main()
