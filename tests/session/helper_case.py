"""A test with wts-session, and channels to it that are asked or watched."""
import os
import shutil
import tempfile
import time
import unittest

from helper.dll import EVENT, Helper, open_frame
from waiting import latest

from .buses import Bus
from .state import DUTY, READ, WATCH, State

PROGRAM = os.environ["WTS_SESSION"]
NO_BUS = "unix:path=/nonexistent/bus"


class Channel:
    def __init__(self, helper):
        self.helper, self.number = helper, helper.number()
        helper.send(open_frame(self.number, DUTY))
        opened = helper.opened(self.number)
        assert (opened.error, opened.payload) == (0, b""), opened

    def ask(self, verb=READ):
        reply = self.helper.request(self.number, verb)
        assert reply.error == 0, reply
        return State(reply.payload)

    def watch(self):
        return self.ask(WATCH)

    def event(self):
        return State(self.helper.frame(EVENT, self.number).payload)

    def event_until(self, condition):
        """The first event for which the condition holds; those before it are taken."""
        while not condition(state := self.event()):
            pass
        return state

    def no_event(self):
        """Nothing has been told that the helper sent before it answered this."""
        state = self.ask()
        count = self.helper.kept(EVENT, self.number)
        assert count == 0, [State(self.helper.frame(EVENT, self.number).payload) for _ in range(count)]
        return state


class HelperCase(unittest.TestCase):
    """Each class has a folder, a system bus and a session bus, which it starts when it needs them."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="wts-session-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.system, cls.session = Bus(cls.folder, "system"), Bus(cls.folder, "session")
        cls.addClassCleanup(cls.session.end)
        cls.addClassCleanup(cls.system.end)

    def start(self, program=PROGRAM, environment=None, system=None, session=NO_BUS, **variables):
        """By default on the class's system bus and on no session bus."""
        variables = {"DBUS_SYSTEM_BUS_ADDRESS": system or self.system.address, "DBUS_SESSION_BUS_ADDRESS": session,
                     **variables}
        helper = Helper(program, environment=environment,
                        **{name: value for name, value in variables.items() if value is not None})
        self.addCleanup(helper.end)
        return helper

    def channel(self, **settings):
        return Channel(self.start(**settings))

    def within(self, seconds, function):
        """What the function gives, if it comes back before twice the time that it may take."""
        start = time.monotonic()
        result = function()
        self.assertLess(time.monotonic() - start, latest(seconds))
        return result
