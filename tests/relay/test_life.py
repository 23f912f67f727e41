"""
wts-relay as a process: what it keeps of what it was started with, when it ends, what it leaves behind, where a
password can be seen, how it takes frames that are none, and its command line.
"""
import os
import resource
import re
import signal
import socket
import struct
import subprocess
import unittest

from waiting import until

from . import frames, scene
from .frames import CLOSE, CONNECT, HELLO, READY, Relay, call, children_of, connect, frame, hello
from .scene import REFUSING, SERVER, SILENT, RelayCase

STARTS = 1000 if os.environ.get("WTS_TEST_LONG") else 100
SECRET = "Unmistakable-Secret-77"


def relay_processes():
    """Processes of the program, in this namespace or elsewhere started by us."""
    found, program = [], os.path.realpath(os.environ["WTS_RELAY"])
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.path.realpath(f"/proc/{pid}/exe") == program and \
                    os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net"):
                found.append(int(pid))
        except OSError:
            pass
    return found


def memory_of(pid):
    """Every readable byte of a process."""
    data = []
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            start, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if rights.startswith("rw"):
                try:
                    memory.seek(int(start, 16))
                    data.append(memory.read(int(end, 16) - int(start, 16)))
                except OSError:
                    pass
    return b"\n".join(data)


class ProtocolTest(unittest.TestCase):
    def ends_with(self, status, *sent):
        relay = Relay(greet=False)
        try:
            for data in sent:
                relay.send(data)
        except BrokenPipeError:
            pass
        self.assertEqual(relay.process.wait(frames.PATIENCE), status)
        answers = []
        while (got := relay.receive()) is not None:
            answers.append(got)
        relay.end()
        return answers

    def test_frames_that_are_none(self):
        good = hello()
        for name, wrong in (("type", frame(99)), ("type 0", frame(0)), ("ready", frame(READY, payload=bytes(12))),
                            ("length", struct.pack("<IHHII", 0xFFFFFFFF, HELLO, 0, 0, 0)),
                            ("close with payload", frame(CLOSE, 1, payload=b"x")), ("close of nothing", frame(CLOSE, 1)),
                            ("cut hello", frame(HELLO, payload=hello()[16:-1])),
                            ("call of nothing", call(1, 1, 0)), ("cut connect", frame(CONNECT, 1, payload=bytes(8))),
                            ("rubbish", os.urandom(64) + b"\xff" * 64)):
            with self.subTest(name=name):
                self.ends_with(1, wrong)
                self.ends_with(1, good, wrong)

    def test_out_of_turn(self):
        one = connect(1, SILENT, timeout_ms=frames.NO_LIMIT)
        for name, sent in (("connect before hello", [connect(1, SILENT)]), ("two hellos", [hello(), hello()]),
                           ("one number twice", [hello(), one, one]), ("call before connected", [hello(), one, call(1, 1, 0)])):
            with self.subTest(name=name):
                silent = scene.Silent()
                self.ends_with(1, *sent)
                silent.close()

    def test_hello_and_ready(self):
        answers = self.ends_with(1, hello(version=2))
        self.assertEqual(answers[0][0], READY)
        self.assertEqual(struct.unpack_from("<II", answers[0][3]), (1, 1703))
        with Relay() as relay:
            kind, _, _, payload = relay.ready
            self.assertEqual((kind, struct.unpack_from("<II", payload)), (READY, (1, 0)))

    def test_end_of_the_socket_is_the_end(self):
        self.assertEqual(Relay().end(), 0)
        self.assertEqual(Relay(greet=False).end(), 0)

    def test_bytes_that_come_one_by_one(self):
        with Relay(greet=False) as relay:
            for byte in hello() + connect(5, "nosuch.test"):
                relay.send(bytes([byte]))
            self.assertEqual(relay.receive()[0], READY)
            self.assertEqual(relay.connected(5).step, "name")


    def test_a_connect_without_a_process_ends_nothing_else(self):
        with Relay() as relay:
            usual = resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE, (3, usual[1]))
            relay.send(connect(1, SILENT))
            self.assertEqual(relay.connected(1).error, 8)
            relay.close(1)
            resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE, usual)
            relay.send(connect(2, "nosuch.test"))
            self.assertEqual(relay.connected(2).step, "name")


