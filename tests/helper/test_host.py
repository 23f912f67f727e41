"""
The chassis of the helpers, with a duty of the tests' own (echo_helper.c): requests, events and DATA on several channels,
each way an open or a request can fail, and frames that are malformed or not due, from either side.
"""
import os
import resource
import struct
import tempfile
import threading
import unittest

from waiting import until

from . import dll
from .dll import (CANCEL, CLOSE, DATA, EVENT, EXECUTED, HELLO, MAX_CREDIT, MAX_DATA, MAYBE_EXECUTED, NO_LIMIT,
                  NOT_EXECUTED, OPEN, OPENED, READY, REPLY, WINDOW, Helper, frame, hello, is_alive, last_word,
                  open_frame, request, text, window)

DUTY, OPEN_LOST, REQUEST_LATE, REQUEST_LOST, NOT_A_COMMAND = 99, 2001, 2002, 2003, 2004
(ECHO, SILENCE, DIE, STOP, ENVIRONMENT, SEND, CREDIT, BREAK, EVENT_BURST, OVERSTEP, MUCH_CREDIT, REPLY_TWICE,
 OTHER_SERIAL, OTHER_CHANNEL, GARBAGE, CLOSE_IT, LARGE) = range(1, 18)
IO_TIMEOUT = 0xC00000B5
PROGRAM = os.environ["WTS_ECHO_HELPER"]


def opening(command="", goodbye=None, place=(0, 0)):
    return text(command) + text(goodbye) + struct.pack("<II", *place)


def own_memory(pid):
    """Bytes of a process that it shares with no other."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return sum(int(line.split()[1]) * 1024 for line in file if line.startswith("Private_"))


def pages_taken(pid):
    """How often the process got a page of its own, a new one or the copy of one that it shared."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return int(file.read().rpartition(")")[2].split()[7])


def u32(value):
    return struct.pack("<I", value)


class HostCase(unittest.TestCase):
    def start(self, **options):
        helper = Helper(PROGRAM, **options)
        self.addCleanup(helper.end)
        return helper

    def open(self, helper, command="echo", goodbye=None, place=(0, 0)):
        channel = helper.number()
        helper.send(open_frame(channel, DUTY, opening(command, goodbye, place)))
        opened = helper.opened(channel)
        self.assertEqual((opened.error, opened.broken), (0, False), opened)
        return channel

    def works(self, helper):
        """A fresh channel serves, whatever became of others."""
        channel = self.open(helper)
        reply = helper.request(channel, ECHO, b"still here")
        self.assertEqual((reply.error, reply.payload), (0, b"still here"))
        helper.close(channel)


