#!/usr/bin/python3
"""
check_sources.py judges a file again when something of it changed, and only then; and a finding is never taken for a pass. With
the real checkers, on a project of two files.

usage: test_check_sources.py
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parent / "check_sources.py"
HEADER = "int half(int);\n"
GOOD = '#include "half.h"\nint half(int number)\n{\n    return number / 2;\n}\n'
OTHER = "int twice(int number);\nint twice(int number)\n{\n    return number * 2;\n}\n"
# Both checkers see that nothing frees it.
LEAK = '#include <stdlib.h>\n#include "half.h"\nint half(int number)\n{\n    char *text = malloc(9);\n' \
       "    if (text) {\n        text[0] = 1;\n    }\n    return number / 2;\n}\n"
HEADER_WITH_LEAK = "#include <stdlib.h>\nint half(int);\nstatic inline int leak(void)\n{\n    char *text = malloc(9);\n" \
                   "    return text ? text[0] = 1 : 0;\n}\n"
SETTINGS = "Checks: '-*,clang-analyzer-*'\nWarningsAsErrors: '*'\nHeaderFilterRegex: '.*/src/.*'\n"
# A finding of this check alone.
MORE_SETTINGS = "Checks: '-*,clang-analyzer-*,readability-magic-numbers'\nWarningsAsErrors: '*'\n" \
                "CheckOptions: [{key: readability-magic-numbers.IgnoredIntegerValues, value: '1'}]\n"
TOOL = "#!/bin/sh\nexec {tool} \"$@\"\n"


class Case:
    """The tests of one checker."""
    checker = tool = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        # A space, and what make takes for a variable.
        self.top, self.build = self.folder / "the $top", self.folder / "the $top/build"
        for folder in (self.top / "src", self.build, self.folder / "bin"):
            folder.mkdir(parents=True)
        self.write(".clang-tidy", SETTINGS)
        self.write("src/half.h", HEADER)
        self.write("src/half.c", GOOD)
        self.write("src/twice.c", OTHER)
        self.change_tool("")
        self.change_command([])

    def write(self, name, text):
        """As an editor a while ago: what changes while the checker runs is not remembered."""
        path = self.top / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1e9, 1e9))

    def change_tool(self, comment):
        path = self.folder / "bin" / self.tool
        path.write_text(TOOL.format(tool=shutil.which(self.tool)) + comment, encoding="utf-8")
        path.chmod(0o755)

    def change_command(self, words):
        database = [{"directory": str(self.build), "file": str(self.top / "src" / name),
                     "command": " ".join(["gcc", *words, "-o", "object", "-c", f'"{self.top}/src/{name}"'.replace("$", r"\$")])}
                    for name in ("half.c", "twice.c")]
        (self.build / "compile_commands.json").write_text(json.dumps(database), encoding="utf-8")

    def check(self):
        """Whether it passes, how many files were judged, and what was printed."""
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        done = subprocess.run([sys.executable, "-B", CHECK, self.checker, self.top, self.build, "host"], text=True, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "PATH": path}, check=False)
        judged = next((int(line.split()[0]) for line in done.stdout.splitlines() if "files judged" in line), done.stdout)
        return done.returncode == 0, judged, done.stdout

    def expect(self, is_passed, judged):
        result = self.check()
        self.assertEqual(result[:2], (is_passed, judged), result[2])
        return result[2]

    def test_what_is_unchanged_is_judged_once(self):
        self.expect(True, 2)
        self.expect(True, 0)

    def test_a_finding_is_found_until_it_is_mended(self):
        self.expect(True, 2)
        self.write("src/half.c", LEAK)
        self.assertIn("half.c:", self.expect(False, 1))
        self.assertIn("half.c:", self.expect(False, 1))
        self.write("src/half.c", GOOD)
        self.expect(True, 1)
        self.expect(True, 0)

    def test_a_finding_of_the_first_run_is_found_in_the_second(self):
        self.write("src/half.c", LEAK)
        self.expect(False, 2)
        self.expect(False, 1)

    def test_a_header_counts_for_the_files_that_include_it(self):
        self.expect(True, 2)
        self.write("src/half.h", HEADER_WITH_LEAK)
        self.write("src/half.c", GOOD.replace("number / 2", "number / 2 + leak()"))
        self.expect(False, 1)
        self.write("src/half.h", HEADER_WITH_LEAK.replace("text ?", "free(text), number ?").replace("(void)", "(int number)")
                   .replace("text[0] = 1", "1"))
        self.write("src/half.c", GOOD.replace("number / 2", "number / 2 + leak(number)"))
        self.expect(True, 1)
        self.write("src/half.h", HEADER + "/* more */\n")
        self.write("src/half.c", GOOD)
        self.expect(True, 1)
        self.write("src/half.h", HEADER)
        self.expect(True, 1)

    def test_another_command_is_another_judgement(self):
        self.expect(True, 2)
        self.change_command(["-Dnumber=value"])
        self.expect(True, 2)

    def test_another_tool_is_another_judgement(self):
        self.expect(True, 2)
        self.change_tool("# newer\n")
        self.expect(True, 2)

    def test_what_changes_meanwhile_is_not_remembered(self):
        os.utime(self.top / "src/half.h")
        self.expect(True, 2)
        self.expect(True, 1)

    def test_a_record_that_cannot_be_read_is_none(self):
        self.expect(True, 2)
        (self.build / "static" / self.checker / "src/half.c.passed").write_text('{"files": ', encoding="utf-8")
        self.expect(True, 1)


class TidyTest(Case, unittest.TestCase):
    checker, tool = "tidy", "clang-tidy"

    def test_other_settings_are_another_judgement(self):
        self.expect(True, 2)
        self.write(".clang-tidy", MORE_SETTINGS)
        self.assertIn("magic", self.expect(False, 2))


class AnalyzerTest(Case, unittest.TestCase):
    checker, tool = "analyzer", "gcc"


if __name__ == "__main__":
    unittest.main()
