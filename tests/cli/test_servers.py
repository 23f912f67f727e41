"""
wts.exe about servers: one, and many side by side. Over TCP every name but this machine's leads to one session host; a
name with a character that no host name has leads nowhere, at once.
"""
import json
import os
import subprocess
import unittest

from .scene import HostCase
from .tool import Tool

DEAD = "dead!"
NOT_REACHED = "error 1722: RPC server unavailable."
LEGACY_OPEN, LEGACY_TERMINATE, LEGACY_WAIT_EVENT = 0, 37, 16
ENUMERATE = 10
SECONDS = 60


class ServerCase(HostCase):
    def executed(self, opnum):
        return self.host.count("legacy", opnum, "executed")

    def await_executed(self, opnum, count, what="executed"):
        reached = self.host.control("await_requests", interface="legacy", opnum=opnum, what=what, count=count,
                                    seconds=SECONDS)["reached"]
        self.assertTrue(reached)

    def file(self, text):
        path = os.path.join(self.folder, self.id() + ".txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return "Z:" + path


class KillTest(ServerCase):
    def test_by_id(self):
        pid = self.spawn()
        self.check(self.wts("kill", pid, "--server", "rdsh01", "--exit-code", 42), 0,
                   f"process {pid}: ended with exit code 42\n")
        self.assertEqual(self.exit_code(pid), 42)

    def test_by_name(self):
        pids = sorted(self.spawn(name="Größe 日本.exe") for _ in range(2))
        other = self.spawn(name="Größe 日本.com")
        result = self.wts("kill", "größe 日本", "--server", "rdsh01", "--exit-code", 7)
        self.check(result, 0, "".join(f"process {pid} (Größe 日本.exe): ended with exit code 7\n" for pid in pids))
        self.assertEqual([self.exit_code(pid) for pid in pids], [7, 7])
        self.assertIsNone(self.exit_code(other))

    def test_no_such_image_and_some_refused(self):
        pid = self.spawn(name="guarded.exe", deny=["*"])
        result = self.wts("kill", "abc", "guarded", "--server", "rdsh01")
        self.check(result, 2, err="rdsh01: abc: no process has this image name, error 1168: Element not found.\n"
                                  f"rdsh01: process {pid} (guarded.exe): not ended, error 5: Access denied.\n")

    def test_a_server_that_is_not_reached_is_not_asked_again(self):
        self.check(self.wts("kill", 4, 8, "--server", DEAD), 2,
                   err=f"{DEAD}: process 4: not ended, {NOT_REACHED}\n{DEAD}: process 8: not tried, {NOT_REACHED}\n")

    def test_some_servers_failed(self):
        pid = self.spawn(name="everywhere.exe")
        result = self.wts("kill", "everywhere", "--server", f"{DEAD},rdsh01", "--json", "--yes")
        self.assertEqual(result.status, 1)
        failed, ended = result.json
        self.assertEqual((failed["server"], failed["done"], failed["error"]), (DEAD, False, 1722))
        self.assertEqual((ended["server"], ended["pid"], ended["done"], ended["error"]), ("rdsh01", pid, True, 0))
        self.assertTrue(result.err.endswith("\n2 servers: 1 done, 0 partly, 1 failed\n"), result.err)

    def test_each_line_says_whose_it_is(self):
        pid = self.spawn()
        result = self.wts("kill", pid, 999999, "--server", "rdsh01,rdsh02", "--parallel", 1, "--yes")
        self.assertEqual(result.status, 1)
        self.assertEqual(result.out, f"rdsh01: process {pid}: ended with exit code 1\n")
        self.assertEqual([line[:7] for line in result.err.splitlines()], ["rdsh02:", "2 serve", "  rdsh0", "2 serve"])
        self.assertIn("2 servers: process 999999: not ended, error 87: Invalid parameter.\n  rdsh01, rdsh02\n", result.err)
        self.assertTrue(result.err.endswith("2 servers: 0 done, 1 partly, 1 failed\n"))


class ListTest(ServerCase):
    def test_processes_of_one_server(self):
        pid = self.spawn(name='q"\\\x1b.exe', session=2, sid="S-1-5-18")
        nobody = self.spawn(name="nobody.exe", sid=None)
        stranger = self.spawn(name="stranger.exe", sid="S-1-5-21-7-7-7-1234")
        processes = self.wts("processes", "--server", "rdsh01", "--json").json
        by_pid = {process["pid"]: process for process in processes}
        self.assertEqual(by_pid[pid], {"server": "rdsh01", "pid": pid, "name": 'q"\\\x1b.exe', "session": 2,
                                       "user": "NT AUTHORITY\\SYSTEM", "sid": "S-1-5-18"})
        self.assertEqual((by_pid[nobody]["user"], by_pid[nobody]["sid"]), (None, None))
        self.assertEqual(by_pid[stranger]["user"], "S-1-5-21-7-7-7-1234")
        table = self.wts("processes", "--server", "rdsh01").out
        self.assertEqual(table.split("\n", 1)[0].split(), ["PID", "NAME", "SESSION", "USER"])
        self.assertNotIn("\x1b", table)

    def test_a_user_without_a_name_here_is_that_of_the_session(self):
        own = self.spawn(name="erp.exe", session=2, sid="S-1-5-21-7-7-7-1234")
        window_manager = self.spawn(name="dwm.exe", session=2, sid="S-1-5-90-0-2")
        system = self.spawn(name="csrss.exe", session=2, sid="S-1-5-18")
        users = {process["pid"]: (process["user"], process["sid"]) for process in self.wts("processes", "--server", "rdsh01", "--json").json}
        self.assertEqual(users[own], ("DOM\\alice", "S-1-5-21-7-7-7-1234"))
        self.assertEqual((users[window_manager][1], users[system]), ("S-1-5-90-0-2", ("NT AUTHORITY\\SYSTEM", "S-1-5-18")))
        self.assertNotIn("alice", users[window_manager][0])
        self.assertRegex(self.wts("processes", "--server", "rdsh01").out, rf"(?m)^ *{own}  erp\.exe +2  DOM\\alice$")
        for words in (("--user", "alice"), ("--session", "2", "--user", "dom\\ALICE")):
            self.assertEqual([process["pid"] for process in self.wts("processes", *words, "--server", "rdsh01", "--json").json], [own])
        self.assertEqual([row["user"] for row in self.wts("find", "erp", "--server", "rdsh01", "--json").json], ["DOM\\alice"])

    def test_of_two_users_in_a_session_nobody_knows_which_is_which(self):
        """Somebody else may run a program there."""
        sids = ["S-1-5-21-7-7-7-1234", "S-1-5-21-7-7-7-500"]
        pids = [self.spawn(name="erp.exe", session=2, sid=sid) for sid in sids]
        users = {process["pid"]: process["user"] for process in self.wts("processes", "--server", "rdsh01", "--json").json}
        self.assertEqual([users[pid] for pid in pids], sids)

    def test_sessions_are_listed_only_where_a_name_is_missing(self):
        self.spawn(name="x.exe", session=2, sid="S-1-5-18")
        self.assertEqual(self.wts("processes", "--server", "rdsh01").status, 0)
        self.assertEqual(self.host.count("enumeration", ENUMERATE, "received"), 0)
        for _ in range(3):
            self.spawn(name="x.exe", session=2, sid="S-1-5-21-7-7-7-1234")
        self.assertEqual(self.wts("processes", "--server", "rdsh01").status, 0)
        self.assertEqual(self.host.count("enumeration", ENUMERATE, "received"), 1)
        self.host.rule("fault", interface="enumeration", code=5)
        result = self.wts("processes", "--server", "rdsh01")
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertIn("S-1-5-21-7-7-7-1234", result.out)

    def test_sessions_of_one_server(self):
        result = self.wts("sessions", "--server", "rdsh01", "--json")
        self.assertEqual((result.status, result.err), (0, ""))
        by_id = {session["id"]: session for session in result.json}
        self.assertEqual(by_id[2], {"server": "rdsh01", "id": 2, "name": "RDP-Tcp#0", "state": "Active",
                                    "user": "DOM\\alice"})
        self.assertEqual((by_id[3]["state"], by_id[3]["user"]), ("Disconnected", "DOM\\bob"))
        self.assertEqual((by_id[0]["name"], by_id[0]["user"]), ("Services", None))

    def test_many_in_the_order_given_and_one_dead(self):
        self.host.control("session", session=7, user="Jürgen 日本", domain="DOM")
        result = self.wts("sessions", "--server", f"zeta, {DEAD} ,alpha", "--servers-file",
                          self.file("# further ones\nbeta  # the last\nZETA\n"), "--json")
        self.assertEqual(result.status, 1)
        servers = [session["server"] for session in result.json]
        self.assertEqual(list(dict.fromkeys(servers)), ["zeta", "alpha", "beta"])
        self.assertEqual(servers, sorted(servers, key=["zeta", "alpha", "beta"].index))
        self.assertEqual(result.err, f"{DEAD}: sessions not listed, {NOT_REACHED}\n"
                                     "4 servers: 3 done, 0 partly, 1 failed\n")
        self.assertIn("DOM\\Jürgen 日本", [session["user"] for session in result.json])

    def test_a_table_of_many(self):
        result = self.wts("sessions", "--server", "long-name-of-a-server,a")
        self.assertEqual(result.status, 0)
        heading, *lines = result.out.splitlines()
        self.assertEqual(heading.split(), ["SERVER", "ID", "NAME", "STATE", "USER"])
        self.assertEqual({line.split()[0] for line in lines}, {"long-name-of-a-server", "a"})
        column = heading.index("NAME")
        self.assertTrue(all(line[column - 2:column] == "  " for line in lines), result.out)

    def test_all_dead(self):
        result = self.wts("processes", "--server", f"{DEAD},{DEAD}{DEAD}", "--json")
        self.assertEqual((result.status, result.out), (2, "[]\n"))
        self.assertTrue(result.err.endswith("2 servers: 0 done, 0 partly, 2 failed\n"))

    def test_a_server_that_stalls_delays_nobody(self):
        """All others have answered, and the one still stalls."""
        self.host.rule("stall", opnum=LEGACY_TERMINATE, count=1)
        servers = ",".join(f"rdsh{index}" for index in range(40))
        child = self.wts.start("kill", 999999, "--server", servers, "--yes", "--json", stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.await_executed(LEGACY_TERMINATE, 40, "received")
        self.assertIsNone(child.poll())
        self.host.control("release")
        out = child.communicate(timeout=SECONDS)[0]
        self.assertEqual(child.returncode, 2)       # the process does not exist anywhere
        self.assertEqual(out.count(b'"error": 87'), 40)


class ProcessesOfUserTest(ServerCase):
    def test_by_user_and_session(self):
        self.spawn(name="system.exe", session=2, sid="S-1-5-18")
        self.spawn(name="service.exe", session=2, sid="S-1-5-19")
        self.spawn(name="system3.exe", session=3, sid="S-1-5-18")
        for words, names in ((("--user", "system"), {"system.exe", "system3.exe"}), (("--user", "S-1-5-19"), {"service.exe"}),
                             (("--user", "SYSTEM", "--session", "alice"), {"system.exe"}), (("--user", "nobody"), set())):
            listed = {row["name"] for row in self.wts("processes", *words, "--server", "a", "--json").json}
            self.assertEqual({name for name in listed if name.startswith("s")}, names)
        self.assertEqual(self.wts("processes", "--user", "").status, 64)


class FindTest(ServerCase):
    def test_a_user_on_many_servers(self):
        self.host.control("session", session=7, name="RDP-Tcp#7", user="Alice2", logon_time=132000000000000000)
        result = self.wts("find", "ALICE", "--server", f"b,{DEAD},a", "--json")
        self.assertEqual(result.status, 1)
        self.assertEqual([(row["server"], row["session"], row["user"], row["state"], row["pid"], row["process"]) for row in result.json],
                         [(server, 2, "DOM\\alice", "Active", None, None) for server in "ba"])
        self.assertGreater(result.json[0]["idle_seconds"], 0)
        self.assertRegex(result.json[0]["since"], r"^20\d\d-\d\d-\d\dT")
        self.assertIn(f"{DEAD}: sessions not listed, {NOT_REACHED}\n", result.err)
        for word, users in (("dom\\a*", {"DOM\\alice"}), ("alice?", {"Alice2"}), ("*li*", {"DOM\\alice", "Alice2"})):
            self.assertEqual({row["user"] for row in self.wts("find", word, "--server", "a", "--json").json}, users)

    def test_a_program(self):
        pid = self.spawn(name="Hung.exe", session=3, sid="S-1-5-18")
        row, = self.wts("find", "hung", "--server", "a", "--json").json
        self.assertEqual((row["session"], row["user"], row["state"], row["pid"], row["process"]),
                         (3, "NT AUTHORITY\\SYSTEM", "Disconnected", pid, "Hung.exe"))
        table = self.wts("find", "hung", "--server", "a").out.splitlines()
        self.assertEqual(table[0].split(), ["SESSION", "USER", "STATE", "IDLE", "SECONDS", "SINCE", "PID", "PROCESS"])

    def test_everybody(self):
        result = self.wts("find", "*", "--server", "a", "--json")
        self.assertEqual([(row["user"], row["state"], row["pid"]) for row in result.json],
                         [("DOM\\alice", "Active", None), ("DOM\\bob", "Disconnected", None)])

    def test_nowhere(self):
        self.check(self.wts("find", "nobody", "--server", "a"), 0, err="nobody: found nowhere\n")
        result = self.wts("find", "nobody", "--server", f"a,{DEAD}")
        self.assertEqual((result.status, result.err.splitlines()[0]), (1, "nobody: found nowhere on the servers that answered"))
        for words in ((DEAD,), (f"{DEAD},{DEAD}{DEAD}",)):     # nobody was asked
            result = self.wts("find", "nobody", "--server", *words)
            self.assertEqual(result.status, 2)
            self.assertNotIn("found nowhere", result.err)
        for word in ("", "*.exe", "*?"):
            self.assertEqual(self.wts("find", word, "--server", "a").status, 64)


class SessionTest(ServerCase):
    def test_information(self):
        result = self.wts("info", 2, "--server", "rdsh01", "--json")
        self.assertEqual((result.status, result.err), (0, ""))
        session, = result.json
        expected = {"server": "rdsh01", "session": 2, "name": "RDP-Tcp#0", "state": "Active", "user_name": "alice",
                    "domain": "DOM", "protocol": "RDP", "client_name": "CLIENT1", "client_address": "192.0.2.7",
                    "client_display": "1920 x 1080, 24 bits", "client_build": 22621, "locked": False}
        self.assertEqual({name: session[name] for name in expected}, expected)
        self.assertRegex(session["logon_time"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertGreater(session["idle_seconds"], 0)

    def test_the_address_of_an_ipv6_client(self):
        self.host.control("session", session=2, address={"family": 23, "text": "2001:db8::7:0:1", "port": 50000})
        session, = self.wts("info", 2, "--server", "rdsh01", "--json").json
        self.assertEqual(session["client_address"], "2001:db8::7:0:1")

    def test_information_of_many(self):
        result = self.wts("info", 2, "--server", f"rdsh01,{DEAD}")
        self.assertEqual(result.status, 1)
        self.assertTrue(all(line.startswith("rdsh01  ") for line in result.out.splitlines()), result.out)
        self.assertRegex(result.out, r"(?m)^rdsh01  Client name +CLIENT1$")

    def test_messages_and_their_answers(self):
        self.host.control("set", message_answer=6)
        result = self.wts("message", 2, "Größe \U0001F600?", "--title", "日本", "--style", "yes-no,question", "--timeout",
                          30, "--server", "rdsh01")
        self.check(result, 0, "session 2: yes\n")
        message, = self.host.control("messages")["messages"]
        self.assertEqual((message["title"], message["text"], message["style"], message["timeout"], message["waits"]),
                         ("日本", "Größe \U0001F600?", 0x24, 30, True))

    def test_a_message_that_nobody_waits_for(self):
        result = self.wts("message", 2, "hello", "--no-wait", "--style", "0x40", "--server", "rdsh01", "--json")
        self.assertEqual(result.status, 0)
        answer, = result.json
        self.assertEqual((answer["response"], answer["answer"], answer["done"]), (32001, "not waited for", True))
        message, = self.host.control("messages")["messages"]
        self.assertEqual((message["title"], message["style"], message["waits"]), ("Message", 0x40, False))

    def test_a_question_to_many_is_put_to_all_before_any_answers(self):
        count = 20
        servers = ",".join(f"rdsh{index}" for index in range(count))
        child = self.wts.start("message", 2, "Lunch?", "--style=yes-no", "--server", servers, "--json",
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for message in self.host.control("await_messages", count=count)["messages"]:
            self.host.control("answer", message=message["message"], response=7)
        out = child.communicate(timeout=SECONDS)[0]
        self.assertEqual(child.returncode, 0)
        self.assertEqual(out.count(b'"answer": "no"'), count)

    def test_disconnect_and_logoff(self):
        self.check(self.wts("disconnect", 2, "--wait", "--server", "rdsh01"), 0, "session 2: disconnected\n")
        state = {session["session"]: session["state"] for session in self.host.control("sessions")["sessions"]}
        self.assertEqual(state[2], 4)
        self.check(self.wts("logoff", 2, "--wait", "--server", "rdsh01"), 0, "session 2: logged off\n")
        self.assertNotIn(2, [session["session"] for session in self.host.control("sessions")["sessions"]])
        result = self.wts("logoff", 2, "--server", "rdsh01")
        self.assertEqual(result.status, 2)
        self.assertRegex(result.err, r"^rdsh01: session 2: there is no such session, error (2|7022): .+\n$")

    def test_shutdown(self):
        self.check(self.wts("shutdown", "--reboot", "--server", "rdsh01"), 0, "restarting\n")
        self.assertEqual(len(self.host.control("shutdowns")["shutdowns"]), 1)
        self.host.control("set", shutdown_denied=["anonymous"])
        result = self.wts("shutdown", "--power-off", "--server", "rdsh01")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertRegex(result.err, r"^rdsh01: not powering off, error 1314: Privilege not held\.\n$")

    def test_events(self):
        child = self.wts.start("events", "--count", 1, "--server", f"rdsh01,{DEAD},rdsh02", "--json",
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.await_executed(LEGACY_WAIT_EVENT, 2, "blocked")
        self.host.control("logon", user="dave")
        out, err = child.communicate(timeout=SECONDS)
        self.assertEqual(child.returncode, 1)
        events = json.loads(out)
        self.assertEqual({event["server"] for event in events}, {"rdsh01", "rdsh02"})
        for event in events:
            self.assertTrue({"create", "logon", "statechange"} & set(event["events"].split()), event)
            self.assertNotEqual(event["flags"], 0)
        self.assertIn(f"{DEAD}: events not waited for, {NOT_REACHED}\n", err.decode())


class CheckTest(ServerCase):
    """Over the RPC run time, which measures nothing and reports one code for the whole way."""

    def test_one_server(self):
        result = self.wts("check", "rdsh01,rdsh02")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertIn("one server at a time; wts sessions --server rdsh01,rdsh02 shows which of them answer", result.err)

    def test_reached(self):
        result = self.wts("check", "rdsh01", "--json")
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertEqual([(step["step"], step["result"], step["microseconds"]) for step in result.json],
                         [(step, "done", None) for step in ("name", "tcp", "logon", "pipe", "bind", "call")])
        self.assertIn("rdsh01: reached over rpcrt4\n", self.wts("check", "rdsh01").out)

    def test_refused_is_reached(self):
        self.host.control("rule", match={"on": "call"}, action="fault", code=5)
        result = self.wts("check", "rdsh01")
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertIn("rdsh01: reached over rpcrt4, error 5: ", result.out)

    def test_not_reached(self):
        wts = Tool(self.prefix, WTSAPI32_TRANSPORT="rpcrt4:ncacn_ip_tcp:127.0.0.1[1]")
        result = wts("check", "rdsh01", "--json")
        self.assertEqual(result.status, 2)
        self.assertEqual([(step["step"], step["result"]) for step in result.json], [("name", "done"), ("tcp", "failed")])
        self.assertEqual((result.json[-1]["error"], result.json[-1]["status"]), (1722, None))
        self.assertIn("look at whether the host is up", wts("check", "rdsh01").out)

    def test_lost(self):
        self.host.control("rule", match={"on": "call"}, action="drop")
        result = self.wts("check", "rdsh01")
        self.assertEqual(result.status, 2)
        self.assertIn("rdsh01: not reached, error 17", result.out)


class ProgressTest(ServerCase):
    def test_on_a_terminal_only(self):
        status, shown, _ = self.on_terminal(b"", "processes", "--server", "rdsh01,rdsh02,rdsh03")
        self.assertEqual(status, 0)
        self.assertIn("of 3 servers", shown)
        self.assertIn("3 servers: 3 done", shown)


if __name__ == "__main__":
    unittest.main()