class ChannelTest(HostCase):
    def test_requests(self):
        helper = self.start()
        channel = self.open(helper)
        for length in (0, 1, 15, 16, 17, 4071, 4072, 4073, 4096, 100000):
            payload = os.urandom(length)
            reply = helper.request(channel, ECHO, payload)
            self.assertEqual((reply.error, reply.progress, reply.broken, reply.payload), (0, EXECUTED, False, payload))

    def test_a_large_reply(self):
        helper = self.start()
        channel = self.open(helper)
        self.assertEqual(helper.request(channel, LARGE, u32(40 << 20)).payload, bytes(40 << 20))
        too_large = helper.request(channel, LARGE, u32(dll.MAX_PAYLOAD))
        self.assertEqual((too_large.error, too_large.broken), (REQUEST_LOST, True))
        self.works(helper)

    def test_events_come_by_themselves(self):
        helper = self.start()
        channel = self.open(helper, "events")
        total = 0
        while total < 5:
            total += struct.unpack("<I", helper.frame(EVENT, channel).payload)[0]
        self.assertEqual(helper.request(channel, ECHO, b"between").payload, b"between")

    def test_channels_that_are_held_cost_a_later_one_nothing(self):
        helper = self.start()
        channels = [self.open(helper) for _ in range(300)]
        for channel in channels:
            helper.request(channel, ECHO, b"it was used")
        before = helper.workers()
        first = before[0]
        self.open(helper)
        last, = set(helper.workers()) - set(before)
        self.assertLess(own_memory(last), own_memory(first) + 200 * 4096)

    @unittest.skipIf(os.environ.get("WTS_SANITIZE") == "thread",
                     "ThreadSanitizer writes down each read, too")
    def test_channels_at_rest_are_not_written_to(self):
        """Each fork shares the parent's pages; one that it writes to afterwards exists once more."""
        helper = self.start()

        def taken_by_opens(count):
            before = pages_taken(helper.process.pid)
            for _ in range(count):
                self.open(helper)
            return (pages_taken(helper.process.pid) - before) / count
        few = taken_by_opens(20)
        taken_by_opens(500)
        self.assertLess(taken_by_opens(20), few + 10)

    def test_requests_events_and_data_on_several_channels_at_once(self):
        """One channel waits for ever, one sends events, one DATA; a fourth is asked all the time."""
        helper = self.start()
        silent, events, sender, echo = (self.open(helper, command) for command in ("echo", "events", "echo", "echo"))
        helper.send(request(silent, 1, SILENCE, timeout_ms=NO_LIMIT))
        self.assertEqual(helper.request(sender, SEND, u32(100000)).error, 0)
        data, turns = b"", 0
        while len(data) < 100000 or turns < 50:
            helper.send(window(sender, 1000))
            self.assertEqual(helper.request(echo, ECHO, u32(turns)).payload, u32(turns))
            turns += 1
            while helper.kept(DATA, sender):
                data += helper.frame(DATA, sender).payload
        self.assertEqual(data[:100000], pattern(100000))
        helper.frame(EVENT, events)
        self.assertEqual(helper.kept(REPLY, silent), 0)
        helper.cancel(silent)
        self.assertEqual(helper.reply(silent).error, REQUEST_LOST)

    def test_data_never_exceeds_the_credit(self):
        helper = self.start()
        channel = self.open(helper)
        self.assertEqual(helper.request(channel, SEND, u32(300000)).error, 0)
        self.assertEqual(helper.request(channel, ECHO, b"").error, 0)
        self.assertEqual(helper.kept(DATA, channel), 0)
        data, given = b"", 0
        for credit in (1, 2, 999, 1000, 1001, MAX_DATA - 1, MAX_DATA, MAX_DATA + 1):
            helper.send(window(channel, credit))
            given += credit
            while len(data) < given:
                got = helper.frame(DATA, channel).payload
                self.assertLessEqual(len(got), MAX_DATA)
                data += got
            self.assertEqual(len(data), given)
            self.assertEqual(helper.request(channel, ECHO, b"").error, 0)
            self.assertEqual(helper.kept(DATA, channel), 0)
        helper.send(window(channel, MAX_CREDIT))
        while len(data) < 300000:
            data += helper.frame(DATA, channel).payload
        self.assertEqual(data, pattern(300000))

    def test_data_there_and_back(self):
        helper = self.start()
        channel = self.open(helper)
        sent, back = os.urandom(MAX_CREDIT), b""
        for _ in range(3):
            self.assertEqual(helper.request(channel, CREDIT, u32(MAX_CREDIT)).error, 0)
            self.assertEqual(struct.unpack("<I", helper.frame(WINDOW, channel).payload)[0], MAX_CREDIT)
            helper.send(window(channel, MAX_CREDIT))
            writer = threading.Thread(target=lambda: helper.send(
                *(frame(DATA, channel, sent[at:at + MAX_DATA]) for at in range(0, len(sent), MAX_DATA))))
            writer.start()
            back = b""
            while len(back) < len(sent):
                back += helper.frame(DATA, channel).payload
            writer.join()
            self.assertEqual(back, sent)

    def test_a_dll_that_does_not_read_loses_nothing(self):
        """20,000 events of 4 KB are more than sockets and helper hold: the worker waits."""
        helper = self.start()
        channel = self.open(helper)
        helper.send(request(channel, 1, EVENT_BURST, u32(20000) + bytes(4092)))
        for _ in range(20000):
            self.assertEqual(len(helper.frame(EVENT, channel).payload), 4096)
        self.assertEqual(helper.reply(channel).error, 0)
        self.assertEqual(helper.kept(EVENT, channel), 0)


