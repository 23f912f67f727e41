"""
What really ends when a session or the system is said to end: every program of a prefix that is there for this alone.
"""
import os
import select
import shutil
import subprocess
import unittest

from desktop.scene import numbers
from end_to_end.program import BUILD, WINE, Prefix, environment

SECONDS = 40  # less than ender.exe lives by itself
START_SECONDS = 60
LOGOFF, SHUTDOWN, REBOOT, POWEROFF = 1, 2, 4, 8
OWN_SESSION, UNKNOWN_SESSION = "0xffffffff", 4242


class SessionEnd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A fresh prefix each time: who knows what an end by force left of the last one."""
        cls.path = os.path.join(BUILD, "prefix-control")
        shutil.rmtree(cls.path, ignore_errors=True)

    def setUp(self):
        self.enterContext(Prefix(self.path))
        self.bystander = self.start("wait")
        readable, _, _ = select.select([self.bystander.stdout], [], [], START_SECONDS)
        self.assertTrue(readable)
        self.assertEqual(numbers(self.bystander.stdout.readline())["result"], 1)

    def start(self, *words):
        process = subprocess.Popen([WINE, os.path.join(BUILD, "tests", "ender.exe"), *map(str, words)],
                                   env=environment(self.path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        return process

    def check_end(self, *words, may_return=True):
        """Caller and bystander end, long before they would by themselves; whatever the caller says is a success."""
        caller = self.start(*words)
        text, _ = caller.communicate(timeout=SECONDS)
        self.assertNotEqual(caller.returncode, 3)
        self.assertIn(text, ("", "result 1 error deadbeef\n") if may_return else ("",))
        self.assertNotEqual(self.bystander.wait(SECONDS), 3)

    def check_refusal(self, error, *words):
        caller = self.start(*words)
        text, _ = caller.communicate(timeout=SECONDS)
        self.assertEqual(numbers(text), {"result": 0, "error": error})
        self.assertEqual(caller.returncode, 2)
        self.assertIsNone(self.bystander.poll())

    def test_a_session_that_is_logged_off_ends(self):
        self.check_end("logoff", OWN_SESSION, 0)

    def test_who_waits_for_the_end_of_its_session_ends_with_it(self):
        self.check_end("logoff", OWN_SESSION, 1, may_return=False)

    def test_a_system_that_is_shut_down_ends(self):
        for flags in (SHUTDOWN, POWEROFF, LOGOFF | SHUTDOWN):
            with self.subTest(flags=flags):
                self.check_end("shutdown", flags)
                self.doCleanups()
                self.setUp()

    def test_a_system_that_is_started_again_ends_before(self):
        self.check_end("shutdown", REBOOT)

    def test_a_refusal_ends_nothing(self):
        for error, *words in ((2, "logoff", UNKNOWN_SESSION, 1), (5, "logoff", 0, 1), (50, "shutdown", LOGOFF),
                              (50, "shutdown", 0x10), (87, "shutdown", 0), (87, "shutdown", 0x22)):
            with self.subTest(words=words):
                self.check_refusal(error, *words)


if __name__ == "__main__":
    unittest.main()
