"""
Terminate from end to end: a program under Wine, our DLL, wts-relay, Samba's smbd and, behind its pipe, the session
host; in a network namespace of its own. Needs root, because smbd does.
"""
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import run_unittest
from session_host import smbd
from session_host.client import SessionHost
from waiting import until

from .program import BUILD, RELAY, WINE, Prefix, Program, environment, once_a_helper_serves
from .proxy import Proxy, strip_signature

OPEN, TERMINATE, CLOSE_EX = 0, 37, 60
UNTOUCHED = 3131
SUCCESS = (1, UNTOUCHED)
ADDRESS = "127.0.0.2"
USER, PASSWORD = "games", "Secret-1"
ACCOUNTS = {USER: PASSWORD, "news": "Other-2"}
DOMAIN_PASSWORD, GENERIC = 2, 1


class RelayCase(unittest.TestCase):
    settings = {}
    address = ADDRESS

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="end-to-end-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.smbd = smbd.Smbd(os.path.join(cls.folder, "smbd"), ACCOUNTS, cls.settings, cls.address).start()
        cls.addClassCleanup(cls.smbd.stop)
        cls.host = SessionHost(os.path.join(cls.folder, "host"), tcp=0, pipe_dir=cls.smbd.pipe_dir,
                               accounts=ACCOUNTS).start()
        cls.addClassCleanup(cls.host.stop)
        cls.prefix = Prefix().__enter__()
        cls.addClassCleanup(cls.prefix.__exit__)

    def setUp(self):
        self.host.control("reset")
        self.trace = os.path.join(self.folder, self.id() + ".trace")

    def program(self, user=USER, password=PASSWORD, **settings):
        """A program that has the credential for ADDRESS."""
        program = Program(self.prefix, self.trace, **{"relay": RELAY, **settings}).__enter__()
        self.addCleanup(program.__exit__)
        if user:
            self.store(program, ADDRESS, user, password)
        return program

    def store(self, program, server, user=USER, password=PASSWORD, kind=DOMAIN_PASSWORD):
        self.assertEqual(program("store", server, kind, user, password), "stored 1 error 0")

    def spawn(self, **parameters):
        return self.host.control("spawn", **parameters)["pid"]

    def count(self, opnum, what="executed"):
        return self.host.count("legacy", opnum, what)

    def check_terminate(self, program, server, code=42):
        pid = self.spawn()
        self.assertEqual(program.terminate(server, pid, code), SUCCESS, program.trace())
        after = self.host.control("wait", pid=pid)
        self.assertEqual((after["alive"], after["exit_code"]), (False, code))


