"""
Sessions by what people call them, and the text of a message. The host has 0 Services, 1 Console (nobody), 2 RDP-Tcp#0
(DOM\\alice), 3 (DOM\\bob, disconnected), and the listener RDP-Tcp.
"""
import json
import os
import subprocess
import unittest

from .scene import HostCase, raw_terminal, read_terminal

SECONDS = 60
ENUMERATE = 10


class SessionWordsCase(HostCase):
    def setUp(self):
        super().setUp()
        for session in self.host.control("sessions")["sessions"]:
            if session["session"] > 3:
                self.host.control("remove_session", session=session["session"])

    def on(self, *words, **parameters):
        return self.wts(*words, "--server", "rdsh01", **parameters)

    def messages(self):
        return [(one["session"], one["text"]) for one in self.host.control("messages")["messages"]]


class WhoIsMeantTest(SessionWordsCase):
    def test_by_id_name_user_and_domain(self):
        for word in (2, "0x2", "RDP-Tcp#0", "rdp-tcp#0", "alice", "ALICE", "DOM\\alice", "dom\\Alice"):
            session, = self.on("info", word, "--json").json
            self.assertEqual((session["session"], session["user_name"]), (2, "alice"), word)
        self.assertEqual(self.on("info", "console", "--json").json[0]["session"], 1)
        self.assertEqual(self.on("info", "Services", "--json").json[0]["session"], 0)

    def test_on_every_command_about_a_session(self):
        self.host.control("spawn", name="x.exe", session=3)
        processes = self.on("processes", "--session", "bob", "--json").json
        self.assertEqual([process["name"] for process in processes], ["x.exe"])
        self.check(self.on("disconnect", "alice", "--wait"), 0, "session 2 (DOM\\alice): disconnected\n")
        self.check(self.on("message", "bob", "hello", "--no-wait"), 0, "session 3 (DOM\\bob): not waited for\n")
        self.check(self.on("logoff", "DOM\\bob", "--wait"), 0, "session 3 (DOM\\bob): logged off\n")
        self.host.control("session", session=3, user="bob", domain="DOM", state=4)

    def test_whom_nobody_is(self):
        for words in (("info", "carol"), ("logoff", "OTHER\\alice"), ("disconnect", "lice"), ("message", "carol", "x"),
                      ("processes", "--session", "DOM\\")):
            result = self.on(*words)
            self.assertEqual((result.status, result.out), (2, ""))
            self.assertRegex(result.err, r"^rdsh01: session \S+: none has this name or user, error 7022: .+\n$")
        answer, = self.on("logoff", "carol", "--json").json
        self.assertEqual((answer["session"], answer["done"], answer["error"]), (None, False, 7022))

    def test_several_candidates_and_nothing_is_done_anywhere(self):
        self.host.control("session", session=8, user="bob", domain="OTHER", name="RDP-Tcp#3")
        for words in (("logoff", "bob"), ("disconnect", "bob"), ("message", "bob", "x"), ("info", "bob"),
                      ("processes", "--session", "bob")):
            result = self.wts(*words, "--server", "rdsh01,rdsh02")
            self.assertEqual((result.status, result.out), (64, ""))
            self.assertIn("rdsh01: bob means several sessions: 3 (Disconnected, DOM\\bob), 8 (Active, RDP-Tcp#3, OTHER\\bob)",
                          result.err)
            self.assertIn(f"\nusage: wts {words[0]}", result.err)
        self.assertEqual(self.messages(), [])
        self.assertIn(8, [session["session"] for session in self.host.control("sessions")["sessions"]])
        self.check(self.on("logoff", "other\\bob", "--wait"), 0, "session 8 (OTHER\\bob): logged off\n")

    def test_servers_that_are_not_reached(self):
        result = self.wts("logoff", "alice", "--server", "dead!")
        self.check(result, 2, err="dead!: session alice: not looked for, the sessions could not be listed, error 1722: RPC "
                                  "server unavailable.\n")

    def test_this_machine(self):
        own, = self.wts("info", "console", "--json").json
        self.assertEqual(own["session"], self.wts("info", "--json").json[0]["session"])
        self.assertEqual(self.wts("info", own["user_name"], "--json").json[0]["session"], own["session"])


