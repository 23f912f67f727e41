"""
Every function on an opened server through wts-relay, Samba's smbd and a pipe, in a network namespace of its own; then
a few of them under other conditions: dialects, signing, encryption, delays, a server that stops. See functions.py.
"""
import os
import re
import signal
import subprocess
import threading
import time
import unittest

import run_unittest
from helper.dll import children_of
from session_host import smbd
from waiting import latest, until

from .events import ABORTED, Events
from .failures import FUNCTIONS, Failures
from .functions import ALICE, BAD_STUB, CANCELLED, LISTED, LOST, NOT_FOUND, SUCCESS, UNAVAILABLE, Functions
from .program import once_a_helper_serves
from .proxy import Proxy
from .records import Answer
from .test_relay import ADDRESS, RelayCase

BEHIND_PROXY, PROXY = "10.99.0.2", "127.0.0.3"


class FunctionsTest(Functions, Failures, Events, RelayCase):
    server_name = ADDRESS

    def lose_connections(self):
        """Those of SMB: a pipe that ends by itself shows at the next request only."""
        end_connections(self.smbd)

    def test_a_server_that_is_not_there(self):
        program = self.program()
        server = program.open("no-such-host.invalid")
        for row in FUNCTIONS:
            self.assertEqual(self.outcome(program, row, server), (0, UNAVAILABLE), row.name)
        for words in (("event", server, 1), ("register", server, 0)):
            self.check((0, UNAVAILABLE), program, *words)

    def test_each_after_its_pipe_ended_alone(self):
        program, server = self.opened()

        def body(row):
            self.recover(program, row, server)
            self.host.control("disconnect")
            self.assertIn(self.outcome(program, row, server), (SUCCESS, LISTED, (0, LOST)))
            self.assertLessEqual(self.counts(row)[1], 1)
            self.recover(program, row, server)
            self.succeeds(program, row, server)

        self.each(body)


class StoppedTest(Functions, Failures, RelayCase):
    """Servers that stop, between calls and during one."""
    server_name = ADDRESS

    def test_each_with_its_service_stopped(self):
        program, server = self.opened()

        def body(row):
            self.up_then(program, row, server)
            self.host.control("close_pipe", pipe=row.pipe)
            end_connections(self.smbd)
            try:
                self.assertEqual(self.outcome(program, row, server), (0, row.absent))
            finally:
                self.host.control("open_pipe", pipe=row.pipe)
            self.succeeds(program, row, server)

        self.each(body)

    def test_each_with_smbd_killed_during_the_call(self):
        program, server = self.opened()

        def body(row):
            self.rule(row, "stall")
            program.send(*row.words(server))
            self.assertTrue(self.host.control("await_requests", interface=row.interface,
                                              opnum=row.opnum)["reached"])
            end_connections(self.smbd)
            self.assertEqual(program.answer().split(" ")[:4], ["result", "0", "error", str(LOST)])
            self.renew()
            self.succeeds(program, row, server)

        self.each(body, [row for row in FUNCTIONS if not row.opens])


def end_connections(smbd):
    """Kills the processes of smbd that serve a connection, and waits until they are gone."""
    connected = re.findall(r"ESTAB.* (?:[\d.]+|\[[\da-f:.]+\]):445 .*pid=(\d+)", listed())
    pids = {int(pid) for pid in connected} & set(children_of(smbd.pid))
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not pids & set(children_of(smbd.pid)), "the end of smbd's processes")


def listed():
    return subprocess.run(["ss", "-Htnp", "sport", "=", ":445"], stdout=subprocess.PIPE, text=True, check=True,
                          timeout=60).stdout


class MatrixCase(Functions, Failures, RelayCase):
    """Every function once, as it should be, and a list that needs many reads."""
    server_name = ADDRESS

    def test_each_succeeds(self):
        program, server = self.opened()
        self.each(lambda row: self.succeeds(program, row, server))

    def test_a_long_list(self):
        self.host.control("fill", count=3000)
        program, server = self.opened()
        self.assertEqual(len(self.check(LISTED, program, "processes", server, "W").rows), 3002)


class SigningTest(MatrixCase):
    settings = {"server signing": "mandatory"}


class EncryptionTest(MatrixCase):
    settings = {"server smb encrypt": "required", "server min protocol": "SMB3_00"}


class NewestDialectTest(MatrixCase):
    settings = {"server min protocol": "SMB3_11"}


class OldDialectTest(MatrixCase):
    settings = {"server max protocol": "SMB2_10"}


class Silence:
    """What a proxy does to the server's messages: lets so many pass, and holds the rest until the end."""

    def __init__(self, count):
        self._left, self._end, self.began = count, threading.Event(), threading.Event()

    def __call__(self, _message):
        self._left -= 1
        if self._left < 0:
            self.began.set()
            self._end.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end.set()


