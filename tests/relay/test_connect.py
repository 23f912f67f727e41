"""
wts-relay against Samba's smbd with the session host behind it: connects and calls that succeed, and each way a
connect can fail, with its error and its step.
"""
import socket
import struct
import unittest

import run_unittest
from helper import codec, dll
from session_host import smbd

from . import rpc, scene
from .rpc import LEGACY, STEPS
from .scene import ADDRESSES, REFUSING, SERVER, SILENT, RelayCase, set_client_configuration

COUNTING = "127.0.0.62"

PRIVACY, NTLM = 6, 10


class ConnectTest(RelayCase):
    def test_terminate(self):
        self.terminate(self.connect())

    def test_privacy_by_ntlm(self):
        self.connect()
        bind = self.host.log("bind")[-1]
        self.assertEqual((bind["auth_level"], bind["auth_type"]), (PRIVACY, NTLM))

    def test_by_name_and_in_another_domain(self):
        self.terminate(self.connect("rdsh.test"))
        self.terminate(self.connect(domain="RDSH"))

    def test_the_address_that_answers_is_taken(self):
        self.terminate(self.connect("rdsh2.test"))

    def test_times_and_words(self):
        number, connected = self.relay.connect(SERVER, "games", "Secret-1")
        self.relay.close(number)
        self.assertGreater(connected.microseconds[STEPS.index("logon")], 0)
        self.assertEqual(connected.text, f"NTLM at {SERVER}")

    def test_many_calls_on_one_connection(self):
        number = self.connect()
        for _ in range(20):
            self.terminate(number)

    def test_log_on_refused(self):
        self.fails(1326, "logon", password="wrong")
        self.fails(1326, "logon", user="nobody-here")
        self.fails(1326, "logon", user="games", password="")

    def test_no_credential_and_no_ticket(self):
        connected = self.fails(1326, "logon", user=None, password=None)
        self.assertNotEqual(connected.text, "")

    def test_log_on_refused_later_by_rpc(self):
        self.host.control("rule", match={"on": "auth"}, action="refuse")
        number, connected = self.relay.connect(SERVER, "games", "Secret-1")
        self.addCleanup(self.relay.close, number)
        if connected.error == 0:    # the third leg of NTLM has no answer: the first call shows it
            result = self.relay.call(number, 0)
            self.assertEqual((result.error, result.broken), (5, False), result)
        else:
            self.assertEqual((connected.error, connected.step), (5, "bind"), connected)

    def test_name_unknown(self):
        for name in ("nosuch.test", "no-such-name", "127.0.0.2.nosuch"):
            self.fails(1722, "name", server=name)

    def test_names_that_are_none(self):
        for name in ("", " ", "127.0.0.2[\\pipe\\x,connect]", "127.0.0.2,sign", "a b", "'", "\\\\x", "x" * 300,
                     "127.0.0.2\n", "127.0.0.2/x"):
            with self.subTest(name=name):
                self.assertEqual(self.fails(1722, "name", server=name).text, "not a host name")

    def test_pipes_that_are_none(self):
        for pipe in ("", "..\\x", "a/b", "x,connect", "\\pipe\\x"):
            with self.subTest(pipe=pipe):
                self.fails(1722, "pipe", interface=(LEGACY[0], pipe))

    def test_port_closed(self):
        self.fails(1722, "tcp", server=REFUSING)

    def test_pipe_absent(self):
        self.fails(1722, "pipe", interface=(LEGACY[0], "no_such_pipe"))

    def test_interface_unknown(self):
        self.fails(1717, "bind", interface=("11111111-2222-3333-4444-555555555555", LEGACY[1]))
        self.fails(1717, "bind", version=9)

    def test_bind_refused(self):
        for error, rule in ((1825, {"action": "bind_nak", "reason": 0}), (1825, {"action": "bind_nak", "reason": 8}),
                            (1717, {"action": "reject", "result": 2, "reason": 1}), (1722, {"action": "drop"}),
                            (1722, {"action": "drop_mid", "bytes": 10}), (5, {"action": "fault", "code": 5})):
            with self.subTest(rule=rule):
                self.host.control("reset")
                self.host.control("rule", match={"on": "bind"}, **rule)
                self.fails(error, "bind")

    def test_a_server_sees_one_connection(self):
        """The one on which it was reached is the one that Samba speaks on."""
        with socket.create_server((COUNTING, smbd.PORT)) as listener:
            listener.settimeout(dll.PATIENCE)
            number = self.relay.number()
            self.relay.begin(number, COUNTING, "games", "Secret-1", timeout_ms=codec.NO_LIMIT)
            with listener.accept()[0] as accepted:
                accepted.settimeout(dll.PATIENCE)
                self.assertEqual(accepted.recv(8, socket.MSG_WAITALL)[4:], b"\xfeSMB")
                listener.setblocking(False)
                self.assertRaises(BlockingIOError, listener.accept)
        connected = self.relay.connected(number)
        self.assertEqual((connected.error, connected.step), (1722, "logon"), connected)
        self.relay.close(number)

    def test_silent_host(self):
        self.fails(1722, "logon", server=SILENT, timeout_ms=300)

    def test_silent_pipe(self):
        self.host.control("rule", match={"on": "bind"}, action="stall")
        self.fails(1722, "logon", timeout_ms=500)

    def test_a_server_without_privacy_is_an_error(self):
        for rule in ({"action": "no_token"}, {"action": "bind_nak", "reason": 8}):
            with self.subTest(rule=rule):
                self.host.control("reset")
                self.host.control("rule", match={"on": "bind"}, **rule)
                number, connected = self.relay.connect(SERVER, "games", "Secret-1")
                self.relay.close(number)
                self.assertNotEqual(connected.error, 0)
                self.assertEqual(self.host.count("legacy", 0, "received"), 0)


