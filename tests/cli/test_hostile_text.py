"""
Characters that steer a terminal or turn the order of letters, wherever they come from: none arrives on the standard streams.
"""
import os
import re
import unicodedata
import unittest

from end_to_end.program import ROOT

from .scene import HostCase

CONTROLS = "\x1b]0;x\x07\x1b[2J\x9b31m\x08\x7f\x85\r"
FORMATS = "\u202e\u2066\u200b\u200d\ufeff\u2028\u2029\u00ad\U000e0041\U0001bca0"
HOSTILE = f"a{CONTROLS}{FORMATS}\nFORGED line"


def hidden(text):
    return [f"U+{ord(one):04X}" for one in text if one != "\n" and unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp", "Cs")]


class HostileCase(HostCase):
    def run_clean(self, *words, input=b""):
        result = self.wts(*words, input=input)
        with self.subTest(words=words):
            for stream in (result.out, result.err):
                self.assertEqual(hidden(stream), [])
                self.assertNotRegex(stream, r"(?m)^\W*FORGED")
        return result


class WordsTest(HostileCase):
    def test_words_of_every_command(self):
        for words in ((HOSTILE,), (HOSTILE, "--help"), ("sessions", HOSTILE), ("processes", "--session", HOSTILE), ("kill", "x", "--session", HOSTILE), ("kill", "x", "--user", HOSTILE),
                      ("info", HOSTILE), ("kill", HOSTILE), ("kill", HOSTILE, "--json"), ("kill", "/" + HOSTILE),
                      ("kill", "--exit-code", HOSTILE, "x"), ("message", HOSTILE, "x"), ("message", "1", "x", "--style", HOSTILE),
                      ("message", "4711", HOSTILE, "--title", HOSTILE), ("logoff", HOSTILE), ("disconnect", HOSTILE),
                      ("shutdown", HOSTILE), ("shutdown", "--" + HOSTILE), ("events", "--count", HOSTILE), ("check", HOSTILE),
                      ("credential", HOSTILE), ("credential", "remove", HOSTILE), ("credential", "add", HOSTILE),
                      ("version", HOSTILE)):
            self.assertNotEqual(self.run_clean(*words).status, 0, words)

    def test_bytes_that_are_no_utf_8(self):
        self.run_clean("kill", b"a\x9b31m\x1b")
        self.run_clean(b"\x9b31m\xff")

    def test_names_of_servers(self):
        name = re.sub(r"[][; \r\n]", "", HOSTILE)      # those are refused; see below
        self.assertEqual(len(hidden(name)), len(hidden(HOSTILE)) - 1)
        for command in (("sessions",), ("processes",), ("info", 1), ("kill", 4, "--yes"), ("kill", "abc"), ("message", 1, "x"), ("logoff", 1, "--yes"),
                        ("disconnect", 1, "--yes"), ("shutdown", "--logoff", "--yes"), ("events", "--count", 1)):
            for layout in ((), ("--json",)):
                self.assertEqual(self.run_clean(*command, "--server", f"{name},dead!", *layout).status, 2)
        self.assertEqual(self.run_clean("sessions", "--server", HOSTILE.replace("\n", "")).status, 64)

    def test_a_file_of_names(self):
        path = os.path.join(self.folder, "names")
        for text in (f"x{CONTROLS}{FORMATS}\nb!\n", re.sub(r"[][;\r]", "", f"x{CONTROLS}{FORMATS}\nb!\n"), f"x{CONTROLS}{FORMATS}/\n", "a\x9b/\n", f"# {CONTROLS}{FORMATS}"):
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            self.run_clean("sessions", "--servers-file", "Z:" + path)
        self.run_clean("sessions", "--servers-file", "Z:\\no" + HOSTILE)

    def test_names_of_stored_credentials(self):
        name, user = "x" + FORMATS, "u" + CONTROLS + FORMATS
        self.assertEqual(self.run_clean("credential", "add", name, "--user", user, input=b"secret\n").status, 0)
        self.assertIn("x" + "?" * len(FORMATS), self.run_clean("credential", "list").out)
        self.assertEqual(self.run_clean("credential", "remove", name).status, 0)


class AnswersTest(HostileCase):
    def test_processes_and_sessions_of_a_server(self):
        self.host.control("spawn", name=HOSTILE)
        self.host.control("session", session=7, name="N" + HOSTILE[:20], user=HOSTILE[:18], domain="\u202eD" + "\x1b[2J")
        self.host.control("session", session=2, client={"ClientName": HOSTILE[:18]})
        for command in (("processes",), ("sessions",), ("info", 7), ("info", 2)):
            self.assertIn("?", self.run_clean(*command, "--server", "rdsh01").out)
            self.run_clean(*command, "--server", "rdsh01,rdsh02")
            data = self.run_clean(*command, "--server", "rdsh01", "--json").json
            if command[0] == "processes":       # escaped is not lost
                self.assertIn(HOSTILE, [process["name"] for process in data])

    def test_what_is_ended_is_named_without_harm(self):
        pid = self.host.control("spawn", name="victim\u202e\u200b.exe")["pid"]
        result = self.run_clean("kill", "victim\u202e\u200b", "--server", "rdsh01")
        self.assertEqual(result.out, f"process {pid} (victim??.exe): ended with exit code 1\n")

    def test_processes_of_this_machine(self):
        name = "left\u202e\u2066\u200b\ufeff\U000e0041.exe"
        self.sleeper(name)
        self.assertIn("  left?????.exe  ", self.run_clean("processes").out)
        self.assertIn(name, [process["name"] for process in self.run_clean("processes", "--json").json])

    def test_columns_stay_aligned(self):
        self.host.control("spawn", name="\u200b" * 9 + ".exe")
        heading, *lines = self.run_clean("processes", "--server", "rdsh01").out.splitlines()
        end = heading.index("SESSION") + len("SESSION")
        self.assertTrue(all(re.match(r"\d", line[end - 1]) for line in lines), lines)


class RoutesTest(unittest.TestCase):
    """Nothing is printed beside the places that mask and escape."""
    FOLDER = os.path.join(ROOT, "src", "cli")

    def users_of(self, pattern):
        users = set()
        for name in os.listdir(self.FOLDER):
            with open(os.path.join(self.FOLDER, name), encoding="utf-8") as file:
                if name.endswith(".c") and re.search(pattern, file.read()):
                    users.add(name)
        return users

    def test_one_file_writes_to_the_standard_streams(self):
        self.assertEqual(self.users_of(r"\b(GetStdHandle\(STD_(OUT|ERR)|WriteConsole|f?w?printf\(|f?put(w?s|w?c|char)\(|fwrite\()"),
                         {"memory.c", "text.c"})
        self.assertEqual(self.users_of(r"\bWriteFile\("), {"memory.c", "text.c"})

    def test_finished_text_comes_from_those_who_mask_or_escape(self):
        for name in self.users_of(r"\btext_put\(") - {"text.c"}:
            self.assertIn(name, ("check.c", "check_session.c", "events.c", "interrupt.c", "main.c", "report.c", "usage.c"))

    def test_the_hidden_characters_are_those_of_unicode(self):
        with open(os.path.join(self.FOLDER, "characters.c"), encoding="utf-8") as file:
            ranges = [(int(first, 16), int(last, 16))
                      for first, last in re.findall(r"\{0x(\w+), 0x(\w+)\}", file.read())]
        for character in range(0x110000):
            category = unicodedata.category(chr(character))
            if category != "Cn":    # what is not assigned may become either
                is_hidden = any(first <= character <= last for first, last in ranges)
                self.assertEqual(is_hidden, category in ("Cc", "Cf", "Zl", "Zp", "Cs"), f"U+{character:04X}")

    def test_characters_are_judged_in_one_place(self):
        self.assertEqual(self.users_of(r"character_is_hidden\("), {"characters.c", "json.c", "mask.c", "width.c"})


if __name__ == "__main__":
    unittest.main()
