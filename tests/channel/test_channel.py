"""The duty channel of wts-session: each way to open a channel, borders of messages, the client that goes, flow, and purge."""
import os
import pathlib
import socket
import struct
import tempfile
import time
import unittest

from helper import codec, dll
from helper.dll import CLOSE, DATA, WINDOW, Helper, frame, open_frame, window
from waiting import until

from .server import DISPLAY, Chansrv

PROGRAM = os.environ["WTS_SESSION"]
DUTY, DYNAMIC = 3, 1
PURGE_INPUT, PURGE_OUTPUT, FLUSH, END = 1, 2, 3, 4
FIRST, LAST, PURGED = 1, 2, 0x80000000
CREDIT = 128 << 10
GONE, LOST = 1117, 1726


class Reader:
    """The records of one channel. Gives credit as it takes them."""

    def __init__(self, helper, channel, credit=256 << 10):
        self.helper, self.channel, self.data = helper, channel, b""
        helper.send(window(channel, credit))

    def _take(self, length):
        while len(self.data) < length:
            got = self.helper.frame(DATA, self.channel).payload
            self.helper.send(window(self.channel, len(got)))
            self.data += got
        taken, self.data = self.data[:length], self.data[length:]
        return taken

    def record(self):
        length, flags = struct.unpack("<II", self._take(8))
        return flags, self._take(length)

    def messages(self, count):
        """Whole messages of one record each."""
        records = [self.record() for _ in range(count)]
        assert all(flags == FIRST | LAST for flags, _ in records), records
        return [data for _, data in records]


