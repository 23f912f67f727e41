"""
The host's authentication judged by Samba's libdcerpc: NTLM and SPNEGO at each level, fragments in both directions,
and that libdcerpc notices what the scenario rules break. Needs python3-samba.
"""
import os
import shutil
import tempfile
import unittest

from samba import NTSTATUSError
from samba.dcerpc import echo

from . import samba_peer
from .client import SessionHost
from .test_session_host import ACCOUNTS

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "echo_host.py")
PACKAGES = {"ntlm": 10, "spnego": 9}
LEVELS = {"connect": 2, "sign": 5, "seal": 6}
DATA = bytes(range(256)) * 200


class SambaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="session-host-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.host = SessionHost(cls.folder, accounts=ACCOUNTS, program=PROGRAM).start()
        cls.addClassCleanup(cls.host.stop)

    def setUp(self):
        self.host.control("reset")

    def connect(self, options, user="games", password="Secret-1"):
        binding = f"ncacn_ip_tcp:127.0.0.1[{self.host.port},{options}]"
        return echo.rpcecho(binding, samba_peer.settings(), samba_peer.account(user, password))

    def each(self, levels=LEVELS):
        for package in PACKAGES:
            for level in levels:
                with self.subTest(package=package, level=level):
                    yield package, level, f"{level},{package}"

    def test_calls_and_fragments(self):
        for package, level, options in self.each():
            client = self.connect(options)
            self.assertEqual(client.AddOne(41), 42)
            self.assertEqual(bytes(client.EchoData(list(DATA))), DATA)
            bind = self.host.log("bind")[-1]
            self.assertEqual((bind["auth_type"], bind["auth_level"]), (PACKAGES[package], LEVELS[level]))
            self.assertEqual(self.host.log("request")[-1]["user"], "games")

    def test_header_signing_may_be_absent(self):
        self.host.control("set", header_sign=False)
        for _, _, options in self.each(("sign", "seal")):
            self.assertEqual(self.connect(options).AddOne(1), 2)

    def test_wrong_passwords_and_users(self):
        for _, _, options in self.each():
            for user, password in (("games", "wrong"), ("nobody", "Secret-1")):
                with self.assertRaises(NTSTATUSError) as raised:
                    self.connect(options, user, password).AddOne(1)
                self.assertIn(raised.exception.args[0], (0xC0000022, 0xC000006D))
        self.assertEqual(self.host.control("requests")["requests"], [])

    def test_unsealed_and_badly_signed_answers_are_noticed(self):
        for _, _, options in self.each(("sign", "seal")):
            for action in ("unsealed", "bad_signature"):
                client = self.connect(options)
                self.host.rule(action, interface="echo", count=1)
                with self.assertRaises(NTSTATUSError):
                    client.AddOne(1)

    def test_a_missing_token_is_noticed(self):
        for _, _, options in self.each():
            self.host.rule("no_token", interface=None, on="bind", count=1)
            with self.assertRaises(NTSTATUSError):
                self.connect(options).AddOne(1)

    def test_a_fault_on_a_sealed_connection(self):
        client = self.connect("seal,ntlm")
        self.host.rule("fault", interface="echo", count=1, code=5)
        with self.assertRaises(NTSTATUSError) as raised:
            client.AddOne(1)
        self.assertEqual(raised.exception.args[0], 0xC0000022)
        self.assertEqual(client.AddOne(1), 2)


if __name__ == "__main__":
    unittest.main()
