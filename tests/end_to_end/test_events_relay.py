"""Events and notifications of an opened server through wts-relay and smbd; see events.py and test_relay.py."""
import os
import subprocess
import unittest

from session_host import smbd

from .events import Events
from .test_relay import ADDRESS, RelayCase


class EventsTest(Events, RelayCase):
    server_name = ADDRESS


class InNamespaceTest(unittest.TestCase):
    """Runs this module again in a network namespace of its own, as test_relay.py does."""

    def test_all(self):
        if os.geteuid() != 0:
            self.skipTest("smbd needs root")
        self.assertIsNone(smbd.missing())
        runner = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "run_unittest.py")
        done = subprocess.run(smbd.namespace_command(runner, "end_to_end.test_events_relay"), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=500, check=False)
        print(done.stdout.decode(errors="replace"))
        self.assertEqual(done.returncode, 0)


def load_tests(loader, _tests, _pattern):
    return loader.loadTestsFromTestCase(EventsTest if smbd.in_private_namespace() else InNamespaceTest)


if __name__ == "__main__":
    unittest.main()
