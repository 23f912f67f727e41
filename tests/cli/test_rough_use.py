"""
wts.exe as it is used in a hurry and by scripts: lists with mistakes, logs that several runs share or that cannot be written,
output that nobody reads, narrow terminals.
"""
import collections
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import unittest

from end_to_end.program import ROOT

from .scene import HostCase, read_terminal
from .tool import SECONDS, Tool

ENUMERATE = 10
IDS = range(70000, 70060)   # of no process


class RoughCase(HostCase):
    def file(self, content, name="servers.txt"):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return "Z:" + path

    def sentence(self, result, pattern, status=64):
        """One sentence on the standard error output, nothing else."""
        self.assertEqual((result.status, result.out), (status, ""), result)
        self.assertRegex(result.err, rf"\A{pattern}\n\Z")


class NamesTest(RoughCase):
    def test_what_no_server_is_called_is_refused_before_anything_is_tried(self):
        for name, reason in (("a b", "a name has no blank"), ("[2001:db8::7]", "an address has no brackets here"), ("rdsh*", "it is a pattern"),
                             ("rdsh?", "it is a pattern"), ("alice@rdsh01", "the user is that of the stored credential"), ("\"a\"", "a name has no quotes"),
                             ("a\rb", "a name has no blank"), ("a;b", "names are parted by a comma, in a file by a line end"), ("\\\\a", "a name has no slash"),
                             ("a/b", "a name has no slash")):
            with self.subTest(name=name):
                result = self.wts("sessions", "--server", f"rdsh01,{name}")
                self.assertEqual((result.status, result.out), (64, ""), result)
                self.assertTrue(result.err.startswith(f"wts sessions: {name} cannot be the name of a server: {reason}\n".replace("\r", "?")), result.err)
        for name in ("2001:db8::7", "fe80::1%eth0", "10.0.0.1", "größe", "under_score", "a.b.example."):
            self.assertEqual(self.wts("sessions", "--server", name).status, 0, name)

    def test_a_mistake_in_a_file_is_shown_with_its_line(self):
        for content, line, reason in ((b"rdsh01\n# x\n\nrdsh02,rdsh03\n", 4, "names are parted by a comma, in a file by a line end"), (b"rdsh01\nrdsh02 # y\nrdsh 03\n", 3, "a name has no blank"),
                                      (b"a\rb\r", 1, "a name has no blank")):
            path = self.file(content)
            result = self.wts("sessions", "--servers-file", path)
            self.assertEqual((result.status, result.out), (64, ""), result)
            self.assertIn(f": {path}, line {line}: ", result.err)
            self.assertIn(f" cannot be the name of a server: {reason}\n", result.err)

    def test_check_needs_a_name_that_can_be_one(self):
        for name in ("", "a b", "[::1]"):
            result = self.wts("check", name)
            self.assertEqual((result.status, result.out), (64, ""), result)

    def test_the_reason_of_a_file_that_cannot_be_read_is_one_sentence(self):
        self.sentence(self.wts("sessions", "--servers-file", "Z:\\no-such-file"), r"wts sessions: Z:\\no-such-file cannot be read, error \d+: [^\n]+")
        self.sentence(self.wts("sessions", "--servers-file", self.file("h\xf6st\n".encode("latin-1"))),
                      r"wts sessions: Z:\S+ is not UTF-8 text, error \d+: [^\n]+")
        result = self.wts("message", "2", "@" + self.file(b"x" * 17000000, "large"), "--server", "a")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertIn("is larger than 16 MB\n", result.err)
        self.sentence(self.wts("message", "2", "@Z:\\no-such-file", "--server", "a"), r"wts message: Z:\\no-such-file cannot be read, error \d+: [^\n]+")


    def test_lists_of_names_as_other_systems_write_them(self):
        path = self.file(b"\xef\xbb\xbfrdsh01\r\nRDSH01\r\n\r\nrdsh02 # x")
        result = self.wts("sessions", "--servers-file", path, "--json")
        self.assertEqual((result.status, result.err), (0, "2 servers: 2 done, 0 partly, 0 failed\n"))
        self.assertEqual({row["server"] for row in result.json}, {"rdsh01", "rdsh02"})
        for content in ("rdsh01\n".encode("utf-16"), b"rdsh01\nrdsh02\0\nrdsh03\n"):
            self.sentence(self.wts("sessions", "--servers-file", self.file(content)), r"wts sessions: Z:\S+ is not UTF-8 text, error \d+: [^\n]+")
        for content in (b"", b"\xef\xbb\xbf", b"# nobody\n\n"):
            result = self.wts("sessions", "--servers-file", self.file(content))
            self.assertEqual((result.status, result.out), (64, ""))
            self.assertIn("names no server\n", result.err)

    def test_a_name_of_any_length_gets_one_short_sentence(self):
        for command in ("sessions", "check"):
            result = self.wts(command, *(("--server",) if command == "sessions" else ()), "x" * 5000)
            self.assertEqual((result.status, result.out), (64, ""))
            self.assertIn("xxx... cannot be the name of a server: a name has at most 255 characters\n", result.err)
            self.assertLess(len(result.err), 500)

    def test_numbers_beyond_their_range(self):
        for words in (("sessions", "--parallel", "0"), ("sessions", "--parallel", "-1"), ("sessions", "--parallel", "4294967296"), ("sessions", "--retry", "1.5"),
                      ("kill", 999999, "--exit-code", "-2147483649"), ("kill", 999999, "--exit-code", "4294967296"), ("events", "--count", "-1"),
                      ("message", 2, "x", "--timeout", "4294967296"), ("kill", "4294967296"), ("info", "4294967296")):
            with self.subTest(words=words):
                result = self.wts(*words, "--server", "a")
                self.assertEqual((result.status, result.out), (64, ""))
        self.assertEqual(self.host.control("messages")["messages"], [])
        self.check(self.wts("message", 2, "x", "--timeout", "0", "--no-wait", "--server", "a"), 0, "session 2: not waited for\n")
        self.check(self.wts("events", "--count", "0", "--server", "a"), 0)

    def test_an_option_is_not_the_value_of_the_one_before(self):
        """Else the command would work on this machine instead of that server."""
        before = sorted(os.listdir(self.folder))
        for words in (("kill", "hung", "--session"), ("kill", "hung", "--user"), ("kill", "hung", "--log"), ("kill", 4711, "--exit-code"), ("sessions", "--servers-file"),
                      ("sessions", "--parallel"), ("sessions", "--retry"), ("message", 2, "x", "--title"), ("message", 2, "x", "--style"), ("message", 2, "x", "--timeout"),
                      ("events", "--count"), ("user-config", "x", "--set")):
            with self.subTest(words=words):
                result = self.wts(*words, "--server", "a")
                self.assertEqual((result.status, result.out), (64, ""), result)
                self.assertRegex(result.err, rf"^wts {words[0]}: {words[-1]} needs a value: [^\n]+; {words[-1]}=--server is for a value that begins with --\n")
        result = self.wts("credential", "add", "rdsh01", "--user", "--save", input=b"x\n")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        self.check(self.wts("message", 2, "x", "--title=--x", "--no-wait", "--server", "a"), 0, "session 2: not waited for\n")
        self.assertEqual(self.host.control("messages")["messages"][0]["title"], "--x")

    def test_one_session_is_not_a_star(self):
        result = self.wts("info", "*", "--server", "a")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertTrue(result.err.startswith("wts info: one session at a time; wts sessions lists them\n"), result.err)

    def test_an_account_must_be_named(self):
        result = self.wts("user-config", "", "--server", "a")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertIn("one account must be named", result.err)

    def test_help_about_what_does_not_exist(self):
        result = self.wts("help", "logof")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertTrue(result.err.startswith("wts help: there is no command logof\n"))