def own_memory(pid):
    """Bytes that a process has written to and shares with nobody."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0]) << 10


class Case(unittest.TestCase):
    def server(self, version, *options, **more):
        server = Chansrv(version, *options, **more)
        self.addCleanup(server.end)
        return server

    def helper(self, server=None, **variables):
        if server:
            variables = {"XRDP_SOCKET_PATH": server.folder, "DISPLAY": f":{DISPLAY}.0", **variables}
        helper = Helper(PROGRAM, **variables)
        self.addCleanup(helper.end)
        return helper

    def start(self, helper, name, options=DYNAMIC):
        channel = helper.number()
        helper.send(open_frame(channel, DUTY, codec.text(name) + struct.pack("<I", options)))
        return channel

    def open(self, helper, name="ECHO", options=DYNAMIC):
        channel = self.start(helper, name, options)
        opened = helper.opened(channel)
        self.assertEqual((opened.error, opened.broken), (0, False), opened)
        self.take_credit(helper, channel)
        return channel

    def take_credit(self, helper, channel):
        """What the DLL may send at first; before it has come nothing may be sent."""
        self.assertEqual(codec.Reader(helper.frame(WINDOW, channel).payload).numbers("I"), CREDIT)

    def fails(self, helper, error, reason, name="ECHO", options=DYNAMIC):
        opened = helper.opened(self.start(helper, name, options))
        self.assertEqual((opened.error, opened.broken), (error, True), opened)
        self.assertIn(reason, codec.Reader(opened.payload).text())

    @staticmethod
    def write(helper, channel, *messages):
        """One message after the other, within the credit that is there at the start."""
        data = b"".join(struct.pack("<I", len(message)) + message for message in messages)
        assert len(data) <= CREDIT
        helper.send(*(bytes(frame(DATA, channel, data[i:i + 65536])) for i in range(0, len(data), 65536)))


class OpenTest(Case):
    def test_both_versions_and_kinds(self):
        for version in (0, 1):
            helper = self.helper(self.server(version))
            for name, options in (("ECHO", 1), ("x" * 260, 1), ("rdp2tcp", 0), ("e", 0), ("echo", 15)):
                with self.subTest(version=version, name=name, options=options):
                    channel = self.open(helper, name, options)
                    self.write(helper, channel, b"hello")
                    self.assertEqual(Reader(helper, channel).messages(1), [b"hello"])
                    helper.close(channel)

    def test_what_xrdp_and_the_client_refuse(self):
        for version in (0, 1):
            with self.subTest(version=version):
                helper = self.helper(self.server(version))
                self.fails(helper, 2, "no static channel", "unknown", 0)
                self.fails(helper, 31, "does not serve", "none")
                self.fails(helper, 1, "no client", "shut")
                for name in ("cliprdr", "RDPSND", "rdpdr", "Drdynvc", "rail"):
                    self.fails(helper, 5, "the session itself", name, 0)
                self.open(helper, "rail")

    def test_without_a_session_or_a_server(self):
        with tempfile.TemporaryDirectory() as folder:
            self.fails(self.helper(), 1, "no xrdp session")
            self.fails(self.helper(XRDP_SOCKET_PATH=folder), 1, "no xrdp session")
            self.fails(self.helper(XRDP_SOCKET_PATH="relative", DISPLAY=":10"), 1, "no xrdp session")
            self.fails(self.helper(XRDP_SOCKET_PATH=folder, DISPLAY=":x"), 1, "no xrdp session")
            self.fails(self.helper(XRDP_SOCKET_PATH=folder, DISPLAY="10"), 1, "no xrdp session")
            self.fails(self.helper(XRDP_SOCKET_PATH=folder, DISPLAY=":10"), 1, "does not run")
            self.fails(self.helper(XRDP_SOCKET_PATH="/" + "x" * 120, DISPLAY=":10"), 1, "no xrdp session")
            server = self.server(0, folder=folder)
            server.process.kill()
            server.process.wait()
            self.fails(self.helper(server), 1, "cannot be reached")

    @unittest.skipUnless(os.geteuid() == 0, "a server of another user needs root")
    def test_the_server_of_another_user_is_not_believed(self):
        for version in (0, 1):
            helper = self.helper(self.server(version, "--user", "65534"))
            self.fails(helper, 1, "another user")

    def test_without_a_client(self):
        for version in (0, 1):
            with self.subTest(version=version):
                server = self.server(version, "--without-client")
                helper = self.helper(server)
                self.fails(helper, 1, "no client")
                self.fails(helper, 1, "no client", "echo", 0)
                server.order("return")
                self.open(helper)

    def test_the_client_goes_while_a_channel_opens(self):
        for version in (0, 1):
            with self.subTest(version=version):
                server = self.server(version)
                helper = self.helper(server)
                channel = self.start(helper, "mute")
                helper.wait_for_workers(1)
                time.sleep(0.3)     # the open is on its way; the answer is the same if it is not
                server.order("leave")
                self.assertEqual(helper.opened(channel).error, 1)

    def test_an_open_that_cannot_be_ends_the_helper(self):
        wrong = [codec.text("") + struct.pack("<I", 1), codec.text("x" * 261) + struct.pack("<I", 1),
                 codec.text("eightchr") + struct.pack("<I", 0), codec.text("a\0b") + struct.pack("<I", 1),
                 codec.text("a") + struct.pack("<I", 2), codec.text("a") + struct.pack("<I", 16), codec.text(None), b"",
                 codec.text(None) + struct.pack("<I", 1), codec.text("a") + struct.pack("<II", 1, 0)]
        for payload in wrong:
            helper = self.helper()
            helper.send(open_frame(1, DUTY, payload))
            self.assertEqual(dll.last_word(helper.rest()[-1]) != "", True)


class BorderTest(Case):
    SIZES = (1, 2, 10, 20, 1589, 1590, 1597, 1598, 1599, 1600, 3194, 3195, 5000, 32767, 32768)

    def test_messages_to_the_client_keep_their_borders(self):
        for version in (0, 1):
            for options in (0, DYNAMIC):
                server = self.server(version)
                helper = self.helper(server)
                channel = self.open(helper, "sink", options)
                self.write(helper, channel, *(b"x" * size for size in self.SIZES))
                until(lambda: server.order("taken", "sink") == str(sum(self.SIZES)), "all is taken")
                self.assertEqual(server.order("sizes", "sink"), " ".join(map(str, self.SIZES)))

    def test_a_longer_message_is_cut_and_an_empty_one_is_none(self):
        server = self.server(1)
        helper = self.helper(server)
        channel = self.open(helper, "sink")
        self.write(helper, channel, b"", b"x" * 70000, b"", b"y")
        until(lambda: server.order("taken", "sink") == "70001", "all is taken")
        self.assertEqual(server.order("sizes", "sink"), "32768 32768 4464 1")

    def test_the_last_message_comes_before_the_end(self):
        """Also one whose last fragment might go on."""
        for size in (100, 1596, 1596 + 1598):
            server = self.server(1)
            helper = self.helper(server)
            channel = self.open(helper, "sink")
            server.order("send", "sink", size)
            until(lambda: server.order("sent", "sink") == "1", "all is sent")  # pylint: disable=cell-var-from-loop
            server.order("end")
            self.assertEqual([len(message) for message in Reader(helper, channel).messages(1)], [size])
            self.assertEqual(helper.closed(channel).error, GONE)

    def test_messages_of_the_client_keep_their_borders(self):
        """Where the last fragment is as full as one with more behind it, the message ends when nothing follows."""
        server = self.server(1)
        helper = self.helper(server)
        channel = self.open(helper, "sink")
        reader = Reader(helper, channel)
        clear = [size for size in self.SIZES if size != 1596 + 1598]
        server.order("send", "sink", *clear)
        self.assertEqual([len(message) for message in reader.messages(len(clear))], clear)
        for size in (1594, 1596, 1596 + 1598, 100000, 65535, 65536, 1594 + 40 * 1598):
            server.order("send", "sink", size)
            self.assertEqual(len(reader.messages(1)[0]), size)

    def test_bytes_come_back(self):
        for options in (0, DYNAMIC):
            helper = self.helper(self.server(0))
            channel = self.open(helper, "ECHO"[:4], options)
            reader = Reader(helper, channel)
            sent = [os.urandom(size) for size in (1, 1000, 32768, 7, 30000)]
            self.write(helper, channel, *sent)
            if options:
                self.assertEqual(reader.messages(len(sent)), sent)
            else:
                got = b""
                while len(got) < sum(map(len, sent)):
                    got += reader.messages(1)[0]
                self.assertEqual(got, b"".join(sent))

    def test_a_message_beyond_the_bound_comes_in_parts(self):
        server = self.server(1)
        helper = self.helper(server)
        channel = self.open(helper, "sink")
        reader = Reader(helper, channel)
        server.order("send", "sink", (2 << 20) + 5)
        records = [reader.record()]
        while not records[-1][0] & LAST:
            records.append(reader.record())
        self.assertEqual([flags for flags, _ in records], [FIRST, 0, LAST])
        self.assertEqual(sum(len(data) for _, data in records), (2 << 20) + 5)

    def test_headers_in_pieces(self):
        server = self.server(1)
        helper = self.helper(server)
        channel = self.open(helper, "sink")
        for byte in struct.pack("<I", 3) + b"abc" + struct.pack("<I", 2) + b"de":
            helper.send(frame(DATA, channel, bytes([byte])))
        until(lambda: server.order("taken", "sink") == "5", "all is taken")
        self.assertEqual(server.order("sizes", "sink"), "3 2")


    def test_a_receive_ends_with_each_message(self):
        """Whoever receives is interrupted at any place, and takes no two messages for one."""
        server = self.server(0)
        helper = self.helper(server)
        channel = self.open(helper, "sink")
        self.write(helper, channel, *([b"x"] * 200))
        until(lambda: server.order("taken", "sink") == "200", "all is taken")
        self.assertEqual(server.order("sizes", "sink"), " ".join(["1"] * 200))
        self.assertEqual(server.order("marks", "sink"), "200")
        left, right = socket.socketpair()
        with left, right, open("/dev/null", "rb") as mark:
            for message in (b"one", b"two"):
                socket.send_fds(left, [message], [mark.fileno()])
            self.assertEqual([right.recv(100), right.recv(100)], [b"one", b"two"])


class EndTest(Case):
    def assert_gone(self, helper, channel):
        closed = helper.closed(channel)
        self.assertEqual(closed.error, GONE)

    def test_the_client_goes_and_returns(self):
        for version in (0, 1):
            for options in (0, DYNAMIC):
                with self.subTest(version=version, options=options):
                    server = self.server(version)
                    helper = self.helper(server)
                    channels = [self.open(helper, name, options) for name in ("a", "b")]
                    server.order("leave")
                    for channel in channels:
                        self.assert_gone(helper, channel)
                    self.fails(helper, 1, "no client", "a", options)
                    server.order("return")
                    self.write(helper, (channel := self.open(helper, "a", options)), b"again")
                    self.assertEqual(Reader(helper, channel).messages(1), [b"again"])

    def test_xrdp_ends(self):
        for version in (0, 1):
            server = self.server(version)
            helper = self.helper(server)
            channels = [self.open(helper, name) for name in ("a", "b")]
            server.process.kill()
            for channel in channels:
                self.assert_gone(helper, channel)

    def test_xrdp_ends_one_channel(self):
        server = self.server(1)
        helper = self.helper(server)
        channel = self.open(helper)
        server.order("end")
        self.assert_gone(helper, channel)
        self.write(helper, (channel := self.open(helper)), b"again")
        self.assertEqual(Reader(helper, channel).messages(1), [b"again"])


class FlowTest(Case):
    def test_a_program_that_does_not_read_makes_nothing_grow(self):
        helper = self.helper(self.server(1))
        flooded, other = self.open(helper, "flood"), self.open(helper)
        reader = Reader(helper, other)
        for _ in range(50):
            self.write(helper, other, b"still here")
            self.assertEqual(reader.messages(1), [b"still here"])
        self.assertEqual(helper.kept(DATA, flooded), 0)
        before = [own_memory(pid) for pid in helper.workers()]
        for _ in range(50):
            self.write(helper, other, b"still here")
            self.assertEqual(reader.messages(1), [b"still here"])
        for pid, memory in zip(helper.workers(), before, strict=True):
            self.assertLess(own_memory(pid) - memory, 2 << 20)
        got, flooded_reader = 0, Reader(helper, flooded)
        while got < 8 << 20:
            got += len(flooded_reader.record()[1])
        self.assertEqual(got, 8 << 20)

    def test_a_client_that_does_not_read_takes_no_more_than_the_credit(self):
        server = self.server(1)
        helper = self.helper(server)
        channel = self.open(helper, "slow")
        message, credit, sent = struct.pack("<I", 9996) + b"x" * 9996, CREDIT, 0
        for _ in range(40):
            while credit < len(message):
                credit += codec.Reader(helper.frame(WINDOW, channel).payload).numbers("I")
            helper.send(frame(DATA, channel, message))
            credit, sent = credit - len(message), sent + 9996
        until(lambda: server.order("taken", "slow") == str(sent), "all is taken")

    def test_forty_channels(self):
        for version in (0, 1):
            helper = self.helper(self.server(version))
            started = [self.start(helper, f"echo {number}") for number in range(40)]
            for channel in started:
                self.assertEqual(helper.opened(channel).error, 0)
                self.take_credit(helper, channel)
            readers = [Reader(helper, channel) for channel in started]
            for number, channel in enumerate(started):
                self.write(helper, channel, f"message {number}".encode())
            for number, reader in enumerate(readers):
                self.assertEqual(reader.messages(1), [f"message {number}".encode()])


class PurgeTest(Case):
    def test_input(self):
        server = self.server(1)
        helper = self.helper(server)
        channel = self.open(helper, "sink")
        server.order("send", "sink", 100, 200, 1596)
        until(lambda: server.order("sent", "sink") == "3", "all is sent")
        self.assertEqual(helper.request(channel, PURGE_INPUT).error, 0)
        server.order("send", "sink", 300)
        reader = Reader(helper, channel)
        lengths = []
        while True:
            flags, data = reader.record()
            if flags == PURGED:
                break
            lengths.append(len(data))
        self.assertLessEqual(set(lengths), {100})   # what was on its way to the DLL
        self.assertEqual([len(message) for message in reader.messages(1)], [300])

    def test_output(self):
        server = self.server(1)
        helper = self.helper(server)
        channel = self.open(helper, "slow")
        self.write(helper, channel, *[b"x" * 1000] * 20)
        helper.send(frame(DATA, channel, struct.pack("<I", 10) + b"par"))
        self.assertEqual(helper.request(channel, PURGE_OUTPUT).error, 0)
        helper.send(frame(DATA, channel, b"tial..." + struct.pack("<I", 4) + b"next"))
        until(lambda: server.order("sizes", "slow").endswith(" 4"), "the next message")
        sizes = server.order("sizes", "slow").split()
        self.assertLess(len(sizes), 20)
        self.assertEqual(set(sizes), {"1000", "4"})

    def test_a_flush_waits_until_xrdp_has_taken_all(self):
        server = self.server(1)
        helper = self.helper(server)
        channel = self.open(helper, "slow")
        self.assertEqual(helper.request(channel, FLUSH).error, 0)
        self.write(helper, channel, *[b"x" * 1000] * 10)
        self.assertEqual(helper.request(channel, FLUSH).error, 0)
        self.assertEqual(server.order("taken", "slow"), "10000")

    def test_an_end_is_answered_when_all_is_sent_and_xrdp_has_the_end(self):
        for version in (0, 1):
            server = self.server(version)
            helper = self.helper(server)
            channel = self.open(helper, "slow")
            self.write(helper, channel, *[b"x" * 1000] * 10)
            self.assertEqual(server.order("connected"), "1")
            reply = helper.request(channel, END)
            self.assertEqual((reply.error, reply.broken), (0, True))
            self.assertEqual(server.order("connected"), "0")
            until(lambda: server.order("taken", "slow") == "10000", "the client has all")  # pylint: disable=cell-var-from-loop
            helper.send(frame(CLOSE, channel))
            self.write(helper, (channel := self.open(helper)), b"next")
            self.assertEqual(Reader(helper, channel).messages(1), [b"next"])

    def test_a_flush_is_answered_when_the_client_goes(self):
        """By its reply, or by the end of the channel, which may have been on its way when the flush came."""
        for version in (0, 1):
            server = self.server(version)
            helper = self.helper(server)
            channel = self.open(helper, "slow")
            self.write(helper, channel, *[b"x" * 30000] * 4)
            helper.send(dll.request(channel, 1, FLUSH))
            server.order("leave")
            while (got := helper.receive()).kind not in (codec.REPLY, CLOSE):
                pass
            self.assertIn(codec.Reader(got.payload).numbers("I"), (GONE, LOST) if got.kind == codec.REPLY else (GONE,))

    def test_other_verbs(self):
        helper = self.helper(self.server(1))
        channel = self.open(helper)
        self.assertEqual(helper.request(channel, END + 1).error, 120)
        self.assertEqual(helper.request(channel, 0).error, 120)
        self.assertEqual(helper.request(channel, PURGE_INPUT, b"x").error, 120)
        self.assertFalse(helper.kept(CLOSE, channel))


if __name__ == "__main__":
    unittest.main()