class IsolationTest(unittest.TestCase):
    def test_descriptors_folder_environment(self):
        inherited = os.open("/etc/passwd", os.O_RDONLY)
        os.set_inheritable(inherited, True)
        self.addCleanup(os.close, inherited)
        silent = scene.Silent()
        self.addCleanup(silent.close)
        ours, theirs = socket.socketpair()
        process = subprocess.Popen([os.environ["WTS_RELAY"]], stdin=theirs, close_fds=False,
                                   env={"OF_THE_STARTER": "x", "HOME": "/nowhere"})
        theirs.close()
        ours.settimeout(frames.PATIENCE)
        ours.sendall(hello(home="/home/of", cache="FILE:/c", config="/k"))
        ours.recv(100)
        guardian, = children_of(process.pid)
        ours.sendall(connect(1, SILENT, "games", "Secret-1"))
        until(lambda: len(children_of(process.pid)) == 2, "both processes of the relay")
        child, = set(children_of(process.pid)) - {guardian}
        until(lambda: os.readlink(f"/proc/{child}/fd/1").startswith("/memfd:"), "the memory for output")
        until(lambda: len(os.listdir(f"/proc/{child}/fd")) > 3, "a socket of the connection")
        for pid in (process.pid, child, guardian):
            targets = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
            self.assertNotIn("/etc/passwd", targets)
            self.assertEqual(os.readlink(f"/proc/{pid}/cwd"), "/")
        self.assertEqual([os.readlink(f"/proc/{process.pid}/fd/{fd}") for fd in (1, 2)], ["/dev/null"] * 2)
        for variable in (b"HOME=/home/of\0", b"KRB5CCNAME=FILE:/c\0", b"KRB5_CONFIG=/k\0"):
            self.assertIn(variable[:-1], memory_of(process.pid))
        ours.close()
        self.assertEqual(process.wait(frames.PATIENCE), 0)
        until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in (child, guardian)), "the end of both")

    def test_a_killed_relay_ends_the_socket_though_a_copy_is_open(self):
        copies = []
        relay = Relay(keep=copies)
        relay.kill()
        self.assertIsNone(relay.receive())
        relay.end()
        copies[0].close()

    def test_no_process_is_left(self):
        """Starts and kills, in every state of a connection."""
        silent = scene.Silent()
        self.addCleanup(silent.close)
        for turn in range(STARTS):
            relay = Relay()
            if turn % 2:
                relay.send(connect(1, SILENT, "games", "Secret-1", timeout_ms=frames.NO_LIMIT))
                relay.send(connect(2, REFUSING))
            if turn % 4 == 1:
                relay.wait_for_children(1)
            if turn % 3 == 0:
                relay.kill()
                relay.socket.close()
            else:
                relay.end()
        until(lambda: not relay_processes(), "the end of the relay")

    def test_a_stopped_relay_ends_by_its_watchdog(self):
        """The alarm is set from the start: it ends a relay that hangs."""
        with Relay(greet=False) as relay:
            relay.process.send_signal(signal.SIGALRM)
            self.assertEqual(relay.process.wait(frames.PATIENCE), -signal.SIGALRM)
        with Relay() as relay:
            with open(f"/proc/{relay.process.pid}/status", encoding="ascii") as status:
                masks = dict(line.split(":", 1) for line in status)
            alarm = 1 << (signal.SIGALRM - 1)
            self.assertFalse(int(masks["SigIgn"], 16) & alarm or int(masks["SigBlk"], 16) & alarm)