class UnknownUserTest(RoughCase):
    """Users of a domain have no name on this machine: what is not known is no answer."""

    def test_processes_of_a_user_whose_name_is_not_known(self):
        pid = self.spawn(name="hung.exe", session=2, sid="S-1-5-21-7-7-7-1234")
        for words in (("processes", "--user", "carol"), ("kill", "hung", "--user", "DOM\\alice"), ("kill", "hung", "--user", "alice", "--dry-run")):
            result = self.wts(*words, "--server", "a")
            self.assertEqual((result.status, result.out), (2, ""), result)
            self.assertRegex(result.err, r"^a: (processes|hung:) belong to users whom this machine does not know by name; --session means them, or --user with "
                                         r"the SID that wts processes --json shows, error 1332: [^\n]+\n$")
        self.assertIsNone(self.exit_code(pid))
        self.check(self.wts("kill", "hung", "--user", "S-1-5-21-7-7-7-1", "--server", "a"), 2,
                   err="a: hung: no process of that session or user has this image name, error 1168: Element not found.\n")
        self.check(self.wts("kill", "hung", "--user", "S-1-5-21-7-7-7-1234", "--server", "a"), 0, f"process {pid} (hung.exe): ended with exit code 1\n")
        self.assertEqual(self.exit_code(pid), 1)