class ManyServersTest(RelayCase):
    def test_fifty_at_once(self):
        numbers = [self.relay.number() for _ in range(50)]
        for number, address in zip(numbers, ADDRESSES):
            self.relay.begin(number, address, "games", "Secret-1")
        for number in numbers:
            connected = self.relay.connected(number)
            self.assertEqual(connected.error, 0, connected)
        for number in numbers:
            self.relay.send(rpc.call(number, 1, scene.OPEN))
        for number in numbers:
            self.assertEqual(len(self.good(self.relay.result(number))), 25)
        for number in numbers:
            self.relay.close(number)
        self.relay.wait_for_workers(0)

    def test_a_dead_host_delays_nobody(self):
        dead = self.relay.number()
        self.relay.begin(dead, SILENT, "games", "Secret-1", timeout_ms=dll.NO_LIMIT)
        late = self.connect()
        self.host.rule("stall", opnum=scene.CLOSE_EX)
        self.relay.send(rpc.call(late, 1, scene.CLOSE_EX, bytes(20)))
        for _ in range(3):
            self.open_server(self.connect())
        self.assertFalse(self.relay.kept(dll.OPENED, dead))
        self.relay.cancel(dead)
        connected = self.relay.connected(dead)
        self.assertEqual((connected.error, connected.step, connected.text), (1722, "logon", "cancelled"))
        self.relay.close(dead)
        self.host.control("release")
        self.relay.result(late)


class MandatorySigningTest(RelayCase):
    settings = {"server signing": "mandatory"}

    def test_terminate(self):
        self.terminate(self.connect())


class EncryptionTest(RelayCase):
    settings = {"server smb encrypt": "required"}

    def test_terminate(self):
        self.terminate(self.connect())


class NewestDialectTest(RelayCase):
    settings = {"server min protocol": "SMB3_11"}

    def test_terminate(self):
        self.terminate(self.connect())


class OldDialectTest(RelayCase):
    settings = {"server max protocol": "SMB2_10"}

    def test_terminate(self):
        self.terminate(self.connect())

    def test_a_higher_floor_of_the_user_is_kept(self):
        set_client_configuration("[global]\nclient min protocol = SMB3\nclient ipc min protocol = SMB3\n")
        self.addCleanup(set_client_configuration)
        with scene.Relay() as relay:
            _, connected = relay.connect(SERVER, "games", "Secret-1")
            self.assertEqual((connected.error, connected.step), (1722, "logon"), connected)


WEAK = """[global]
client ipc signing = disabled
client signing = disabled
client min protocol = CORE
client ipc min protocol = CORE
client ipc max protocol = SMB3
client NTLMv2 auth = no
client lanman auth = yes
client plaintext auth = yes
ntlmssp_client:128bit = no
ntlmssp_client:keyexchange = no
ntlmssp_client:ntlm2 = no
"""


class WeakClientSettingsTest(RelayCase):
    """What smb.conf may not weaken; the server is the judge: it takes NTLMv2 only."""
    client = WEAK

    def test_log_on_is_ntlm_version_2(self):
        self.terminate(self.connect())

    def test_the_first_packet(self):
        """A host that only listens sees what is asked for: SMB 2 with signing required, no dialect below 2.0.2."""
        listener = socket.create_server((REFUSING, 445))
        listener.settimeout(dll.PATIENCE)
        self.addCleanup(listener.close)
        number = self.relay.number()
        self.relay.begin(number, REFUSING, "games", "Secret-1", timeout_ms=dll.NO_LIMIT)
        packet = b""
        while not packet:       # the relay's own look at the port comes and goes first
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(dll.PATIENCE)
                packet = connection.recv(4096)
        self.relay.connected(number)
        self.relay.close(number)
        self.assertEqual(packet[4:8], b"\xfeSMB")
        count, mode = struct.unpack_from("<HH", packet, 4 + 64 + 2)
        dialects = struct.unpack_from(f"<{count}H", packet, 4 + 64 + 36)
        self.assertEqual(mode & 2, 2)
        self.assertGreaterEqual(min(dialects), 0x0202)


class OldestServerTest(RelayCase):
    """A server that speaks SMB 1 only."""
    settings = {"server min protocol": "NT1", "server max protocol": "NT1"}
    client = WEAK

    def test_no_dialect_below_2(self):
        self.fails(1722, "logon")


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, scene, ConnectTest, ManyServersTest, MandatorySigningTest, EncryptionTest, NewestDialectTest,
                             OldDialectTest, WeakClientSettingsTest, OldestServerTest)


if __name__ == "__main__":
    unittest.main()
