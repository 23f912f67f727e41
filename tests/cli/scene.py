"""
What the tests of wts.exe share: a folder and a prefix, and for most of them a session host to which every opened server leads.
"""
import os
import pty
import select
import shutil
import tempfile
import time
import tty
import unittest

from end_to_end.program import Prefix
from session_host.client import SessionHost

from .tool import SECONDS, Sleeper, Tool


def raw_terminal():
    """Both ends. Wine's console makes it raw later; a line end that comes before would be another key."""
    terminal, inner = pty.openpty()
    tty.setraw(inner)
    return terminal, inner


class CommandCase(unittest.TestCase):
    """This machine alone."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="wts-cli-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.prefix = Prefix().__enter__()
        cls.addClassCleanup(cls.prefix.__exit__)
        cls.wts = Tool(cls.prefix)

    def sleeper(self, name):
        sleeper = Sleeper(self.prefix, self.folder, name)
        self.addCleanup(sleeper.stop)
        return sleeper

    def pids(self, name):
        return [process["pid"] for process in self.wts("processes", "--json").json if process["name"] == name]

    def check(self, result, status, out="", err=""):
        self.assertEqual((result.status, result.out, result.err), (status, out, err))

    def on_terminal(self, typed, *words):
        """Types the answer when a confirmation is wanted. Returns the status, everything shown, and whether it was typed."""
        terminal, inner = raw_terminal()
        child = self.wts.start(*words, stdin=inner, stdout=inner, stderr=inner)
        os.close(inner)
        shown, is_typed, end = b"", False, time.monotonic() + SECONDS
        while time.monotonic() < end:
            readable, _, _ = select.select([terminal], [], [], 1)
            try:
                shown += os.read(terminal, 65536) if readable else b""
            except OSError:     # the terminal's last user is gone
                break
            if b"[y/N]" in shown and not is_typed:
                os.write(terminal, typed)
                is_typed = True
            if not readable and child.poll() is not None:
                break
        os.close(terminal)
        return child.wait(SECONDS), shown.decode(errors="replace"), is_typed


class HostCase(CommandCase):
    """Every name but this machine's leads to one session host."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host = SessionHost(os.path.join(cls.folder, "host")).start()
        cls.addClassCleanup(cls.host.stop)
        cls.wts = Tool(cls.prefix, WTSAPI32_TRANSPORT=f"rpcrt4:ncacn_ip_tcp:127.0.0.1[{cls.host.port}]")

    def setUp(self):
        self.host.control("reset")

    def spawn(self, **parameters):
        return self.host.control("spawn", **parameters)["pid"]

    def exit_code(self, pid):
        return self.host.control("wait", pid=pid)["exit_code"]