class MessageTest(RoughCase):
    def test_a_text_that_is_empty_is_shown_to_nobody(self):
        for words, text in ((("message", "2", ""), b""), (("message", "2", " "), b""), (("message", "2", "-"), b"\n"), (("msg", "2", "/server:a"), b"")):
            result = self.wts(*words, *(() if words[0] == "msg" else ("--no-wait", "--server", "a")), input=text)
            self.assertNotEqual(result.status, 0, words)
            self.assertIn("the text is empty", result.err)
        self.assertEqual(self.host.control("messages")["messages"], [])


class LogTest(RoughCase):
    def kill(self, log, *ids, status=2):
        result = self.wts("kill", *ids, "--server", "a", "--log", log)
        self.assertEqual((result.status, result.out), (status, ""), result)
        return result.err

    def test_runs_that_share_a_log_lose_no_line(self):
        path = os.path.join(self.folder, "shared.log")
        runs = [threading.Thread(target=self.wts, args=("kill", *IDS, "--server", "a,b,c", "--yes", "--log", f"Z:{path}")) for _ in range(3)]
        for run in runs:
            run.start()
        for run in runs:
            run.join(SECONDS)
        with open(path, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        wanted = {(server, f"end process {pid}") for server in "abc" for pid in IDS}
        self.assertEqual({(line["server"], line["what"]) for line in lines}, wanted)
        self.assertEqual(len(lines), 3 * len(wanted))

    def test_a_log_need_not_be_a_file_of_a_disk(self):
        self.assertNotIn("log", self.kill("Z:/dev/null", 4711))
        pipe = os.path.join(self.folder, "log.pipe")
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.assertNotIn("log", self.kill(f"Z:{pipe}", 4711, 4712))
        self.assertEqual([json.loads(line)["what"] for line in os.read(reader, 65536).splitlines()], ["end process 4711", "end process 4712"])

    def test_a_full_disk_is_said_and_the_status_is_not_0(self):
        pid = self.spawn()
        result = self.wts("kill", pid, "--server", "a", "--log", "Z:/dev/full")
        self.assertEqual((result.status, result.out), (1, f"process {pid}: ended with exit code 1\n"))
        self.assertRegex(result.err, r"^wts kill: the log is not complete, error 112: .+\n$")

    def test_a_log_that_cannot_be_opened(self):
        pid = self.spawn()
        for path in (f"Z:{self.folder}", f"Z:{self.folder}/absent/x.log"):
            self.sentence(self.wts("kill", pid, "--server", "a", "--log", path), rf"wts kill: {re.escape(path)} cannot be written, error \d+: [^\n]+")
        result = self.wts("kill", pid, "--server", "a", "--log", "")
        self.assertEqual(result.status, 64)
        self.assertIn("--log needs a value: FILE", result.err)
        self.assertIsNone(self.exit_code(pid))


class TraceTest(RoughCase):
    def test_programs_that_share_a_trace_lose_no_line(self):
        path = os.path.join(self.folder, "shared.trace")
        wts = Tool(self.prefix, WTSAPI32_TRANSPORT=f"rpcrt4:ncacn_ip_tcp:127.0.0.1[{self.host.port}]", WTSAPI32_TRACE="calls",
                   WTSAPI32_TRACE_FILE=f"Z:{path}")
        runs = [threading.Thread(target=wts, args=("kill", *IDS, "--server", "a,b,c", "--yes")) for _ in range(3)]
        for run in runs:
            run.start()
        for run in runs:
            run.join(SECONDS)
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertEqual([line for line in lines if not re.match(r"wtsapi32: \d+\.\d+ (errors|calls) ", line)], [])
        ended = collections.Counter(line.split(".")[0] for line in lines if line.endswith("WTSTerminateProcess: failed, error 87"))
        self.assertEqual(sorted(ended.values()), [3 * len(IDS)] * 3)


class OutputTest(RoughCase):
    def test_a_reader_that_leaves_is_no_fault_to_speak_of(self):
        """As in `wts processes | head`; a script sees it by the status."""
        for index in range(50):
            self.spawn(name=f"a-program-with-a-long-name-{index}.exe")
        reader, writer = os.pipe()
        os.close(reader)
        child = self.wts.start("processes", "--server", "a", stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        err = child.communicate(timeout=SECONDS)[1]
        self.assertEqual((child.returncode, err), (1, b""))

    def test_an_output_that_is_closed(self):
        child = self.wts.start("sessions", "--server", "a", stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
        err = child.communicate(timeout=SECONDS)[1].decode()
        self.assertEqual(child.returncode, 1, err)
        self.assertRegex(err, r"\Awts: output lost, error 6: [^\n]+\n\Z")

    def test_a_terminal_of_ten_columns_gets_every_line(self):
        self.host.control("session", session=7, user="日本語", domain="DOM")
        shown = self.shown(10, "stdout", "sessions", "--server", "a").replace("\r", "").replace("\n", "").replace("\x1b[K", "")
        for session in ("Serv", "Cons", "RDP-", "DOM"):
            self.assertIn(session, shown)

    def test_interrupted_twice(self):
        self.host.rule("stall", interface="enumeration", opnum=ENUMERATE)
        log = os.path.join(self.folder, "twice.log")
        child = self.wts.start("kill", "hung", "--session", "alice", "--server", "a,b", "--yes", "--log", f"Z:{log}", stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertTrue(self.host.control("await_requests", interface="enumeration", opnum=ENUMERATE, count=2)["reached"])
        child.send_signal(signal.SIGINT)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=SECONDS)
        self.host.control("release")
        self.assertEqual((child.returncode, out), (130, b""), err)
        self.assertEqual(err, b"wts kill: interrupted, 2 of 2 servers not finished\n")
        self.assertEqual(os.path.getsize(log), 0)

    def test_progress_stays_in_one_line_of_a_narrow_terminal(self):
        shown = self.shown(20, "stderr", "sessions", "--server", "rdsh01,rdsh02,rdsh03", "--parallel", "1")
        self.assertIn("of 3 servers", shown)
        self.assertNotIn("about", shown)


    def test_a_terminal_that_is_resized_meanwhile_gets_everything(self):
        """Wine's console keeps the size that it began with; whatever size the program sees, no line is lost."""
        for before, after in ((120, 45), (45, 120)):
            self.host.control("reset")
            self.host.rule("stall", interface="enumeration", opnum=ENUMERATE, skip=1, count=1)
            terminal, inner = pty.openpty()
            self.resize(inner, before)
            child = self.wts.start("sessions", "--server", "rdsh01,rdsh02,rdsh03", stdin=inner, stdout=inner, stderr=inner)
            os.close(inner)
            self.assertTrue(self.host.control("await_requests", interface="enumeration", opnum=ENUMERATE, count=3)["reached"])
            self.resize(terminal, after)
            self.host.control("release")
            shown = read_terminal(terminal, child)
            self.assertEqual(child.wait(SECONDS), 0)
            for server in ("rdsh01", "rdsh02", "rdsh03"):
                self.assertEqual(len(re.findall(rf"^{server} ", shown.replace("\x1b[?25l", ""), re.MULTILINE)), 4, shown)
            self.assertIn("3 servers: 3 done, 0 partly, 0 failed", shown)

    @staticmethod
    def resize(terminal, columns):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))


class WithoutLocaleTest(unittest.TestCase):
    """The command of the package, with a program in Wine's place that shows the locale it was given."""

    def test_words_keep_their_characters_in_a_job_without_a_locale(self):
        with tempfile.TemporaryDirectory() as folder:
            wine = os.path.join(folder, "wine")
            with open(wine, "w", encoding="ascii") as file:
                file.write("#!/bin/sh\nlocale charmap\necho \"${LC_ALL-unset} ${LC_CTYPE-unset}\"\n")
            os.chmod(wine, 0o755)
            for variables, shown in (({}, "unset C.UTF-8"), ({"LANG": "C"}, "unset C.UTF-8"), ({"LC_ALL": "C"}, "C.UTF-8 C.UTF-8"),
                                     ({"LC_ALL": "POSIX", "LC_CTYPE": "C"}, "C.UTF-8 C.UTF-8"), ({"LANG": "C.UTF-8"}, "unset unset"),
                                     ({"LC_ALL": "C.UTF-8"}, "C.UTF-8 unset")):
                done = subprocess.run([os.path.join(ROOT, "debian", "wts")], env={"PATH": f"{folder}:{os.environ['PATH']}", **variables},
                                      stdout=subprocess.PIPE, check=True, timeout=SECONDS)
                self.assertEqual(done.stdout.decode(), f"UTF-8\n{shown}\n", variables)


if __name__ == "__main__":
    unittest.main()
