"""
What the DLL does when its helper ends, hangs, lies, cannot start or cannot be trusted: a program under Wine, our DLL,
and a helper that the test plays.
"""
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from helper import codec
from helper.played_helper import PlayedHelpers
from waiting import latest

from .program import RELAY, Prefix, Program

OPEN_SERVER, TERMINATE, CLOSE_EX, WAIT_EVENT = 0, 37, 60, 16
UNTOUCHED = 3131
SUCCESS, DENIED, LOST, LATE = (1, UNTOUCHED), (0, 5), (0, 1726), (0, 1818)
UNREACHABLE, NO_HELPER, NO_LOGON, ABSENT_PROCESS = (0, 1722), (0, 1703), (0, 1326), (0, 87)
CONTEXT = bytes(4) + bytes(range(16)) + bytes(4)
OPENED_SERVER = bytes(4) + bytes(range(20)) + b"\x01"
ENDED, REFUSED = bytes.fromhex("0000000001"), bytes.fromhex("220000c000")
NAME, USER, PASSWORD = "server.example", "games", "Unmistakable-Secret-77"
STRANGER = 65534
NEVER_MS = 600000
SOON = 30   # seconds; far less than a deadline of NEVER_MS


class HelperCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="end-to-end-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.prefix = Prefix().__enter__()
        cls.addClassCleanup(cls.prefix.__exit__)

    def setUp(self):
        self.trace = os.path.join(self.folder, self.id() + ".trace")
        self.helpers = PlayedHelpers().__enter__()
        self.addCleanup(self.helpers.__exit__)

    def program(self, **settings):
        settings = {"relay": self.helpers.path, "connect_timeout_ms": NEVER_MS, "call_timeout_ms": NEVER_MS, **settings}
        program = Program(self.prefix, self.trace, **settings).__enter__()
        self.addCleanup(program.__exit__)
        return program

    def begin(self, program, server, pid=1234):
        """A call in flight."""
        program.send("terminate", server, pid, 7)

    def outcome(self, program, seconds=60):
        words = program.answer(seconds).split()
        return int(words[1]), int(words[3])

    def serve_open(self, helper, opened=None):
        """The channel of a connection, and the server's context on it. `opened`: the number in an OPEN that was read."""
        channel = opened or helper.accept().channel
        self.assertEqual(self.verb(helper.answer(OPENED_SERVER)), OPEN_SERVER)
        return channel

    @staticmethod
    def verb(request):
        return int.from_bytes(request.payload[4:8], "little")

    def connected(self, **settings):
        """A program that made a call on its server, and the helper that carried it."""
        program = self.program(**settings)
        server = program.open(NAME)
        self.begin(program, server)
        helper = self.helpers.next()
        helper.number = self.serve_open(helper)
        helper.answer(ENDED)
        self.assertEqual(self.outcome(program), SUCCESS)
        return program, server, helper

    def works_on_a_fresh_helper(self, program, server):
        """The next call succeeds at the first try; its helper."""
        self.begin(program, server)
        helper = self.helpers.next(seconds=SOON)
        helper.number = self.serve_open(helper)
        self.assertEqual(self.verb(helper.answer(ENDED)), TERMINATE)
        self.assertEqual(self.outcome(program, SOON), SUCCESS)
        return helper

    def works_on_this_helper_or_another(self, program, server, helper):
        """A frame for a broken channel ends its helper; when the channel was closed meanwhile, it is dropped."""
        self.begin(program, server)
        while (got := helper.receive()) is not None and got.kind != codec.OPEN:
            pass
        if got is None:
            helper = self.helpers.next(seconds=SOON)
            self.serve_open(helper)
        else:
            helper.send(codec.opened(got.channel))
            self.serve_open(helper, got.channel)
        self.assertEqual(self.verb(helper.answer(ENDED)), TERMINATE)
        self.assertEqual(self.outcome(program, SOON), SUCCESS)


