"""Events and notifications of an opened server by the transport of Windows, over TCP; see events.py."""
import unittest

from .events import Events
from .test_rpcrt4 import Rpcrt4Case


class EventsTest(Events, Rpcrt4Case):
    server_name = "127.0.0.2"

    def program(self, **settings):
        program = super().program(**settings).__enter__()
        self.addCleanup(program.__exit__)
        return program


if __name__ == "__main__":
    unittest.main()
