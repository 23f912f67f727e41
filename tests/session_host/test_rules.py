"""
Scenario control: each way in which the host can be told to misbehave, seen from the wire by impacket, and that
the counts tell whether the procedure ran. Stalls are released, never waited out.
"""
import struct
import unittest

from impacket.dcerpc.v5.rpcrt import DCERPCException

from waiting import until

from . import peer
from .test_session_host import OPEN, TERMINATE, TRUE, HostCase, refused, terminate_stub

LOST = (ConnectionError, OSError, struct.error, DCERPCException)


class RuleCase(HostCase):
    def setUp(self):
        super().setUp()
        self.client = self.peer()
        self.handle = self.open_server(self.client)
        self.pid = self.host.control("spawn")["pid"]
        self.stub = terminate_stub(self.handle, self.pid, 42)

    def terminate(self, client=None):
        return (client or self.client).call(TERMINATE, self.stub)

    def alive(self):
        return self.host.control("wait", pid=self.pid)["alive"]

    def executed(self):
        return self.host.count("legacy", TERMINATE, "executed")


class BeforeTest(RuleCase):
    """Rules that act before the procedure: the process lives."""

    def test_refuse(self):
        for status in (0xC0000022, 0xC0000120, 0x80070005):
            self.host.rule("refuse", opnum=TERMINATE, count=1, status=f"{status:#x}")
            self.assertEqual(self.terminate(), refused(status))
        self.assertTrue(self.alive())
        self.assertEqual(self.executed(), 0)
        self.assertEqual(self.terminate(), TRUE)

    def test_false_with_no_status(self):
        self.host.rule("refuse", opnum=TERMINATE, count=1)
        self.assertEqual(self.terminate(), bytes(5))

    def test_refused_open_gives_the_null_handle(self):
        self.host.rule("refuse", opnum=OPEN, count=1, status="0xC0000017")
        self.assertEqual(self.client.call(OPEN), struct.pack("<I", 0xC0000017) + bytes(21))

    def test_faults_with_and_without_the_not_executed_flag(self):
        for not_executed in (False, True):
            self.host.rule("fault", opnum=TERMINATE, count=1, code="0x1C010014", not_executed=not_executed)
            self.client.send(TERMINATE, self.stub)
            raw = self.client.raw_answer()
            self.assertEqual((raw[2], raw[3]), (3, 0x23 if not_executed else 0x03))
            self.assertEqual(struct.unpack_from("<I", raw, 24), (0x1C010014,))
            self.assertEqual(self.host.log("fault")[-1]["not_executed"], not_executed)
        self.assertEqual(self.executed(), 0)

    def test_drop_before(self):
        for how in ("close", "reset"):
            self.host.rule("drop_before", opnum=TERMINATE, count=1, how=how)
            client = self.peer()
            with self.assertRaises(LOST):
                self.terminate(client)
        self.assertTrue(self.alive())
        self.assertEqual((self.host.count("legacy", TERMINATE, "received"), self.executed()), (2, 0))

    def test_stall_until_release(self):
        self.host.rule("stall", opnum=TERMINATE, count=1)
        self.client.send(TERMINATE, self.stub)
        self.assertTrue(self.host.control("await_requests", interface="legacy", opnum=TERMINATE)["reached"])
        self.assertTrue(self.alive())
        self.host.control("release")
        self.assertEqual(self.client.receive(), TRUE)

    def test_a_client_that_leaves_ends_the_stall(self):
        self.host.rule("stall", opnum=TERMINATE, count=1)
        self.client.send(TERMINATE, self.stub)
        self.host.control("await_requests", interface="legacy", opnum=TERMINATE)
        self.client.close()
        other = self.peer()
        self.open_server(other)
        until(lambda: len(self.host.control("state")["connections"]) <= 1, "the end of the stalled connection")
        self.assertTrue(self.alive())
        self.assertIn("client closed", self.host.log("close")[-1]["why"])

    def test_stall_for_a_time(self):
        self.host.rule("stall", opnum=TERMINATE, count=1, seconds=0.01)
        self.assertEqual(self.terminate(), TRUE)

    def test_forget_contexts(self):
        self.host.rule("forget_contexts", opnum=TERMINATE, count=1)
        self.assert_fault(0x1C00001A, self.client, TERMINATE, self.stub)
        self.assertEqual(self.executed(), 0)