class MessageTest(SessionWordsCase):
    def test_the_rest_of_the_line_is_the_text(self):
        self.check(self.on("message", "alice", "Back", "in  ten", "minutes", "--no-wait"), 0, "session 2 (DOM\\alice): not waited for\n")
        self.assertEqual(self.messages(), [(2, "Back in  ten minutes")])

    def test_behind_two_hyphens_everything_is_text(self):
        self.assertEqual(self.on("message", "alice", "--no-wait").status, 64)
        result = self.wts("message", "alice", "--no-wait", "--server", "rdsh01", "--", "/w", "--title", "@x", "/server:y")
        self.assertEqual(result.status, 0)
        self.assertEqual(self.messages(), [(2, "/w --title @x /server:y")])

    def test_a_switch_of_msg_is_no_text(self):
        for words in (("/w",), ("/server:x", "hello"), ("/v", "x"), ("/time:5", "x"), ("hello", "/W"), ("-v", "x")):
            result = self.on("message", "alice", *words)
            self.assertEqual((result.status, result.out), (64, ""), words)
        self.assertEqual(self.messages(), [])
        self.assertEqual(self.on("message", "alice", "/etc/hosts", "was", "changed", "--no-wait").status, 0)
        self.assertEqual(self.messages(), [(2, "/etc/hosts was changed")])

    def test_from_a_file(self):
        path = os.path.join(self.folder, "text")
        with open(path, "wb") as file:
            file.write("\ufeffGröße 日本\r\nzweite Zeile\r\n\r\n".encode())
        self.assertEqual(self.on("message", "alice", "@Z:" + path, "--no-wait").status, 0)
        self.assertEqual(self.messages(), [(2, "Größe 日本\r\nzweite Zeile")])
        for name, reason in (("Z:\\no-such-file", "cannot be read"), ("", "cannot be read")):
            result = self.on("message", "alice", "@" + name)
            self.assertEqual((result.status, result.out), (64, ""))
            self.assertIn(reason, result.err)
        with open(path, "wb") as file:
            file.write(b"a\xff")
        self.assertIn("is not UTF-8 text", self.on("message", "alice", "@Z:" + path).err)
        self.assertEqual(len(self.messages()), 1)

    def test_from_the_standard_input(self):
        self.assertEqual(self.on("message", "alice", "-", "--no-wait", input="eins ü\nzwei\n".encode()).status, 0)
        self.assertEqual(self.messages(), [(2, "eins ü\nzwei")])

    def test_a_long_text(self):
        text = "Größe " * 1000
        self.assertEqual(self.on("message", "alice", "-", "--no-wait", input=text.encode()).status, 0)
        self.assertEqual(self.messages(), [(2, text)])

    def test_to_all(self):
        self.host.control("session", session=9, user="carol", domain="DOM", state=0, name="RDP-Tcp#9")
        result = self.on("message", "*", "Down at six", "--no-wait", "--json")
        self.assertEqual(result.status, 0)
        self.assertEqual([(answer["session"], answer["user"]) for answer in result.json],
                         [(1, None), (2, "DOM\\alice"), (3, "DOM\\bob"), (9, "DOM\\carol")])
        self.assertEqual(sorted(self.messages()), [(session, "Down at six") for session in (1, 2, 3, 9)])

    def test_all_are_asked_before_any_answers(self):
        child = self.wts.start("message", "*", "Lunch?", "--style", "yes-no", "--server", "rdsh01", "--json",
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for message in self.host.control("await_messages", count=3)["messages"]:
            self.host.control("answer", message=message["message"], response=6)
        out = child.communicate(timeout=SECONDS)[0]
        self.assertEqual((child.returncode, out.count(b'"answer": "yes"')), (0, 3))

    def test_all_are_named_with_their_users(self):
        self.check(self.on("message", "*", "x", "--no-wait"), 0, "session 1: not waited for\nsession 2 (DOM\\alice): not waited for\n"
                                                                 "session 3 (DOM\\bob): not waited for\n")


class EveryUserTest(SessionWordsCase):
    """logoff "*" means every session of a user, and neither the services' nor the console without anybody."""

    def states(self):
        """Disconnected is 4."""
        return {session["session"]: session["state"] for session in self.host.control("sessions")["sessions"]}

    def test_a_server_is_emptied(self):
        self.host.control("session", session=9, user="carol", domain="DOM", state=0, name="RDP-Tcp#9")
        log = os.path.join(self.folder, "emptied.log")
        before = self.states()
        self.check(self.on("logoff", "*", "--dry-run"), 0, "session 2 (DOM\\alice): would be logged off\nsession 3 (DOM\\bob): would be logged off\n"
                                                           "session 9 (DOM\\carol): would be logged off\n")
        self.assertEqual(self.states(), before)
        self.check(self.on("logoff", "*", "--yes", "--wait", "--log", f"Z:{log}"), 0,
                   "session 2 (DOM\\alice): logged off\nsession 3 (DOM\\bob): logged off\nsession 9 (DOM\\carol): logged off\n")
        self.assertEqual(sorted(self.states()), [0, 1])
        with open(log, encoding="utf-8") as file:
            logged = {(line["what"], line["result"]) for line in map(json.loads, file)}
        self.assertEqual(logged, {(f"logoff session {session} (DOM\\{user})", "done") for session, user in ((2, "alice"), (3, "bob"), (9, "carol"))})
        self.check(self.on("logoff", "*"), 0, "nobody is logged on\n")
        self.check(self.on("logoff", "*", "--json"), 0, "[]\n")
        self.check(self.wts("logoff", "*", "--server", "rdsh01,rdsh02"), 0, "rdsh01: nobody is logged on\nrdsh02: nobody is logged on\n",
                   "2 servers: 0 done, 0 partly, 0 failed, 2 with nothing to do\n")

    def test_only_those_that_are_disconnected(self):
        answer, = self.on("logoff", "*", "--disconnected", "--wait", "--json").json     # of one session nobody asks
        self.assertEqual((answer["session"], answer["user"], answer["done"]), (3, "DOM\\bob", True))
        self.assertEqual(sorted(self.states()), [0, 1, 2])
        self.check(self.on("logoff", "*", "--disconnected"), 0, "no user's session is disconnected\n")
        for word in ("alice", 2):
            result = self.on("logoff", word, "--disconnected")
            self.assertEqual((result.status, result.out), (64, ""))
            self.assertIn('--disconnected is for "*" only', result.err)
        self.assertIn(2, self.states())

    def test_more_than_one_session_is_asked_about(self):
        before = self.states()
        self.check(self.on("logoff", "*"), 64, err="wts logoff: 2 sessions, nothing was logged off: --dry-run shows them, --yes logs them off\n")
        status, shown, is_asked = self.on_terminal(b"n\r", "logoff", "*", "--server", "rdsh01")
        self.assertEqual((status, is_asked, self.states()), (64, True, before), shown)
        self.assertIn("Log off 2 sessions? [y/N]", shown)
        status, shown, is_asked = self.on_terminal(b"y\r", "logoff", "*", "--wait", "--server", "rdsh01")
        self.assertEqual((status, is_asked, sorted(self.states())), (0, True, [0, 1]), shown)

    def test_who_came_back_while_it_was_asked_stays(self):
        self.host.control("session", session=9, user="carol", domain="DOM", state=4)
        terminal, inner = raw_terminal()
        child = self.wts.start("logoff", "*", "--disconnected", "--wait", "--json", "--server", "rdsh01", stdin=inner, stdout=subprocess.PIPE, stderr=inner)
        os.close(inner)
        answering = []

        def answer(shown):
            if b"[y/N]" in shown and not answering:
                self.host.control("session", session=3, state=0)
                answering.append(os.write(terminal, b"y\r"))
        read_terminal(terminal, child, answer)
        rows = json.loads(child.stdout.read())
        child.stdout.close()
        self.assertEqual(child.wait(SECONDS), 1)
        self.assertEqual([(row["session"], row["user"], row["done"], row["error"]) for row in rows],
                         [(3, "DOM\\bob", False, 1168), (9, "DOM\\carol", True, 0)])
        self.assertIn("not logged off, it is no longer as it was listed", rows[0]["message"])
        self.assertEqual(sorted(self.states()), [0, 1, 2, 3])

    def test_where_the_second_list_fails_nobody_is_logged_off(self):
        busy = {"interface": "enumeration", "opnum": ENUMERATE, "code": "0x1C010014", "not_executed": True, "skip": 1, "count": 1}
        self.host.rule("fault", **busy)
        result = self.on("logoff", "*", "--yes", "--wait")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertRegex(result.err, r"(?m)^rdsh01: session 2 \(DOM\\alice\): not logged off, the sessions could not be listed again, error 1723: .+$")
        self.assertEqual(sorted(self.states()), [0, 1, 2, 3])
        self.host.control("clear_rules")
        self.host.rule("fault", **busy)
        self.check(self.on("logoff", "*", "--yes", "--wait", "--retry", "1"), 0,
                   "session 2 (DOM\\alice): logged off\nsession 3 (DOM\\bob): logged off\n")

    def test_disconnect_means_those_with_a_client(self):
        self.check(self.on("disconnect", "*", "--wait"), 0, "session 2 (DOM\\alice): disconnected\n")
        self.assertEqual({session: self.states()[session] for session in (2, 3)}, {2: 4, 3: 4})
        self.check(self.on("disconnect", "*"), 0, "nobody is connected\n")
        result = self.on("disconnect", "*", "--disconnected")
        self.assertEqual((result.status, result.out), (64, ""))

    def test_on_this_machine_the_own_session_is_left_out(self):
        self.check(self.wts("logoff", "*", "--dry-run"), 0, "nobody else is logged on\n")
        self.check(self.wts("disconnect", "*", "--dry-run"), 0, "nobody else is connected\n")

    def test_info_is_about_one_session(self):
        result = self.on("info", "*")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertIn("one session at a time; wts sessions lists them", result.err)

    def test_who_is_on_one_of_the_servers_is_not_missed_on_the_others(self):
        self.host.rule("field", interface="enumeration", opnum=ENUMERATE, name="ppSessionData.2.Data.UserName", value="carol", count=1)
        result = self.wts("logoff", "alice", "--wait", "--yes", "--server", "rdsh01,rdsh02", "--parallel", "1")
        self.assertEqual((result.status, result.out), (0, "rdsh02: session 2 (DOM\\alice): logged off\n"))
        self.assertRegex(result.err, r"^rdsh01: session alice: none has this name or user, error 7022: [^\n]+\n"
                                     r"2 servers: 1 done, 0 partly, 0 failed, 1 with nothing to do\n$")
        result = self.wts("logoff", "alice", "--yes", "--server", "rdsh01,rdsh02")
        self.assertEqual((result.status, result.out), (2, ""))


if __name__ == "__main__":
    unittest.main()