class AnswersTest(HelperCase):
    def test_a_second_answer_is_not_taken_for_that_of_the_next_call(self):
        program, server, helper = self.connected()
        expected, got = [], []
        for stub, outcome in ((ENDED, SUCCESS), (REFUSED, DENIED)) * 3:
            self.begin(program, server)
            if self.helpers.was_started(1):
                helper = self.helpers.next()
                self.serve_open(helper)
            request = helper.answer(stub)
            got.append(self.outcome(program))
            expected.append(outcome)
            time.sleep(0.05)
            helper.send(codec.reply(request.channel, request.serial, payload=codec.rpc_reply(stub)))
            self.assertTrue(helper.has_ended())
        self.assertEqual(got, expected)

    def test_an_answer_to_another_request_ends_the_helper(self):
        program, server, helper = self.connected()
        self.begin(program, server)
        request = helper.receive(codec.REQUEST)
        helper.send(codec.reply(request.channel, request.serial - 1, payload=codec.rpc_reply(ENDED)))
        self.assertEqual(self.outcome(program, SOON), LOST)
        self.works_on_a_fresh_helper(program, server)

    def frames_that_are_not_due(self, channel, serial):
        good = codec.rpc_reply(ENDED)
        yield "a second OPENED", codec.opened(channel)
        yield "REPLY on a channel that never was", codec.reply(99, serial, payload=good)
        yield "EVENT on a channel that never was", codec.event(99)
        yield "CLOSE of a channel that never was", codec.broke(99)
        yield "DATA without credit", codec.data(channel, b"x")
        yield "a second READY", codec.ready(1)
        yield "HELLO", codec.hello()
        yield "OPEN", codec.open_channel(channel)
        yield "REQUEST", codec.request(channel, 1, 1)
        yield "CANCEL", codec.Frame(codec.CANCEL, channel)
        yield "an unknown type", codec.Frame(77, channel)
        yield "a flag that does not exist", codec.reply(channel, serial, payload=good, flags=0x8000)
        yield "a serial where none belongs", codec.Frame(codec.EVENT, channel, serial=1)
        yield "REPLY that is cut", codec.Frame(codec.REPLY, channel, bytes(8), serial)
        yield "a length beyond the limit", codec.Frame(codec.REPLY, channel, b"", serial, length=0x7FFFFFFF)
        yield "no frame at all", b"This is no frame at all, but a line of text.\n"
        yield "zeros", bytes(16)

    def test_a_frame_that_is_not_due_ends_the_helper(self):
        program, server, helper = self.connected()
        for what, frame in self.frames_that_are_not_due(1, 1):
            with self.subTest(what):
                self.begin(program, server)
                request = helper.receive(codec.REQUEST)
                if isinstance(frame, codec.Frame) and frame.kind == codec.REPLY and frame.channel == 1:
                    frame.serial = request.serial
                helper.send(frame)
                self.assertEqual(self.outcome(program, SOON), LOST)
                self.assertTrue(helper.has_ended())
                helper = self.works_on_a_fresh_helper(program, server)

    def test_a_broken_channel_is_remade_and_gets_nothing_more(self):
        program, server, helper = self.connected()
        self.begin(program, server)
        helper.answer(error=1726, progress=codec.MAYBE_EXECUTED, flags=codec.BROKEN)
        self.assertEqual(self.outcome(program), LOST)
        self.assertEqual(helper.receive(codec.CLOSE).channel, helper.number)
        self.begin(program, server)
        self.serve_open(helper)
        request = helper.answer(error=1726, progress=codec.MAYBE_EXECUTED, flags=codec.BROKEN)
        helper.send(codec.reply(request.channel, request.serial))
        self.assertEqual(self.outcome(program), LOST)
        self.works_on_this_helper_or_another(program, server, helper)

    def test_a_request_that_met_the_close_of_its_channel_is_sent_again(self):
        program, server, helper = self.connected()
        self.begin(program, server)
        helper.receive(codec.REQUEST)
        helper.send(codec.broke(helper.number))
        self.assertEqual(helper.receive(codec.CLOSE).channel, helper.number)
        self.serve_open(helper)
        helper.answer(ENDED)
        self.assertEqual(self.outcome(program), SUCCESS)

    def test_a_channel_that_broke_while_idle_is_remade(self):
        program, server, helper = self.connected()
        helper.send(codec.broke(helper.number))
        time.sleep(0.2)
        self.begin(program, server)
        self.assertEqual(helper.receive(codec.CLOSE).channel, helper.number)
        self.serve_open(helper)
        helper.answer(ENDED)
        self.assertEqual(self.outcome(program), SUCCESS)

    def test_frames_split_at_every_byte(self):
        program = self.program()
        server = program.open(NAME)
        self.begin(program, server)
        helper = self.helpers.next(ready=False)
        helper.send(codec.ready(helper.pid), piece=1)
        helper.send(codec.opened(helper.receive(codec.OPEN).channel, payload=codec.rpc_opened("words")), piece=1)
        for stub in (OPENED_SERVER, ENDED):
            request = helper.receive(codec.REQUEST)
            helper.send(codec.reply(request.channel, request.serial, payload=codec.rpc_reply(stub)), piece=1)
        self.assertEqual(self.outcome(program), SUCCESS)
        for piece in range(2, 40):
            self.begin(program, server)
            request = helper.receive(codec.REQUEST)
            helper.send(codec.reply(request.channel, request.serial, payload=codec.rpc_reply(REFUSED)), piece=piece)
            self.assertEqual(self.outcome(program), DENIED)

    def test_two_frames_at_once(self):
        program, server, helper = self.connected()
        program.send("threads", server, 7, 11, 12)
        first, second = helper.receive(), helper.receive()
        opening, request = (first, second) if first.kind == codec.OPEN else (second, first)
        helper.send(codec.opened(opening.channel), codec.reply(request.channel, request.serial, payload=codec.rpc_reply(ENDED)))
        helper.answer(OPENED_SERVER)
        helper.answer(REFUSED)
        self.assertEqual(sorted(program.answer().split()[1:]), ["0:5", "1:3131"])