class GivenUpTest(HostCase):
    """Each way an open or a request ends that the worker does not answer."""

    def given_up(self, outcome, error, status, reason):
        self.assertEqual((outcome.error, outcome.status, outcome.step, outcome.broken, outcome.progress),
                         (error, status, 5, True, NOT_EXECUTED), outcome)
        self.assertEqual(outcome.payload, u32(4711) + text(reason))

    def lost(self, reply, error, progress=MAYBE_EXECUTED, status=0):
        self.assertEqual((reply.error, reply.progress, reply.status, reply.broken, reply.payload),
                         (error, progress, status, True, b""), reply)

    def test_an_open_that_is_refused(self):
        helper = self.start()
        channel = helper.number()
        helper.send(open_frame(channel, DUTY, opening("refuse")))
        opened = helper.opened(channel)
        self.assertEqual((opened.error, opened.step, opened.status, opened.broken), (1326, 3, 0xC000006D, True))
        helper.wait_for_workers(0)
        helper.close(channel)
        self.works(helper)

    def test_an_open_that_is_late(self):
        helper = self.start()
        for number, command in ((1, "stall"), (2, "stop")):
            helper.send(open_frame(number, DUTY, opening(command), timeout_ms=300))
            self.given_up(helper.opened(number), OPEN_LOST, IO_TIMEOUT, "no answer in time")
        helper.wait_for_workers(0)

    def test_an_open_that_is_cancelled(self):
        helper = self.start()
        helper.send(open_frame(1, DUTY, opening("stall"), timeout_ms=NO_LIMIT))
        helper.wait_for_workers(1)
        worker, = helper.workers()
        until(lambda: process_sleeps(worker), "the wait of the worker")
        helper.cancel(1)
        self.given_up(helper.opened(1), OPEN_LOST, 0, "cancelled")
        helper.wait_for_workers(0)

    def test_a_worker_that_dies_in_its_open(self):
        helper = self.start()
        helper.send(open_frame(1, DUTY, opening("die")))
        self.given_up(helper.opened(1), OPEN_LOST, 0, "the helper's process of this channel ended")

    def test_a_request_that_is_late(self):
        helper = self.start()
        for verb in (SILENCE, STOP):
            channel = self.open(helper)
            self.lost(helper.request(channel, verb, timeout_ms=200), REQUEST_LATE, status=IO_TIMEOUT)
            helper.close(channel)
        helper.wait_for_workers(0)
        self.works(helper)

    def test_a_request_that_is_cancelled(self):
        helper = self.start()
        channel = self.open(helper)
        helper.send(request(channel, 7, SILENCE, timeout_ms=NO_LIMIT))
        self.assertFalse(helper.kept(REPLY, channel))
        worker, = helper.workers()
        until(lambda: process_sleeps(worker), "the wait of the worker")
        helper.cancel(channel)
        reply = helper.reply(channel)
        self.assertEqual(reply.serial, 7)
        self.assertEqual((reply.error, reply.broken), (REQUEST_LOST, True))
        self.works(helper)

    def test_a_worker_that_dies_in_a_request(self):
        helper = self.start()
        channel = self.open(helper)
        self.lost(helper.request(channel, DIE), REQUEST_LOST)
        self.works(helper)

    def test_a_worker_that_dies_with_nothing_in_flight(self):
        helper = self.start()
        channel = helper.number()
        helper.send(open_frame(channel, DUTY, opening("die later")))
        self.assertEqual(helper.opened(channel).error, 0)
        closed = helper.closed(channel)
        self.assertEqual((closed.error, closed.progress, closed.payload), (REQUEST_LOST, NOT_EXECUTED, b""))
        self.works(helper)

    def test_a_reply_that_breaks_the_channel(self):
        helper = self.start()
        channel = self.open(helper)
        reply = helper.request(channel, BREAK)
        self.assertEqual((reply.error, reply.broken), (NOT_A_COMMAND, True))
        helper.wait_for_workers(0)

    def test_what_comes_for_a_broken_channel_is_dropped(self):
        helper = self.start()
        channel = self.open(helper)
        self.assertEqual(helper.request(channel, CLOSE_IT).error, 0)
        self.assertEqual(helper.closed(channel).error, NOT_A_COMMAND)
        helper.send(request(channel, 9, ECHO, b"lost"), frame(DATA, channel, b"x"), window(channel, 1),
                    frame(CANCEL, channel), request(channel, 9, ECHO, b"lost"))
        self.works(helper)
        helper.close(channel)
        self.works(helper)
        self.assertEqual(helper.kept(REPLY, channel), 0)

    def test_a_request_that_meets_a_close_did_not_run(self):
        """The worker closes while the next request is on its way: a reply says that it did not run, or nothing does."""
        helper = self.start()
        for _ in range(50):
            channel = self.open(helper)
            helper.send(request(channel, 1, CLOSE_IT))
            self.assertEqual(helper.reply(channel).error, 0)
            helper.send(request(channel, 2, ECHO, b"must not run"))
            while not helper.kept(REPLY, channel) and not helper.kept(CLOSE, channel):
                self.works(helper)
            if helper.kept(REPLY, channel):
                reply = helper.reply(channel)
                self.assertEqual((reply.serial, reply.error, reply.progress, reply.broken, reply.payload),
                                 (2, REQUEST_LOST, NOT_EXECUTED, True, b""), reply)
                self.assertFalse(helper.kept(CLOSE, channel))
            helper.close(channel)

    def test_a_cancel_of_nothing_does_nothing(self):
        helper = self.start()
        channel = self.open(helper)
        helper.cancel(channel)
        self.assertEqual(helper.request(channel, ECHO, b"x").payload, b"x")

    def test_a_close_abandons_what_is_in_flight(self):
        helper = self.start()
        helper.send(open_frame(1, DUTY, opening("stall"), timeout_ms=NO_LIMIT), frame(CLOSE, 1))
        channel = helper.number() + 1
        helper.send(open_frame(channel, DUTY, opening("echo")))
        self.assertEqual(helper.opened(channel).error, 0)
        helper.send(request(channel, 3, SILENCE, timeout_ms=NO_LIMIT))
        helper.close(channel)
        helper.wait_for_workers(0)
        self.assertEqual((helper.kept(OPENED, 1), helper.kept(REPLY, channel)), (0, 0))

    def test_a_worker_without_a_process_or_socket(self):
        helper = self.start()
        usual = resource.prlimit(helper.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(helper.process.pid, resource.RLIMIT_NOFILE, (3, usual[1]))
        place = helper.write_secret("Unmistakable")
        helper.send(open_frame(1, DUTY, opening(place=place)))
        self.assertEqual(helper.opened(1).error, 8)
        self.assertEqual(helper.read_secret(*place), bytes(12))
        helper.close(1)
        resource.prlimit(helper.process.pid, resource.RLIMIT_NOFILE, usual)
        helper.number()
        self.works(helper)


class GoodbyeTest(HostCase):
    """A worker that is given up says good-bye, and is gone then."""

    def says_goodbye(self, give_up, verb=SILENCE):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "goodbye")
        helper = self.start()
        channel = self.open(helper, goodbye=path)
        helper.send(request(channel, 1, verb, timeout_ms=NO_LIMIT if give_up else 200))
        worker, = helper.workers()
        until(lambda: state_of(worker) == "T" if verb == STOP else process_sleeps(worker), "the wait of the worker")
        if give_up:
            give_up(helper, channel)
        until(lambda: not is_alive(worker), "the end of the worker")
        return os.path.exists(path)

    def test_after_a_cancel(self):
        self.assertTrue(self.says_goodbye(Helper.cancel))

    def test_after_a_close(self):
        self.assertTrue(self.says_goodbye(Helper.close))

    def test_after_the_deadline(self):
        self.assertTrue(self.says_goodbye(None))

    def test_at_the_end_of_the_helper(self):
        self.assertTrue(self.says_goodbye(lambda helper, _: helper.end()))

    def test_when_the_parent_is_killed(self):
        self.assertTrue(self.says_goodbye(lambda helper, _: helper.kill()))

    def test_a_worker_that_cannot_is_killed(self):
        self.assertFalse(self.says_goodbye(Helper.cancel, STOP))
        self.assertFalse(self.says_goodbye(lambda helper, _: helper.end(), STOP))


