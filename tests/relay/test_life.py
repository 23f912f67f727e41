"""
wts-relay as a process: where a password can be seen, what it takes of HELLO, what it leaves behind, how a call ends whose
relay is killed, ended or stopped, and its command line. What every helper does is in tests/helper.
"""
import os
import resource
import signal
import subprocess
import unittest

import run_unittest
from helper import dll
from helper.dll import MAYBE_EXECUTED, NO_LIMIT, children_of, is_alive, last_word, processes_of, remembers
from waiting import until

from . import scene
from .rpc import Relay, call, connect
from .scene import OPEN, REFUSING, SERVER, SILENT, RelayCase

STARTS = 1000 if os.environ.get("WTS_TEST_LONG") else 100
SECRET = "Unmistakable-Secret-77"


class ProtocolTest(unittest.TestCase):
    def test_malformed_opens(self):
        good = connect(1, "nosuch.test", "games", (0, 8))
        for name, payload in (("cut", good[16:-1]), ("long", good[16:] + b"x"), ("no server", connect(1, None)[16:]),
                              ("a password of 1,025 bytes", connect(1, "x", "games", (0, 1025))[16:])):
            with self.subTest(name=name):
                relay = Relay()
                relay.send(dll.frame(dll.OPEN, 1, payload))
                self.assertIn("malformed", last_word(relay.rest()[-1]))
                self.assertEqual(relay.end(), 1)

    def test_variables(self):
        with Relay(HOME="/home/of", KRB5CCNAME="FILE:/c", KRB5_CONFIG="/k", LD_PRELOAD="/nowhere") as relay:
            for variable in ("HOME=/home/of", "KRB5CCNAME=FILE:/c", "KRB5_CONFIG=/k"):
                self.assertTrue(remembers(relay.process.pid, variable), variable)
            self.assertFalse(remembers(relay.process.pid, "LD_PRELOAD=/nowhere"))

    def test_a_connect_without_a_process_ends_nothing_else(self):
        with Relay() as relay:
            usual = resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE, (3, usual[1]))
            _, connected = relay.connect(SILENT)
            self.assertEqual(connected.error, 8)
            resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE, usual)
            _, connected = relay.connect("nosuch.test")
            self.assertEqual(connected.step, "name")

    def test_no_process_is_left(self):
        """Starts and kills, in every state of a connection."""
        silent = scene.Silent()
        self.addCleanup(silent.close)
        processes = set()
        for turn in range(STARTS):
            relay = Relay()
            if turn % 2:
                relay.begin(1, SILENT, "games", "Secret-1", timeout_ms=NO_LIMIT)
                relay.begin(2, REFUSING)
            if turn % 4 == 1:
                relay.wait_for_workers(1)
            processes.update(children_of(relay.process.pid))
            if turn % 3 == 0:
                relay.kill()
                relay.socket.close()
            else:
                relay.end()
        until(lambda: not any(map(is_alive, processes)), "the end of every process")


class SecretTest(RelayCase):
    def test_the_password_is_nowhere(self):
        with Relay() as relay:
            relay.begin(relay.number(), SILENT, "games", SECRET, timeout_ms=NO_LIMIT)
            number = self.connect(relay=relay)
            processes = [relay.process.pid, *relay.workers()]
            self.assertEqual(len(processes), 3)
            # The one that still needs it has it: the search below can find it.
            until(lambda: any(remembers(pid, SECRET) for pid in relay.workers()), "the secret in memory")
            for pid in processes:
                for name in ("cmdline", "environ"):
                    with open(f"/proc/{pid}/{name}", "rb") as file:
                        content = file.read()
                    self.assertNotIn(SECRET.encode(), content)
                    self.assertNotIn(b"Secret-1", content)
            self.open_server(number, relay)
            self.assertFalse(remembers(relay.process.pid, SECRET))
            for pid in (relay.process.pid, *relay.workers()):
                self.assertFalse(remembers(pid, "Secret-1"))
            self.assertEqual(relay.read_secret(0, relay.ready.secret_length), bytes(relay.ready.secret_length))

    def test_a_password_with_a_nul(self):
        number, connected = self.relay.connect(SERVER, "games", b"Secret-1\0x")
        self.relay.close(number)
        self.assertEqual((connected.error, connected.step), (1326, "logon"), connected)


