"""
A helper as a process: what it keeps of what it was started with, when it ends and what it leaves behind, and who can see
a secret where.
"""
import os
import signal
import socket
import stat
import struct
import subprocess
import unittest

from waiting import until

from . import dll
from .dll import (NO_LIMIT, Helper, children_of, frame, hello, is_alive, last_word, open_frame, processes_of, remembers,
                  request)
from .test_host import CREDIT, DUTY, ECHO, PROGRAM, SILENCE, STOP, HostCase, opening, state_of

STARTS = 1000 if os.environ.get("WTS_TEST_LONG") else 100
SECRET = "Unmistakable-Secret-77"
USER, OTHER_USER = "games", "news"


def as_user(user, *command):
    """Exit status and output of a command of an ordinary user."""
    done = subprocess.run(command, user=user, group=user, extra_groups=[], capture_output=True, check=False,
                          timeout=dll.PATIENCE)
    return done.returncode, done.stdout


class EndTest(HostCase):
    def test_the_end_of_the_socket_is_the_end(self):
        self.assertEqual(Helper(PROGRAM).end(), 0)
        self.assertEqual(Helper(PROGRAM, greet=False).end(), 0)

    def test_goodbye(self):
        helper = Helper(PROGRAM)
        self.open(helper)
        helper.send(frame(dll.CLOSE, 0))
        self.assertEqual(helper.rest(), [])
        self.assertEqual(helper.end(), 0)

    def test_a_signal_ends_it_with_a_last_word(self):
        helper = Helper(PROGRAM)
        self.open(helper)
        helper.process.terminate()
        self.assertEqual(last_word(helper.receive()), f"ended by signal {signal.SIGTERM}")
        self.assertIsNone(helper.receive())
        self.assertEqual(helper.end(), 1)

    def test_what_a_terminal_sends_to_everybody_ends_nothing(self):
        """Ctrl-C, Ctrl-\\ and a closed window are for the program that uses the DLL."""
        with Helper(PROGRAM) as helper:
            channel = self.open(helper)
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
                for pid in (*helper.workers(), helper.watchdog(), helper.process.pid):
                    os.kill(pid, number)
                self.assertEqual(helper.request(channel, ECHO, b"still here").payload, b"still here")

    def test_a_signal_for_all_its_processes(self):
        helper = Helper(PROGRAM)
        self.open(helper)
        for pid in (*helper.workers(), helper.watchdog(), helper.process.pid):
            os.kill(pid, signal.SIGTERM)
        self.assertIn("signal", last_word(helper.rest()[-1]))
        self.assertEqual(helper.end(), 1)

    def test_it_ends_when_its_watchdog_dies(self):
        helper = Helper(PROGRAM)
        self.open(helper)
        os.kill(helper.watchdog(), signal.SIGKILL)
        self.assertEqual(last_word(helper.receive()), "the watchdog ended")
        self.assertIsNone(helper.receive())
        self.assertEqual(helper.end(), 1)

    def test_a_killed_helper_ends_the_socket_though_a_copy_is_open(self):
        copies = []
        helper = Helper(PROGRAM, keep=copies)
        self.open(helper)
        others = [*helper.workers(), helper.watchdog()]
        helper.kill()
        self.assertIsNone(helper.receive())
        until(lambda: not any(map(is_alive, others)), "the end of its other processes")
        helper.end()
        copies[0].close()

    def test_a_helper_that_ends_by_itself_ends_the_socket_though_a_copy_is_open(self):
        copies = []
        helper = Helper(PROGRAM, keep=copies)
        helper.send(frame(99))
        self.assertIn("not a frame", last_word(helper.receive()))
        self.assertIsNone(helper.receive())
        self.assertEqual(helper.end(), 1)
        copies[0].close()

    def test_a_stopped_helper_does_not_outlive_the_dll(self):
        helper = Helper(PROGRAM)
        self.open(helper)
        processes = [*helper.workers(), helper.watchdog(), helper.process.pid]
        helper.process.send_signal(signal.SIGSTOP)
        until(lambda: state_of(helper.process.pid) == "T", "the stop")
        self.assertEqual(helper.end(), -signal.SIGKILL)
        until(lambda: not any(map(is_alive, processes)), "the end of all its processes")

    def test_a_helper_that_hangs_is_ended_by_the_kernel(self):
        """The alarm is set from the start, and nothing holds it off."""
        with Helper(PROGRAM, greet=False) as helper:
            helper.process.send_signal(signal.SIGALRM)
            self.assertEqual(helper.process.wait(dll.PATIENCE), -signal.SIGALRM)
        with Helper(PROGRAM) as helper:
            with open(f"/proc/{helper.process.pid}/status", encoding="ascii") as status:
                masks = dict(line.split(":", 1) for line in status)
            alarm = 1 << (signal.SIGALRM - 1)
            self.assertFalse(int(masks["SigIgn"], 16) & alarm or int(masks["SigBlk"], 16) & alarm)

    def test_no_process_is_left(self):
        """Starts and kills, in every state of a channel."""
        for turn in range(STARTS):
            helper = Helper(PROGRAM)
            self.assertIn(helper.process.pid, processes_of(PROGRAM))
            if turn % 2:
                helper.send(open_frame(1, DUTY, opening("stall"), timeout_ms=NO_LIMIT),
                            open_frame(2, DUTY, opening("refuse")))
                channel = helper.number() + 2
                helper.send(open_frame(channel, DUTY, opening("events")))
            if turn % 4 == 1:
                helper.opened(channel)
                helper.send(request(channel, 1, SILENCE))
            if turn % 3 == 0:
                helper.kill()
                helper.socket.close()
            else:
                helper.end()
        until(lambda: not processes_of(PROGRAM), "the end of every process")


