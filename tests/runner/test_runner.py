"""A test that does not end shows what it printed and where it stands, and nothing that it started outlives it."""
import os
import pathlib
import re
import signal
import subprocess
import unittest

from run_unittest import END, PYTHON, TOP

SECONDS, LIMIT_SECONDS = 8, 60


def start(**options):
    kept = {name: value for name, value in os.environ.items() if name != END}
    return subprocess.Popen([PYTHON, TOP / "run_unittest.py", "--seconds", str(options.pop("seconds", SECONDS)), "runner.hangs"],
                            env=kept, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class Runner(unittest.TestCase):
    def all_gone(self, output):
        started = re.findall(r"(?:left|inside the test): (\d+)", output)
        self.assertEqual(len(started), 2, output)
        for pid in started:
            self.assertFalse(pathlib.Path("/proc", pid).exists(), output)

    def test_over_time(self):
        with start() as runner:
            output, _ = runner.communicate(timeout=LIMIT_SECONDS)
        self.assertEqual(runner.returncode, 1)
        self.assertIn("hangs.py", output)
        self.assertIn("in test_that_does_not_end", output)
        self.all_gone(output)

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number), start(seconds=1000) as runner:
                shown = ""
                while not ("left: " in shown and "inside the test: " in shown):
                    line = runner.stdout.readline()
                    self.assertTrue(line, shown)
                    shown += line
                runner.send_signal(number)
                output, _ = runner.communicate(timeout=LIMIT_SECONDS)
                self.assertEqual(runner.returncode, 1)
                self.all_gone(shown + output)


if __name__ == "__main__":
    unittest.main()
