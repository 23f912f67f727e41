"""
Calls through wts-relay that do not end well: faults, deadlines, lost connections, cancels, a relay that is killed;
and what else may come over the wire. Each answer says how far the call came, and the server's count agrees.
"""
import os
import signal
import struct
import unittest

import run_unittest
from helper.dll import EXECUTED, MAYBE_EXECUTED, NO_LIMIT, NOT_EXECUTED, REPLY, children_of
from waiting import until

from . import scene
from .rpc import Relay, call
from .scene import OPEN, SERVER, TERMINATE, RelayCase


# What asks one question of each interface whose answer ends with an HRESULT: opnum, request stub.
INTERFACES = {"session": ("484809d6-4239-471b-b5bc-61df8c23ac48", "LSM_API_service"),
              "enumeration": ("88143fd0-c28d-4b2b-8fef-8d882f6a9390", "LSM_API_service"),
              "rcm": ("bde95fdf-eee0-45de-9e12-e5a61cd0d4fe", "TermSrv_API_service")}
QUESTIONS = {"session": (17, struct.pack("<II", 1, 1)), "enumeration": (10, struct.pack("<I", 2)),
             "rcm": (8, struct.pack("<I", 1))}


class CallTest(RelayCase):
    def lost(self, result, progress, error=1726):
        step = "none" if result.is_of_the_chassis else "call"
        self.assertEqual((result.error, result.progress, result.broken, result.step, result.stub),
                         (error, progress, True, step, b""), result)

    def dropped(self, number, relay):
        """A call on a broken connection gets no answer, and does not reach the server."""
        before = self.host.count("legacy", OPEN, "received")
        relay.send(call(number, 9, OPEN))
        relay.connect("nosuch.test")
        self.assertFalse(relay.kept(REPLY, number))
        self.assertEqual(self.host.count("legacy", OPEN, "received"), before)

    def executed(self, opnum=OPEN):
        return self.host.count("legacy", opnum)

    def test_faults(self):
        number = self.connect()
        for fault, error, progress in ((5, 5, EXECUTED), (0x1C00001A, 6, NOT_EXECUTED), (0x1C010014, 1723, NOT_EXECUTED),
                                       (0x1C010003, 1717, NOT_EXECUTED), (0x6F7, 1783, EXECUTED),
                                       (1234, 1234, EXECUTED), (0xC0000005, 0xC0000005, EXECUTED)):
            with self.subTest(fault=hex(fault)):
                self.host.control("reset")
                self.host.rule("fault", opnum=OPEN, code=fault)
                result = self.relay.call(number, OPEN)
                self.assertEqual((result.error, result.fault, result.progress, result.broken, result.step, result.stub),
                                 (error, fault, progress, False, "call", b""), result)
        self.host.control("reset")
        self.open_server(number)

    def test_opnum_out_of_range(self):
        result = self.relay.call(self.connect(), 999)
        self.assertEqual((result.error, result.progress, result.broken), (1745, NOT_EXECUTED, False), result)

    def test_deadline(self):
        number = self.connect()
        self.host.rule("stall", opnum=OPEN)
        result = self.relay.call(number, OPEN, timeout_ms=300)
        self.lost(result, MAYBE_EXECUTED, error=1818)
        self.assertEqual(result.status, 0xC00000B5)
        self.dropped(number, self.relay)
        self.assertEqual(self.executed(), 0)

    def test_late_answer_in_time(self):
        number = self.connect()
        self.host.rule("late", opnum=OPEN, seconds=0.5)
        self.good(self.relay.call(number, OPEN, timeout_ms=NO_LIMIT))

    def test_a_call_outlasts_the_minute_that_samba_gives_a_pipe(self):
        """Waiting is all that can show it: the limit of 60 s is Samba's own. Other connections go on meanwhile."""
        number, other = self.connect(), self.connect()
        self.host.rule("late", opnum=OPEN, seconds=62, count=1)
        self.relay.send(call(number, 1, OPEN, timeout_ms=NO_LIMIT))
        self.assertTrue(self.host.control("await_requests", interface="legacy", opnum=OPEN)["reached"])
        for _ in range(4):
            self.open_server(other)
            with self.assertRaises(TimeoutError):
                self.relay.receive(seconds=14)
        self.good(self.relay.result(number))

    def test_several_interfaces_of_one_server_at_once(self):
        numbers = {name: self.connect(interface=interface) for name, interface in INTERFACES.items()}
        self.assertEqual(len(set(numbers.values())), len(INTERFACES))
        for _ in range(3):
            for name, (opnum, request) in QUESTIONS.items():
                self.assertEqual(self.good(self.relay.call(numbers[name], opnum, request))[-4:], bytes(4), name)

    def test_lost_before_the_request(self):
        """The SMB connection ends while nothing is in flight: provably not executed."""
        with Relay() as relay:
            number = self.connect(relay=relay)
            before = set(children_of(self.smbd.pid))
            other = self.connect(relay=relay)
            mine = set(children_of(self.smbd.pid)) - before
            self.assertEqual(len(mine), 1)
            process, = mine
            os.kill(process, signal.SIGKILL)
            until(lambda: process not in children_of(self.smbd.pid), "the end of smbd's process")
            self.lost(relay.call(other, OPEN), NOT_EXECUTED)
            self.open_server(number, relay)

    def test_lost_after_the_request(self):
        for action, executed in (("drop", 0), ("drop_after", 1), ("drop_mid", 1)):
            with self.subTest(action=action):
                self.host.control("reset")
                number = self.connect()
                self.host.rule(action, opnum=OPEN)
                self.lost(self.relay.call(number, OPEN), MAYBE_EXECUTED)
                self.assertEqual(self.executed(), executed)
                self.assertEqual(self.host.count("legacy", OPEN, "received"), 1)

    def test_answers_that_are_none(self):
        for rule in ({"action": "unsealed"}, {"action": "bad_signature"}, {"action": "pdu", "offset": 2, "hex": "55"},
                     {"action": "pdu", "offset": 8, "hex": "0400"}, {"action": "fault", "code": 0}):
            with self.subTest(rule=rule):
                self.host.control("reset")
                number = self.connect()
                self.host.rule(opnum=OPEN, **rule)
                self.lost(self.relay.call(number, OPEN), MAYBE_EXECUTED)

    def test_cancel(self):
        number = self.connect()
        self.relay.cancel(number)       # nothing in flight: nothing happens
        self.open_server(number)
        self.host.rule("stall", opnum=TERMINATE)
        self.relay.send(call(number, 3, TERMINATE, bytes(28), timeout_ms=NO_LIMIT))
        self.assertTrue(self.host.control("await_requests", interface="legacy", opnum=TERMINATE)["reached"])
        self.relay.cancel(number)
        self.lost(self.relay.result(number), MAYBE_EXECUTED)

    def test_the_answer_carries_the_number_of_the_call(self):
        number = self.connect()
        for turn in (0, 1, 0xFFFFFFFF):
            self.relay.send(call(number, turn, OPEN))
            got = self.relay.receive()
            self.assertEqual((got.kind, got.channel, got.serial), (REPLY, number, turn))

    def test_contexts_forgotten(self):
        number = self.connect()
        handle = self.open_server(number)
        self.host.control("forget")
        result = self.relay.call(number, TERMINATE, handle + struct.pack("<II", 4, 1))
        self.assertEqual((result.error, result.progress, result.broken), (6, NOT_EXECUTED, False), result)

    def test_large_stubs_both_ways(self):
        number = self.connect()
        self.host.rule("append", opnum=OPEN, hex="77" * 1000000)
        stub = self.good(self.relay.call(number, OPEN, bytes(500000)))
        self.assertEqual(stub[25:], b"\x77" * 1000000)

    def test_an_answer_of_many_megabytes(self):
        """As 0x8000 processes with long names make it."""
        number = self.connect()
        self.host.rule("append", opnum=OPEN, hex="77" * 20000000)
        self.assertEqual(len(self.good(self.relay.call(number, OPEN))), 20000025)
        self.host.control("reset")
        self.open_server(number)

    def test_an_answer_that_is_not_read_stops_nobody_for_ever(self):
        numbers = [self.connect() for _ in range(8)]
        self.host.rule("append", opnum=OPEN, hex="77" * 600000)
        for number in numbers:
            self.relay.send(call(number, 1, OPEN))
        self.assertTrue(self.host.control("await_requests", interface="legacy", opnum=OPEN, count=8)["reached"])
        for number in numbers:
            self.assertEqual(len(self.good(self.relay.result(number))), 600025)

    def test_the_process_of_a_connection_dies(self):
        with Relay() as relay:
            number = self.connect(relay=relay)
            self.host.rule("stall", opnum=OPEN)
            relay.send(call(number, 1, OPEN))
            self.assertTrue(self.host.control("await_requests", interface="legacy", opnum=OPEN)["reached"])
            os.kill(relay.workers()[0], signal.SIGKILL)
            self.lost(relay.result(number), MAYBE_EXECUTED)
            self.dropped(number, relay)
            self.host.control("reset")
            self.open_server(self.connect(relay=relay), relay)

    def test_relay_killed_in_a_call(self):
        relay = Relay()
        number = self.connect(relay=relay)
        self.host.rule("stall", opnum=OPEN)
        relay.send(call(number, 1, OPEN))
        self.assertTrue(self.host.control("await_requests", interface="legacy", opnum=OPEN)["reached"])
        relay.kill()
        self.assertIsNone(relay.receive())
        relay.end()

    def test_close_abandons_a_call(self):
        with Relay() as relay:
            number, _ = relay.connect(SERVER, "games", "Secret-1")
            self.host.rule("stall", opnum=OPEN)
            relay.send(call(number, 1, OPEN))
            relay.close(number)
            relay.wait_for_workers(0)
            self.host.control("reset")
            self.open_server(self.connect(relay=relay), relay)


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, scene, CallTest)


if __name__ == "__main__":
    unittest.main()
