"""
The scene of the relay's tests: a network and mount namespace with Samba's smbd on 127.0.0.2 to 127.0.0.59, the
session host behind its pipes, a host that accepts and says nothing, one that refuses, and names for them.
"""
import json
import os
import pathlib
import shutil
import socket
import struct
import tempfile
import unittest

from session_host import smbd
from session_host.client import SessionHost
from tree import MOUNT_PRIVATE

from .rpc import Relay

ACCOUNTS = {"games": "Secret-1", "news": "Other-2"}
OPEN, TERMINATE, CLOSE_EX = 0, 37, 60
SERVER, SILENT, REFUSING = "127.0.0.2", "127.0.0.60", "127.0.0.61"
ADDRESSES = [f"127.0.0.{number}" for number in range(2, 60)]
INSIDE = "WTS_RELAY_TEST_INSIDE"
SETUP = """
ip link set lo up && "$0" /mnt 1777 && cd /mnt &&
{ echo 127.0.0.1 localhost; echo 127.0.0.2 rdsh.test; echo 127.0.0.61 rdsh2.test; echo 127.0.0.2 rdsh2.test; } >hosts &&
: >resolv.conf && : >smb.conf && mount --bind hosts /etc/hosts && mount --bind resolv.conf /etc/resolv.conf &&
mount --bind smb.conf /etc/samba/smb.conf && exec "$@"
"""


missing = smbd.missing


def inside():
    return os.environ.get(INSIDE) == "1" and smbd.inside()


def namespace_command(*command):
    """`command` in network and mount namespaces of its own."""
    return ["unshare", "-n", "-m", "--", "env", f"{INSIDE}=1", "sh", "-c", SETUP, MOUNT_PRIVATE, *command]


def set_client_configuration(text=""):
    """The smb.conf that relays started from now on will read."""
    with open("/etc/samba/smb.conf", "w", encoding="utf-8") as file:
        file.write(text)


def vector(opnum, direction):
    """The first vector of the Legacy interface for one call."""
    path = pathlib.Path(__file__).resolve().parent.parent / "vectors" / "tsts-vectors.json"
    for one in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
        if (one["interface"], one["opnum"], one["direction"]) == ("IcaApi", opnum, direction):
            return bytes.fromhex(one["hex"])
    raise LookupError((opnum, direction))


class Silent:
    """Accepts TCP connections on one address and says nothing."""

    def __init__(self, address=SILENT):
        self._socket = socket.create_server((address, smbd.PORT), backlog=100)

    def close(self):
        self._socket.close()


class RelayCase(unittest.TestCase):
    """smbd, session host, silent host and one relay for all tests of a class."""
    settings = {}
    client = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="relay-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        places = {"interfaces": " ".join(f"{address}/8" for address in ADDRESSES), "bind interfaces only": "yes"}
        cls.smbd = smbd.Smbd(os.path.join(cls.folder, "smbd"), ACCOUNTS, {**places, **cls.settings}).start()
        cls.addClassCleanup(cls.smbd.stop)
        cls.host = SessionHost(os.path.join(cls.folder, "host"), tcp=0, pipe_dir=cls.smbd.pipe_dir,
                               accounts=ACCOUNTS).start()
        cls.addClassCleanup(cls.host.stop)
        silent = Silent()
        cls.addClassCleanup(silent.close)
        set_client_configuration(cls.client)
        cls.relay = Relay()
        cls.addClassCleanup(cls.relay.end)

    def setUp(self):
        self.host.control("reset")

    def connect(self, server=SERVER, user="games", password="Secret-1", relay=None, **options):
        """A good connection; one of the class's relay is closed at the end of the test."""
        number, connected = (relay or self.relay).connect(server, user, password, **options)
        self.assertEqual((connected.error, connected.step), (0, "none"), connected)
        if relay is None:
            self.addCleanup(self.relay.close, number)
        return number

    def fails(self, error, step, server=SERVER, user="games", password="Secret-1", **options):
        """A connect that must fail so; the answer."""
        number, connected = self.relay.connect(server, user, password, **options)
        self.relay.close(number)
        self.assertEqual((connected.error, connected.step), (error, step), connected)
        return connected

    def good(self, result):
        self.assertEqual((result.error, result.progress, result.broken, result.fault, result.step),
                         (0, 2, False, 0, "none"), result)
        return result.stub

    def open_server(self, number, relay=None):
        stub = self.good((relay or self.relay).call(number, OPEN, vector(OPEN, "request")))
        self.assertEqual((len(stub), stub[:4], stub[24]), (25, bytes(4), 1))
        return stub[4:24]

    def terminate(self, number, relay=None, code=42):
        relay = relay or self.relay
        pid = self.host.control("spawn")["pid"]
        handle = self.open_server(number, relay)
        stub = self.good(relay.call(number, TERMINATE, handle + struct.pack("<II", pid, code)))
        self.assertEqual(stub, bytes.fromhex("0000000001"))
        closed = self.good(relay.call(number, CLOSE_EX, handle))
        self.assertEqual(closed, bytes(24) + b"\x01")
        after = self.host.control("wait", pid=pid)
        self.assertEqual((after["alive"], after["exit_code"]), (False, code))