class LifeTest(HelperCase):
    def test_killed_during_a_call(self):
        """Both its processes: no word, and no end of the socket."""
        program, server, helper = self.connected()
        self.begin(program, server)
        helper.receive(codec.REQUEST)
        helper.kill()
        self.assertEqual(self.outcome(program, SOON), LOST)
        self.works_on_a_fresh_helper(program, server)

    def test_killed_between_calls(self):
        program, server, helper = self.connected()
        for pause in (0, 0, 0.001, 0.02, 0.3):
            helper.kill()
            time.sleep(pause)
            helper = self.works_on_a_fresh_helper(program, server)

    def test_killed_while_it_connects(self):
        program = self.program()
        server = program.open(NAME)
        self.begin(program, server)
        helper = self.helpers.next()
        helper.receive(codec.OPEN)
        helper.kill()
        self.assertEqual(self.outcome(program, SOON), UNREACHABLE)
        self.works_on_a_fresh_helper(program, server)

    def test_killed_during_a_wait_without_a_limit(self):
        program, server, helper = self.connected()
        program.send("event", server, 1)
        self.assertEqual(self.verb(helper.receive(codec.REQUEST)), WAIT_EVENT)
        helper.kill()
        self.assertEqual(program.answer(SOON).split()[1:4], ["0", "error", "1726"])

    def test_stopped_during_a_call(self):
        program, server, helper = self.connected(call_timeout_ms=1500)
        os.kill(helper.pid, signal.SIGSTOP)
        began = time.monotonic()
        self.assertEqual(program.terminate(server, 1234, 7), LATE)
        self.assertLess(time.monotonic() - began, latest(1.5))
        self.works_on_a_fresh_helper(program, server)

    def test_stopped_with_a_short_deadline(self):
        """Too short to know at once that it hangs: it gets nothing new, and is given up soon."""
        program, server, helper = self.connected(call_timeout_ms=300)
        self.assertEqual(program.terminate(server, 1234, 7), LATE)
        self.assertTrue(helper.has_ended())

    def test_stopped_while_it_connects(self):
        program = self.program(connect_timeout_ms=1500)
        server = program.open(NAME)
        began = time.monotonic()
        self.begin(program, server)
        self.helpers.next()
        self.assertEqual(self.outcome(program), UNREACHABLE)
        self.assertLess(time.monotonic() - began, latest(1.5))
        self.works_on_a_fresh_helper(program, server)

    def test_a_helper_that_reads_nothing_holds_nobody(self):
        """A request that no socket keeps whole: 16 MB."""
        program, server, helper = self.connected(call_timeout_ms=1500)
        program.send("long_message", server, 1, 8000000)
        helper.accept()
        helper.answer(CONTEXT)
        began = time.monotonic()
        self.assertEqual(self.outcome(program, SOON), LATE)
        self.assertLess(time.monotonic() - began, latest(1.5))
        self.works_on_a_fresh_helper(program, server)

    def test_an_answer_a_moment_late_does_not_end_it(self):
        """A short deadline leaves it no time to spare, and others may have calls on it."""
        program, server, helper = self.connected(call_timeout_ms=400)
        self.begin(program, server)
        request = helper.receive(codec.REQUEST)
        self.assertEqual(self.outcome(program), LATE)
        helper.send(codec.reply(request.channel, request.serial, payload=codec.rpc_reply(ENDED)))
        self.assertEqual(helper.receive(codec.CLOSE).channel, request.channel)
        self.assertTrue(helper.is_silent(1))
        self.works_on_a_fresh_helper(program, server)

    def test_its_last_word(self):
        program, server, helper = self.connected()
        self.begin(program, server)
        helper.receive(codec.REQUEST)
        helper.send(codec.last_word("that is enough"))
        self.assertEqual(self.outcome(program, SOON), LOST)
        self.assertIn("that is enough", program.trace())
        self.works_on_a_fresh_helper(program, server)

    def test_the_end_of_its_socket(self):
        program, server, helper = self.connected()
        self.begin(program, server)
        helper.receive(codec.REQUEST)
        helper.socket.shutdown(2)
        self.assertEqual(self.outcome(program, SOON), LOST)
        self.works_on_a_fresh_helper(program, server)

    def test_an_answer_that_was_sent_before_the_end_counts(self):
        program, server, helper = self.connected()
        self.begin(program, server)
        request = helper.receive(codec.REQUEST)
        helper.send(codec.reply(request.channel, request.serial, payload=codec.rpc_reply(ENDED)), codec.last_word(""))
        self.assertEqual(self.outcome(program), SUCCESS)

    def test_without_channels_it_is_let_go(self):
        program, server, helper = self.connected()
        program.send("close", server)
        helper.answer(bytes(24) + b"\x01")
        self.assertEqual(program.answer(), f"closed error {UNTOUCHED}")
        self.assertEqual(helper.receive(codec.CLOSE).channel, helper.number)
        self.assertTrue(helper.has_ended())
        server = program.open(NAME)
        self.works_on_a_fresh_helper(program, server)