class WorkerTest(HostCase):
    """What a worker may not do breaks its channel, and nothing else."""

    def test_frames_of_a_worker_that_are_not_due(self):
        for verb in (OVERSTEP, MUCH_CREDIT, OTHER_SERIAL, OTHER_CHANNEL, GARBAGE):
            with self.subTest(verb=verb):
                helper = self.start()
                channel = self.open(helper)
                bystander = self.open(helper)
                reply = helper.request(channel, verb)
                self.assertEqual((reply.error, reply.progress, reply.broken), (REQUEST_LOST, MAYBE_EXECUTED, True))
                self.assertEqual(helper.request(bystander, ECHO, b"x").payload, b"x")
                self.assertFalse(helper.kept(EVENT, 0xFFFF))

    def test_a_reply_that_nobody_waits_for(self):
        helper = self.start()
        channel = self.open(helper)
        self.assertEqual(helper.request(channel, REPLY_TWICE).error, 0)
        self.assertEqual(helper.closed(channel).error, REQUEST_LOST)
        self.assertFalse(helper.kept(REPLY, channel))
        self.works(helper)


class DllTest(HostCase):
    """What a DLL may not do ends the helper, whose last word says why."""

    def ends(self, *sent, greet=True, ready=True):
        """The last word, and the frames before it."""
        helper = Helper(PROGRAM, greet=False)
        try:
            if greet:
                helper.send(hello())
            for data in sent:
                helper.send(data)
        except BrokenPipeError:
            pass
        frames = helper.rest()
        self.assertEqual(helper.process.wait(dll.PATIENCE), 1)
        helper.end()
        if greet and ready:
            self.assertEqual(frames.pop(0).kind, READY)
        return last_word(frames[-1]), frames[:-1]

    def test_malformed_frames(self):
        wrong = {
            "type 0": frame(0), "type 13": frame(13), "type 99": frame(99),
            "length": struct.pack("<IHHII", 0xFFFFFFFF, HELLO, 0, 0, 0),
            "flag": frame(CANCEL, 1, flags=1), "serial": frame(WINDOW, 1, u32(1), serial=1), "channel 0": frame(CANCEL, 0),
            "rubbish": b"\xff" * 64, "empty data": frame(DATA, 1), "long data": frame(DATA, 1, bytes(MAX_DATA + 1)),
        }
        for name, data in wrong.items():
            with self.subTest(name=name):
                self.assertIn("not a frame", self.ends(data)[0])
                self.assertIn("not a frame", self.ends(data, greet=False)[0])

    def test_malformed_payloads(self):
        wrong = {
            "cut open": frame(OPEN, 1, bytes(9)), "other duty": open_frame(1, DUTY + 1, opening()),
            "duty's payload": open_frame(1, DUTY, opening() + b"x"), "close": frame(CLOSE, 1, b"x"),
            "beyond the secrets": open_frame(1, DUTY, opening(place=(MAX_CREDIT - 1, 2))),
            "far beyond": open_frame(1, DUTY, opening(place=(0xFFFFFFFF, 1))),
            "a long secret": open_frame(1, DUTY, opening(place=(0, 4097))),
            "a very long one": open_frame(1, DUTY, opening(place=(4, 0xFFFFFFFF))),
        }
        for name, data in wrong.items():
            with self.subTest(name=name):
                self.assertIn("malformed", self.ends(data)[0])
        self.assertIn("malformed", self.ends(frame(HELLO, payload=hello()[16:-1] + b"\xff" * 9), greet=False)[0])

    def test_frames_that_are_not_due(self):
        opened = open_frame(1, DUTY, opening("stall"), timeout_ms=NO_LIMIT)
        wrong = {
            "hello twice": [hello()], "ready": [frame(READY, payload=bytes(28))], "opened": [frame(OPENED, 1, bytes(16))],
            "request of no channel": [request(1, 1, ECHO)], "data of no channel": [frame(DATA, 1, b"x")],
            "window of no channel": [window(1, 1)], "cancel of no channel": [frame(CANCEL, 1)],
            "close of no channel": [frame(CLOSE, 1)], "reply": [opened, frame(REPLY, 1, bytes(16))],
            "event": [opened, frame(EVENT, 1)], "one number twice": [opened, opened],
            "request before opened": [opened, request(1, 1, ECHO)], "window before opened": [opened, window(1, 1)],
            "closed twice": [opened, frame(CLOSE, 1), frame(CLOSE, 1)],
        }
        for name, data in wrong.items():
            with self.subTest(name=name):
                word, frames = self.ends(*data)
                self.assertIn("not due", word)
                self.assertEqual(frames, [])
        for name, data in (("open", opened), ("close", frame(CLOSE, 0)), ("cancel", frame(CANCEL, 1))):
            with self.subTest(before_hello=name):
                self.assertIn("not due", self.ends(data, greet=False)[0])

    def ends_after_open(self, *sent):
        helper = Helper(PROGRAM)
        channel = self.open(helper)
        for one in sent:
            helper.send(*one(channel))
        word = last_word(helper.rest()[-1])
        self.assertEqual(helper.end(), 1)
        return word

    def test_two_requests_at_a_time(self):
        self.assertIn("not due", self.ends_after_open(
            lambda channel: [request(channel, 1, SILENCE), request(channel, 2, ECHO)]))

    def test_data_beyond_the_credit(self):
        self.assertIn("beyond the credit", self.ends_after_open(lambda channel: [frame(DATA, channel, b"x")]))
        helper = Helper(PROGRAM)
        channel = self.open(helper)
        self.assertEqual(helper.request(channel, CREDIT, u32(10)).error, 0)
        helper.send(frame(DATA, channel, bytes(6)), frame(DATA, channel, bytes(4)))
        self.assertEqual(helper.request(channel, ECHO, b"x").payload, b"x")
        helper.send(frame(DATA, channel, b"x"))
        self.assertIn("beyond the credit", last_word(helper.rest()[-1]))
        self.assertEqual(helper.end(), 1)

    def test_more_credit_than_may_be_given(self):
        self.assertIn("malformed", self.ends_after_open(
            lambda channel: [window(channel, MAX_CREDIT), window(channel, 1)]))
        self.assertIn("malformed", self.ends_after_open(lambda channel: [window(channel, MAX_CREDIT + 1)]))
        self.assertIn("malformed", self.ends_after_open(lambda channel: [window(channel, 0)]))

    def test_another_version(self):
        for version in (0, 1, dll.VERSION - 1, dll.VERSION + 1, 0xFFFFFFFF):
            helper = Helper(PROGRAM, greet=False)
            helper.send(hello(version=version))
            got = helper.rest()
            self.assertEqual(helper.end(), 1)
            self.assertEqual([one.kind for one in got], [READY])
            ready = dll.Ready(got[0].payload)
            self.assertEqual((ready.version, ready.error, ready.secret_length), (dll.VERSION, 1703, 0))

    def test_a_duty_that_cannot_start(self):
        helper = Helper(PROGRAM, greet=False)
        helper.send(hello(WTS_TEST_REFUSE="1"), open_frame(1, DUTY, opening()))
        got = helper.rest()
        self.assertEqual(helper.end(), 1)
        self.assertEqual([one.kind for one in got], [READY])
        ready = dll.Ready(got[0].payload)
        self.assertEqual((ready.error, ready.text), (1722, "told not to start"))

    def test_only_listed_variables_are_taken(self):
        helper = self.start(environment={"OF_THE_STARTER": "x", "HOME": "/of/the/starter"}, HOME="/home/of",
                            LD_PRELOAD="/nowhere", UNLISTED="x")
        channel = self.open(helper)
        self.assertEqual(helper.request(channel, ENVIRONMENT, text("HOME")).payload, b"/home/of")
        for name in ("LD_PRELOAD", "UNLISTED", "OF_THE_STARTER", "PATH"):
            self.assertEqual(helper.request(channel, ENVIRONMENT, text(name)).error, NOT_A_COMMAND)

    def test_bytes_that_come_one_by_one(self):
        helper = Helper(PROGRAM, greet=False)
        self.addCleanup(helper.end)
        for byte in hello(HOME="/x") + open_frame(5, DUTY, opening("echo")):
            helper.send(bytes([byte]))
        self.assertEqual(helper.frame(READY, 0).kind, READY)
        self.assertEqual(helper.opened(5).error, 0)
        for byte in request(5, 1, ECHO, b"one by one"):
            helper.send(bytes([byte]))
        self.assertEqual(helper.reply(5).payload, b"one by one")


def pattern(length):
    return (bytes(range(251)) * (length // 251 + 1))[:length]


def state_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0]


def process_sleeps(pid):
    """Whether the process waits for something, or is stopped."""
    return state_of(pid) in "ST"


if __name__ == "__main__":
    unittest.main()