class IsolationTest(HostCase):
    def test_descriptors_folder_output(self):
        inherited = os.open("/etc/passwd", os.O_RDONLY)
        os.set_inheritable(inherited, True)
        self.addCleanup(os.close, inherited)
        ours, theirs = socket.socketpair()
        ours.settimeout(dll.PATIENCE)
        process = subprocess.Popen([PROGRAM], stdin=theirs, close_fds=False)
        theirs.close()
        ours.sendall(hello())
        ours.recv(100)
        watchdog, = children_of(process.pid)
        ours.sendall(open_frame(1, DUTY, opening("stall"), timeout_ms=NO_LIMIT))
        until(lambda: len(children_of(process.pid)) == 2, "the worker")
        worker, = set(children_of(process.pid)) - {watchdog}
        until(lambda: os.readlink(f"/proc/{worker}/fd/2").startswith("/memfd:messages"), "the memory for output")
        for pid in (process.pid, worker, watchdog):
            targets = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
            self.assertNotIn("/etc/passwd", targets)
            self.assertEqual(any(target.startswith("/memfd:secrets") for target in targets), pid == process.pid)
            self.assertEqual(os.readlink(f"/proc/{pid}/cwd"), "/")
        for pid in (process.pid, watchdog):
            self.assertEqual([os.readlink(f"/proc/{pid}/fd/{fd}") for fd in (1, 2)], ["/dev/null"] * 2)
        ours.close()
        self.assertEqual(process.wait(dll.PATIENCE), 0)
        until(lambda: not any(map(is_alive, (worker, watchdog))), "the end of both")

    def test_nothing_is_written_to_where_the_starter_wrote(self):
        """What a program printed before main() reaches the socket; the helper itself writes frames only."""
        ours, theirs = socket.socketpair()
        ours.settimeout(dll.PATIENCE)
        process = subprocess.Popen([PROGRAM], stdin=theirs, stdout=theirs, stderr=theirs)
        theirs.close()
        ours.sendall(hello())
        self.assertEqual(ours.recv(16)[4:6], bytes((dll.READY, 0)))
        for pid in (process.pid, *children_of(process.pid)):
            self.assertEqual([os.readlink(f"/proc/{pid}/fd/{fd}") for fd in (1, 2)], ["/dev/null"] * 2)
        ours.close()
        process.wait(dll.PATIENCE)

    def test_no_core(self):
        with Helper(PROGRAM) as helper:
            self.open(helper)
            for pid in (helper.process.pid, helper.watchdog(), *helper.workers()):
                with open(f"/proc/{pid}/limits", encoding="ascii") as file:
                    self.assertRegex(file.read(), r"Max core file size +0 +0 ")

    def test_a_zombie_is_not_alive(self):
        """As where the first process of a container waits for nobody."""
        process = subprocess.Popen(["true"])
        until(lambda: state_of(process.pid) == "Z", "the end of a program")
        self.assertFalse(is_alive(process.pid))
        process.wait()
        self.assertFalse(is_alive(process.pid))
        self.assertTrue(is_alive(os.getpid()))