class StartTest(HelperCase):
    def script(self, text, name="wts-relay"):
        path = os.path.join(tempfile.mkdtemp(dir=self.folder), name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def fails_at_once(self, path, *words):
        program = self.program(relay=path)
        began = time.monotonic()
        self.assertEqual(program.terminate(program.open(NAME), 1234, 7), NO_HELPER)
        self.assertLess(time.monotonic() - began, SOON)
        for word in words:
            self.assertIn(word, program.trace())

    def test_a_library_is_missing(self):
        path = self.script("")
        with open(RELAY, "rb") as relay, open(path, "wb") as file:
            whole = relay.read()
            self.assertIn(b"\0libtalloc.so.2\0", whole)
            file.write(whole.replace(b"\0libtalloc.so.2\0", b"\0libabsent.so.2\0"))
        self.fails_at_once(path, "error while loading shared libraries", "cannot open shared object file")

    def test_it_is_no_program(self):
        self.fails_at_once(self.script("#!/nonexistent/interpreter\n"), "not found")

    def test_it_ends_at_once(self):
        self.fails_at_once(self.script("#!/bin/sh\nexit 3\n"), "it ended before it served")

    def test_it_does_not_exist(self):
        self.fails_at_once("/nonexistent/wts-relay", "no program /nonexistent/wts-relay")

    def test_warnings_before_it_serves_do_no_harm(self):
        program = self.program()
        server = program.open(NAME)
        self.begin(program, server)
        helper = self.helpers.next(ready=False)
        helper.send(b"ld.so: a warning\n", b"\n", b"and one more\n")
        helper.say_ready()
        self.serve_open(helper)
        helper.answer(ENDED)
        self.assertEqual(self.outcome(program), SUCCESS)
        self.assertIn("ld.so: a warning", program.trace())

    def test_it_cannot_serve(self):
        for options, words in (({"error": 1722, "reason": "a library has no room"}, "a library has no room"),
                               ({"version": 99}, "version")):
            program = self.program()
            server = program.open(NAME)
            self.begin(program, server)
            helper = self.helpers.next(ready=False)
            helper.say_ready(**options)
            result, error = self.outcome(program, SOON)
            self.assertEqual((result, error), (0, options.get("error", 1703)))
            self.assertIn(words, program.trace())

    def test_silence_costs_one_deadline(self):
        """Instead of READY, and instead of OPENED."""
        for ready in (False, True):
            program = self.program(connect_timeout_ms=1000, call_timeout_ms=1000)
            server = program.open(NAME)
            began = time.monotonic()
            self.begin(program, server)
            self.helpers.next(ready)
            self.assertEqual(self.outcome(program), UNREACHABLE if ready else NO_HELPER)
            self.assertLess(time.monotonic() - began, latest(2))

    def test_silence_at_the_context_costs_one_deadline(self):
        program = self.program(connect_timeout_ms=1000, call_timeout_ms=1000)
        server = program.open(NAME)
        began = time.monotonic()
        self.begin(program, server)
        helper = self.helpers.next()
        helper.accept()
        self.assertEqual(self.verb(helper.receive(codec.REQUEST)), OPEN_SERVER)
        self.assertEqual(self.outcome(program)[0], 0)
        self.assertLess(time.monotonic() - began, latest(2))

    def test_the_folder_of_helpers(self):
        program = self.program(relay="", helpers=self.helpers.folder)
        self.works_on_a_fresh_helper(program, program.open(NAME))
        program = self.program(relay="", helpers="/nonexistent")
        self.assertEqual(program.terminate(program.open(NAME), 1234, 7), NO_HELPER)
        self.assertIn("no program /nonexistent/wts-relay", program.trace())


class CancelTest(HelperCase):
    def test_closing_the_handle_ends_a_connect_in_flight(self):
        for ready in (True, False):
            program = self.program()
            server = program.open(NAME)
            program("terminate_start", server, 1234, 7)
            helper = self.helpers.next(ready)
            opening = helper.receive(codec.OPEN) if ready else None
            program("close", server)
            if ready:
                self.assertEqual(helper.receive(codec.CANCEL).channel, opening.channel)
                self.assertEqual(helper.receive(codec.CLOSE).channel, opening.channel)
            program.send("terminate_finish")
            self.assertEqual(self.outcome(program, SOON), LOST)

    def test_closing_the_handle_ends_a_call_in_flight(self):
        program, server, helper = self.connected()
        program("terminate_start", server, 1234, 7)
        request = helper.receive(codec.REQUEST)
        program("close", server)
        self.assertEqual(helper.receive(codec.CANCEL).channel, request.channel)
        program.send("terminate_finish")
        self.assertEqual(self.outcome(program, SOON), LOST)

    def test_closing_the_handle_ends_a_wait_that_connects(self):
        program = self.program()
        server = program.open(NAME)
        program.send("event_begin", server, 1)
        self.assertEqual(program.answer(), "begun")
        self.helpers.next().receive(codec.OPEN)
        self.assertEqual(program("close", server), f"closed error {UNTOUCHED}")
        self.assertEqual(program("event_end").split()[:4], ["result", "0", "error", "995"])


class SecretTest(HelperCase):
    def setUp(self):
        super().setUp()
        self.stored = self.program()
        self.assertEqual(self.stored("store", NAME, 2, "DOMAIN\\" + USER, PASSWORD), "stored 1 error 0")

    def test_it_crosses_in_the_secret_area_alone(self):
        server = self.stored.open(NAME)
        self.begin(self.stored, server)
        helper = self.helpers.next()
        opening = helper.accept()
        reader = codec.Reader(opening.payload[8:])
        reader.numbers("HH")
        self.assertEqual([reader.text() for _ in range(5)][3:], ["DOMAIN", USER])
        offset, length = reader.numbers("II")
        self.assertEqual(os.pread(helper.secrets, length, offset), PASSWORD.encode())
        for form in (PASSWORD.encode(), PASSWORD.encode("utf-16-le")):
            self.assertNotIn(form, opening.payload)
        self.assertNotIn(PASSWORD, self.stored.trace())
        helper.answer(OPENED_SERVER)
        helper.answer(ENDED)
        self.assertEqual(self.outcome(self.stored), SUCCESS)

    def test_without_a_place_the_credential_is_not_used(self):
        for secret in ((0, 0), (999, 4096)):
            program = self.program()
            server = program.open(NAME)
            self.begin(program, server)
            helper = self.helpers.next(ready=False)
            helper.say_ready(secret=secret)
            self.assertEqual(self.outcome(program, SOON), NO_LOGON)
            self.assertIn("stored credential is not used", program.trace())
            self.assertTrue(helper.is_silent(0.3))

    def place_of(self, opening):
        place = codec.struct.unpack("<II", opening.payload[-8:])
        self.assertEqual(os.pread(self.helper.secrets, place[1], place[0]), PASSWORD.encode())
        return place[0]

    def test_opens_at_once_have_places_of_their_own(self):
        server = self.stored.open(NAME)
        self.stored.send("threads", server, 7, 1, 2, 3, 4)
        self.helper = self.helpers.next()
        opens = [self.helper.receive(codec.OPEN) for _ in range(4)]
        places = [self.place_of(opening) for opening in opens]
        self.assertEqual(len(set(places)), 4)
        for opening in opens:   # the last one frees them all
            self.helper.send(codec.opened(opening.channel, 1722))
        self.assertEqual(self.stored.answer(), "results" + " 0:1722" * 4)
        self.begin(self.stored, server)
        while (frame := self.helper.receive()).kind != codec.OPEN:
            self.assertEqual(frame.kind, codec.CLOSE)
        self.assertIn(self.place_of(frame), places)
        self.helper.send(codec.opened(frame.channel, 1722))
        self.assertEqual(self.outcome(self.stored), UNREACHABLE)

    def test_more_opens_than_places_wait_for_one(self):
        """The played helper has 16."""
        self.stored.send("servers", 20, 7, *(f"{NAME} {pid}" for pid in range(1, 21)))
        self.helper = self.helpers.next()
        opens = [self.helper.receive(codec.OPEN) for _ in range(16)]
        self.assertEqual(len({self.place_of(opening) for opening in opens}), 16)
        self.assertTrue(self.helper.is_silent(0.3))
        for opening in opens:
            self.helper.send(codec.opened(opening.channel, 1722))
        opens = []
        while len(opens) < 4:
            frame = self.helper.receive()
            if frame.kind == codec.OPEN:
                opens.append(frame)
                self.place_of(frame)
                self.helper.send(codec.opened(frame.channel, 1722))
        self.assertEqual(self.stored.answer(), "results" + " 0:1722" * 20)

class TraceTest(HelperCase):
    HOSTILE = "bell \a escape \x1b[31m line\nwtsapi32: 1.1 errors forged\r\n \x9b csi \u202e turned \u2028 \ue0041"

    def lines_are_ours(self, program):
        with open(program.trace_path, "rb") as file:
            text = file.read()
        for line in text.split(b"\n")[:-1]:
            self.assertRegex(line, rb"^wtsapi32: \d+\.\d+ (errors|calls|wire) ")
            self.assertNotIn(b"errors forged", line[:40])
        self.assertNotRegex(text.replace(b"\n", b"").decode(), "[\x00-\x1f\x7f-\x9f\u202e\u2028]")
        return text.decode()

    def test_texts_of_the_helper(self):
        program = self.program()
        server = program.open(NAME)
        self.begin(program, server)
        helper = self.helpers.next(ready=False)
        helper.send(self.HOSTILE.encode() + b"\n\x9b\xff\x1b[2J\n")
        helper.say_ready()
        helper.send(codec.opened(helper.receive(codec.OPEN).channel, 1722, payload=codec.rpc_opened(self.HOSTILE)))
        self.assertEqual(self.outcome(program), UNREACHABLE)
        helper.send(codec.last_word(self.HOSTILE))
        self.assertTrue(helper.has_ended())
        program("module")
        text = self.lines_are_ours(program)
        self.assertIn(r"bell \x07 escape \x1b[31m line", text)
        self.assertIn(r"\u202e turned \u2028", text)

    def test_names_of_servers(self):
        for name in ("m\u00fcnchen.example", "\u6771\u4eac.example", "\u03b1\u03b8\u03ae\u03bd\u03b1"):
            program = self.program()
            server = program.open(name)
            self.begin(program, server)
            helper = self.helpers.next()
            helper.send(codec.opened(helper.receive(codec.OPEN).channel, 1722))
            self.assertEqual(self.outcome(program), UNREACHABLE)
            self.assertIn(f"{name}: connect", self.lines_are_ours(program))


class TrustTest(HelperCase):
    """A stranger has the number 65534."""

    def setUp(self):
        super().setUp()
        self.top = tempfile.mkdtemp(prefix="trust-")
        self.addCleanup(shutil.rmtree, self.top)
        os.chmod(self.top, 0o755)

    def install(self, folder):
        """A played helper's program in a folder of the test."""
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "wts-relay")
        shutil.copy(self.helpers.path, path)
        os.chmod(path, 0o755)
        return path

    def is_trusted(self, path):
        program = self.program(relay=path)
        self.works_on_a_fresh_helper(program, program.open(NAME))

    def is_refused(self, path, remedy):
        program = self.program(relay=path)
        self.assertEqual(program.terminate(program.open(NAME), 1234, 7), NO_HELPER, path)
        self.assertIn(remedy, program.trace())
        self.assertFalse(self.helpers.was_started())

    def test_what_nobody_else_may_change(self):
        self.is_trusted(self.install(self.top + "/good"))
        self.is_trusted(self.install(self.top + "/with blank 'quote' $x `y` \u00fc"))
        os.symlink(self.install(self.top + "/behind"), self.top + "/link")
        self.is_trusted(self.top + "/link")
        os.makedirs(self.top + "/sticky")
        os.chmod(self.top + "/sticky", 0o1777)
        self.is_trusted(self.install(self.top + "/sticky/mine"))

    def test_what_others_may_write_to(self):
        for name, mode in (("group", 0o775), ("world", 0o757)):
            path = self.install(f"{self.top}/{name}")
            os.chmod(path, mode)
            self.is_refused(path, f"chmod go-w '{path}'")
        for name, mode in (("group", 0o775), ("world", 0o777)):
            folder = f"{self.top}/above-{name}"
            path = self.install(folder + "/a/b")
            os.chmod(folder, mode)
            self.is_refused(path, f"chmod go-w '{folder}'")
            os.chmod(folder, 0o755)
            self.is_trusted(path)

    def test_what_belongs_to_others(self):
        path = self.install(self.top + "/program")
        os.chown(path, STRANGER, STRANGER)
        self.is_refused(path, f"chown 0 '{path}'")
        folder = self.top + "/owner"
        path = self.install(folder + "/a")
        os.chown(folder, STRANGER, STRANGER)
        self.is_refused(path, f"chown 0 '{folder}'")
        sticky = self.top + "/sticky"
        os.makedirs(sticky)
        os.chmod(sticky, 0o1777)
        path = self.install(sticky + "/theirs")
        os.chown(sticky + "/theirs", STRANGER, STRANGER)
        self.is_refused(path, f"chown 0 '{sticky}/theirs'")

    def test_a_link_leads_to_what_is_looked_at(self):
        """Not the link's own folder counts, but where it leads."""
        bad = self.install(self.top + "/bad")
        os.chmod(self.top + "/bad", 0o777)
        os.makedirs(self.top + "/good")
        os.symlink(bad, self.top + "/good/wts-relay")
        self.is_refused(self.top + "/good/wts-relay", f"chmod go-w '{self.top}/bad'")

    def test_what_is_no_program(self):
        self.is_refused(self.top, "no program")
        self.is_refused("wts-relay", "no program")
        path = self.install(self.top + "/plain")
        os.chmod(path, 0o644)
        self.is_refused(path, "is not a program")

    def test_no_swap_of_a_link_or_folder_starts_what_belongs_to_a_stranger(self):
        """Somebody else swaps both while helpers are started from there, 10,000 times."""
        mark = os.path.join(self.folder, "mark")
        os.makedirs(self.top + "/stranger/good")
        os.makedirs(self.top + "/stranger/evil")
        good = os.path.join(self.top, "trusted")
        with open(good, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nexit 0\n")
        for folder in ("good", "evil"):
            with open(f"{self.top}/stranger/{folder}/wts-relay", "w", encoding="ascii") as file:
                file.write(f"#!/bin/sh\n/usr/bin/id >>{mark}\n")
        subprocess.run(["chmod", "-R", "755", self.top], check=True, timeout=60)
        subprocess.run(["chown", "-R", str(STRANGER), self.top + "/stranger"], check=True, timeout=60)
        shutil.copy(good, self.top + "/stranger/good/wts-relay")
        os.chown(self.top + "/stranger/good/wts-relay", 0, 0)
        os.chown(self.top + "/stranger/good", 0, 0)
        swapper = subprocess.Popen(["/usr/bin/python3", "-c", SWAPPER, self.top + "/stranger", good, str(STRANGER)],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            for path in (self.top + "/stranger/link", self.top + "/stranger/folder/wts-relay"):
                program = self.program(relay=path)
                for _ in range(150):
                    server = program.open(NAME)
                    self.assertEqual(program.terminate(server, 1, 1), NO_HELPER)
                    program("close", server)
        finally:
            swapper.stdin.close()
            count = int(swapper.stdout.read())
            swapper.stdout.close()
            swapper.wait(60)
        self.assertGreaterEqual(count, 10000)
        self.assertFalse(os.path.exists(mark), "a stranger's program ran")


SWAPPER = """
import os, select, sys
top, good, user = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.setgid(user), os.setuid(user)
count = 0
def point(name, target):
    os.symlink(target, top + "/new"), os.rename(top + "/new", top + "/" + name)
while not select.select([sys.stdin], [], [], 0)[0]:
    point("link", good), point("folder", top + "/good")
    point("link", top + "/evil/wts-relay"), point("folder", top + "/evil")
    count += 4
print(count)
"""


class HandlesTest(HelperCase):
    """Kernel handles, counted by the list of all handles."""

    def serve(self):
        """Serves in a thread, until the end."""
        def run():
            helper = self.helpers.next()
            while True:
                frame = helper.receive(seconds=300)
                if frame is None:
                    return
                if frame.kind == codec.OPEN:
                    helper.send(codec.opened(frame.channel))
                elif frame.kind == codec.REQUEST:
                    stub = {OPEN_SERVER: OPENED_SERVER, TERMINATE: ENDED}.get(self.verb(frame), bytes(24) + b"\x01")
                    helper.send(codec.reply(frame.channel, frame.serial, payload=codec.rpc_reply(stub)))

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)

    @staticmethod
    def handles(program):
        return int(program("handles").split()[1])

    def test_remote_calls_keep_no_handles(self):
        for stored in (False, True):
            program = self.program()
            name = f"{'with' if stored else 'without'}.example"
            if stored:
                self.assertEqual(program("store", name, 2, USER, PASSWORD), "stored 1 error 0")
            self.serve()
            self.assertEqual(program("fresh", 5, name), "failed 0")
            server = program.open(name)
            program("repeat", server, 5)
            before = self.handles(program)
            program("repeat", server, 5000)
            self.assertEqual(self.handles(program), before)
            self.assertEqual(program("fresh", 1000, name), "failed 0")
            self.assertLessEqual(self.handles(program), before)
            program.__exit__()

    def test_the_count_sees_what_wine_itself_loses(self):
        """The control: CredReadW of an absent name loses a handle each time, or this Wine no longer does so."""
        program = self.program()
        program("read_absent", 5)
        before = self.handles(program)
        program("read_absent", 1000)
        lost = self.handles(program) - before
        print(f"CredReadW lost {lost} handles in 1000 calls")
        self.assertIn(lost, (0, 1000))


if __name__ == "__main__":
    unittest.main()