class AfterTest(RuleCase):
    """Rules that act after the procedure: the process is dead, once."""

    def tearDown(self):
        self.assertFalse(self.alive())
        self.assertEqual(self.executed(), 1)

    def test_drop_after(self):
        self.host.rule("drop_after", opnum=TERMINATE, count=1)
        with self.assertRaises(LOST):
            self.terminate()
        self.assertEqual(self.host.count("legacy", TERMINATE, "answered"), 0)

    def test_drop_in_the_middle_of_the_answer(self):
        self.host.rule("drop_mid", opnum=TERMINATE, count=1, bytes=25)
        self.client.send(TERMINATE, self.stub)
        data = b""
        with self.assertRaises(ConnectionError):
            while True:
                data += self.client.raw_answer()
        self.assertEqual((len(data), data[2], struct.unpack_from("<H", data, 8)), (25, 2, (29,)))

    def test_late(self):
        self.host.rule("late", opnum=TERMINATE, count=1)
        self.client.send(TERMINATE, self.stub)
        self.host.control("await_requests", interface="legacy", opnum=TERMINATE, what="executed")
        until(lambda: not self.alive(), "the end of the process")
        self.host.control("release")
        self.assertEqual(self.client.receive(), TRUE)

    def test_fault_after(self):
        self.host.rule("fault_after", opnum=TERMINATE, count=1, code=5)
        self.assert_fault(5, self.client, TERMINATE, self.stub)

    def test_lies(self):
        self.host.rule("field", opnum=TERMINATE, count=1, name="pResult", value="0xDEAD")
        self.host.rule("field", opnum=TERMINATE, count=1, name="return", value=255)
        self.host.rule("append", opnum=TERMINATE, count=1, hex="aabb")
        self.host.rule("patch", opnum=TERMINATE, count=1, offset=-1, hex="cc")
        self.assertEqual(self.terminate().hex(), "adde0000ffaacc")

    def test_another_stub(self):
        self.host.rule("stub", opnum=TERMINATE, count=1, hex="0102030405060708")
        self.host.rule("truncate", opnum=TERMINATE, count=1, length=3)
        self.assertEqual(self.terminate().hex(), "010203")

    def test_changed_header(self):
        self.host.rule("pdu", opnum=TERMINATE, count=1, offset=12, hex="99999999")
        self.client.send(TERMINATE, self.stub)
        self.assertEqual(self.client.raw_answer()[12:16].hex(), "99999999")


class MatchTest(RuleCase):
    def test_count_and_skip(self):
        self.host.rule("refuse", opnum=OPEN, count=2, skip=1, status=5)
        self.assertEqual([self.client.call(OPEN)[24] for _ in range(4)], [1, 0, 0, 1])

    def test_without_a_count_a_rule_is_for_ever_until_removed(self):
        rule = self.host.rule("refuse", opnum=OPEN, status=5)["rule"]
        self.assertEqual([self.client.call(OPEN)[24] for _ in range(3)], [0, 0, 0])
        self.assertEqual(self.host.control("unrule", rule=rule)["removed"], 1)
        self.assertEqual(self.client.call(OPEN)[24], 1)

    def test_by_user_listener_and_connection(self):
        self.host.control("rule", match={"user": "games"}, action="refuse", status=5)
        games = self.peer(user="games", password="Secret-1", level=peer.PRIVACY)
        self.assertEqual((self.client.call(OPEN)[24], games.call(OPEN)[24]), (1, 0))
        self.host.control("clear_rules")
        listener = f"tcp:127.0.0.1:{self.host.ports[1]}"
        self.host.control("rule", match={"listener": listener}, action="refuse", status=5)
        other = peer.over_tcp(self.host.ports[1])
        self.addCleanup(other.__exit__)
        self.assertEqual((self.client.call(OPEN)[24], other.call(OPEN)[24]), (1, 0))
        self.host.control("clear_rules")
        number = self.host.log("connect")[-1]["connection"]
        self.host.control("rule", match={"connection": number}, action="refuse", status=5)
        self.assertEqual((self.client.call(OPEN)[24], other.call(OPEN)[24]), (1, 0))

    def test_nonsense_is_refused(self):
        for rule in ({"action": "dance"}, {"action": "bind_nak"}, {"action": "refuse", "match": {"colour": 1}},
                     {"action": "refuse", "match": {"interface": "x"}}, {"action": "stall", "match": {"on": "x"}}):
            with self.assertRaises(ValueError):
                self.host.control("rule", **rule)
        self.assertEqual(self.host.control("rules")["rules"], [])


