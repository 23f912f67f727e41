"""
wts kill ends the right processes and no other: wildcards, sessions, users, trees, what it asks before, how it waits.
"""
import os
import re
import select
import subprocess
import unittest

from .scene import HostCase, raw_terminal

SECONDS = 60
LEGACY_TERMINATE, PROCESSES = 37, 70


class EndingCase(HostCase):
    def tried(self):
        return self.host.count("legacy", LEGACY_TERMINATE, "received")


class WildcardTest(EndingCase):
    def test_question_mark_and_star(self):
        targets = {name: self.spawn(name=name) for name in ("alpha1.exe", "alpha22.exe", "beta.exe", "alpha.com")}
        self.check(self.wts("kill", "ALPHA?", "--server", "a"), 0,
                   f"process {targets['alpha1.exe']} (alpha1.exe): ended with exit code 1\n")
        self.assertEqual(self.wts("kill", "*pha2*.exe", "--server", "a").status, 0)
        self.assertEqual([self.exit_code(pid) for pid in targets.values()], [1, 1, None, None])
        self.assertEqual(self.wts("kill", "alpha.*", "--server", "a").status, 0)
        self.assertEqual(self.exit_code(targets["alpha.com"]), 1)
        self.assertIsNone(self.exit_code(targets["beta.exe"]))

    def test_what_would_mean_every_process_is_refused(self):
        pid = self.spawn()
        for word in ("*", "?*", "*.exe", "*.*", "***"):
            result = self.wts("kill", word, "--server", "a", "--yes")
            self.assertEqual((result.status, result.out), (64, ""))
            self.assertIn("it would mean every process", result.err)
        self.assertIsNone(self.exit_code(pid))
        self.assertEqual(self.tried(), 0)

    def test_every_process_of_a_session_can_be_meant(self):
        pids = [self.spawn(name=f"x{index}.exe", session=session) for index, session in enumerate((2, 2, 3))]
        self.assertEqual(self.wts("kill", "*", "--session", "alice", "--server", "a").status, 0)
        self.assertEqual([self.exit_code(pid) for pid in pids], [1, 1, None])


class FilterTest(EndingCase):
    def test_only_in_a_session(self):
        for word in ("2", "alice", "dom\\ALICE", "RDP-tcp#0"):
            ours, theirs = self.spawn(name="x.exe", session=2), self.spawn(name="x.exe", session=3)
            result = self.wts("kill", "x", "--session", word, "--server", "a")
            self.check(result, 0, f"process {ours} (x.exe): ended with exit code 1\n")
            self.assertEqual((self.exit_code(ours), self.exit_code(theirs)), (1, None))
            self.host.control("end", pid=theirs, code=0)

    def test_an_id_of_another_session_is_spared(self):
        pid = self.spawn(name="x.exe", session=3)
        self.check(self.wts("kill", pid, "--session", "alice", "--server", "a"), 2,
                   err=f"a: process {pid} (x.exe): not of that session, error 1168: Element not found.\n")
        self.assertIsNone(self.exit_code(pid))

    def test_a_session_that_does_not_exist(self):
        pid = self.spawn(name="x.exe", session=2)
        result = self.wts("kill", "x", pid, "--session", "nobody", "--server", "a", "--json")
        self.assertEqual((result.status, [one["error"] for one in result.json]), (2, [7022]))
        self.assertEqual(self.tried(), 0)

    def test_several_sessions_of_that_user(self):
        self.host.control("session", session=9, user="alice", domain="OTHER", name="RDP-Tcp#9")
        pids = [self.spawn(name="x.exe", session=session) for session in (2, 9)]
        result = self.wts("kill", "x", *pids, "--session", "alice", "--server", "a,b", "--yes")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertIn("alice means several sessions: 2 (Active, RDP-Tcp#0, DOM\\alice), 9 (Active, RDP-Tcp#9, OTHER\\alice)",
                      result.err)
        self.assertEqual(self.tried(), 0)
        self.assertEqual(self.wts("kill", "x", "--session", "OTHER\\alice", "--server", "a").status, 0)
        self.assertEqual([self.exit_code(pid) for pid in pids], [None, 1])

    def test_only_of_a_user(self):
        ours, theirs = self.spawn(name="x.exe", sid="S-1-5-18"), self.spawn(name="x.exe", sid="S-1-5-21-7-7-7-1234")
        for user in ("SYSTEM", "nt authority\\system", "S-1-5-18"):
            result = self.wts("kill", "x", "--user", user, "--dry-run", "--server", "a")
            self.check(result, 0, f"process {ours} (x.exe) of NT AUTHORITY\\SYSTEM in session 1: would be ended\n")
        self.assertEqual(self.wts("kill", "x", theirs, "--user", "S-1-5-21-7-7-7-1234", "--server", "a").status, 0)
        self.assertEqual((self.exit_code(ours), self.exit_code(theirs)), (None, 1))
        result = self.wts("kill", "x", "--user", "YSTEM", "--server", "a")
        self.assertIn("no process of that session or user has this image name, error 1168", result.err)
        self.assertIsNone(self.exit_code(ours))

    def test_of_a_user_of_this_machine(self):
        target = self.sleeper("mine.exe")
        pid, = self.pids("mine.exe")
        user, = {one["user"] for one in self.wts("processes", "--json").json if one["pid"] == pid}
        self.assertEqual(self.wts("kill", "mine", "--user", "SYSTEM").status, 2)
        self.assertTrue(target.is_running())
        self.assertEqual(self.wts("kill", "mine", "--user", user.split("\\")[1].upper()).status, 0)
        self.assertEqual(target.wait(), 1)


