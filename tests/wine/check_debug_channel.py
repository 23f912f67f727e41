"""
What calls write into Wine's debug output, by WINEDEBUG: the test program makes one call of each kind (done, failed, not
implemented, failed with a hostile and long text) and exits with 13.
usage: check_debug_channel.py PROGRAM; WINE names the program to run it with
"""
import os
import re
import subprocess
import sys
import unittest

SECONDS = 60
PROGRAM = None
DONE = "trace:wtsapi:WTSFreeMemory done"
FAILED = "warn:wtsapi:WTSTerminateProcess failed, error 87"
MISSING = "fixme:wtsapi:WTSSetSessionInformationW not implemented, error 120"
HOSTILE = "warn:wtsapi:wts-relay no program /" + "\\x0a" * 20


class DebugChannelTest(unittest.TestCase):
    def run_program(self, debug, **variables):
        """The lines of the channel, and all that was written."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WTSAPI32_")}
        environment.pop("WINEDEBUG", None)
        if debug is not None:
            environment["WINEDEBUG"] = debug
        done = subprocess.run([os.environ["WINE"], PROGRAM, "--child", "kinds"], env={**environment, **variables},
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                              timeout=SECONDS)
        text = done.stderr.decode()
        self.assertEqual(done.returncode, 13, text)
        return [line.strip("\r") for line in text.split("\n") if ":wtsapi:" in line], text

    def check(self, lines, *wanted):
        for sentence in (DONE, FAILED, MISSING, HOSTILE):
            self.assertEqual(any(sentence in line for line in lines), sentence in wanted, f"{sentence}: {lines}")

    def test_all_classes(self):
        lines, text = self.run_program("-all,+wtsapi")
        self.check(lines, DONE, FAILED, MISSING, HOSTILE)
        for line in lines:
            self.assertRegex(line, r"^[0-9a-f]{4}:(trace|warn|fixme):wtsapi:\S* \S")
            self.assertLess(len(line), 1000)
        # The record of the long text ended where the text was cut, and nothing of it began a line.
        self.assertEqual([line for line in text.split("\n") if line and ":wtsapi:" not in line], [])

    def test_by_default_only_what_is_not_implemented(self):
        lines, _ = self.run_program(None)
        self.check(lines, MISSING)
        self.assertEqual(len(lines), 1)

    def test_nothing_where_it_is_switched_off(self):
        for debug in ("-all", "fixme-all", "-wtsapi"):
            with self.subTest(debug):
                self.assertEqual(self.run_program(debug)[0], [])

    def test_one_class_alone(self):
        self.check(self.run_program("-all,trace+wtsapi")[0], DONE)
        self.check(self.run_program("-all,warn+wtsapi")[0], FAILED, HOSTILE)

    def test_the_longest_prefix_leaves_room(self):
        lines, _ = self.run_program("-all,+wtsapi,+timestamp,+pid,+microsecs")
        self.check(lines, DONE, FAILED, MISSING, HOSTILE)
        self.assertRegex(lines[0], r"^[0-9.]+:[0-9a-f]{4}:[0-9a-f]{4}:")

    def test_the_own_switch_is_left_alone(self):
        lines, text = self.run_program("-all", WTSAPI32_TRACE="calls")
        self.assertEqual(lines, [])
        self.assertTrue(re.search(r"wtsapi32: \d+\.\d+ errors WTSSetSessionInformationW: not implemented, error 120", text), text)
        lines, text = self.run_program("-all,+wtsapi", WTSAPI32_TRACE="errors")
        self.check(lines, DONE, FAILED, MISSING, HOSTILE)
        self.assertIn("errors WTSTerminateProcess: failed, error 87", text)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
