"""
The short way between the DLL and a helper, by pipes; see helper/frame.h. The chassis with the duty of echo_helper.c.
"""
import os
import select
import signal
import struct
import time
import unittest

from waiting import until

from . import codec, dll
from .dll import (ANY_SERIAL, APART, CANCEL, CLOSE, DATA, DIRECT, EVENT, EXECUTED, MAX_CREDIT, MAX_DATA, MAX_DIRECT, OPENED, REPLY, WINDOW,
                  Helper, frame, last_word, open_frame, request, window)
from .test_host import (CREDIT, DIE, DUTY, ECHO, EVENT_BURST, LARGE, PROGRAM, REQUEST_LOST, SILENCE, STOP, opening, process_sleeps, u32)

FIRST_SERIAL = 0x5EED0000


class DirectHelper(Helper):
    """Reads the pipe instead of the socket, but for payloads that come apart."""

    pipe = None

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.pipe = os.open(self.path(self.ready.replies_descriptor), os.O_RDONLY)
        self.send(frame(DIRECT))
        self._serial, self._bytes, self._requests = FIRST_SERIAL, b"", {}

    def path(self, descriptor):
        return f"/proc/{self.ready.process_id}/fd/{descriptor}"

    def _read(self, length, seconds):
        while len(self._bytes) < length:
            if not select.select([self.pipe], [], [], seconds)[0]:
                raise TimeoutError("the pipe is silent")
            more = os.read(self.pipe, 1 << 16)
            if not more:
                return None
            self._bytes += more
        taken, self._bytes = self._bytes[:length], self._bytes[length:]
        return taken

    def receive(self, seconds=dll.PATIENCE):
        if self.pipe is None:
            return super().receive(seconds)
        header = self._read(codec.HEADER.size, seconds)
        if header is None:
            return None
        length, kind, flags, channel, serial = codec.HEADER.unpack(header)
        if not flags & APART:
            assert length <= MAX_DIRECT - codec.HEADER.size, (kind, length)
            return codec.Frame(kind, channel, self._read(length, seconds), serial, flags)
        payload = b""
        while len(payload) < length:
            self.socket.settimeout(seconds)
            payload += self.socket.recv(length - len(payload))
        return codec.Frame(kind, channel, payload, serial, flags & ~APART)

    def open_channel(self, command="echo"):
        """A channel, and the number of its process; its pipe is open."""
        before = set(self.workers())
        channel = self.number()
        self.send(open_frame(channel, DUTY, opening(command)))
        descriptor, = struct.unpack("<I", self.frame(DIRECT, channel).payload)
        assert self.opened(channel).error == 0
        self._requests[channel] = os.open(self.path(descriptor), os.O_WRONLY | os.O_NONBLOCK)
        self.send(frame(DIRECT, channel))
        worker, = set(self.workers()) - before
        return channel, worker

    def write(self, channel, verb, payload=b""):
        """A request into the channel's pipe; its serial."""
        self._serial += 1
        data = request(channel, self._serial, verb, payload)
        assert len(data) <= MAX_DIRECT and os.write(self._requests[channel], data) == len(data)
        return self._serial

    def write_data(self, channel, payload):
        data = frame(DATA, channel, payload)
        assert os.write(self._requests[channel], data) == len(data)

    def ask(self, channel, verb, payload=b""):
        serial = self.write(channel, verb, payload)
        reply = self.reply(channel)
        assert reply.serial == serial, (reply.serial, serial)
        return reply

    def forget(self, channel):
        os.close(self._requests.pop(channel))

    def end(self):
        os.close(self.pipe)
        for channel in list(self._requests):
            self.forget(channel)
        return super().end()


