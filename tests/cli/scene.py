"""
What the tests of wts.exe share: a folder and a prefix, and for most of them a session host to which every opened server leads.
"""
import fcntl
import os
import pty
import select
import shutil
import struct
import subprocess
import tempfile
import termios
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


def read_terminal(terminal, child, hear=lambda shown: None):
    """Everything that is shown until the child has ended, and closes the terminal. `hear` gets what was shown so far."""
    shown, end = b"", time.monotonic() + SECONDS
    while time.monotonic() < end:
        readable, _, _ = select.select([terminal], [], [], 1)
        try:
            shown += os.read(terminal, 65536) if readable else b""
        except OSError:     # the terminal's last user is gone
            break
        hear(shown)
        if not readable and child.poll() is not None:
            break
    os.close(terminal)
    return shown.decode(errors="replace")


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
        typing = []

        def answer(shown):
            if b"[y/N]" in shown and not typing:
                typing.append(os.write(terminal, typed))
        shown = read_terminal(terminal, child, answer)
        return child.wait(SECONDS), shown, bool(typing)

    def shown(self, columns, stream, *words):
        """What a command shows that has a terminal of so many columns as standard input and as `stream`."""
        terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: inner}
        child = self.wts.start(*words, stdin=inner, **streams)
        os.close(inner)
        text = read_terminal(terminal, child)
        self.assertEqual(child.wait(SECONDS), 0)
        return text


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
