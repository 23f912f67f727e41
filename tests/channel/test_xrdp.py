"""
wts-session in a session of the real xrdp with the real client, in namespaces of their own. Needs root and the packages of xrdp;
without them it says which are missing, and is reported as not run.
"""
import contextlib
import os
import pathlib
import select
import signal
import socket
import struct
import sys
import tempfile
import unittest

import run_unittest
from helper import codec
from helper.dll import CLOSE, DATA, WINDOW, Helper, frame, open_frame
from waiting import until

from . import xrdp
from .test_channel import CREDIT, DUTY, DYNAMIC, GONE, Reader

PROGRAM = os.environ["WTS_SESSION"]
OTHER, OTHER_NUMBER = "tester", 34567
UNLISTED = "encomsp"        # a static channel of the client
SIZES = (1, 10, 1590, 1591, 1596, 1600, 3500, 5000, 30000, 32768)
LONG = (65536, 262144, 1 << 20)


class Bed:
    """One session for all tests; the client can be made to leave and return."""

    def __enter__(self):
        self.xrdp = xrdp.Xrdp({OTHER: OTHER_NUMBER}).__enter__()
        self.client = None
        self.come()
        self.session = self.xrdp.session()
        with helper_of(self.session) as helper:
            comes(helper).close()
        return self

    def come(self):
        self.client = self.xrdp.connect("root", "/vc:" + xrdp.STATIC, "/vc:" + UNLISTED)

    def leave(self):
        self.client.kill()
        self.client.wait()

    def __exit__(self, *_):
        self.xrdp.__exit__()


class Channel:
    """One channel of a helper: credit is kept, and messages are sent within it."""

    def __init__(self, helper, name="ECHO", options=DYNAMIC):
        self.helper, self.number, self._credit, self.reader = helper, helper.number(), 0, None
        helper.send(open_frame(self.number, DUTY, codec.text(name) + struct.pack("<I", options)))
        opened = helper.opened(self.number)
        self.error, self.reason = opened.error, codec.Reader(opened.payload).text()
        if self.error == 0:
            self._take_credit()
            assert self._credit == CREDIT
            self.reader = Reader(helper, self.number, 1 << 20)

    def _take_credit(self):
        self._credit += codec.Reader(self.helper.frame(WINDOW, self.number).payload).numbers("I")

    def write(self, message):
        data = struct.pack("<I", len(message)) + message
        for at in range(0, len(data), 32768):
            part = data[at:at + 32768]
            while self._credit < len(part):
                self._take_credit()
            self.helper.send(frame(DATA, self.number, part))
            self._credit -= len(part)

    def read(self, length):
        got = b""
        while len(got) < length:
            got += self.reader.record()[1]
        return got

    def echoes(self, size):
        message = os.urandom(size)
        self.write(message)
        return self.read(size) == message

    def close(self):
        self.helper.send(frame(CLOSE, self.number))


def helper_of(session, program=PROGRAM):
    """The helper as a program in the session gets it."""
    return Helper(program, **{name: session[name] for name in ("DISPLAY", "XRDP_SOCKET_PATH")})


def comes(helper):
    """A channel, as soon as the client has come and serves it."""
    def opens():
        channel = Channel(helper)
        return channel if channel.error == 0 else None
    return until(opens, "a channel opens", xrdp.START_SECONDS)


def plain_channel(session, name, options):
    """A connection to xrdp with nothing of this project in between, in either version of the protocol; the channel is open."""
    name, number = name.encode(), session["DISPLAY"].split(":")[1].split(".")[0]
    for request in (struct.pack("<III", 16 + len(name), 0, len(name)) + name + struct.pack("<I", options),
                    struct.pack("<III261s111x", 1, 0, options, name)):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(session["XRDP_SOCKET_PATH"] + "/xrdpapi_" + number)
        connection.sendall(request)
        if select.select([connection], [], [], 5)[0] and connection.recv(4) == bytes(4):
            return connection
        connection.close()
    raise AssertionError(f"{name} does not open")


