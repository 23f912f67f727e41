"""
wts check: each step on the way to a server, as every transport reports it, and what to install, type or look at. Over the
real relay to Samba's smbd in a network namespace of its own, and with a helper that the test plays.
"""
import json
import os
import re
import subprocess
import threading
import unicodedata
import unittest

import run_unittest
from end_to_end.program import RELAY
from end_to_end.test_relay import ADDRESS, PASSWORD, USER, RelayCase
from helper import codec
from helper.played_helper import PlayedHelpers
from session_host import smbd

from .tool import Tool

NOBODY = "198.51.100.1"    # no way leads there from the namespace
ACCESS_DENIED = 0x80070005
SECONDS = 60


class CheckCase(RelayCase):
    def tool(self, **settings):
        return Tool(self.prefix, **{"WTSAPI32_RELAY": RELAY, **{f"WTSAPI32_{name.upper()}": str(value)
                                                                for name, value in settings.items()}})

    def store(self, password=PASSWORD, server=ADDRESS):
        wts = self.tool()
        self.assertEqual(wts("credential", "add", server, "--user", USER, input=password.encode() + b"\n").status, 0)
        self.addCleanup(wts, "credential", "remove", server)

    def steps(self, result):
        return [(step["step"], step["result"]) for step in result.json]


class RelayTest(CheckCase):
    def test_every_step_is_passed(self):
        self.store()
        result = self.tool()("check", ADDRESS)
        self.assertEqual((result.status, result.err), (0, ""))
        first, heading, *lines = result.out.splitlines()
        self.assertEqual(first, f"{ADDRESS}: reached over relay")
        self.assertEqual(heading.split(), ["STEP", "RESULT", "MICROSECONDS"])
        self.assertEqual([line.split()[:2] for line in lines],
                         [[step, "done"] for step in ("name", "tcp", "logon", "pipe", "bind", "call")])
        result = self.tool()("check", ADDRESS, "--json")
        self.assertEqual(self.steps(result), [(step, "done") for step in ("name", "tcp", "logon", "pipe", "bind", "call")])
        times = [step["microseconds"] for step in result.json]
        self.assertEqual([time is None for time in times], [False, False, False, True, True, True])

    def test_nothing_is_changed_and_no_right_to_end_processes_is_needed(self):
        self.store()
        pid = self.spawn(deny=["*"])
        self.assertEqual(self.tool()("check", ADDRESS).status, 0)
        self.assertEqual(self.count(37, "received"), 0)
        self.assertTrue(self.host.control("wait", pid=pid)["alive"])

    def test_a_user_without_rights_learns_that_the_server_was_reached(self):
        self.store()
        self.host.control("rule", match={"on": "call"}, action="fault", code=5)
        result = self.tool()("check", ADDRESS)
        self.assertEqual(result.status, 0, result)
        self.assertIn(f"{ADDRESS}: reached over relay, error 5: ", result.out)
        self.assertIn("the server was reached, and answered with this error", result.out)

    def test_a_wrong_password(self):
        self.store("wrong")
        result = self.tool()("check", ADDRESS, "--json")
        self.assertEqual((result.status, self.steps(result)[-1]), (2, ("logon", "failed")))
        failed = result.json[-1]
        self.assertEqual(failed["error"], 1326)
        self.assertIn("user, password and domain", failed["look_at"])
        self.assertEqual(self.steps(result)[:2], [("name", "done"), ("tcp", "done")])

    def test_without_credential_and_ticket_it_says_what_to_type(self):
        result = self.tool()("check", ADDRESS)
        self.assertEqual(result.status, 2)
        self.assertIn(f"{ADDRESS}: not reached, error 1326: ", result.out)
        self.assertIn("wts credential add SERVER --user DOMAIN\\NAME", result.out)
        self.assertIn("kinit NAME@REALM", result.out)

    def test_without_a_relay_it_says_what_to_install(self):
        result = self.tool(relay="/nonexistent/wts-relay")("check", ADDRESS)
        self.assertEqual(result.status, 2)
        self.assertIn(f"{ADDRESS}: not reached, error 1703: ", result.out)
        self.assertIn("apt-get install wts-relay", result.out)
        self.assertIn("trace: wts-relay: no program /nonexistent/wts-relay", result.out)
        result = self.tool(relay="/nonexistent/wts-relay")("check", ADDRESS, "--json")
        self.assertEqual(self.steps(result), [("relay", "failed")])

    def test_where_nobody_listens(self):
        result = self.tool()("check", NOBODY, "--json")
        self.assertEqual((result.status, self.steps(result)), (2, [("name", "done"), ("tcp", "failed")]))
        self.assertIn("TCP port 445", result.json[-1]["look_at"])

    def test_names_that_lead_nowhere(self):
        for name in ("no-such-host.invalid", "dead!"):
            result = self.tool()("check", name, "--json")
            self.assertEqual((result.status, self.steps(result)), (2, [("name", "failed")]), name)
            self.assertIn("spelling of the name", result.json[0]["look_at"])

    def test_without_the_services(self):
        self.store()
        for pipe in ("LSM_API_service", "Ctx_WinStation_API_service", "TermSrv_API_service"):
            self.host.control("close_pipe", pipe=pipe)
            self.addCleanup(self.host.control, "open_pipe", pipe=pipe)
        result = self.tool()("check", ADDRESS, "--json")
        self.assertEqual((result.status, self.steps(result)[-1]), (2, ("pipe", "failed")))
        self.assertIn("TermService", result.json[-1]["look_at"])

    def test_this_machine(self):
        result = self.tool()("check", "localhost")
        self.assertEqual((result.status, result.out), (0, "localhost: this machine, to which nothing is connected\n"))
        self.assertEqual(self.tool()("check", ".", "--json").json, [])

    def test_the_words_are_those_of_the_relays_own_check(self):
        result = self.tool()("check", NOBODY, "--json")
        own = subprocess.run([RELAY, "--check", NOBODY], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=SECONDS,
                             check=False).stdout.decode()
        self.assertIn(f"look at: {result.json[-1]['look_at']}\n", own)
        self.assertEqual(re.findall(r"(?m)^(\w+) +(?:ok|FAILED)", own), [step for step, _ in self.steps(result)])