class SomeServersTest(EndingCase):
    """A program that runs on some of the servers is not missed on the others."""

    def on_the_first_nothing_runs(self):
        for name, value in (("pNumberOfProcesses", 0), ("ppTsAllProcessesInfo", [])):
            self.host.rule("field", opnum=PROCESSES, name=name, value=value, count=1)

    def test_nothing_to_do_is_no_failure(self):
        pid = self.spawn(name="x.exe")
        self.on_the_first_nothing_runs()
        result = self.wts("kill", "x", "--yes", "--server", "a,b", "--parallel", 1)
        self.assertEqual((result.status, result.out), (0, f"b: process {pid} (x.exe): ended with exit code 1\n"))
        self.assertRegex(result.err, r"^a: x: no process has this image name, error 1168: [^\n]+\n2 servers: 1 done, 0 partly, 0 failed, 1 with nothing to do\n$")

    def test_a_word_that_means_nothing_anywhere_has_failed(self):
        self.spawn(name="x.exe")
        self.on_the_first_nothing_runs()
        result = self.wts("kill", "x", "xx", "--dry-run", "--server", "a,b", "--parallel", 1, "--json")
        self.assertEqual((result.status, [(row["server"], row["name"], row["error"]) for row in result.json]),
                         (1, [("a", "x", 1168), ("a", "xx", 1168), ("b", "xx", 1168), ("b", "x.exe", 0)]))
        self.assertTrue(result.err.endswith("2 servers: 0 done, 1 partly, 1 failed\n"), result.err)

    def test_nothing_anywhere_is_a_failure(self):
        result = self.wts("kill", "x", "--server", "a,b")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertTrue(result.err.endswith("\n2 servers: 0 done, 0 partly, 2 failed\n"), result.err)

    def test_what_failed_beside_it_still_fails(self):
        self.spawn(name="x.exe")
        self.on_the_first_nothing_runs()
        result = self.wts("kill", "x", "--yes", "--server", "a,b,dead!", "--parallel", 1)
        self.assertEqual(result.status, 1)
        self.assertTrue(result.err.endswith("\n3 servers: 1 done, 0 partly, 1 failed, 1 with nothing to do\n"), result.err)


