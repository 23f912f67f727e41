"""
Kerberos from end to end: a domain controller of the test's own, kinit, and then a program under Wine, our DLL and
wts-relay without any stored password; Samba's gensec checks the ticket on the server's side. What cannot succeed says
why, each in its own words.
"""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import run_unittest
from cli.tool import Tool
from session_host import domain
from session_host.client import SessionHost
from waiting import until

from .program import RELAY, Prefix, Program

USER, ACCOUNTS = "games", {"games": "Secret-1", "news": "Other-2"}
TERMINATE = 37
SUCCESS = (1, 3131)
LOGON_FAILURE, UNAVAILABLE, WRONG_TARGET, DENIED = 1326, 1722, 1396, 5
SPNEGO, PRIVACY = 9, 6
SKEWED_RELAY = "/mnt/wts-relay-in-the-future"


class KerberosTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kerberos-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.domain = domain.Domain(os.path.join(cls.folder, "domain"), ACCOUNTS).start()
        cls.addClassCleanup(cls.domain.stop)
        cls.host = SessionHost(os.path.join(cls.folder, "host"), tcp=0, pipe_dir=cls.domain.pipe_dir,
                               options=("--gensec", cls.domain.configuration)).start()
        cls.addClassCleanup(cls.host.stop)
        cls.prefix = Prefix().__enter__()
        cls.addClassCleanup(cls.prefix.__exit__)

    def setUp(self):
        self.host.control("reset")
        self.trace = os.path.join(self.folder, self.id() + ".trace")
        self.cache = os.path.join(self.folder, self.id() + ".cache")

    def program(self, config=None, relay=RELAY):
        variables = {"KRB5CCNAME": f"FILE:{self.cache}", "KRB5_CONFIG": config or self.domain.krb5_conf}
        program = Program(self.prefix, self.trace, variables, relay=relay).__enter__()
        self.addCleanup(program.__exit__)
        return program

    def check_terminate(self, program, server):
        pid = self.host.control("spawn")["pid"]
        self.assertEqual(program.terminate(server, pid, 42), SUCCESS, program.trace())
        self.assertEqual(self.host.control("wait", pid=pid)["exit_code"], 42)

    def check_failure(self, error, step, words, server=domain.HOST, status=None, **options):
        """The call fails so, the trace says it in these words, and nothing reached the server's procedure."""
        program = self.program(**options)
        self.assertEqual(program.terminate(program.open(server), 1, 1), (0, error), program.trace())
        line, = (line for line in program.trace().splitlines() if f"step {step}" in line)
        self.assertIn(words, line)
        if status:
            self.assertIn(f"{status:08X}", line.upper())
        self.assertEqual(self.host.count("legacy", TERMINATE, "received"), 0)

    def test_list_and_terminate_by_the_ticket(self):
        self.domain.kinit(USER, self.cache)
        program = self.program()
        server = program.open(domain.HOST)
        child = self.host.control("spawn", name="game.exe")["pid"]
        self.assertIn(f"\t1|{child}|game.exe|", program("processes", server, "W"))
        self.assertIn("\t2|0|RDP-Tcp#0", program("sessions", server, "W"))
        self.check_terminate(program, server)
        self.assertIn("Kerberos", program.trace())
        bind = self.host.log("bind")[-1]
        self.assertEqual((bind["auth_type"], bind["auth_level"]), (SPNEGO, PRIVACY))
        self.assertEqual({entry["user"] for entry in self.host.log("request")[-2:]}, {USER})
        self.assertEqual(self.host.log("auth")[-1]["result"], "ok")

    def test_the_rights_are_those_of_the_tickets_owner(self):
        pid = self.host.control("spawn", deny=["news"])["pid"]
        self.domain.kinit("news", self.cache)
        program = self.program()
        self.assertEqual(program.terminate(program.open(domain.HOST), pid, 1), (0, DENIED))
        self.assertEqual(self.host.count("legacy", TERMINATE, "executed"), 1)

    def test_a_short_name(self):
        self.domain.kinit(USER, self.cache)
        program = self.program()
        self.check_terminate(program, program.open("dc1"))

    def test_the_log_of_the_command_names_the_owner_of_the_ticket(self):
        self.domain.kinit(USER, self.cache)
        pid, log = self.host.control("spawn")["pid"], os.path.join(self.folder, "kill.log")
        for variables in ({}, {"WTSAPI32_CONNECT_FILE": f"Z:{self.trace}"}):
            wts = Tool(self.prefix, KRB5CCNAME=f"FILE:{self.cache}", KRB5_CONFIG=self.domain.krb5_conf, WTSAPI32_RELAY=RELAY, **variables)
            result = wts("kill", pid, 999999, "--server", f"{domain.HOST},{domain.UNREGISTERED}", "--yes", "--log", f"Z:{log}")
            self.assertEqual(result.status, 1 if not variables else 2, result)
        with open(log, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        owner = f"{USER}@{domain.REALM}"
        self.assertEqual([(line["server"], line["as"], line["result"]) for line in lines if line["server"] == domain.HOST],
                         [(domain.HOST, owner, "done"), (domain.HOST, owner, "failed")] + [(domain.HOST, owner, "failed")] * 2)
        self.assertEqual({(line["as"], line["error"]) for line in lines if line["server"] != domain.HOST}, {(None, WRONG_TARGET)})
        with open(self.trace, encoding="utf-8") as file:
            self.assertIn(f'text "Kerberos as {owner} at {domain.ADDRESS}"\n', file.read())

    def test_no_ticket(self):
        self.check_failure(LOGON_FAILURE, "logon", "there is no Kerberos ticket")

    def test_an_empty_cache(self):
        with open(self.cache, "wb"):
            pass
        self.check_failure(LOGON_FAILURE, "logon", "there is no Kerberos ticket")

    def test_an_expired_ticket(self):
        self.domain.kinit(USER, self.cache, "-l", "2s")
        until(lambda: subprocess.run(["klist", "-s", "-c", self.cache], check=False, timeout=60).returncode,
              "the end of the ticket")
        self.check_failure(LOGON_FAILURE, "logon", f"ticket of {USER}@{domain.REALM} has expired")

    def test_a_new_ticket_is_found_by_the_next_call(self):
        program = self.program()
        server = program.open(domain.HOST)
        self.assertEqual(program.terminate(server, 1, 1), (0, LOGON_FAILURE))
        self.domain.kinit(USER, self.cache)
        self.check_terminate(program, server)

    def test_an_unknown_service(self):
        self.domain.kinit(USER, self.cache)
        self.check_failure(WRONG_TARGET, "logon", f"the KDC knows no service cifs/{domain.UNREGISTERED}@{domain.REALM}",
                           server=domain.UNREGISTERED, status=0xC000000D)

    def test_a_host_of_another_realm(self):
        self.domain.kinit(USER, self.cache)
        self.check_failure(WRONG_TARGET, "logon", f"another realm, cifs/{domain.FOREIGN}@ELSEWHERE.TEST",
                           server=domain.FOREIGN, status=0xC000000D)

    def test_a_ticket_of_a_realm_without_a_kdc(self):
        self.domain.kinit(USER, self.cache)
        config = os.path.join(self.folder, "foreign.conf")
        with open(self.domain.krb5_conf, encoding="utf-8") as good, open(config, "w", encoding="utf-8") as file:
            file.write(good.read().replace(domain.REALM, "FOREIGN.TEST"))
        self.check_failure(UNAVAILABLE, "logon", "no KDC answers for the realm", config=config, status=0xC000005E)

    def test_a_kdc_that_is_down(self):
        self.domain.kinit(USER, self.cache)
        config = os.path.join(self.folder, "down.conf")
        self.domain.write_krb5_conf(config, kdc="10.99.0.1:89")
        self.check_failure(UNAVAILABLE, "logon", "no KDC answers for the realm", config=config, status=0xC000005E)

    def test_an_address_instead_of_a_name(self):
        self.domain.kinit(USER, self.cache)
        self.check_failure(LOGON_FAILURE, "logon", "by name, not by address", server=domain.ADDRESS)

    def test_a_clock_that_is_wrong(self):
        with open(SKEWED_RELAY, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nexec {domain.find('faketime')} -f +20m {RELAY}\n")
        os.chmod(SKEWED_RELAY, 0o755)
        words = "the clocks of this machine, the KDC and the host may differ"
        self.domain.kinit(USER, self.cache)
        self.check_failure(LOGON_FAILURE, "logon", words, relay=SKEWED_RELAY, status=0xC000006D)
        # With tickets of the services at hand the KDC is not asked: the server is the first to look.
        good = self.program()
        self.check_terminate(good, good.open(domain.HOST))
        self.host.control("reset")
        self.trace += ".again"
        self.check_failure(DENIED, "bind", words, relay=SKEWED_RELAY, status=0xC000006D)


def load_tests(_loader, _tests, _pattern):
    return run_unittest.load(__name__, domain, KerberosTest)


if __name__ == "__main__":
    unittest.main()