class SecretTest(RelayCase):
    def test_the_password_is_nowhere(self):
        with Relay() as relay:
            relay.send(connect(99, SILENT, "games", SECRET, timeout_ms=frames.NO_LIMIT))
            number = self.connect(relay=relay)
            processes = [relay.process.pid, *relay.children()]
            self.assertEqual(len(processes), 3)
            # The one that still needs it has it: the search below can find it.
            until(lambda: any(SECRET.encode() in memory_of(pid) for pid in relay.children()), "the secret in memory")
            for pid in processes:
                for name in ("cmdline", "environ"):
                    with open(f"/proc/{pid}/{name}", "rb") as file:
                        content = file.read()
                    self.assertNotIn(SECRET.encode(), content)
                    self.assertNotIn(b"Secret-1", content)
            self.open_server(number, relay)
            self.assertNotIn(SECRET.encode(), memory_of(relay.process.pid))
            self.assertNotIn(b"Secret-1", memory_of(relay.process.pid))
            connected = [pid for pid in relay.children() if b"Secret-1" in memory_of(pid)]
            self.assertEqual(connected, [])

    def test_no_core(self):
        with Relay() as relay:
            relay.send(connect(99, SILENT, "games", SECRET, timeout_ms=frames.NO_LIMIT))
            relay.wait_for_children(1)
            for pid in (relay.process.pid, *relay.children()):
                with open(f"/proc/{pid}/limits", encoding="ascii") as file:
                    self.assertRegex(file.read(), r"Max core file size +0 +0 ")

    def test_not_dumpable_for_another_user(self):
        """Under an ordinary user's id, that user may not look into the relay."""
        ours, theirs = socket.socketpair()
        process = subprocess.Popen([os.environ["WTS_RELAY"]], stdin=theirs, user="games", group="games",
                                   extra_groups=[])
        theirs.close()
        ours.sendall(hello())
        ours.recv(100)
        looked = subprocess.run(["cat", f"/proc/{process.pid}/environ"], user="games", group="games", extra_groups=[],
                                capture_output=True, check=False)
        self.assertNotEqual(looked.returncode, 0)
        ours.close()
        self.assertEqual(process.wait(frames.PATIENCE), 0)


class CommandTest(RelayCase):
    def run_it(self, *words, given=""):
        done = subprocess.run([os.environ["WTS_RELAY"], *words], input=given, capture_output=True, text=True,
                              timeout=frames.PATIENCE, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_version_and_usage(self):
        self.assertRegex(self.run_it("--version")[1], r"^wts-relay \d+\.\d+\.\d+\n")
        for words in ([], ["--what"], ["--check"], ["--check", "a", "--user"], ["--check", "a", "b", "c"]):
            status, output, errors = self.run_it(*words)
            self.assertEqual((status, output, errors.splitlines()[0][:6]), (2, "", "usage:"))

    def test_check(self):
        status, output, _ = self.run_it("--check", "rdsh.test", "--user", "games", given="Secret-1\n")
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"(?s)^rdsh.test\nname +ok .*ms\ntcp +ok .*ms\nlogon +ok .*ms\npipe +ok\nbind +ok\n")
        self.assertIn(f"connected: NTLM at {SERVER}", output)

    def test_check_says_which_step_failed(self):
        for host, user, password, step in (("nosuch.test", "games", "x", "name"), (REFUSING, "games", "x", "tcp"),
                                           (SERVER, "games", "x", "logon"), (SERVER, "RDSH\\games", "x", "logon")):
            with self.subTest(step=step):
                status, output, _ = self.run_it("--check", host, "--user", user, given=password + "\n")
                self.assertEqual(status, 1)
                self.assertRegex(output, rf"(?m)^{step} +FAILED")
                self.assertEqual(output.count("FAILED"), 1)
                self.assertRegex(output, r"(?m)^look at: .+")
        self.host.control("close_pipe", pipe="ctx_winstation_api_service")
        self.addCleanup(self.host.control, "open_pipe", pipe="ctx_winstation_api_service")
        status, output, _ = self.run_it("--check", SERVER, "--user", "games", given="Secret-1\n")
        self.assertEqual(status, 1)
        self.assertRegex(output, r"(?m)^pipe +FAILED")


def load_tests(_loader, _tests, _pattern):
    return scene.load(__name__, ProtocolTest, IsolationTest, SecretTest, CommandTest)


if __name__ == "__main__":
    unittest.main()