class DryRunTest(EndingCase):
    def test_whose_processes_they_are(self):
        unknown = self.spawn(name="x.exe", session=2, sid="S-1-5-21-7-7-7-1234")
        nobody = self.spawn(name="x.exe", session=3, sid=None)
        self.check(self.wts("kill", "x", "--dry-run", "--server", "a"), 0,
                   f"process {unknown} (x.exe) of S-1-5-21-7-7-7-1234 in session 2: would be ended\nprocess {nobody} (x.exe) in session 3: would be ended\n")
        self.check(self.wts("kill", "x", "--session", "alice", "--dry-run", "--server", "a"), 0,
                   f"process {unknown} (x.exe) of DOM\\alice in session 2: would be ended\n")
        answer, = self.wts("kill", unknown, "--session", "alice", "--server", "a", "--json").json
        self.assertEqual((answer["session"], answer["user"], answer["done"]), (2, "DOM\\alice", True))

    def test_nothing_is_ended(self):
        pids = [self.spawn(name="x.exe") for _ in range(12)]
        result = self.wts("kill", "x", pids[0], 2147483632, "--dry-run", "--server", "a,b", "--wait")
        self.assertEqual(result.status, 1)
        self.assertEqual(len(re.findall(r"\(x\.exe\)( of \S+)? in session 1: would be ended\n", result.out)), 24)
        self.assertRegex(result.err, r"(?m)^2 servers: process 2147483632: there is no such process, error 87: .+\n  a, b$")
        self.assertEqual(self.tried(), 0)
        answers = self.wts("kill", "x", "--dry-run", "--server", "a", "--json").json
        self.assertEqual({(one["done"], one["error"], one["gone"]) for one in answers}, {(False, 0, None)})


class ConfirmTest(EndingCase):
    def test_more_than_ten_by_name(self):
        pids = [self.spawn(name="x.exe") for _ in range(11)]
        self.check(self.wts("kill", "x", "--server", "a"), 64,
                   err="wts kill: 11 processes, nothing was ended: --dry-run shows them, --yes ends them\n")
        self.assertEqual(self.tried(), 0)
        self.assertEqual(self.wts("kill", "x", "--server", "a", "--yes").status, 0)
        self.assertEqual({self.exit_code(pid) for pid in pids}, {1})

    def test_ten_by_name_and_any_number_by_id_are_not_asked_for(self):
        pids = [self.spawn(name="x.exe") for _ in range(10)]
        self.assertEqual(self.wts("kill", "x", "--server", "a").status, 0)
        self.assertEqual({self.exit_code(pid) for pid in pids}, {1})
        pids = [self.spawn(name="y.exe") for _ in range(12)]
        self.assertEqual(self.wts("kill", *pids, "--server", "a").status, 0)

    def test_by_name_on_several_servers(self):
        pid = self.spawn(name="x.exe")
        self.check(self.wts("kill", "x", "--server", "a,b"), 64,
                   err="wts kill: 2 processes on 2 servers, nothing was ended: --dry-run shows them, --yes ends them\n")
        self.assertIsNone(self.exit_code(pid))
        self.assertEqual(self.tried(), 0)

    def test_a_terminal_is_asked(self):
        pid = self.spawn(name="x.exe")
        for typed in (b"n\r", b"\r", b"yep\r"):
            status, shown, is_asked = self.on_terminal(typed, "kill", "x", "--server", "a,b")
            self.assertEqual((status, is_asked), (64, True), shown)
            self.assertIn("End 2 processes on 2 servers? [y/N]", shown)
            self.assertIsNone(self.exit_code(pid))
        status, shown, _ = self.on_terminal(b"y\r", "kill", "x", "--server", "a,b")
        self.assertIn("ended with exit code 1", shown)
        self.assertEqual(self.exit_code(pid), 1)

    def test_who_is_gone_when_the_answer_comes_is_not_ended(self):
        """Another process may have the id by then."""
        pids = [self.spawn(name="x.exe") for _ in range(11)]
        terminal, inner = raw_terminal()
        child = self.wts.start("kill", "x", "--server", "a", stdin=inner, stdout=subprocess.PIPE, stderr=inner)
        os.close(inner)
        shown = b""
        while b"[y/N]" not in shown:
            readable, _, _ = select.select([terminal], [], [], SECONDS)
            self.assertTrue(readable, shown)
            shown += os.read(terminal, 65536)
        self.host.control("end", pid=pids[0], code=7)
        self.spawn(pid=pids[0], name="stranger.exe")
        os.write(terminal, b"yes\r")
        out = child.communicate(timeout=SECONDS)[0]
        os.close(terminal)
        self.assertEqual((child.returncode, out.count(b"ended with exit code 1")), (1, 10))
        self.assertIsNone(self.exit_code(pids[0]))


