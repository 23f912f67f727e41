"""
What a server sees of a connection that is given up: the relay closes the pipe, instead of leaving the server to find out by
itself. (smbd 4.17 then ends its process for the connection. smbd 4.22 waits with the close, and with the end of that
process, until the owner of the pipe has answered the call.)
"""
import unittest

import run_unittest
from end_to_end.proxy import Proxy
from helper.dll import NO_LIMIT
from waiting import until

from . import scene
from .rpc import Relay, call
from .scene import OPEN, SERVER, RelayCase

PROXY, PORT = "127.0.0.62", 445
CLOSE = 6     # an SMB2 command


class GoodbyeTest(RelayCase):
    def given_up(self, give_up, timeout_ms=NO_LIMIT):
        """Gives a call up that the server does not answer."""
        commands = []
        with Proxy((PROXY, PORT), (SERVER, PORT), see=lambda message: commands.append(message[16])), Relay() as relay:
            number = self.connect(PROXY, relay=relay)
            self.host.rule("stall", opnum=OPEN)
            relay.send(call(number, 1, OPEN, timeout_ms=timeout_ms))
            self.assertTrue(self.host.control("await_requests", interface="legacy", opnum=OPEN)["reached"])
            sent = len(commands)
            give_up(relay, number)
            until(lambda: CLOSE in commands[sent:], "the close of the pipe")

    def test_a_cancelled_call(self):
        self.given_up(Relay.cancel)

    def test_a_closed_connection(self):
        self.given_up(Relay.close)

    def test_a_late_call(self):
        self.given_up(lambda relay, number: relay.result(number), timeout_ms=500)

    def test_the_end_of_the_relay(self):
        self.given_up(lambda relay, _: relay.end())

    def test_a_killed_relay(self):
        self.given_up(lambda relay, _: relay.kill())


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, scene, GoodbyeTest)


if __name__ == "__main__":
    unittest.main()