class FragmentTest(RuleCase):
    def test_answers_in_fragments(self):
        self.host.rule("append", opnum=TERMINATE, hex="77" * 100000)
        for size in (0, 16, 100, 4000, 1 << 20):
            self.host.rule("fragment", opnum=TERMINATE, count=1, size=size)
            self.pid = self.host.control("spawn")["pid"]
            self.stub = terminate_stub(self.handle, self.pid, 1)
            self.assertEqual(self.terminate(), TRUE + b"\x77" * 100000)

    def test_sealed_answers_in_fragments(self):
        client = self.peer(user="games", password="Secret-1", level=peer.PRIVACY)
        handle = self.open_server(client)
        self.host.control("set", fragment=1600)
        self.host.rule("append", opnum=TERMINATE, hex="77" * 20001)
        for _ in range(3):
            pid = self.host.control("spawn")["pid"]
            self.assertEqual(client.call(TERMINATE, terminate_stub(handle, pid, 1)), TRUE + b"\x77" * 20001)


class BindTest(HostCase):
    def rule(self, action, on="bind", **parameters):
        self.host.rule(action, interface=None, on=on, count=1, **parameters)

    def assert_lost(self, **options):
        with self.assertRaises(LOST):
            client = self.peer(**options)
            client.call(OPEN)

    def test_bind_nak(self):
        for reason in (0, 2, 4):
            self.rule("bind_nak", reason=reason)
            self.assert_lost()
            self.assertEqual(self.host.log("bind")[-1]["rules"], ["bind_nak"])

    def test_reject(self):
        self.rule("reject", reason=2)
        with self.assertRaisesRegex(DCERPCException, "proposed_transfer_syntaxes_not_supported"):
            self.peer()

    def test_dropped_and_cut_answers(self):
        for on, action, parameters in (("connect", "drop", {}), ("bind", "drop", {}), ("bind", "drop_after", {}),
                                       ("bind", "drop_mid", {"bytes": 20})):
            with self.subTest(on=on, action=action):
                self.rule(action, on=on, **parameters)
                self.assert_lost()

    def test_stalled_bind_goes_on_after_release(self):
        client = self.peer(bind=False)
        self.rule("stall", seconds=0.01)
        client.bind("legacy")
        self.open_server(client)

    def test_refused_authentication(self):
        self.host.rule("refuse", interface=None, on="auth", count=2)
        client = self.peer(user="games", password="Secret-1", level=peer.PRIVACY)
        self.assert_fault(5, client, OPEN, b"")
        self.open_server(self.peer(user="games", password="Secret-1", level=peer.PRIVACY))

    def test_no_token_in_the_bind_ack(self):
        self.rule("no_token")
        with self.assertRaises(Exception):
            self.peer(user="games", password="Secret-1", level=peer.PRIVACY)
        self.assertEqual(self.host.control("requests")["authentications"], 0)


if __name__ == "__main__":
    unittest.main()
