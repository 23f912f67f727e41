"""
The session host as impacket sees it over TCP, with and without NTLM: binds, contexts, strict checks, processes
that really end, counting. The host runs as a child, the way every other test uses it.
"""
import os
import shutil
import socket
import struct
import tempfile
import unittest
import uuid

from impacket.dcerpc.v5.rpcrt import DCERPCException

from waiting import until

from . import npam, peer
from .client import SessionHost

ACCOUNTS = {"games": "Secret-1", "news": "Other-2"}
OPEN, CLOSE, TERMINATE, CLOSE_EX = 0, 1, 37, 60
TRUE = bytes.fromhex("0000000001")


def refused(status):
    return struct.pack("<IB", status, 0)


def terminate_stub(handle, pid, code):
    return handle + struct.pack("<II", pid, code)


class HostCase(unittest.TestCase):
    """One host for all tests of a class; each test starts from `reset`."""

    options = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="session-host-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.host = SessionHost(cls.folder, tcp=2, accounts=ACCOUNTS, options=cls.options).start()
        cls.addClassCleanup(cls.host.stop)

    def setUp(self):
        self.host.control("reset")

    def peer(self, **options):
        client = peer.over_tcp(self.host.port, **options)
        self.addCleanup(client.__exit__)
        return client

    def open_server(self, client):
        reply = client.call(OPEN)
        self.assertEqual((len(reply), reply[:4], reply[24]), (25, bytes(4), 1))
        return reply[4:24]

    def assert_fault(self, code, client, opnum, stub):
        with self.assertRaises(peer.Fault) as raised:
            client.call(opnum, stub)
        self.assertEqual(f"{raised.exception.code:#010x}", f"{code:#010x}")


class ProcessTest(HostCase):
    def test_terminate_ends_the_child_with_the_code(self):
        client = self.peer()
        handle = self.open_server(client)
        for code in (0, 1, 42, 0x1234AB2A, 0xFFFFFFFF):
            process = self.host.control("spawn")
            os.kill(process["unix_pid"], 0)
            self.assertTrue(process["alive"])
            self.assertEqual(client.call(TERMINATE, terminate_stub(handle, process["pid"], code)), TRUE)
            after = self.host.control("wait", pid=process["pid"])
            self.assertEqual((after["alive"], after["exit_code"], after["unix_status"]), (False, code, code & 0xFF))
            with self.assertRaises(ProcessLookupError):
                os.kill(process["unix_pid"], 0)

    def test_refusals_of_terminate(self):
        client = self.peer()
        handle = self.open_server(client)
        process = self.host.control("spawn", pid=0xFFFFFFFC, deny=["anonymous"])
        self.assertEqual(process["pid"], 0xFFFFFFFC)
        denied = terminate_stub(handle, 0xFFFFFFFC, 1)
        self.assertEqual(client.call(TERMINATE, denied), refused(0xC0000022))
        self.assertTrue(self.host.control("wait", pid=0xFFFFFFFC)["alive"])
        self.host.control("deny", pid=0xFFFFFFFC, users=["bob"])
        self.assertEqual(client.call(TERMINATE, denied), TRUE)
        self.assertEqual(client.call(TERMINATE, denied), refused(0xC000010A))
        self.assertEqual(client.call(TERMINATE, terminate_stub(handle, 123456789, 1)), refused(0xC000000B))
        self.assertEqual(client.call(TERMINATE, terminate_stub(handle, 0, 1)), refused(0xC000000B))
        self.assertEqual(client.call(TERMINATE, terminate_stub(handle, 4, 1)), refused(0xC0000022))
        self.host.control("set", unknown_pid_status="0xC000000D")
        self.assertEqual(client.call(TERMINATE, terminate_stub(handle, 123456789, 1)), refused(0xC000000D))

    def test_a_process_that_ended_by_itself_is_terminating(self):
        client = self.peer()
        handle = self.open_server(client)
        pid = self.host.control("spawn")["pid"]
        ended = self.host.control("end", pid=pid, code=7)
        self.assertEqual((ended["alive"], ended["exit_code"], ended["unix_status"]), (False, 7, 7))
        self.assertEqual(client.call(TERMINATE, terminate_stub(handle, pid, 1)), refused(0xC000010A))
        self.assertEqual(self.host.control("wait", pid=pid)["exit_code"], 7)

    def test_children_end_with_the_host(self):
        host = SessionHost(os.path.join(self.folder, "short")).start()
        pid = host.control("spawn")["unix_pid"]
        self.assertEqual(host.stop(), 0)
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)