class WaitTest(EndingCase):
    def test_gone_with_its_exit_code(self):
        for words in (("--wait",), ("--wait", "20"), ("--wait=20",)):
            target = self.sleeper("waited.exe")
            pid, = self.pids("waited.exe")
            self.check(self.wts("kill", *words, "waited", "--exit-code", 300), 0,
                       f"process {pid} (waited.exe): gone, exit code 300\n")
            self.assertEqual(target.wait(), 300 & 0xFF)
        self.sleeper("waited.exe")
        answer, = self.wts("kill", "waited", "--wait", "--json").json
        self.assertEqual((answer["gone"], answer["exit_code"], answer["done"]), (True, 1, True))

    def test_gone_from_a_server(self):
        pid = self.spawn(name="x.exe")
        self.check(self.wts("kill", pid, "--wait", "--server", "a"), 0, f"process {pid}: gone\n")

    def test_still_there(self):
        pid = self.spawn(name="x.exe", deny=["*"])
        self.host.control("rule", match={"interface": "legacy", "opnum": LEGACY_TERMINATE}, action="stub", hex="0000000001")
        result = self.wts("kill", "x", "--wait=1", "--server", "a")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertRegex(result.err, rf"^a: process {pid} \(x\.exe\): ended, but still there, error 258: .+\n$")
        answer, = self.wts("kill", "x", "--wait=0", "--server", "a", "--json").json
        self.assertEqual((answer["gone"], answer["exit_code"], answer["done"]), (False, None, False))

    def test_what_is_not_ended_is_not_waited_for(self):
        pid = self.spawn(name="x.exe", deny=["*"])
        self.check(self.wts("kill", "x", "--wait", "--server", "a"), 2,
                   err=f"a: process {pid} (x.exe): not ended, error 5: Access denied.\n")

    def test_a_number_behind_wait_is_never_a_process(self):
        target = self.sleeper("numbered.exe")
        pid, = self.pids("numbered.exe")
        self.assertEqual(self.wts("kill", "--wait", pid).status, 64)
        self.assertTrue(target.is_running())


class TreeTest(EndingCase):
    def test_a_process_with_all_that_it_started(self):
        before = self.pids("cmd.exe")
        child, stranger = self.sleeper("child.exe"), None
        parent, = set(self.pids("cmd.exe")) - set(before)
        stranger = self.sleeper("stranger.exe")
        pid, = self.pids("child.exe")
        result = self.wts("kill", parent, "--tree", "--dry-run")
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertRegex(result.out, rf"^process {parent} \(cmd\.exe\) of \S+ in session 1: would be ended\n"
                                     rf"process {pid} \(child\.exe\) of \S+ in session 1: would be ended\n$")
        self.assertTrue(child.is_running())
        self.assertEqual(self.wts("kill", parent, "--tree", "--wait").status, 0)
        self.assertEqual(self.pids("child.exe"), [])
        self.assertTrue(stranger.is_running())

    def test_without_it_the_children_live(self):
        before = self.pids("cmd.exe")
        self.sleeper("orphan.exe")
        parent, = set(self.pids("cmd.exe")) - set(before)
        self.assertEqual(self.wts("kill", parent, "--wait").status, 0)
        self.assertEqual(len(self.pids("orphan.exe")), 1)

    def test_a_server_does_not_report_parents(self):
        pid = self.spawn()
        result = self.wts("kill", pid, "--tree", "--server", "a")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertIn("--tree is for this machine only", result.err)
        self.assertIsNone(self.exit_code(pid))


