"""
wts.exe by the names of Windows' own tools: each example of their public documentation, each switch that is refused, their
columns and exit statuses. Started as `wts tskill ...`, and from a file with the tool's name.
"""
import os
import shutil
import unittest

from .scene import HostCase
from .tool import PROGRAM, Tool

TOOLS = ("tskill", "qprocess", "qwinsta", "quser", "msg", "logoff", "tsdiscon", "rwinsta")
FAMILIES = ("query", "reset")
PHRASES = {"query process": "qprocess", "query session": "qwinsta", "query user": "quser", "query termserver": "qappsrv", "reset session": "rwinsta"}
SILENT = (0, "", "")


class ForeignCase(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        variables = {"WTSAPI32_TRANSPORT": f"rpcrt4:ncacn_ip_tcp:127.0.0.1[{cls.host.port}]"}
        cls.tools = {name: Tool(cls.prefix, shutil.copy(PROGRAM, os.path.join(cls.folder, f"{name}.exe")), **variables)
                     for name in (*TOOLS, *FAMILIES, "qappsrv")}
        shutil.copy(os.path.join(os.path.dirname(PROGRAM), "wtsapi32.dll"), cls.folder)

    def run_line(self, line, **settings):
        name, *words = line.split()
        return self.tools[name](*words, **settings)

    def refused(self, line, reason):
        before = len(self.host.log())
        phrase = " ".join(line.split()[:2])
        name = phrase if phrase in PHRASES else line.split()[0]
        result = self.run_line(line)
        with self.subTest(line=line):
            self.assertEqual((result.status, result.out), (1, ""))
            self.assertRegex(result.err, rf"^{name}: .*{reason}.*\nusage: {name} ")
            self.assertEqual([entry for entry in self.host.log()[before:] if entry["event"] != "close"], [])

    def sessions(self):
        return {session["session"]: session["state"] for session in self.host.control("sessions")["sessions"]}

    def texts(self):
        return [(message["session"], message["text"], message["timeout"], message["waits"])
                for message in self.host.control("messages")["messages"]]


class NamesTest(ForeignCase):
    def test_the_name_of_the_file_and_the_first_word_mean_the_same(self):
        for name in TOOLS:
            with self.subTest(name=name):
                help_of_file = self.tools[name]("/?")
                self.assertEqual((help_of_file.status, help_of_file.err), (0, ""))
                self.assertTrue(help_of_file.out.startswith(f"usage: {name} "))
                if name != "logoff":        # a command of wts's own
                    self.assertEqual(self.wts(name, "/?").out, help_of_file.out)
                    self.assertEqual(self.wts("help", name).out, help_of_file.out)
        self.assertEqual(self.wts("QWINSTA", "/SERVER:rdsh01"), self.run_line("qwinsta /server:rdsh01"))

    def test_the_two_words_of_query_and_reset_mean_the_tool(self):
        for phrase, tool in PHRASES.items():
            with self.subTest(phrase=phrase):
                self.assertTrue(self.wts(tool, "/?").out.startswith(f"usage: {tool} "))
                expected = self.wts(tool, "/?").out.replace(f"usage: {tool} ", f"usage: {phrase} ")
                for result in (self.run_line(f"{phrase} /?"), self.wts(*phrase.upper().split(), "/?"), self.wts("help", *phrase.split())):
                    self.assertEqual((result.status, result.out, result.err), (0, expected, ""))
        for family, words in (("query", "{process | session | termserver | user}"), ("reset", "session {SESSIONNAME | SESSIONID}")):
            for result in (self.run_line(f"{family} /?"), self.wts(family, "/?"), self.wts("help", family)):
                self.assertEqual((result.status, result.err), (0, ""))
                self.assertTrue(result.out.startswith(f"usage: {family} {words}"), result.out)

    def test_query_and_reset_without_one_of_their_words(self):
        self.refused("query", "query alone is no tool")
        self.refused("query sessions", "query sessions is no tool")
        self.refused("query ses", "query ses is no tool")
        self.refused("query user alice bob", "too many words")
        self.refused("query session /vm", "/vm is not supported: ")
        self.refused("query session /v", "query session has no switch /v")
        self.refused("query /v session", "query has no switch /v")
        self.refused("reset", "reset alone is no tool")
        self.refused("reset process 4", "reset process is no tool")
        self.refused("reset session", "too few words")
        self.refused("reset session 2 /a", "reset session has no switch /a")
        for words in (("query",), ("reset", "process", "4")):
            result = self.wts(*words)
            self.assertEqual((result.status, result.out), (1, ""))

    def test_the_two_grammars_do_not_mix(self):
        for name in TOOLS:
            self.refused(f"{name} 2 --server rdsh01" if name != "msg" else "msg --server rdsh01 hello", "has no switch --server")
        self.assertEqual(self.wts("logoff", "2", "/server:rdsh01").status, 64)

    def test_one_server_only(self):
        for name in TOOLS:
            self.refused(f"{name} 2 /server:a,b" if name != "msg" else "msg /server:a,b 2 hello", "takes one server")
            self.refused(f"{name} /server:", "needs a value")
            self.refused(f"{name} /server:a /SERVER:b 2", "is given twice")

    def test_a_server_that_is_not_reached(self):
        for line in ("tskill 4 /server:dead!", "qprocess * /server:dead!", "qwinsta /server:dead!", "quser /server:dead!", "msg * /server:dead! hello",
                     "logoff 2 /server:dead!", "tsdiscon 2 /server:dead!", "rwinsta 2 /server:dead!"):
            result = self.run_line(line)
            self.assertEqual((result.status, result.out), (1, ""), line)
            self.assertIn("error 1722", result.err)


class PhrasesTest(ForeignCase):
    """The documented examples of query and reset."""

    def test_query_process(self):
        self.spawn(name="notepad.exe", session=2, sid="S-1-5-18")
        for words in ("*", "/ID:2", "USER3", "notepad.exe"):
            self.assertEqual(self.run_line(f"query process {words} /server:SERVER2"), self.run_line(f"qprocess {words} /server:SERVER2"), words)
        self.assertIn("notepad.exe", self.wts("query", "process", "/id:2", "/server:SERVER2").out)

    def test_query_session(self):
        self.host.control("session", session=7, name="modem02", user="eve")
        for words in ("", "modem02", "eve", "7"):
            self.assertEqual(self.run_line(f"query session {words} /server:SERVER2"), self.run_line(f"qwinsta {words} /server:SERVER2"), words)
        self.assertIn("modem02", self.wts("query", "session", "/server:SERVER2").out)
        for switch in ("/mode", "/flow", "/connect", "/counter"):
            self.refused(f"query session {switch}", f"{switch} is not supported: ")

    def test_query_user(self):
        for words in ("", "alice", "2"):
            shown, expected = self.run_line(f"query user {words} /server:SERVER1"), self.run_line(f"quser {words} /server:SERVER1")
            self.assertEqual((shown.status, shown.out.split()[:12]), (0, expected.out.split()[:12]), words)

    def test_reset_session(self):
        self.host.control("session", session=6, name="rdp-tcp#6", user="eve")
        self.assertEqual(self.run_line("reset session rdp-tcp#6 /server:a"), SILENT)
        self.assertNotIn(6, self.sessions())
        self.assertEqual(self.wts("reset", "session", "3", "/server:a", "/v"), (0, "session 3: logged off\n", ""))
        self.assertNotIn(3, self.sessions())


class QappsrvTest(ForeignCase):
    """The list of a program whose network has three servers; of Wine's the error is passed on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.listed = Tool(cls.prefix, os.path.join(os.path.dirname(PROGRAM), "tests", "wts_listed.exe"))

    def test_examples(self):
        for words, names in (((), ("SERVER1", "SERVER2", "SERVER3")), (("server3",), ("SERVER3",)), (("/continue",), ("SERVER1", "SERVER2", "SERVER3")),
                             (("/domain:CONTOSO",), ("CONTOSO1",)), (("CONTOSO1", "/DOMAIN:contoso", "/continue"), ("CONTOSO1",))):
            result = self.listed("query", "termserver", *words)
            self.assertEqual(result, (0, "SERVER\n" + "".join(f"{name}\n" for name in names), ""), words)
            self.assertEqual(self.listed("qappsrv", *words), result)

    def test_nothing_found_and_refused(self):
        result = self.listed("qappsrv", "SERVER4")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("no session host exists for SERVER4", result.err)
        result = self.listed("qappsrv", "/domain:nowhere")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("servers not listed, error 6118: The list of servers", result.err)
        self.refused("query termserver SERVER3 /address", "/address is not supported: this API gives no addresses of servers")
        self.refused("qappsrv /address", "/address is not supported: ")
        self.refused("query termserver /domain:", "needs a value")
        for switch in ("/server:a", "/v"):
            self.refused(f"qappsrv {switch}", "has no switch")

    def test_here(self):
        result = self.run_line("query termserver")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertRegex(result.err, r"^servers not listed, error \d+: ")


class TskillTest(ForeignCase):
    def test_examples(self):
        pid = self.spawn(pid=6543)
        self.assertEqual(self.run_line("tskill 6543 /server:rdsh01"), SILENT)
        self.assertEqual(self.exit_code(pid), 1)
        here, elsewhere = self.spawn(name="explorer.exe", session=5), self.spawn(name="explorer.exe", session=2)
        self.assertEqual(self.run_line("tskill explorer /id:5 /server:rdsh01"), SILENT)
        self.assertEqual((self.exit_code(here), self.exit_code(elsewhere)), (1, None))

    def test_a_name_in_all_sessions(self):
        pids = [self.spawn(name="hung.exe", session=session) for session in (2, 3, 5)]
        result = self.run_line("tskill hun* /A /V /server:rdsh01")
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertEqual(len(result.out.splitlines()), 3)
        self.assertEqual([self.exit_code(pid) for pid in pids], [1, 1, 1])

    def test_a_name_alone_means_the_own_session(self):
        sleeper = self.sleeper("mine.exe")
        self.assertEqual(self.run_line("tskill mine"), SILENT)
        self.assertEqual(sleeper.wait(), 1)

    def test_failures(self):
        pid = self.spawn(name="guarded.exe", deny=["*"])
        for line, reason in ((f"tskill {pid} /server:a", "error 5: "), ("tskill absent /a /server:a", "no process has this image name"),
                             (f"tskill {pid} /id:4711 /server:a", "not of that session")):
            result = self.run_line(line)
            self.assertEqual((result.status, result.out), (1, ""))
            self.assertIn(reason, result.err)
        self.assertIsNone(self.exit_code(pid))

    def test_refused(self):
        self.refused("tskill notepad /server:a", "a name on a server needs /id or /a")
        self.refused("tskill notepad /id:2 /a", "exclude each other")
        self.refused("tskill notepad /id:x", "x is not a number")
        self.refused("tskill * /a", "it would mean every process")
        self.refused("tskill", "too few words")
        self.refused("tskill 1 2", "too many words")
        for switch in ("/f", "/t", "/im", "/pid", "-v", "/vv", "/w"):
            self.refused(f"tskill 1 {switch}", "has no switch")


class QprocessTest(ForeignCase):
    def lines(self, line):
        result = self.run_line(line)
        self.assertEqual((result.status, result.err), (0, ""), line)
        heading, *lines = result.out.splitlines()
        self.assertEqual(heading, " USERNAME              SESSIONNAME          ID    PID  IMAGE")
        return lines

    def test_examples(self):
        pid = self.spawn(name="notepad.exe", session=2, sid="S-1-5-18")
        in_session = [line for line in self.lines("qprocess /ID:2 /server:rdsh01")]
        self.assertIn(f" SYSTEM                RDP-Tcp#0             2  {pid:>5}  notepad.exe", in_session)
        self.assertEqual({line.split()[-3] for line in in_session}, {"2"})
        self.assertGreater(len(self.lines("qprocess * /server:rdsh01")), len(in_session))

    def test_each_kind_of_word(self):
        pid = self.spawn(name="notepad.exe", session=2, sid="S-1-5-18")
        other = self.spawn(name="calc.exe", session=3, sid="S-1-5-19")
        for word, meant, not_meant in ((pid, pid, other), ("NOTEPAD.exe", pid, other), ("system", pid, other), ("rdp-tcp#0", pid, other)):
            pids = [int(line.split()[-2]) for line in self.lines(f"qprocess {word} /server:rdsh01")]
            self.assertIn(meant, pids)
            self.assertNotIn(not_meant, pids)

    def test_a_user_without_a_name_on_this_machine_is_that_of_the_session(self):
        pid = self.spawn(name="erp.exe", session=2, sid="S-1-5-21-7-7-7-1234")
        other = self.spawn(name="erp.exe", session=3, sid="S-1-5-21-7-7-7-1235")
        system = self.spawn(name="erp.exe", session=2, sid="S-1-5-18")
        pids = [int(line.split()[-2]) for line in self.lines("qprocess alice /server:rdsh01")]
        self.assertIn(pid, pids)
        self.assertFalse({other, system} & set(pids))

    def test_without_a_word_the_own_processes(self):
        lines = self.lines("qprocess")
        own, = [line for line in lines if line.startswith(">")]
        self.assertTrue(own.endswith("qprocess.exe"))
        self.assertEqual({line[1:].split()[0] for line in lines}, {own[1:].split()[0]})

    def test_nothing_found_and_refused(self):
        result = self.run_line("qprocess nobody /server:rdsh01")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("no process exists for nobody", result.err)
        self.refused("qprocess * /id:2", "/id stands instead of a word")
        self.refused("qprocess /system", "not supported: it is of Windows 2000")
        for switch in ("/v", "/a", "/svc"):
            self.refused(f"qprocess {switch}", "has no switch")


class QwinstaTest(ForeignCase):
    HEADING = " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE"

    def test_examples(self):
        result = self.run_line("qwinsta /server:SERVER2")
        self.assertEqual((result.status, result.err), (0, ""))
        heading, *lines = result.out.splitlines()
        self.assertEqual(heading, self.HEADING)
        self.assertIn(" RDP-Tcp#0         alice                     2  Active", lines)
        self.assertIn("                   bob                       3  Disc", lines)
        self.host.control("session", session=7, name="modem02", user="eve")
        self.assertEqual(self.run_line("qwinsta modem02 /server:SERVER2").out, f"{self.HEADING}\n modem02           eve                       7  Active\n")
        self.assertEqual(self.run_line("qwinsta EVE /server:SERVER2").out, self.run_line("qwinsta 7 /server:SERVER2").out)

    def test_listeners(self):
        self.assertIn(" RDP-Tcp                                 65536  Listen", self.run_line("qwinsta /server:a").out.splitlines())
        self.assertEqual(len(self.run_line("qwinsta rdp-tcp /server:a").out.splitlines()), 2)

    def test_the_own_session_is_marked(self):
        result = self.run_line("qwinsta")
        self.assertEqual(result.status, 0)
        self.assertEqual(len([line for line in result.out.splitlines() if line.startswith(">")]), 1)

    def test_nothing_found_and_refused(self):
        result = self.run_line("qwinsta nobody /server:a")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("no session exists for nobody", result.err)
        for switch in ("/mode", "/flow", "/connect", "/counter", "/vm", "/MODE"):
            self.refused(f"qwinsta {switch}", f"{switch} is not supported: ")
        for switch in ("/v", "/sm", "/modes"):
            self.refused(f"qwinsta {switch}", "has no switch")


class QuserTest(ForeignCase):
    def test_examples(self):
        result = self.run_line("quser /server:SERVER1")
        self.assertEqual((result.status, result.err), (0, ""))
        heading, *lines = result.out.splitlines()
        self.assertEqual(heading, " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME")
        self.assertEqual([line.split()[0] for line in lines], ["alice", "bob"])
        self.host.control("session", session=7, name="RDP-Tcp#7", user="USER1", logon_time=132000000000000000)
        one = self.run_line("quser USER1 /server:SERVER1").out.splitlines()
        self.assertEqual(len(one), 2)
        self.assertRegex(one[1], r"^ USER1                 RDP-Tcp#7           7  Active +(none|\.|\d+|\d+:\d\d|\d+\+\d\d:\d\d)  \d+/\d+/\d+ \d+:\d\d [AP]M$")
        self.assertEqual(self.run_line("quser 7 /server:SERVER1").out.splitlines(), one)

    def test_here(self):
        self.assertEqual(self.run_line("quser").status, 0)

    def test_nothing_found_and_refused(self):
        result = self.run_line("quser nobody /server:a")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertIn("no user exists for nobody", result.err)
        for switch in ("/v", "/mode", "/id:2"):
            self.refused(f"quser {switch}", "has no switch")


class MsgTest(ForeignCase):
    def setUp(self):
        super().setUp()
        self.host.control("session", session=7, name="modem02", user="User1")

    def test_examples(self):
        for line, expected in (("msg User1 /server:a Let's meet at 1PM today", [(7, "Let's meet at 1PM today", 60, False)]),
                               ("msg modem02 /server:a Let's meet at 1PM today", [(7, "Let's meet at 1PM today", 60, False)]),
                               ("msg * /server:a Let's meet at 1PM today", [(session, "Let's meet at 1PM today", 60, False) for session in (1, 2, 3, 7)]),
                               ("msg * /server:a /time:10 Let's meet at 1PM today", [(session, "Let's meet at 1PM today", 10, False) for session in (1, 2, 3, 7)])):
            self.setUp()
            self.assertEqual(self.run_line(line), SILENT, line)
            self.assertEqual(sorted(self.texts()), expected, line)

    def test_receivers_out_of_a_file(self):
        path = os.path.join(self.folder, "userlist")
        with open(path, "w", encoding="utf-8") as file:
            file.write("alice\r\n\nmodem02\n3\nalice\n")
        self.assertEqual(self.run_line(f"msg @Z:{path} /server:a Let's meet at 1PM today"), SILENT)
        self.assertEqual(sorted(text[0] for text in self.texts()), [2, 3, 7])
        result = self.run_line(f"msg @Z:{path}x hello")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertRegex(result.err, r"^msg: Z:\S+x cannot be read, error 2: .+\n$")

    def test_one_receiver_is_absent_and_the_others_get_it(self):
        path = os.path.join(self.folder, "some")
        with open(path, "w", encoding="utf-8") as file:
            file.write("nobody\nalice\n")
        result = self.run_line(f"msg @Z:{path} /server:a hello")
        self.assertEqual(result.status, 1)
        self.assertIn("session nobody: none has this name or user", result.err)
        self.assertEqual([text[0] for text in self.texts()], [2])

    def test_a_user_with_two_sessions_gets_it_twice(self):
        self.host.control("session", session=8, name="RDP-Tcp#8", user="User1")
        self.assertEqual(self.run_line("msg User1 /server:a hello"), SILENT)
        self.assertEqual(sorted(text[0] for text in self.texts()), [7, 8])

    def test_text_from_the_standard_input(self):
        self.assertEqual(self.run_line("msg User1 /server:a", input="Grüße\n".encode()), SILENT)
        self.assertEqual(self.texts(), [(7, "Grüße", 60, False)])

    def test_behind_the_first_word_of_the_text_everything_is_text(self):
        self.assertEqual(self.run_line("msg User1 /server:a use /time:5 or @x"), SILENT)
        self.assertEqual(self.texts(), [(7, "use /time:5 or @x", 60, False)])

    def test_waiting_says_the_answer(self):
        self.host.control("set", message_answer=1)
        result = self.run_line("msg User1 /server:a /w /time:30 hello")
        self.assertEqual(result, (0, "session 7 (User1): ok\n", ""))
        self.assertEqual(self.texts(), [(7, "hello", 30, True)])
        self.assertIn("not waited for", self.run_line("msg User1 /server:a /v hello").out)

    def test_refused(self):
        self.refused("msg", "too few words")
        self.refused("msg 2 /time:x hello", "x is not a number")
        for switch in ("/a", "/f", "-w", "/x"):
            self.refused(f"msg 2 {switch} hello", "has no switch")


class SessionTest(ForeignCase):
    """logoff, tsdiscon and rwinsta; without a session the first two mean their own."""

    def test_examples_of_logoff(self):
        self.host.control("session", session=12, name="TERM04", user="eve")
        self.assertEqual(self.run_line("logoff 12 /server:Server1"), SILENT)
        self.assertNotIn(12, self.sessions())
        self.host.control("session", session=12, name="TERM04", user="eve")
        self.assertEqual(self.run_line("logoff TERM04 /server:Server1 /v"), (0, "session 12 (eve): logged off\n", ""))
        self.assertNotIn(12, self.sessions())

    def test_examples_of_tsdiscon(self):
        self.host.control("session", session=10, name="TERM04", user="eve")
        self.assertEqual(self.run_line("tsdiscon 10 /server:a"), SILENT)
        self.assertEqual(self.sessions()[10], 4)
        self.host.control("session", session=10, name="TERM04", user="eve", state=0)
        self.assertEqual(self.run_line("tsdiscon TERM04 /server:a"), SILENT)
        self.assertEqual(self.sessions()[10], 4)

    def test_examples_of_rwinsta(self):
        self.host.control("session", session=6, name="rdp-tcp#6", user="eve")
        self.assertEqual(self.run_line("rwinsta rdp-tcp#6 /server:a"), SILENT)
        self.assertNotIn(6, self.sessions())
        self.assertEqual(self.run_line("rwinsta 3 /server:a"), SILENT)
        self.assertNotIn(3, self.sessions())

    def test_without_a_session_the_own_one_is_meant(self):
        """Wine has nothing to disconnect: the call arrives, and says so. A log-off would end the programs of this prefix."""
        result = self.run_line("tsdiscon")
        self.assertEqual((result.status, result.out), (1, ""))
        self.assertRegex(result.err, r"^session \d+: not disconnected, error \d+: ")
        for name in ("logoff", "tsdiscon"):
            self.refused(f"{name} /server:a", "on a server a session must be named")

    def test_a_user_is_no_session(self):
        for name in ("logoff", "tsdiscon", "rwinsta"):
            result = self.run_line(f"{name} alice /server:a")
            self.assertEqual((result.status, result.out), (1, ""))
            self.assertIn("session alice: none has this name or user", result.err)

    def test_refused(self):
        self.refused("rwinsta", "too few words")
        for name in ("logoff", "tsdiscon", "rwinsta"):
            self.refused(f"{name} 2 /vm", "/vm is not supported: ")
            self.refused(f"{name} 2 3", "too many words")
            for switch in ("/w", "/f", "/a", "-v"):
                self.refused(f"{name} 2 {switch}", "has no switch")


if __name__ == "__main__":
    unittest.main()