class XrdpTest(unittest.TestCase):
    """In this order: the client leaves, and the server ends, at last."""

    @classmethod
    def setUpClass(cls):
        cls.bed = cls.enterClassContext(Bed())

    def setUp(self):
        self.helper = self.helper_of(self.bed.session)

    def helper_of(self, session, program=PROGRAM):
        return self.enterContext(helper_of(session, program))

    def channel(self, name="ECHO", options=DYNAMIC, helper=None):
        channel = Channel(helper or self.helper, name, options)
        self.assertEqual(channel.error, 0, channel.reason)
        return channel

    def static_channel(self):
        return self.channel(xrdp.STATIC, 0)

    def gone(self, channel):
        self.assertEqual(self.helper.closed(channel.number).error, GONE)

    def test_1_dynamic_messages_of_every_size_come_back(self):
        channel = self.channel()
        for size in SIZES + LONG:
            with self.subTest(size=size):
                self.assertTrue(channel.echoes(size))
        channel.close()

    def test_2_static_messages_come_back_and_keep_their_borders(self):
        channel = self.static_channel()
        before = len(self.bed.xrdp.sizes())
        for size in SIZES:
            with self.subTest(size=size):
                self.assertTrue(channel.echoes(size))
        self.assertEqual(self.bed.xrdp.sizes()[before:], list(SIZES))
        for size in LONG:
            with self.subTest(size=size):
                self.assertTrue(channel.echoes(size))
        self.assertEqual(self.bed.xrdp.sizes()[before + len(SIZES):], [32768] * (sum(LONG) // 32768))
        channel.close()

    def test_3_messages_in_a_row_keep_their_borders(self):
        channel = self.static_channel()
        before, sent = len(self.bed.xrdp.sizes()), [1 + i * 37 % 3000 for i in range(300)]
        for size in sent:
            channel.write(bytes(size))
        self.assertEqual(len(channel.read(sum(sent))), sum(sent))
        self.assertEqual(self.bed.xrdp.sizes()[before:], sent)
        channel.close()

    def test_4_two_programs_on_one_channel(self):
        other = self.helper_of(self.bed.session)
        both = [self.channel(), self.channel(helper=other)]
        for channel in both + both:
            self.assertTrue(channel.echoes(100))
        for channel in both:
            channel.close()
        # All data of a static channel go to one of those who have opened it, and to the other when that one has closed it.
        pair = [self.static_channel(), self.channel(xrdp.STATIC, 0, other)]
        pair[0].write(b"to one")
        readable, _, _ = select.select([channel.helper.socket for channel in pair], [], [], xrdp.START_SECONDS)
        pair.sort(key=lambda channel: channel.helper.socket in readable)
        idle, owner = pair
        self.assertEqual(owner.read(6), b"to one")
        idle.write(b"once more")
        self.assertEqual(owner.read(9), b"once more")
        self.assertFalse(select.select([idle.helper.socket], [], [], 0)[0])
        owner.close()
        until(lambda: idle.write(b"x") or select.select([idle.helper.socket], [], [], 1)[0], "the other gets the data")
        idle.close()

    def test_5_xrdp_mixes_up_numbers(self):
        """Without a line of this project: what docs/contract.md#xrdp-numbers says of xrdp."""
        with contextlib.ExitStack() as stack:
            def opens(name, options):
                return stack.enter_context(contextlib.closing(plain_channel(self.bed.session, name, options)))

            def receiver(owner, *others):
                owner.sendall(b"whose")
                readable, _, _ = select.select((owner, *others), [], [], xrdp.START_SECONDS)
                self.assertEqual([one.recv(100) for one in readable], [b"whose"])
                return readable[0]
            for _ in range(20):
                alone = opens(xrdp.STATIC, 0)
                self.assertIs(receiver(alone), alone)
                alone.close()
            dynamic = [opens("ECHO", DYNAMIC) for _ in range(12)]
            found = receiver(opens(xrdp.STATIC, 0), *dynamic)
            print("xrdp gives what comes for the static channel to", "dynamic channel %d" % (dynamic.index(found) + 1)
                  if found in dynamic else "that channel: its numbers are no longer mixed up")

    def test_5_what_the_client_and_xrdp_do_not_have(self):
        self.assertEqual(Channel(self.helper, "NOSUCH").error, 31)
        self.assertEqual(Channel(self.helper, "cliprdr", 0).error, 5)
        for name, reason in ((UNLISTED, "does not list this channel"), (xrdp.STATIC.upper(), "")):
            channel = self.channel(name, 0)
            self.assertIn(reason, channel.reason)
            self.assertEqual(channel.reason == "", reason == "")
            channel.close()

    def test_6_the_session_of_another_user(self):
        stranger = [sys.executable, "-c", f"import os, sys; os.setgid({OTHER_NUMBER}); os.setgroups([]); "
                    f"os.setuid({OTHER_NUMBER}); os.execv(sys.argv[1], sys.argv[1:])", PROGRAM]
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            script = pathlib.Path(folder, "wts-session")
            copy = pathlib.Path(folder, "program")
            copy.write_bytes(pathlib.Path(PROGRAM).read_bytes())
            copy.chmod(0o755)
            stranger[-1] = str(copy)
            script.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in stranger) + "\n", "utf-8")
            script.chmod(0o755)
            helper = self.helper_of(self.bed.session, str(script))
            self.assertIn(Channel(helper).error, (1, 5))
        client = self.bed.xrdp.connect(OTHER)
        session = self.bed.xrdp.session(OTHER)
        self.assertNotEqual(session["DISPLAY"], self.bed.session["DISPLAY"])
        helper = self.helper_of(session)
        until(lambda: "another user" in Channel(helper).reason, "the channel server of the other user")
        client.kill()

    def test_7_the_client_leaves_and_returns(self):
        channels = [self.channel(), self.static_channel()]
        self.bed.leave()
        for channel in channels:
            self.gone(channel)
        for name, options in (("ECHO", DYNAMIC), (xrdp.STATIC, 0)):
            channel = Channel(self.helper, name, options)
            self.assertEqual((channel.error, channel.reason), (1, "no client is connected"))
        self.bed.come()
        self.assertTrue(comes(self.helper).echoes(5000))

    def test_8_the_channel_server_is_killed(self):
        channels = [self.channel(), self.static_channel()]
        found = [int(number) for number in filter(str.isdigit, os.listdir("/proc")) if is_server(int(number))]
        self.assertTrue(found)
        for number in found:
            with contextlib.suppress(ProcessLookupError):   # it ended with the one before
                os.kill(number, signal.SIGKILL)
        for channel in channels:
            self.gone(channel)
        until(lambda: Channel(self.helper).error == 1, "the server is gone")


def is_server(number):
    """Whether a process is the channel server of root's session."""
    place = pathlib.Path("/proc", str(number))
    try:
        return place.joinpath("comm").read_text("utf-8").startswith("xrdp-chansrv") and place.stat().st_uid == 0
    except OSError:
        return False


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, xrdp, XrdpTest)