class SystemTest(EndingCase):
    def test_a_wildcard_means_no_process_of_the_system(self):
        """A server stops when it loses csrss.exe."""
        system = [self.spawn(name=name, session=2, sid=sid) for name, sid in (("csrss.exe", "S-1-5-18"), ("dwm.exe", "S-1-5-90-0-2"),
                                                                              ("fontdrvhost.exe", "S-1-5-96-0-2"), ("service.exe", "S-1-5-80-1-2-3-4-5"))]
        own = self.spawn(name="calc.exe", session=2)
        self.check(self.wts("kill", "*", "--session", "2", "--server", "a"), 0, f"process {own} (calc.exe): ended with exit code 1\n")
        result = self.wts("kill", "csr*", "--server", "a")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertIn("only processes of the system have such a name; without wildcards it means them", result.err)
        self.assertEqual([self.exit_code(pid) for pid in system], [None] * len(system))
        self.assertEqual(self.wts("kill", "csrss", "--session", "2", "--server", "a").status, 0)
        self.assertEqual(self.wts("kill", "*", "--session", "2", "--user", "system", "--server", "a", "--dry-run").status, 2)
        self.assertEqual(self.exit_code(system[0]), 1)


class SeveralServersTest(HostCase):
    """Who ends sessions or machines on more than one server is asked, as by kill."""
    def test_an_id_means_another_process_on_each_server(self):
        pid = self.spawn(name="hung.exe")
        result = self.wts("kill", pid, "--server", "a,b")
        self.assertEqual((result.status, result.out, result.err),
                         (64, "", "wts kill: 2 processes on 2 servers, nothing was ended: --dry-run shows them, --yes ends them\n"))
        self.assertIsNone(self.exit_code(pid))

    cases = (("logoff", "alice"), ("disconnect", "alice"), ("shutdown", "--reboot"), ("shutdown", "--logoff"))

    def effects(self):
        sessions = {session["session"]: session["state"] for session in self.host.control("sessions")["sessions"]}
        return sessions, len(self.host.control("shutdowns")["shutdowns"])

    def test_without_a_terminal_nothing_is_done(self):
        before = self.effects()
        for words in self.cases:
            result = self.wts(*words, "--server", "a,b")
            self.assertEqual((result.status, result.out), (64, ""), result)
            self.assertRegex(result.err, rf"^wts {words[0]}: 2 (sessions on 2 )?servers, nothing was [a-z ]+: --dry-run shows them, --yes [a-z ]+\n$")
        self.assertEqual(self.effects(), before)

    def test_a_dry_run(self):
        before = self.effects()
        log = os.path.join(self.folder, "dry.log")
        for words in self.cases:
            for servers in ("a", "a,b"):
                result = self.wts(*words, "--server", servers, "--dry-run", "--log", f"Z:{log}")
                self.assertEqual((result.status, len(re.findall("would be [a-z ]+\n", result.out))), (0, 2 if servers == "a,b" else 1), result)
        self.assertEqual(self.effects(), before)
        self.assertEqual(os.path.getsize(log), 0)

    def test_asked_and_told(self):
        before = self.effects()
        status, shown, is_asked = self.on_terminal(b"n\r", "shutdown", "--reboot", "--server", "a,b")
        self.assertEqual((status, is_asked, self.effects()), (64, True, before), shown)
        self.assertIn("Restart 2 servers? [y/N]", shown)
        status, shown, is_asked = self.on_terminal(b"y\r", "shutdown", "--reboot", "--server", "a,b")
        self.assertEqual((status, is_asked, self.effects()[1]), (0, True, 2), shown)
        self.assertEqual(self.wts("logoff", "alice", "--server", "a,dead!", "--yes").status, 1)
        self.assertNotIn(2, self.effects()[0])


if __name__ == "__main__":
    unittest.main()