class HandOverTest(unittest.TestCase):
    """The handshake of a named pipe, byte by byte; test_smbd has the real smbd."""

    def hand_over(self, level, user="games"):
        smbd, host = socket.socketpair()
        with smbd, host:
            message = b"NPAM" + struct.pack("<I", level) + bytes(40) + user.encode() + b"\0"
            smbd.sendall(struct.pack(">I", len(message)) + message)
            found = npam.accept(host)
            reply = smbd.recv(4096)
        self.assertEqual(struct.unpack_from(">I", reply), (len(reply) - 4,))
        self.assertEqual((reply[4:8], *struct.unpack_from("<II", reply, 8)), (b"NPAM", level, level))
        return found

    def test_the_levels_that_samba_uses(self):
        for level in (7, 8):
            self.assertEqual(self.hand_over(level), "games")

    def test_another_level_is_refused(self):
        for level in (6, 9):
            with self.assertRaises(npam.BadHandshake):
                self.hand_over(level)


class ContextTest(HostCase):
    def test_close_server_ex_gives_the_null_handle_and_voids_the_context(self):
        client = self.peer()
        handle = self.open_server(client)
        self.assertEqual(client.call(CLOSE_EX, handle), bytes(24) + b"\x01")
        self.assert_fault(0x1C00001A, client, TERMINATE, terminate_stub(handle, 1, 1))
        self.assert_fault(0x1C00001A, client, CLOSE_EX, handle)

    def test_close_server_leaves_the_context_to_the_rundown(self):
        client = self.peer()
        handle = self.open_server(client)
        self.assertEqual(client.call(CLOSE, handle), TRUE)
        self.assertEqual(self.host.control("state")["contexts"], 1)
        client.close()
        until(lambda: not self.host.control("state")["contexts"], "the end of the context")

    def test_a_context_is_good_on_its_own_connection_only(self):
        first, second = self.peer(), self.peer()
        handle = self.open_server(first)
        pid = self.host.control("spawn")["pid"]
        for wrong in (handle, bytes(20), bytes(4) + uuid.uuid4().bytes, b"\1" + handle[1:]):
            self.assert_fault(0x1C00001A, second, TERMINATE, terminate_stub(wrong, pid, 1))
        self.assertTrue(self.host.control("wait", pid=pid)["alive"])
        self.assertEqual(self.host.count("legacy", TERMINATE, "executed"), 0)
        self.assertEqual(first.call(TERMINATE, terminate_stub(handle, pid, 1)), TRUE)

    def test_forgotten_contexts(self):
        client = self.peer()
        handle = self.open_server(client)
        self.assertEqual(self.host.control("forget")["forgotten"], 1)
        self.assert_fault(0x1C00001A, client, TERMINATE, terminate_stub(handle, 1, 1))
        self.open_server(client)


class SharedContextTest(HostCase):
    options = ("--contexts-shared",)

    def test_shared_contexts_are_good_everywhere(self):
        first, second = self.peer(), peer.over_tcp(self.host.ports[1])
        self.addCleanup(second.__exit__)
        handle = self.open_server(first)
        pid = self.host.control("spawn")["pid"]
        self.assertEqual(second.call(TERMINATE, terminate_stub(handle, pid, 3)), TRUE)


class ProtocolTest(HostCase):
    def test_unknown_opnums(self):
        client = self.peer()
        for opnum in (2, 18, 52, 76, 0xFFFF):
            self.assert_fault(0x1C010002, client, opnum, bytes(20))

    def test_short_stubs_are_bad_stub_data_and_surplus_is_tolerated(self):
        client = self.peer()
        handle = self.open_server(client)
        pid = self.host.control("spawn")["pid"]
        whole = terminate_stub(handle, pid, 9)
        for length in range(len(whole)):
            self.assert_fault(0x000006F7, client, TERMINATE, whole[:length])
        self.assertEqual(self.host.count("legacy", TERMINATE, "executed"), 0)
        self.assertEqual(client.call(TERMINATE, whole + bytes(20)), TRUE)
        self.assertEqual(self.host.log("request")[-1]["surplus"], 20)

    def test_unknown_interface_is_rejected(self):
        client = self.peer(bind=False)
        with self.assertRaisesRegex(DCERPCException, "abstract_syntax_not_supported"):
            client.bind("12345678-1234-abcd-ef00-0123456789ab")

    def test_a_second_interface_by_alter_context(self):
        client = self.peer()
        other = client.dce.alter_ctx(peer.syntax("legacy"))
        other.call(OPEN, b"")
        self.assertEqual(len(other.recv()), 25)
        self.assertEqual(self.host.log("alter_context")[-1]["interfaces"], ["legacy"])

    def test_fragmented_requests_are_reassembled(self):
        client = self.peer()
        handle = self.open_server(client)
        pid = self.host.control("spawn")["pid"]
        client.dce.set_max_fragment_size(1)
        self.assertEqual(client.call(TERMINATE, terminate_stub(handle, pid, 5)), TRUE)
        self.assertEqual(self.host.control("wait", pid=pid)["exit_code"], 5)

    def test_several_connections_work_while_one_is_stalled(self):
        stalled = self.peer()
        self.host.rule("stall", opnum=OPEN, count=1)
        stalled.send(OPEN)
        self.assertTrue(self.host.control("await_requests", interface="legacy", opnum=OPEN)["reached"])
        for _ in range(3):
            self.open_server(self.peer())
        self.host.control("release")
        self.assertEqual(stalled.receive()[24], 1)

    def test_server_stopping(self):
        self.host.control("set", stopping=True)
        self.assertEqual(self.peer().call(OPEN), struct.pack("<I", 0xC0000120) + bytes(21))


