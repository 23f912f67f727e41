"""For test_runner.py: a test that leaves a process in a session of its own and does not come back."""
import os
import subprocess
import time
import unittest


class Hangs(unittest.TestCase):
    def test_that_does_not_end(self):
        child = subprocess.Popen(["setsid", "--fork", "sh", "-c", 'echo "left: $$"; exec sleep 1000'])
        child.wait()
        print("inside the test:", os.getpid())
        time.sleep(1000)