class EndTest(RelayCase):
    """A call in flight while the relay goes away: the DLL sees the end at once, and a fresh relay serves."""

    def relay_in_a_call(self):
        relay = Relay()
        number = self.connect(relay=relay)
        self.host.rule("stall", opnum=OPEN)
        relay.send(call(number, 1, OPEN, timeout_ms=NO_LIMIT))
        self.assertTrue(self.host.control("await_requests", interface="legacy", opnum=OPEN)["reached"])
        return relay, number

    def fresh_one_serves(self):
        self.host.control("reset")
        with Relay() as relay:
            self.open_server(self.connect(relay=relay), relay)

    def test_killed(self):
        relay, _ = self.relay_in_a_call()
        relay.kill()
        self.assertIsNone(relay.receive())
        relay.end()
        self.fresh_one_serves()

    def test_ended(self):
        relay, _ = self.relay_in_a_call()
        relay.process.terminate()
        self.assertEqual(last_word(relay.receive()), "ended by signal 15")
        self.assertIsNone(relay.receive())
        self.assertEqual(relay.end(), 1)
        self.fresh_one_serves()

    def test_its_watchdog_killed(self):
        relay, _ = self.relay_in_a_call()
        os.kill(relay.watchdog(), signal.SIGKILL)
        self.assertEqual(last_word(relay.receive()), "the watchdog ended")
        self.assertEqual(relay.end(), 1)
        self.fresh_one_serves()

    def test_both_killed(self):
        """Only a deadline shows that where a copy of the socket is open; here none is."""
        relay, _ = self.relay_in_a_call()
        os.kill(relay.watchdog(), signal.SIGKILL)
        relay.kill()
        while (got := relay.receive()) is not None:
            self.assertEqual(got.kind, dll.CLOSE)
        relay.end()
        self.fresh_one_serves()

    def test_stopped(self):
        relay, _ = self.relay_in_a_call()
        processes = [relay.process.pid, relay.watchdog(), *relay.workers()]
        relay.process.send_signal(signal.SIGSTOP)
        self.fresh_one_serves()
        self.assertEqual(relay.end(), -signal.SIGKILL)
        until(lambda: not any(map(is_alive, processes)), "the end of all its processes")

    def test_the_process_of_the_connection_crashes(self):
        relay, number = self.relay_in_a_call()
        os.kill(relay.workers()[0], signal.SIGSEGV)
        result = relay.result(number)
        self.assertEqual((result.error, result.progress, result.broken), (1726, MAYBE_EXECUTED, True))
        relay.end()
        self.fresh_one_serves()

    def test_unable_to_start(self):
        """What the loader has to say arrives where standard error leads: at the DLL."""
        done = subprocess.run([os.environ["WTS_RELAY"]], env={"LD_PRELOAD": "/nowhere/libmissing.so", "LD_BIND_NOW": "1"},
                              capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=dll.PATIENCE)
        self.assertIn(b"libmissing.so", done.stderr)


class CommandTest(RelayCase):
    def run_it(self, *words, given="", **options):
        done = subprocess.run([os.environ["WTS_RELAY"], *words], input=given, capture_output=True, text=True,
                              timeout=dll.PATIENCE, check=False, **options)
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

    def test_check_without_a_ticket(self):
        status, output, _ = self.run_it("--check", SERVER, env={"KRB5CCNAME": "FILE:/nowhere/cache"})
        self.assertEqual(status, 1)
        self.assertRegex(output, r"(?m)^logon +FAILED")
        self.assertIn("Kerberos ticket", output)

    def test_check_with_a_long_password(self):
        status, output, errors = self.run_it("--check", SERVER, "--user", "games", given="x" * 1025 + "\n")
        self.assertEqual((status, output), (1, ""))
        self.assertIn("too long", errors)

    def test_check_of_an_ordinary_user(self):
        """The program is opened by root: that user may not enter the folder where it lies."""
        program = os.open(os.environ["WTS_RELAY"], os.O_RDONLY)
        self.addCleanup(os.close, program)
        status, output, errors = self.run_it("--check", SERVER, "--user", "games", given="Secret-1\n", pass_fds=(program,),
                                             executable=f"/proc/self/fd/{program}", user="games", group="games",
                                             extra_groups=[])
        self.assertEqual((status, errors), (0, ""), output)

    def test_nobody_reads_the_memory_of_check(self):
        """The password will be there; until it is typed, and before it is asked for, even the same user cannot look."""
        program = os.open(os.environ["WTS_RELAY"], os.O_RDONLY)
        self.addCleanup(os.close, program)
        user = {"user": "games", "group": "games", "extra_groups": []}
        with subprocess.Popen([os.environ["WTS_RELAY"], "--check", REFUSING, "--user", "games"], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, executable=f"/proc/self/fd/{program}", pass_fds=(program,),
                              **user) as process:
            self.addCleanup(process.kill)
            until(lambda: children_of(process.pid), "the helper of the check")
            until(lambda: subprocess.run(["head", "-c", "1", f"/proc/{process.pid}/environ"], capture_output=True, check=False,
                                         timeout=dll.PATIENCE, **user).returncode, "a memory that nobody reads")
            self.assertIsNone(process.poll())   # it still waits for the password
            process.communicate(b"Secret-1\n", timeout=dll.PATIENCE)

    def test_check_leaves_no_process(self):
        before = processes_of(os.environ["WTS_RELAY"])
        for _ in range(10):
            self.run_it("--check", "nosuch.test")
        # Those of earlier tests may end meanwhile.
        until(lambda: processes_of(os.environ["WTS_RELAY"]) <= before, "the end of every process")


class GuestTest(RelayCase):
    """A server that takes whomever it does not know for a guest."""
    settings = {"map to guest": "Bad User"}

    def test_an_unknown_user(self):
        connected = self.fails(1326, "logon", user="nobody-here")
        self.assertIn("guest", connected.text)
        self.assertNotRegex(connected.text, r"\[0000\]|[0-9A-F]{2} [0-9A-F]{2} [0-9A-F]{2}")

    def test_others(self):
        self.fails(1326, "logon", password="wrong")
        self.terminate(self.connect())


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, scene, ProtocolTest, SecretTest, EndTest, CommandTest, GuestTest)


if __name__ == "__main__":
    unittest.main()