class TerminateTest(RelayCase):
    def test_processes_really_end_with_the_code(self):
        program = self.program()
        server = program.open(ADDRESS)
        for code in (42, 0, 259, 0xFFFFFFFF):
            self.check_terminate(program, server, code)
        program("close", server)
        self.assertEqual((self.count(OPEN), self.count(TERMINATE)), (1, 4))
        self.host.control("await_requests", interface="legacy", opnum=CLOSE_EX, what="executed", count=1)
        self.assertEqual(self.host.log("bind")[-1]["auth_level"], 6)

    def test_connections_keep_no_handles(self):
        """Each has a pipe of its own for its requests."""
        def handles():
            return int(program("handles").split()[1])

        program = self.program()
        servers = [program.open(ADDRESS) for _ in range(26)]
        for server in servers[:2]:
            self.check_terminate(program, server)
        program("close", servers[0])        # the other one keeps the helper
        before = handles()
        for server in servers[2:]:
            self.assertEqual(program.terminate(server, 999999, 1), (0, 87))
            program("close", server)
        self.assertLess(handles() - before, 12)

    def test_refusals(self):
        program = self.program()
        server = program.open(ADDRESS)
        self.assertEqual(program.terminate(server, 999999, 1), (0, 87))
        pid = self.spawn(deny=["*"])
        self.assertEqual(program.terminate(server, pid, 1), (0, 5))
        for status, error in ((0xC000010A, 5), (0, 31), (0x80070005, 5)):
            self.host.rule("refuse", opnum=TERMINATE, status=status, count=1)
            self.assertEqual(program.terminate(server, pid, 1), (0, error))
        self.assertTrue(self.host.control("wait", pid=pid)["alive"])

    def test_the_generic_credential_serves_when_there_is_no_other(self):
        program = self.program(user=None)
        self.store(program, "TERMSRV/127.0.0.3", kind=GENERIC)
        self.check_terminate(program, program.open("127.0.0.3"))

    def test_wrong_password_and_unknown_user(self):
        for user, password in ((USER, "wrong"), ("nobody-here", "x")):
            program = self.program(user, password)
            self.assertEqual(program.terminate(program.open(ADDRESS), 1, 1), (0, 1326))
            self.assertIn("step logon", program.trace())

    def test_no_credential_at_all(self):
        program = self.program(user=None)
        self.assertEqual(program.terminate(program.open("127.0.0.77"), 1, 1), (0, 1326))

    def test_name_unknown_port_closed_pipe_absent(self):
        program = self.program()
        self.assertEqual(program.terminate(program.open("no-such-host.invalid"), 1, 1), (0, 1722))
        self.store(program, "::1")
        self.assertEqual(program.terminate(program.open("198.51.100.1"), 1, 1), (0, 1722))
        self.host.control("close_pipe", pipe="Ctx_WinStation_API_service")
        try:
            self.assertEqual(program.terminate(program.open(ADDRESS), 1, 1), (0, 1722))
        finally:
            self.host.control("open_pipe", pipe="Ctx_WinStation_API_service")
        for step in ("step name", "step tcp", "step pipe"):
            self.assertIn(step, program.trace())

    def test_silent_host(self):
        program = self.program(connect_timeout_ms=800)
        program.terminate(program.open("no-such-host.invalid"), 1, 1)     # the relay is up then, however long that takes
        self.host.rule("stall", interface=None, on="bind")
        server = program.open(ADDRESS)
        self.assertEqual(once_a_helper_serves(lambda: program.terminate(server, 1, 1)), (0, 1722))
        self.host.control("release")

    def test_deadline_of_a_call(self):
        program = self.program(call_timeout_ms=700)
        server = program.open(ADDRESS)
        self.check_terminate(program, server)
        self.host.rule("stall", opnum=TERMINATE, count=1)
        self.assertEqual(program.terminate(server, self.spawn(), 1), (0, 1818))
        self.host.control("release")
        self.check_terminate(program, server)

    def test_lost_after_the_request_is_never_repeated(self):
        program = self.program()
        server = program.open(ADDRESS)
        for rule in ("drop_after", "drop", "drop_mid"):
            self.check_terminate(program, server)
            self.host.rule(rule, opnum=TERMINATE, count=1)
            received = self.count(TERMINATE, "received")
            self.assertEqual(program.terminate(server, self.spawn(), 7), (0, 1726))
            self.assertEqual(self.count(TERMINATE, "received"), received + 1)
            self.check_terminate(program, server)

    def test_lost_between_calls_is_remade(self):
        program = self.program()
        server = program.open(ADDRESS)
        self.check_terminate(program, server)
        self.host.control("disconnect")
        time.sleep(0.3)
        pid = self.spawn()
        result = program.terminate(server, pid, 7)
        self.assertIn(result, (SUCCESS, (0, 1726)))
        self.assertEqual(self.count(TERMINATE), 2 if result == SUCCESS else 1)
        self.check_terminate(program, server)

    def test_forgotten_contexts_then_success_with_one_execution(self):
        program = self.program()
        server = program.open(ADDRESS)
        self.check_terminate(program, server)
        self.host.control("forget")
        self.check_terminate(program, server, 8)
        self.assertEqual((self.count(OPEN), self.count(TERMINATE)), (2, 2))

    def test_faults_and_bent_answers(self):
        program = self.program()
        server = program.open(ADDRESS)
        for code, error in ((0x1C010002, 1745), (5, 5), (1783, 1783)):
            self.host.rule("fault", opnum=TERMINATE, code=code, count=1)
            self.assertEqual(program.terminate(server, 1, 1), (0, error), program.trace())
        for length in range(5):
            self.host.rule("truncate", opnum=TERMINATE, length=length, count=1)
            self.assertEqual(program.terminate(server, self.spawn(), 1), (0, 1783))
        for rule in ("unsealed", "bad_signature"):
            self.host.rule(rule, opnum=TERMINATE, count=1)
            result = program.terminate(server, self.spawn(), 1)
            self.assertEqual(result[0], 0, rule)
        self.check_terminate(program, server)

    def test_answers_bent_at_every_byte(self):
        program = self.program()
        server = program.open(ADDRESS)
        for offset in range(5):
            for value in ("00", "01", "7f", "ff"):
                self.host.rule("patch", opnum=TERMINATE, offset=offset, hex=value, count=1)
                result, error = program.terminate(server, self.spawn(), 1)
                # The last byte is the answer itself; the four before count only beside FALSE.
                if offset == 4 and value == "00":
                    self.assertEqual((result, error), (0, 31))
                else:
                    self.assertEqual((result, error), SUCCESS)
        for opnum in (OPEN, CLOSE_EX):
            for rule, parameters in (("truncate", {"length": 0}), ("truncate", {"length": 24}),
                                     ("field", {"name": "pResult", "value": 0xFFFFFFFF})):
                self.host.rule(rule, opnum=opnum, count=1, **parameters)
                other = program.open("127.0.0.2")
                result, error = program.terminate(other, self.spawn(), 1)
                expected = (0, 1783) if opnum == OPEN and rule == "truncate" else SUCCESS
                self.assertEqual((result, error), expected, (opnum, rule))
                program("close", other)

    def test_four_threads_on_one_handle(self):
        program = self.program()
        server = program.open(ADDRESS)
        pids = [self.spawn() for _ in range(4)]
        self.assertEqual(program("threads", server, 9, *pids), "results" + " 1:3131" * 4)
        for pid in pids:
            self.assertEqual(self.host.control("wait", pid=pid)["exit_code"], 9)

    def test_fifty_servers_with_twenty_calls_each(self):
        program = self.program()
        names = [f"127.0.1.{i}" for i in range(1, 51)]
        for name in names:
            self.store(program, name)
        pids = [self.spawn() for _ in range(1000)]
        self.assertRegex(program("many", 50, 20, *names, *pids), "^failed 0 us ")
        self.assertEqual(self.count(TERMINATE), 1000)

    def test_closing_ends_a_call_in_flight(self):
        program = self.program()
        server = program.open(ADDRESS)
        self.check_terminate(program, server)
        self.host.rule("stall", opnum=TERMINATE, count=1)
        program("terminate_start", server, self.spawn(), 1)
        self.host.control("await_requests", interface="legacy", opnum=TERMINATE, what="received", count=2)
        program("close", server)
        self.assertEqual(program("terminate_finish"), "result 0 error 1726")
        self.host.control("release")
        self.assertEqual(program.terminate(server, 1, 1), (0, 6))

    def test_the_relay_killed_in_a_call_and_between_calls(self):
        program = self.program()
        server = program.open(ADDRESS)
        self.check_terminate(program, server)
        self.host.rule("stall", opnum=TERMINATE, count=1)
        program.send("terminate", server, self.spawn(), 1)
        self.host.control("await_requests", interface="legacy", opnum=TERMINATE, what="received", count=2)
        os.kill(self.relay_of_the_program(), signal.SIGKILL)
        self.assertEqual(program.answer(), "result 0 error 1726")
        self.host.control("release")
        self.check_terminate(program, server)
        os.kill(self.relay_of_the_program(), signal.SIGKILL)
        time.sleep(0.3)
        self.check_terminate(program, server)

    def relays(self):
        """Process ids of the relays in this namespace, parents only."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if (os.readlink(f"/proc/{pid}/exe") == RELAY and
                        os.readlink(f"/proc/{pid}/ns/net") == os.readlink("/proc/self/ns/net")):
                    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                        found.append((int(pid), int(file.read().rsplit(")", 1)[1].split()[1])))
            except OSError:
                pass
        return [pid for pid, parent in found if parent not in {other for other, _ in found}]

    def relay_of_the_program(self):
        """The worker of one that was killed says good-bye first."""
        until(lambda: len(self.relays()) == 1, "the relay alone")
        return self.relays()[0]

    def test_nothing_is_left_when_the_program_ends(self):
        program = Program(self.prefix, self.trace, relay=RELAY)
        with program:
            self.store(program, ADDRESS)
            server = program.open(ADDRESS)
            self.check_terminate(program, server)
            self.assertTrue(self.relays())
        until(lambda: not self.relays(), "the end of the relay")

    def test_the_password_is_nowhere(self):
        program = self.program()
        server = program.open(ADDRESS)
        self.check_terminate(program, server)
        for pid in filter(str.isdigit, os.listdir("/proc")):
            for what in ("environ", "cmdline"):
                try:
                    with open(f"/proc/{pid}/{what}", "rb") as file:
                        text = file.read()
                except OSError:
                    continue
                self.assertNotIn(PASSWORD.encode(), text)
                self.assertNotIn(PASSWORD.encode("utf-16-le"), text)
        self.assertNotIn(PASSWORD, program.trace())
        self.assertNotIn(PASSWORD, open(self.host.log_path, encoding="utf-8").read())

    def test_hostile_names_reach_no_wire(self):
        program = self.program()
        before = self.host.control("requests")["connections"]
        for name in (r"h[\pipe\x,connect]", "h,sign", "a b", '"', "127.0.0.2[49152]", "127.0.0.2,sign", "h\\x"):
            self.assertEqual(program.terminate(program.open(name), 1, 1), (0, 1722), name)
        self.assertEqual(program("open", "x" * 300), "handle -1 error 87")
        self.assertEqual(self.host.control("requests")["connections"], before)
        self.assertNotIn("wts-relay: started", program.trace())

    def test_wine_is_known_without_its_export(self):
        program = self.program()
        self.assertEqual(program("hide"), "export 0")
        self.check_terminate(program, program.open(ADDRESS))
        self.assertIn("wts-relay: started", program.trace())


class SigningTest(RelayCase):
    settings = {"server signing": "mandatory"}

    def test_terminate(self):
        program = self.program()
        self.check_terminate(program, program.open(ADDRESS))


class EncryptionTest(RelayCase):
    settings = {"server smb encrypt": "required", "server min protocol": "SMB3_00"}

    def test_terminate(self):
        program = self.program()
        self.check_terminate(program, program.open(ADDRESS))


class NewestDialectTest(RelayCase):
    settings = {"server min protocol": "SMB3_11"}

    def test_terminate(self):
        program = self.program()
        self.check_terminate(program, program.open(ADDRESS))


class OldDialectTest(RelayCase):
    settings = {"server max protocol": "SMB2_10"}

    def test_terminate(self):
        program = self.program()
        self.check_terminate(program, program.open(ADDRESS))


class ProxyTest(RelayCase):
    """smbd has one address only, so that others are free for what stands in front of it."""
    address = "10.99.0.2"
    settings = {"interfaces": f"{address}/32", "bind interfaces only": "yes"}

    @classmethod
    def setUpClass(cls):
        subprocess.run(["ip", "address", "replace", cls.address + "/32", "dev", "lo"], check=True, timeout=60)
        super().setUpClass()

    def through(self, **parameters):
        proxy = Proxy(("127.0.0.3", 445), (self.address, 445), **parameters).__enter__()
        self.addCleanup(proxy.__exit__)
        program = self.program()
        self.store(program, "127.0.0.3")
        return program

    def test_a_plain_proxy_changes_nothing(self):
        program = self.through()
        self.check_terminate(program, program.open("127.0.0.3"))

    def test_stripped_signatures_end_the_call(self):
        program = self.through(change=strip_signature)
        pid = self.spawn()
        result, error = program.terminate(program.open("127.0.0.3"), pid, 1)
        self.assertEqual(result, 0)
        self.assertIn(error, (5, 1326, 1722, 1726))
        self.assertTrue(self.host.control("wait", pid=pid)["alive"])
        self.assertEqual(self.count(TERMINATE, "received"), 0)

    def test_a_bit_changed_in_each_answer_ends_the_call(self):
        def flip_last(message):
            if flip_last.armed:
                message[-1] ^= 1

        flip_last.armed = False
        program = self.through(change=flip_last)
        server = program.open("127.0.0.3")
        self.check_terminate(program, server)
        flip_last.armed = True
        self.assertEqual(program.terminate(server, self.spawn(), 1)[0], 0)
        flip_last.armed = False
        self.check_terminate(program, server)

    def test_one_request_per_call_at_ten_milliseconds(self):
        program = self.through(delay=0.005)
        server = program.open("127.0.0.3")
        self.check_terminate(program, server)
        self.check_terminate(program, server)
        self.assertEqual((self.count(OPEN, "received"), self.count(TERMINATE, "received")), (1, 2))


class CommandTest(RelayCase):
    """wts.exe against the host."""

    def wts(self, *words, text="", **settings):
        extra = {"WTSAPI32_RELAY": RELAY, **settings}
        done = subprocess.run([WINE, os.path.join(BUILD, "wts.exe"), *map(str, words)], input=text, text=True,
                              env=environment(self.prefix.path, extra), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120, check=False)
        return done.returncode, done.stdout.replace("\r\n", "\n")

    def test_credentials_are_added_listed_used_and_removed(self):
        pid = self.spawn()
        server = "127.0.0.40"
        self.assertEqual(self.wts("kill", pid, "--server", server)[0], 2)
        status, text = self.wts("credential", "add", server, "--user", USER, text=PASSWORD + "\n")
        self.assertEqual((status, text), (0, f"{server}: {USER}, for this logon session, which under Wine ends some seconds after the last program: --save keeps the password\n"))
        status, text = self.wts("credential", "list")
        self.assertEqual(status, 0)
        self.assertRegex(text, rf"{server} +{USER} +session")
        self.assertNotIn(PASSWORD, text)
        status, text = self.wts("kill", pid, "--server", server, "--exit-code", 42)
        self.assertEqual((status, text), (0, f"process {pid}: ended with exit code 42\n"))
        self.assertEqual(self.host.control("wait", pid=pid)["exit_code"], 42)
        self.assertEqual(self.wts("credential", "remove", server)[0], 0)
        self.assertEqual(self.wts("credential", "remove", server)[0], 2)
        self.assertEqual(self.wts("kill", pid, "--server", server)[0], 2)

    def test_a_pattern_serves_many_and_the_longest_one_wins(self):
        pid, server = self.spawn(), "127.0.0.41"
        for target, password in (("127.0.0.4*", PASSWORD), ("127.*", "wrong")):
            self.assertEqual(self.wts("credential", "add", target, "--user", USER, text=password + "\n")[0], 0)
        self.assertEqual(self.wts("credential", "list", server), (0, f"{server}: 127.0.0.4*, {USER}\n"))
        self.assertEqual(self.wts("kill", pid, "--server", server)[0], 0)
        self.wts("credential", "add", server, "--user", USER, text="wrong")
        self.assertIn("error 1326", self.wts("kill", self.spawn(), "--server", server)[1])
        for target in ("127.0.0.4*", "127.*", server):
            self.assertEqual(self.wts("credential", "remove", target)[0], 0)
        self.assertIn("no password is stored for this name", self.wts("credential", "list", server)[1])

    def test_some_failed(self):
        self.wts("credential", "add", ADDRESS, "--user", USER, text=PASSWORD)
        status, text = self.wts("kill", self.spawn(), 999999, "--server", ADDRESS)
        self.assertEqual(status, 1)
        self.assertIn("process 999999: not ended, error 87", text)

    def test_check_tells_the_failing_step(self):
        self.wts("credential", "add", ADDRESS, "--user", USER, text=PASSWORD)
        status, text = self.wts("check", ADDRESS)
        self.assertEqual(status, 0, text)
        self.assertIn("reached", text)
        self.wts("credential", "add", ADDRESS, "--user", USER, text="wrong")
        for server, step, number in ((ADDRESS, "logon", 1326), ("no-such-host.invalid", "name", 1722),
                                     ("198.51.100.1", "tcp", 1722)):
            status, text = self.wts("check", server)
            self.assertEqual(status, 2)
            self.assertRegex(text, rf"(?s)error {number}.*{step} .*failed.*look at")
        self.assertRegex(self.wts("check", ADDRESS, WTSAPI32_RELAY="/absent")[1], "error 1703")

    def test_wrong_usage(self):
        for words in (("check",), ("credential",), ("credential", "add", "x"), ("credential", "remove"),
                      ("kill", "1", "--server"), ("credential", "add", "x", "--user", "u")):
            self.assertEqual(self.wts(*words)[0], 64, words)
        self.assertEqual(self.wts("kill", "1", "--server", "x" * 300)[0], 64)


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, smbd, TerminateTest, SigningTest, EncryptionTest, NewestDialectTest, OldDialectTest, ProxyTest, CommandTest)


if __name__ == "__main__":
    unittest.main()
