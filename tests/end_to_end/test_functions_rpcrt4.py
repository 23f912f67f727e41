"""Every function on an opened server by the transport of Windows, over TCP; see functions.py."""
import unittest

from .events import Events
from .failures import Failures
from .functions import Functions
from .test_rpcrt4 import Rpcrt4Case


class FunctionsTest(Functions, Failures, Events, Rpcrt4Case):
    server_name = "127.0.0.2"
    sees_lost_connections = False

    def program(self, **settings):
        program = super().program(**settings).__enter__()
        self.addCleanup(program.__exit__)
        return program


if __name__ == "__main__":
    unittest.main()
