"""The same as test_life where process 1 waits for nobody, as in a container: processes that are left behind stay as zombies."""
import os
import unittest

from run_unittest import run_again


def namespace_command(*command):
    return ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", *command]


class WithoutReaper(unittest.TestCase):
    def test_all(self):
        if os.geteuid() != 0:
            self.skipTest("a PID namespace needs root")
        self.assertEqual(run_again(namespace_command, "helper.test_life"), 0)


if __name__ == "__main__":
    unittest.main()