class AdviceTest(CheckCase):
    """Every command says what to install or type."""

    def test_without_a_relay(self):
        result = self.tool(relay="/nonexistent/wts-relay")("kill", 1234, "--server", "rdsh01")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertRegex(result.err, r"^rdsh01: process 1234: not ended, error 1703: .+ Is wts-relay installed "
                                     r"\(apt-get install wts-relay\)\? wts check rdsh01 shows more\.\n$")

    def test_without_a_credential(self):
        result = self.tool()("sessions", "--server", ADDRESS)
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertIn(f"error 1326: Logon failure. No password is stored for this name: wts credential add {ADDRESS} --user DOMAIN\\NAME "
                      f"--save stores one, kinit gets a Kerberos ticket; wts check {ADDRESS} shows more.\n", result.err)


    def test_with_a_password_that_is_wrong(self):
        self.store("wrong", "127.0.0.*")
        result = self.tool()("sessions", "--server", ADDRESS)
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertIn(f"error 1326: Logon failure. The password of {USER} that is stored for 127.0.0.* did not serve; wts check {ADDRESS} shows more.\n",
                      result.err)

    def test_where_the_way_to_each_server_ended(self):
        """One error of the protocol has several causes: a misspelled name is no host that is switched off."""
        self.store()
        for pipe in ("LSM_API_service", "Ctx_WinStation_API_service", "TermSrv_API_service"):
            self.host.control("close_pipe", pipe=pipe)
            self.addCleanup(self.host.control, "open_pipe", pipe=pipe)
        result = self.tool()("sessions", "--server", f"198.51.100.2,{NOBODY},no-such-host.invalid,{ADDRESS}")
        self.assertEqual((result.status, result.out), (2, ""))
        unavailable = "sessions not listed, error 1722: RPC server unavailable. Step"
        self.assertRegex(result.err, rf"(?m)^2 servers: {unavailable} tcp: Network is unreachable\.\n  198\.51\.100\.2, {NOBODY}$")
        self.assertRegex(result.err, rf"(?m)^no-such-host\.invalid: {unavailable} name: [^\n]+\.$")
        self.assertRegex(result.err, rf"(?m)^{ADDRESS}: {unavailable} pipe: look at whether Remote Desktop Services [^\n]+\.$")


class LogTest(CheckCase):
    """The log names whom the server saw, by the server's own record."""

    def logged(self, pid, server=ADDRESS):
        path = os.path.join(self.folder, self.id() + ".log")
        result = self.tool()("kill", pid, "--server", server, "--log", f"Z:{path}")
        self.assertEqual(result.status, 0, result)
        with open(path, encoding="utf-8") as file:
            return json.loads(file.readlines()[-1])

    def seen(self):
        return [entry["user"] for entry in self.host.log() if entry["event"] == "request" and entry.get("opnum") == 37]

    def test_an_entry_of_the_server_and_a_pattern(self):
        for target in (ADDRESS, ADDRESS[:-1] + "*"):
            self.store(server=target)
            line = self.logged(self.spawn())
            self.assertEqual((line["as"], line["result"]), (USER, "done"), target)
            self.assertNotEqual(line["who"], USER)
            self.assertEqual(self.seen()[-1], USER)
            self.tool()("credential", "remove", target)


class PlayedTest(CheckCase):
    """What the helper says, exactly."""

    def setUp(self):
        super().setUp()
        self.helpers = PlayedHelpers().__enter__()
        self.addCleanup(self.helpers.__exit__)

    def check(self, play, *options):
        thread = threading.Thread(target=play)
        thread.start()
        result = self.tool(relay=self.helpers.path)("check", "server.example", *options)
        thread.join(SECONDS)
        return result

    def refusing(self, text, step=3, error=1326, status=0xC000006D):
        def play():
            helper = self.helpers.next()
            times = (0, 11, 222, 3333, 0, 0, 0, 0)
            while True:
                frame = helper.receive()
                if frame is None:
                    return
                if frame.kind == codec.OPEN:
                    helper.send(codec.opened(frame.channel, error, step, status, codec.rpc_opened(text, times)))
        return play

    def test_the_times_of_the_steps(self):
        result = self.check(self.refusing("no", step=3), "--json")
        self.assertEqual([(step["step"], step["microseconds"]) for step in result.json],
                         [("name", 11), ("tcp", 222), ("logon", 3333)])
        self.assertEqual((result.json[-1]["status"], result.json[-1]["text"]), ("c000006d", "no"))

    def test_texts_of_the_helper_steer_nothing(self):
        hostile = "a\x1b[2J\x07\x9b31m\u202e\u2066\u200b\ufeff\u2028\U000e0041\r\nFORGED\x9b"
        for options in ((), ("--json",)):
            result = self.check(self.refusing(hostile), *options)
            self.assertEqual(result.status, 2)
            self.assertEqual([one for one in result.out + result.err
                              if one != "\n" and unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp")], [])
            self.assertNotRegex(result.out + result.err, r"(?m)^\W*FORGED")


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, smbd, RelayTest, AdviceTest, LogTest, PlayedTest)


if __name__ == "__main__":
    unittest.main()