class DelayTest(Functions, Failures, RelayCase):
    """smbd has one address only, so that another is free for the proxy in front of it."""
    address, server_name = BEHIND_PROXY, PROXY
    settings = {"interfaces": f"{BEHIND_PROXY}/32", "bind interfaces only": "yes"}

    @classmethod
    def setUpClass(cls):
        subprocess.run(["ip", "address", "replace", cls.address + "/32", "dev", "lo"], check=True, timeout=60)
        super().setUpClass()

    def far(self, delay, **settings):
        """A program, and a server that answers after twice so many seconds."""
        proxy = Proxy((PROXY, 445), (self.address, 445), delay=delay).__enter__()
        self.addCleanup(proxy.__exit__)
        program = self.program(**settings)
        self.store(program, PROXY)
        return program, program.open(PROXY)

    def test_each_at_ten_milliseconds(self):
        program, server = self.far(0.005)
        self.each(lambda row: self.succeeds(program, row, server))

    def test_each_at_two_hundred_milliseconds(self):
        program, server = self.far(0.1, connect_timeout_ms=60000)
        self.each(lambda row: self.succeeds(program, row, server))

    def test_a_call_costs_one_turn_once_the_connection_stands(self):
        program, server = self.far(0.005)
        self.check(LISTED, program, "processes", server, "W")
        self.host.control("reset")
        self.check(LISTED, program, "processes", server, "W")
        requests = self.host.control("requests")
        self.assertEqual([(one["interface"], one["opnum"], one["received"]) for one in requests["requests"]],
                         [("legacy", 70, 1)])
        self.assertEqual(requests["binds"], 0)

    def test_a_deadline_shorter_than_the_way(self):
        program, server = self.far(0.1, connect_timeout_ms=60000, call_timeout_ms=100)
        self.check((0, CANCELLED), program, "query", server, "W", ALICE, 24)

    def test_silent_at_each_step(self):
        """After each message of the server in turn there comes none: name, log-on, pipe, bind, contexts, calls."""
        program = self.program(connect_timeout_ms=1000, call_timeout_ms=1000)
        self.store(program, PROXY)
        outcomes = []

        def call():
            silence = Silence(len(outcomes))
            with silence, Proxy((PROXY, 445), (self.address, 445), change=silence):
                server = program.open(PROXY)
                began = time.monotonic()
                outcome = self.call(program, "sessions", server, "W").outcome
                self.assertLess(time.monotonic() - began, latest(1 + 1), outcomes)
                program("close", server)
            return outcome

        while SUCCESS not in outcomes:
            self.assertLess(len(outcomes), 60, outcomes)
            outcomes.append(once_a_helper_serves(call))
        self.assertGreater(len(outcomes), 8)
        self.assertEqual(set(outcomes), {(0, UNAVAILABLE), (0, CANCELLED), SUCCESS})

    def test_closing_the_handle_ends_a_connect(self):
        """Long before its time is over; every wait on the way to the server."""
        program = self.program(connect_timeout_ms=3600000)
        self.store(program, PROXY)
        for begin, finish, error in ((lambda server: program("message_start", server, ALICE), "message_finish", LOST),
                                     (lambda server: program("event_begin", server, 1), "event_end", ABORTED)):
            for count in (0, 1, 3, 5):
                silence = Silence(count)
                with silence, Proxy((PROXY, 445), (self.address, 445), change=silence):
                    server = program.open(PROXY)
                    begin(server)
                    self.assertTrue(silence.began.wait(60))
                    program("close", server)
                    self.assertEqual(Answer(program(finish)).outcome, (0, error), count)

    def test_a_logoff_that_waits(self):
        program, server = self.far(0.005)
        self.check(SUCCESS, program, "logoff", server, ALICE, 1)
        self.check((0, NOT_FOUND), program, "query", server, "W", ALICE, 5)


def own(case):
    """The tests that a case defines itself, not those of all functions."""
    names = [name for one in case.__mro__ if one not in (Functions, Failures) for name in vars(one) if name.startswith("test_")]
    return unittest.TestSuite(map(case, sorted(set(names))))


def load_tests(loader, _tests, _pattern):
    if not smbd.inside():
        return run_unittest.load(__name__, smbd)
    cases = (StoppedTest, SigningTest, EncryptionTest, NewestDialectTest, OldDialectTest, DelayTest)
    return unittest.TestSuite([loader.loadTestsFromTestCase(FunctionsTest), *map(own, cases)])


if __name__ == "__main__":
    unittest.main()
