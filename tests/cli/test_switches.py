"""
The switches of Windows' own commands (tskill, qwinsta, quser, msg, logoff, shutdown and their kin), typed at wts.exe: nothing
is tried, on this machine or on a server, and the usage is printed.
"""
import concurrent.futures
import unittest

from .scene import HostCase
from .tool import Sleeper

SWITCHES = (
    # tskill, qwinsta, quser, msg, logoff, tsdiscon
    "/server:rdsh01", "/SERVER:rdsh01", "-server:rdsh01", "/id:7", "/a", "/v", "/mode", "/flow", "/connect", "/counter",
    "/vm", "/time:5", "/w",
    # shutdown
    "/i", "/l", "/s", "-s", "/sg", "/r", "-r", "/g", "/p", "/h", "/e", "/o", "/hybrid", "/soft", "/fw", "/f", "/m", "/t",
    "/d", "/c",
    # taskkill, tasklist, qprocess, cmdkey
    "/u", "/fi", "/pid", "/im", "/svc", "/apps", "/fo", "/nh", "/system", "/user:x", "/pass:x",
)

# Words and options with which each command would do something.
COMMANDS = {
    "sessions": ["--server", "rdsh01"], "processes": ["--server", "rdsh01"], "info": ["2", "--server", "rdsh01"],
    "find": ["alice", "--server", "rdsh01"], "kill": ["spared"], "message": ["2", "text", "--no-wait", "--server", "rdsh01"], "logoff": ["2", "--server", "rdsh01"],
    "disconnect": ["2", "--server", "rdsh01"], "shutdown": ["--logoff", "--server", "rdsh01"],
    "events": ["--count", "0", "--server", "rdsh01"], "check": ["rdsh01"],
    "credential": ["remove", "not-stored"], "version": [],
}


class SwitchesTest(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spared = Sleeper(cls.prefix, cls.folder, "spared.exe")
        cls.addClassCleanup(cls.spared.stop)
        cls.pid, = [one["pid"] for one in cls.wts("processes", "--json").json if one["name"] == "spared.exe"]

    def setUp(self):
        self.log_length = len(self.host.log())

    def check_nothing_is_tried(self, command, *words):
        result = self.wts(command, *words)
        with self.subTest(words=words):
            self.assertEqual((result.status, result.out), (64, ""))
            self.assertIn(f"\nusage: wts {command}", result.err)
        return result.err

    def tearDown(self):
        self.assertTrue(self.spared.is_running())
        self.assertEqual(self.host.log()[self.log_length:], [])

    def test_kill_takes_no_switch_for_a_name(self):
        for target in ("spared", "spared.exe", self.pid):
            for switch in ("/server:rdsh01", "/server:x", "/id:7", "/a", "/v"):
                self.check_nothing_is_tried("kill", target, switch)
                self.check_nothing_is_tried("kill", switch, target)

    def test_kill_takes_no_word_that_cannot_be_an_image_name(self):
        for word in ("", "a/b", "C:\\x\\spared.exe", "..\\spared", "spared:1", 'a"b', "a<b", "a>b", "a|b", "/x", "99999999999", "*", "*.*", "?", "*.exe", "**?"):
            self.check_nothing_is_tried("kill", "spared", word)
            self.check_nothing_is_tried("kill", "--", self.pid, word)

    def test_every_switch_at_every_command(self):
        cases = [(command, [*words, switch]) for command, words in COMMANDS.items() for switch in SWITCHES]
        cases += [(command, [switch, *words]) for command, words in COMMANDS.items() for switch in SWITCHES[:8]]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda case: self.wts(case[0], *case[1]), cases))
        wrong = [(case, result) for case, result in zip(cases, results)
                 if result.status != 64 or result.out or f"\nusage: wts {case[0]}" not in result.err]
        self.assertEqual(wrong, [])

    def test_the_option_that_was_probably_meant_is_named(self):
        for words, meant in ((("kill", "spared", "/server:x"), "--server NAME"), (("sessions", "-server:x"), "--server NAME"),
                             (("kill", "spared", "--SERVER", "x"), "--server NAME"),
                             (("message", "2", "text", "/time:5"), "--timeout SECONDS"),
                             (("logoff", "2", "/w"), "--wait"), (("shutdown", "/r"), "--reboot"),
                             (("shutdown", "-s"), "--power-off"), (("shutdown", "/l"), "--logoff"),
                             (("sessions", "/r"), "wts shutdown --reboot"), (("shutdown", "/m", "\\\\x"), "--server NAME")):
            self.assertIn(f"did you mean {meant}", self.check_nothing_is_tried(*words))

    def test_a_server_name_is_no_path_and_no_switch(self):
        for name in ("/id:7", "\\\\rdsh01", "a,/v", "a/b"):
            self.check_nothing_is_tried("kill", "spared", "--server", name)

    def test_a_switch_for_help_is_help(self):
        for command in COMMANDS:
            for word in ("--help", "-h", "/?", "-?"):
                result = self.wts(command, word)
                self.assertEqual((result.status, result.err), (0, ""))
                self.assertTrue(result.out.startswith(f"usage: wts {command}"))

    def test_the_heap_of_a_program_keeps_away_from_the_page_that_wine_needs(self):
        """Out of the gigabyte in which a random place is looked for, docs/wine.md#heap-place."""
        with open(f"/proc/{self.spared.pid}/maps", encoding="ascii") as maps:
            heap, = [line.split("-")[0] for line in maps if line.rstrip().endswith("[heap]")]
        self.assertFalse(0x7FFE0000 < int(heap, 16) < 1 << 32, heap)

    def test_without_a_command(self):
        for word in ("/server:x", "-s", "--server"):
            result = self.wts(word, "kill", "spared")
            self.assertEqual((result.status, result.out), (64, ""))
            self.assertIn("usage: wts COMMAND", result.err)


if __name__ == "__main__":
    unittest.main()