class DirectTest(unittest.TestCase):
    def start(self):
        helper = DirectHelper(PROGRAM)
        self.addCleanup(helper.end)
        return helper

    def test_the_parent_has_no_part_in_a_call(self):
        helper = self.start()
        channel, _ = helper.open_channel()
        os.kill(helper.process.pid, signal.SIGSTOP)
        try:
            until(lambda: process_sleeps(helper.process.pid), "the parent is stopped")
            for length in (0, 1, 4047):
                payload = os.urandom(length)
                reply = helper.ask(channel, ECHO, payload)
                self.assertEqual((reply.error, reply.progress, reply.broken, reply.payload), (0, EXECUTED, False, payload))
        finally:
            os.kill(helper.process.pid, signal.SIGCONT)

    def test_the_parent_has_no_part_in_data(self):
        helper = self.start()
        channel, _ = helper.open_channel()
        sent = os.urandom(100000)
        helper.send(window(channel, len(sent)))
        helper.ask(channel, CREDIT, u32(len(sent)))
        helper.frame(WINDOW, channel)
        helper.ask(channel, ECHO)      # the parent has passed on the credit before this
        os.kill(helper.process.pid, signal.SIGSTOP)
        try:
            until(lambda: process_sleeps(helper.process.pid), "the parent is stopped")
            got = b""
            for at in range(0, len(sent), 25000):
                helper.write_data(channel, sent[at:at + 25000])
            while len(got) < len(sent):
                got += helper.frame(DATA, channel).payload
            self.assertEqual(got, sent)
        finally:
            os.kill(helper.process.pid, signal.SIGCONT)

    def test_data_in_a_pipe_that_are_not_due_end_their_channel_alone(self):
        for credit, length in ((10, 11), (MAX_CREDIT, MAX_DATA + 1)):
            helper = self.start()
            channel, _ = helper.open_channel()
            other, _ = helper.open_channel()
            helper.ask(channel, CREDIT, u32(credit))
            helper.write_data(channel, bytes(length))
            self.assertEqual(dll.Outcome(helper.frame(CLOSE, channel)).error, REQUEST_LOST)
            self.assertEqual(helper.ask(other, ECHO, b"still here").payload, b"still here")

    def test_too_much_credit_ends_its_channel_alone(self):
        helper = self.start()
        channel, _ = helper.open_channel()
        other, _ = helper.open_channel()
        helper.send(window(channel, MAX_CREDIT), window(channel, 1))
        self.assertEqual(dll.Outcome(helper.frame(CLOSE, channel)).error, REQUEST_LOST)
        self.assertEqual(helper.ask(other, ECHO, b"still here").payload, b"still here")

    def test_data_go_over_the_socket_only_without_the_pipe(self):
        helper = self.start()
        channel, _ = helper.open_channel()
        helper.ask(channel, CREDIT, u32(100))
        helper.send(frame(DATA, channel, b"x"))
        self.assertRegex(last_word(helper.frame(CLOSE, 0)), "not due")

    def test_a_worker_has_its_socket_its_messages_and_two_pipes(self):
        helper = self.start()
        _, worker = helper.open_channel()
        targets = {int(fd): os.readlink(f"/proc/{worker}/fd/{fd}").split(":")[0] for fd in os.listdir(f"/proc/{worker}/fd")}
        self.assertEqual(targets, {0: "socket", 1: "pipe", 2: "/memfd", 3: "pipe"})

    def test_either_way_carries_any_length(self):
        helper = self.start()
        channel, _ = helper.open_channel()
        for length in (4040, 4064, 4065, 4072, 100000, 3000000):
            self.assertEqual(helper.ask(channel, LARGE, u32(length)).payload, bytes(length))
            payload = os.urandom(length)
            self.assertEqual(helper.request(channel, ECHO, payload).payload, payload)
            self.assertEqual(helper.ask(channel, ECHO, b"short").payload, b"short")

    def test_channels_do_not_mix(self):
        """Long and short answers of several processes at once, while the reader is slow."""
        helper = self.start()
        channels = [helper.open_channel()[0] for _ in range(4)]
        for turn in range(60):
            lengths = [(turn * 7919 + i * 2741) % 9000 for i in range(len(channels))]
            serials = [helper.write(channel, LARGE, u32(length)) for channel, length in zip(channels, lengths)]
            for channel, length, serial in zip(channels, lengths, serials):
                reply = helper.reply(channel)
                self.assertEqual((reply.serial, reply.payload), (serial, bytes(length)))

    def test_a_full_pipe_loses_nothing(self):
        helper = self.start()
        channels = [helper.open_channel()[0] for _ in range(24)]
        serials = [helper.write(channel, ECHO, bytes(4047)) for channel in channels]    # more than the pipe holds
        workers = helper.workers()
        until(lambda: all(map(process_sleeps, workers)), "every process has answered or waits for room")
        for channel, serial in zip(channels, serials):
            reply = helper.reply(channel)
            self.assertEqual((reply.serial, len(reply.payload)), (serial, 4047))

    def test_what_waits_for_a_full_pipe_is_sent_when_there_is_room(self):
        """2 MB of events, 32 pipes full: a parent that does not see the room sends one in five seconds."""
        helper = self.start()
        channel, _ = helper.open_channel()
        helper.write(channel, EVENT_BURST, u32(512) + bytes(4000))
        processes = [helper.process.pid, *helper.workers()]
        until(lambda: all(process_sleeps(pid) for _ in range(20) for pid in processes), "the pipe is full, and nobody writes")
        began = time.monotonic()
        for _ in range(512):
            self.assertEqual(len(helper.frame(EVENT, channel).payload), 4004)
            self.assertLess(time.monotonic() - began, 40, "events")
        self.assertEqual(helper.reply(channel).error, 0)

    def test_a_request_is_given_up(self):
        helper = self.start()
        channel, worker = helper.open_channel()
        serial = helper.write(channel, SILENCE)
        helper.send(frame(CANCEL, channel, serial=serial))
        closed = helper.frame(CLOSE, channel)
        self.assertEqual((closed.serial, dll.Outcome(closed).error), (ANY_SERIAL, REQUEST_LOST))
        until(lambda: not dll.is_alive(worker), "the end of the channel's process")

    def test_a_stopped_process_is_given_up(self):
        helper = self.start()
        channel, worker = helper.open_channel()
        serial = helper.write(channel, STOP)
        until(lambda: process_sleeps(worker), "the process is stopped")
        helper.send(frame(CANCEL, channel, serial=serial))
        self.assertEqual(helper.frame(CLOSE, channel).serial, ANY_SERIAL)
        until(lambda: not dll.is_alive(worker), "the end of the channel's process")

    def test_a_process_that_dies_in_a_request_had_taken_it(self):
        helper = self.start()
        channel, _ = helper.open_channel()
        helper.ask(channel, ECHO)
        serial = helper.write(channel, DIE)
        self.assertEqual(helper.frame(CLOSE, channel).serial, serial)

    def test_a_request_that_nobody_took_did_not_run(self):
        helper = self.start()
        channel, worker = helper.open_channel()
        taken = helper.ask(channel, ECHO).serial
        os.kill(worker, signal.SIGSTOP)
        until(lambda: process_sleeps(worker), "the process is stopped")
        helper.write(channel, ECHO)
        os.kill(worker, signal.SIGKILL)
        self.assertEqual(helper.frame(CLOSE, channel).serial, taken)

    def test_the_end_of_a_pipe_is_not_that_of_its_channel(self):
        helper = self.start()
        channel, _ = helper.open_channel()
        helper.forget(channel)
        self.assertEqual(helper.request(channel, ECHO, b"by the socket").payload, b"by the socket")

    def test_what_is_not_due_in_a_pipe_ends_its_channel_alone(self):
        for wrong in (frame(CANCEL, 1), request(2, 1, ECHO), b"\xff" * 16):
            helper = self.start()
            channel, _ = helper.open_channel()
            other, _ = helper.open_channel()
            os.write(helper._requests[channel], wrong)    # pylint: disable=protected-access
            self.assertEqual(dll.Outcome(helper.frame(CLOSE, channel)).error, REQUEST_LOST)
            self.assertEqual(helper.ask(other, ECHO, b"still here").payload, b"still here")

    def test_what_the_dll_has_opened_the_helper_closes(self):
        """So a channel costs the parent one descriptor, its socket to the process."""
        helper = Helper(PROGRAM)
        folder = f"/proc/{helper.process.pid}/fd"
        without = len(os.listdir(folder))
        helper.end()
        helper = self.start()
        folder = f"/proc/{helper.process.pid}/fd"
        until(lambda: len(os.listdir(folder)) == without - 1, "the reading end of the pipe is closed")
        for count in range(3):
            helper.open_channel()
            until(lambda count=count: len(os.listdir(folder)) == without + count, "so is the writing end of the channel's")

    def test_a_second_request_at_a_time_ends_its_channel(self):
        helper = self.start()
        channel, _ = helper.open_channel()
        serial = helper.write(channel, SILENCE)
        helper.write(channel, ECHO)
        closed = helper.frame(CLOSE, channel)
        self.assertEqual((closed.serial, dll.Outcome(closed).error), (serial, REQUEST_LOST))

    def test_the_last_word_comes_while_a_process_still_holds_the_pipe(self):
        helper = self.start()
        _, worker = helper.open_channel()
        os.kill(worker, signal.SIGSTOP)
        self.addCleanup(os.kill, worker, signal.SIGKILL)
        until(lambda: process_sleeps(worker), "the process is stopped")
        helper.process.kill()
        self.assertEqual(last_word(helper.receive()), "its process ended")

    def test_what_the_dll_may_not_do(self):
        opened = open_frame(1, DUTY, opening("stall"))
        wrong = {"twice": [frame(DIRECT)], "payload": [frame(DIRECT, 0, u32(1))], "no channel": [frame(DIRECT, 1)],
                 "apart": [opened, frame(DATA, 1, b"x", flags=APART)], "serial": [opened, frame(CLOSE, 1, serial=1)],
                 "channel twice": [opened, frame(DIRECT, 1), frame(DIRECT, 1)]}
        for name, frames in wrong.items():
            with self.subTest(name=name):
                helper = DirectHelper(PROGRAM)
                helper.send(*frames)
                got = helper.rest()
                self.assertRegex(last_word(got[0]), "not due|malformed")
                self.assertEqual(helper.end(), 1)

    def test_without_the_pipe_all_goes_over_the_socket(self):
        helper = Helper(PROGRAM)
        self.addCleanup(helper.end)
        helper.send(open_frame(1, DUTY, opening("echo")))
        self.assertEqual(helper.receive().kind, OPENED)
        helper.send(request(1, 5, ECHO, b"x"))
        self.assertEqual(helper.receive().kind, REPLY)


if __name__ == "__main__":
    unittest.main()
