"""For test_runner.py: a test that leaves a process in a session of its own and does not come back."""
import os
import subprocess
import time
import unittest


class Hangs(unittest.TestCase):
    def test_that_does_not_end(self):
        child = subprocess.Popen(["setsid", "--fork", "sh", "-c", 'echo "left: $$"; exec sleep 1000'])
        child.wait()
        os.write(1, f"inside the test: {os.getpid()}\n".encode())   # at once: the other process writes, too
        time.sleep(1000)