class CountTest(HostCase):
    def test_counts_and_log(self):
        client = self.peer()
        handle = self.open_server(client)
        client.call(TERMINATE, terminate_stub(handle, 123456789, 0xDEADBEEF))
        self.assert_fault(0x000006F7, client, TERMINATE, handle)
        counts = {(entry["interface"], entry["opnum"]): entry for entry in self.host.control("requests")["requests"]}
        self.assertEqual(counts["legacy", TERMINATE], {"interface": "legacy", "opnum": 37, "received": 2, "executed": 1,
                                                       "answered": 1, "refused": 1, "faulted": 1})
        request = [entry for entry in self.host.log("request") if entry["opnum"] == TERMINATE][-2]
        self.assertEqual(request["name"], "RpcWinStationTerminateProcess")
        self.assertEqual(request["arguments"], {"hServer": handle.hex(), "ProcessId": 123456789,
                                                "ExitCode": 0xDEADBEEF})
        self.assertEqual(self.host.log("response")[-1]["stub"], "0b0000c000")
        self.assertEqual(self.host.log("fault")[-1]["code"], "0x000006f7")

    def test_wrong_commands_are_refused(self):
        for command in ({"command": "nonsense"}, {"command": "execute"}, {"command": "_process"},
                        {"command": "set", "colour": 1}, {"command": "wait", "pid": 99}):
            with self.assertRaises(ValueError):
                self.host.control(**command)


class NtlmTest(HostCase):
    def test_each_level(self):
        for level in (peer.CONNECT, peer.INTEGRITY, peer.PRIVACY):
            with self.subTest(level=level):
                client = self.peer(user="games", password="Secret-1", level=level)
                handle = self.open_server(client)
                pid = self.host.control("spawn")["pid"]
                self.assertEqual(client.call(TERMINATE, terminate_stub(handle, pid, 6)), TRUE)
                bind = self.host.log("bind")[-1]
                self.assertEqual((bind["auth_type"], bind["auth_level"]), (10, level))
                self.assertEqual(self.host.log("request")[-1]["user"], "games")

    def test_wrong_password_and_unknown_user_are_denied_at_the_first_call(self):
        for user, password in (("games", "wrong"), ("nobody", "Secret-1")):
            client = self.peer(user=user, password=password, level=peer.PRIVACY)
            self.assert_fault(0x00000005, client, OPEN, b"")
        self.assertEqual(self.host.count("legacy", OPEN, "received"), 0)

    def test_each_caller_has_its_own_rights(self):
        pid = self.host.control("spawn", deny=["news"])["pid"]
        for user, expected in (("news", refused(0xC0000022)), ("games", TRUE)):
            client = self.peer(user=user, password=ACCOUNTS[user], level=peer.PRIVACY)
            handle = self.open_server(client)
            self.assertEqual(client.call(TERMINATE, terminate_stub(handle, pid, 1)), expected)

    def test_a_floor_for_the_level(self):
        self.host.control("set", min_auth_level=6)
        self.assert_fault(0x00000005, self.peer(), OPEN, b"")
        self.assert_fault(0x00000005, self.peer(user="games", password="Secret-1", level=peer.INTEGRITY), OPEN, b"")
        self.open_server(self.peer(user="games", password="Secret-1", level=peer.PRIVACY))

    def test_no_password_in_the_log(self):
        self.open_server(self.peer(user="games", password="Secret-1", level=peer.PRIVACY))
        with open(self.host.log_path, encoding="utf-8") as file:
            self.assertNotIn("Secret-1", file.read())


if __name__ == "__main__":
    unittest.main()
