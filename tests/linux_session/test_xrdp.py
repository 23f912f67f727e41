"""
Programs under Wine in a session of the real xrdp with the real client: what they see of the session, and channels. In namespaces of
their own; needs root and the packages of xrdp, or says which are missing and is reported as not run.
"""
import os
import re
import subprocess
import tempfile
import unittest

import run_unittest
from channel import xrdp
from end_to_end.program import BUILD, WINE, Prefix, environment
from waiting import until

from .program import SESSION, Watcher
from .test_watch import ACTIVE, DISCONNECTED, REMOTE_CONNECT, REMOTE_DISCONNECT

HELPERS = os.path.dirname(SESSION)
PREFIX = os.path.join(BUILD, "xrdp_prefix")
SECONDS = 120


class XrdpTest(unittest.TestCase):
    def setUp(self):
        os.environ["WTS_CLIENT_CHANNEL"] = os.path.join(HELPERS, "tests", "channel", "libwts_client_channel.so")
        self.xrdp = self.enterContext(xrdp.Xrdp())
        self.prefix = self.enterContext(Prefix(PREFIX))
        self.client = self.come()
        session = self.xrdp.session()
        self.variables = {name: session[name] for name in ("DISPLAY", "XRDP_SOCKET_PATH")}
        self.number = session["DISPLAY"].lstrip(":").split(".")[0]

    def come(self):
        return self.xrdp.connect("root", "/vc:" + xrdp.STATIC)

    def run_program(self, name, *words):
        program = [WINE, os.path.join(BUILD, name), *words]
        variables = environment(self.prefix.path, {"WTSAPI32_HELPERS": HELPERS, **self.variables})
        return subprocess.run(program, env=variables, text=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def comes_back(self, *words):
        done = self.run_program("echo_channel.exe", *words)
        self.heard = f"status {done.returncode}, the client got messages of {self.xrdp.sizes()[-13:]} bytes\n{done.stdout}"
        return (done.returncode, done.stdout.count(": equal")) == (0, 10)

    def all_comes_back(self, *words):
        if not self.comes_back(*words):
            self.fail(f"not all comes back through {words[0]}: {self.heard}{self.xrdp.logs()}")

    def checks(self, pattern):
        """wts check --session prints this; under load it does not wait for its helper."""
        until(lambda: re.search(pattern, self.run_program("wts.exe", "check", "--session").stdout), pattern)

    def test_a_program_sees_the_session_and_its_client_and_talks_to_it(self):
        trace = os.path.join(tempfile.mkdtemp(), "trace")
        watcher = self.enterContext(Watcher(HELPERS, trace, prefix=self.prefix.path, variables=self.variables))
        watcher.register()
        until(lambda: "source xrdp, answers" in watcher.trace(), "the report of xrdp")
        asked = until(lambda: (got := watcher.ask())["state"] == ACTIVE and got, "the client is connected")
        self.assertEqual((asked["name"], asked["remote"], asked["protocol"]), ("RDP-Tcp#" + self.number, 1, 2))
        if xrdp.tool("xrdp-sesadmin") and xrdp.client_program().endswith("3"):    # of xrdp 0.10: it prints the client
            asked = until(lambda: (got := watcher.ask())["family"] and got, "what xrdp-sesadmin prints")
            self.assertEqual((asked["screen"], asked["text"]), ([800, 600, 8], "127.0.0.1"))
        session = int(watcher("id")[1])
        while watcher.has_news():       # that the client came, if it came after the window
            self.assertEqual(watcher.change(), (0, REMOTE_CONNECT, session))

        until(lambda: self.run_program("tests/test_virtual_channel.exe", "--open").stdout.endswith("error 0\n"), "a channel opens")
        self.all_comes_back("ECHO")
        self.all_comes_back(xrdp.STATIC, "static")
        self.assertIn("error 31", self.run_program("echo_channel.exe", "NOSUCH").stdout)

        self.checks(r"(?m)^xrdp +answers +no +a client is connected; static channels in xrdp.ini: .*wtsecho")

        self.client.kill()
        self.assertEqual(watcher.change(), (0, REMOTE_DISCONNECT, session))
        self.assertEqual(watcher.ask()["state"], DISCONNECTED)
        self.assertIn("error 1", self.run_program("echo_channel.exe", "ECHO").stdout)
        self.checks("no client is connected, so no virtual channel opens")
        self.client = self.come()
        self.assertEqual(watcher.change(), (0, REMOTE_CONNECT, session))
        self.assertEqual(watcher.ask()["state"], ACTIVE)


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, xrdp, XrdpTest)
