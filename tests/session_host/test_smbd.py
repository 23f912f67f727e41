"""
The session host behind Samba's real smbd, in a network namespace of the test's own: terminate over SMB by impacket
(with and without RPC privacy) and by python3-samba's raw connection. Needs root, samba, python3-samba.
"""
import os
import shutil
import tempfile
import unittest

from samba import NTSTATUSError

import run_unittest


from . import peer, samba_peer, smbd
from .client import SessionHost
from .test_session_host import ACCOUNTS, CLOSE_EX, OPEN, TERMINATE, TRUE, refused, terminate_stub

ADDRESS = "127.0.0.2"


class SmbdCase(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="session-host-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.smbd = smbd.Smbd(os.path.join(cls.folder, "smbd"), ACCOUNTS, cls.settings).start()
        cls.addClassCleanup(cls.smbd.stop)
        cls.host = SessionHost(os.path.join(cls.folder, "host"), tcp=0, pipe_dir=cls.smbd.pipe_dir,
                               accounts=ACCOUNTS).start()
        cls.addClassCleanup(cls.host.stop)

    def setUp(self):
        self.host.control("reset")

    def samba(self, user="games", password="Secret-1", address=ADDRESS):
        return samba_peer.over_pipe(address, user, password)

    def terminate(self, call, code):
        """OpenServer, terminate, CloseServerEx by a function call(opnum, stub)."""
        pid = self.host.control("spawn")["pid"]
        handle = call(OPEN, b"")[4:24]
        self.assertEqual(call(TERMINATE, terminate_stub(handle, pid, code)), TRUE)
        self.assertEqual(call(CLOSE_EX, handle), bytes(24) + b"\x01")
        after = self.host.control("wait", pid=pid)
        self.assertEqual((after["alive"], after["exit_code"]), (False, code))


class PipeTest(SmbdCase):
    def test_impacket_at_each_level(self):
        for level in (peer.NONE, peer.CONNECT, peer.INTEGRITY, peer.PRIVACY):
            with self.subTest(level=level):
                with peer.over_pipe(ADDRESS, user="games", password="Secret-1", level=level) as client:
                    self.terminate(client.call, 42)
                self.assertEqual(self.host.log("bind")[-1]["auth_level"], level)

    def test_samba_raw_request(self):
        self.terminate(self.samba().request, 0xFFFFFFFF)

    def test_every_loopback_address_answers(self):
        for address in ("127.0.0.1", "127.0.0.51"):
            client = self.samba(address=address)
            self.terminate(client.request, 1)

    def test_the_user_of_the_smb_session_is_the_caller(self):
        pid = self.host.control("spawn", deny=["news"])["pid"]
        for user, expected in (("news", refused(0xC0000022)), ("games", TRUE)):
            client = self.samba(user, ACCOUNTS[user])
            handle = client.request(OPEN, b"")[4:24]
            self.assertEqual(client.request(TERMINATE, terminate_stub(handle, pid, 1)), expected)
            self.assertEqual(self.host.log("request")[-1]["user"], user)

    def test_long_answers_come_in_pieces(self):
        # Not by impacket: it takes what one read of the pipe gives for one fragment.
        client = self.samba()
        self.host.rule("append", opnum=OPEN, hex="77" * 300000)
        self.assertEqual(client.request(OPEN, b"")[25:], b"\x77" * 300000)

    def test_wrong_password_at_either_door(self):
        with self.assertRaises(NTSTATUSError) as raised:
            self.samba(password="wrong")
        self.assertEqual(raised.exception.args[0], 0xC000006D)
        self.host.rule("refuse", interface=None, on="auth")
        with peer.over_pipe(ADDRESS, user="games", password="Secret-1", level=peer.PRIVACY) as client:
            with self.assertRaises(peer.Fault):
                client.call(OPEN)

    def test_an_absent_pipe(self):
        self.host.control("close_pipe", pipe="Ctx_WinStation_API_service")
        try:
            with self.assertRaises(NTSTATUSError) as raised:
                self.samba()
            self.assertEqual(raised.exception.args[0], 0xC0000034)
        finally:
            self.host.control("open_pipe", pipe="Ctx_WinStation_API_service")
        self.assertEqual(self.samba().request(OPEN, b"")[24], 1)

    def test_a_drop_is_seen_through_smbd(self):
        client = self.samba()
        handle = client.request(OPEN, b"")[4:24]
        pid = self.host.control("spawn")["pid"]
        self.host.rule("drop_after", opnum=TERMINATE, count=1)
        with self.assertRaises(NTSTATUSError):
            client.request(TERMINATE, terminate_stub(handle, pid, 1))
        self.assertEqual(self.host.count("legacy", TERMINATE, "executed"), 1)
        self.assertFalse(self.host.control("wait", pid=pid)["alive"])


class SigningTest(SmbdCase):
    settings = {"server signing": "mandatory"}

    def test_terminate(self):
        self.terminate(self.samba().request, 2)


class EncryptionTest(SmbdCase):
    settings = {"server smb encrypt": "required", "server min protocol": "SMB3_00"}

    def test_terminate(self):
        with peer.over_pipe(ADDRESS, user="games", password="Secret-1", level=peer.PRIVACY) as client:
            self.terminate(client.call, 3)


class NewestDialectTest(SmbdCase):
    settings = {"server min protocol": "SMB3_11"}

    def test_terminate(self):
        self.terminate(self.samba().request, 5)


class OldDialectTest(SmbdCase):
    settings = {"server max protocol": "SMB2_10"}

    def test_terminate(self):
        self.terminate(self.samba().request, 4)


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, smbd, PipeTest, SigningTest, EncryptionTest, NewestDialectTest, OldDialectTest)


if __name__ == "__main__":
    unittest.main()
