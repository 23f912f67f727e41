"""
The help of wts.exe: it fits a screen, its examples run, and the manual page and the completion in docs/ are made of it.
"""
import os
import re
import shlex
import subprocess
import threading
import unittest

from end_to_end.program import ROOT

from .scene import HostCase

LEGACY_WAIT_EVENT = 16
SECONDS = 60


class HelpCase(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.commands = re.findall(r"^  ([\w-]+) ", cls.wts("help").out, re.MULTILINE)


class TextTest(HelpCase):
    def test_the_overview_fits_a_screen(self):
        lines = self.wts("--help").out.splitlines()
        self.assertLessEqual(len(lines), 24)
        self.assertLessEqual(max(map(len, lines)), 79)
        for words in (("help",), ("-h",), ("/?",), ("help", "--help")):
            self.assertEqual(self.wts(*words).out.splitlines(), lines)

    def test_the_help_of_a_command_ends_with_examples(self):
        for command in self.commands:
            result = self.wts("help", command)
            self.assertEqual((result.status, result.err), (0, ""))
            self.assertLessEqual(len(result.out.splitlines()), 24, command)
            self.assertLessEqual(max(map(len, result.out.splitlines())), 79, command)
            self.assertRegex(result.out, r"\nexamples:\n(  wts .+\n      .+\n)+$")
            self.assertEqual(self.wts(command, "-h").out, result.out)

    def test_help_of_nothing_known(self):
        for words in (("help", "nonsense"), ("help", "kill", "x"), ("help", "/server:x")):
            result = self.wts(*words)
            self.assertEqual((result.status, result.out), (64, ""))
            self.assertIn("usage: wts COMMAND", result.err)


class ExamplesTest(HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mode = os.stat(cls.prefix.path).st_mode & 0o777     # a home folder keeps others out, for --save
        cls.addClassCleanup(os.chmod, cls.prefix.path, mode)
        os.chmod(cls.prefix.path, 0o700)

    def setUp(self):
        self.host.control("reset")
        self.host.control("set", message_answer=6)
        self.host.control("session", session=2, user="alice", domain="DOM", state=0, name="RDP-Tcp#0")
        self.host.control("spawn", pid=1648)
        self.host.control("spawn", name="notepad.exe", session=2)
        self.host.control("spawn", name="report7.exe")

    def run_example(self, line):
        words = shlex.split(line)
        self.assertEqual(words.pop(0), "wts")
        if words[0] == "events":
            threading.Thread(target=self.cause_event).start()
        return self.wts(*words, input=b"secret\n")

    def cause_event(self):
        self.host.control("await_requests", interface="legacy", opnum=LEGACY_WAIT_EVENT, what="blocked", count=1, seconds=SECONDS)
        self.host.control("event", name="logon", session=2)

    def test_each_one_runs(self):
        sleeper = self.sleeper("notepad.exe")
        count = 0
        for command in self.commands:
            if command == "user-config":    # its examples run at a domain controller, end_to_end.test_user_config
                continue
            for line in re.findall(r"^  (wts .+)$", self.wts("help", command).out.split("\nexamples:\n")[1], re.MULTILINE):
                self.setUp()
                result = self.run_example(line)
                with self.subTest(line=line):
                    # Both names lead to one host, where the second finds the process ended.
                    self.assertEqual(result.status, 1 if "rdsh01,rdsh02" in line and command == "kill" else 0, result)
                count += 1
        self.assertGreater(count, len(self.commands))
        self.assertTrue(sleeper.is_running())       # the example of a dry run, on this machine


class GeneratedTest(HelpCase):
    def read(self, name):
        with open(os.path.join(ROOT, "docs", name), encoding="utf-8") as file:
            return file.read()

    def test_the_files_are_those_of_this_program(self):
        self.assertEqual(self.wts("help", "--man").out, self.read("man/wts.1"), "docs/man/wts.1: wts help --man makes it")
        self.assertEqual(self.wts("help", "--bash").out, self.read("wts.bash"), "docs/wts.bash: wts help --bash makes it")

    def test_the_page_has_every_command_and_option(self):
        page = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-P-c"], input=self.read("man/wts.1").encode(), check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(page.stderr, b"")
        text = re.sub(".\b", "", page.stdout.decode())
        for command in self.commands:
            self.assertRegex(text, rf"(?m)^ +wts {command}\b")
            for option in re.findall(r"^  (--[a-z-]+)", self.wts("help", command).out, re.MULTILINE):
                self.assertTrue(option == "--help" or option in text, option)
        self.assertIn("'DOM\\alice'", text)
        self.assertIn("--user [DOMAIN\\]NAME", text)

    def complete(self, *words):
        script = (f"source {shlex.quote(os.path.join(ROOT, 'docs', 'wts.bash'))}; COMP_WORDS=({' '.join(map(shlex.quote, words))}); "
                  f"COMP_CWORD={len(words) - 1}; _wts; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        done = subprocess.run(["bash", "-c", script], check=True, stdout=subprocess.PIPE, timeout=SECONDS)
        return done.stdout.decode().split()

    def test_completion(self):
        self.assertEqual(self.complete("wts", "se"), ["sessions"])
        self.assertEqual(set(self.complete("wts", "")), {*self.commands, "help"})
        self.assertEqual(self.complete("wts", "help", "ki"), ["kill"])
        self.assertEqual(self.complete("wts", "kill", "notepad", "--dr"), ["--dry-run"])
        self.assertEqual(self.complete("wts", "shutdown", "--"), ["--help", "--server", "--servers-file", "--parallel", "--json",
                                                                 "--dry-run", "--yes", "--reboot", "--power-off", "--logoff", "--retry", "--log", "--csv",
                                                                 "--no-header"])
        self.assertEqual(self.complete("wts", "credential", "a"), ["add"])
        self.assertEqual(self.complete("wts", "sessions", "--servers-file", os.path.join(ROOT, "READ")),
                         [os.path.join(ROOT, "README.md")])


if __name__ == "__main__":
    unittest.main()