class SecretTest(HostCase):
    def test_it_is_handed_over_and_gone(self):
        with Helper(PROGRAM) as helper:
            place = helper.write_secret(SECRET)
            channel = helper.number()
            helper.send(open_frame(channel, DUTY, opening(place=place)))
            self.assertEqual(helper.opened(channel).payload, SECRET.encode())
            self.assertEqual(helper.read_secret(0, helper.ready.secret_length), bytes(helper.ready.secret_length))
            until(lambda: state_of(helper.workers()[0]) == "S", "the wait of the worker")
            for pid in (helper.process.pid, helper.watchdog(), *helper.workers()):
                # This duty sends it back: who passed it on wipes its buffers after that.
                until(lambda pid=pid: not remembers(pid, SECRET), "a process that forgets the secret", 10)
                for name in ("cmdline", "environ"):
                    with open(f"/proc/{pid}/{name}", "rb") as file:
                        self.assertNotIn(SECRET.encode(), file.read())

    def test_the_search_finds_a_secret(self):
        """The worker that has not opened yet has it; its parent, and a later worker, do not."""
        with Helper(PROGRAM) as helper:
            helper.send(open_frame(1, DUTY, opening("stop", place=helper.write_secret(SECRET)), timeout_ms=NO_LIMIT))
            until(lambda: len(helper.workers()) == 1 and state_of(helper.workers()[0]) == "T", "the stop")
            worker, = helper.workers()
            self.assertTrue(remembers(worker, SECRET))
            until(lambda: not remembers(helper.process.pid, SECRET), "a parent that forgets what it handed over")
            helper.number()
            self.open(helper)
            later, = set(helper.workers()) - {worker}
            self.assertFalse(remembers(later, SECRET))

    def test_a_worker_has_nothing_of_what_waits_for_others(self):
        """What waits for a stopped worker, and what the DLL has sent behind the OPEN: the parent has both when it forks."""
        behind = "Unmistakable-Request-78"
        waiting = SECRET.encode() * 2000
        with Helper(PROGRAM) as helper:
            stopped = self.open(helper)
            other = self.open(helper)
            helper.request(stopped, CREDIT, struct.pack("<I", dll.MAX_CREDIT))
            before = set(helper.workers())
            helper.send(request(stopped, 1, STOP))
            until(lambda: "T" in map(state_of, before), "the stop")
            for _ in range(20):
                helper.send(frame(dll.DATA, stopped, waiting))
            helper.request(other, ECHO)
            later = helper.number()
            helper.send(open_frame(later, DUTY, opening()) + request(other, 1 << 30, ECHO, behind.encode()))
            self.assertEqual(helper.opened(later).error, 0)
            self.assertEqual(helper.reply(other).payload, behind.encode())
            worker, = set(helper.workers()) - before
            self.assertTrue(remembers(helper.process.pid, SECRET))
            for secret in (SECRET, behind):
                self.assertFalse(remembers(worker, secret), secret)

    def test_a_place_is_free_when_the_next_frame_is_handled(self):
        """Fifty opens through one place, each written as soon as the one before was read, and closed at once."""
        with Helper(PROGRAM) as helper:
            for turn in range(50):
                secret = f"{SECRET}-{turn:02}".encode()
                with open(helper.secret_path(), "r+b", 0) as file:
                    os.pwrite(file.fileno(), secret, 8)
                channel, late = helper.number(), helper.number()
                helper.send(open_frame(channel, DUTY, opening(place=(8, len(secret)))), frame(dll.CLOSE, channel),
                            open_frame(late, DUTY, opening("refuse")), )
                helper.opened(late)
                self.assertEqual(helper.read_secret(8, len(secret)), bytes(len(secret)))
                if helper.kept(dll.OPENED, channel):
                    self.assertEqual(helper.opened(channel).payload, secret)

    def test_the_longest_secret_at_the_end_of_the_area(self):
        with Helper(PROGRAM) as helper:
            secret = b"x" * 4096
            offset = helper.ready.secret_length - len(secret)
            with open(helper.secret_path(), "r+b", 0) as file:
                os.pwrite(file.fileno(), secret, offset)
            channel = helper.number()
            helper.send(open_frame(channel, DUTY, opening(place=(offset, len(secret)))))
            self.assertEqual(helper.opened(channel).payload, secret)

    def test_the_size_of_the_area_stays(self):
        with Helper(PROGRAM) as helper:
            for length in (0, helper.ready.secret_length + 1):
                with self.assertRaises(PermissionError):
                    os.truncate(helper.secret_path(), length)
            with self.assertRaises(PermissionError), open(helper.secret_path(), "wb"):
                pass
            self.assertEqual(stat.S_IMODE(os.stat(helper.secret_path()).st_mode), 0o600)

    def test_who_may_look(self):
        """The user of the helper opens the secret area, and no other user; nobody looks into a worker."""
        if os.geteuid() != 0:
            self.skipTest("only root can become another user")
        ours, theirs = socket.socketpair()
        ours.settimeout(dll.PATIENCE)
        program = os.open(PROGRAM, os.O_RDONLY)     # that user may not enter the folder where it lies
        self.addCleanup(os.close, program)
        process = subprocess.Popen([PROGRAM], executable=f"/proc/self/fd/{program}", pass_fds=(program,), stdin=theirs,
                                   user=USER, group=USER, extra_groups=[])
        theirs.close()
        ours.sendall(hello())
        ready = dll.Ready(ours.recv(100)[16:])
        path = f"/proc/{ready.process_id}/fd/{ready.secret_descriptor}"
        self.assertEqual(as_user(USER, "sh", "-c", f"printf {SECRET} 1<>{path}")[0], 0)
        self.assertEqual(as_user(USER, "head", "-c", str(len(SECRET)), path), (0, SECRET.encode()))
        status, output = as_user(OTHER_USER, "cat", path)
        self.assertNotEqual(status, 0)
        self.assertEqual(output, b"")
        self.assertNotEqual(as_user(OTHER_USER, "cat", f"/proc/{process.pid}/environ")[0], 0)
        ours.sendall(open_frame(1, DUTY, opening("stall"), timeout_ms=NO_LIMIT))
        watchdog, = children_of(process.pid)[:1]
        until(lambda: len(children_of(process.pid)) == 2, "the worker")
        worker, = set(children_of(process.pid)) - {watchdog}
        until(lambda: as_user(USER, "cat", f"/proc/{worker}/environ")[0] != 0, "a worker that nobody looks into")
        ours.close()
        self.assertEqual(process.wait(dll.PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
