"""docs/programs.md is made of what the reports of tools/clients say, and has every program."""
import pathlib
import re
import tempfile
import unittest

from clients import clients, programs

TOP = pathlib.Path(__file__).resolve().parents[2]
TRACE = """wtsapi32: 8.12 errors wts-session: no program /usr/libexec/wtsapi32/wts-session
wtsapi32: 8.12 calls WTSFreeMemory: done
wtsapi32: 8.12 errors WTSLogoffSession: failed, error 5
wtsapi32: 8.12 calls WTSFreeMemory: done
"""


def result(works, output=(), cause="", status=0, calls=None):
    return {"status": status, "output": list(output), "works": works, "cause": cause, "calls": calls or {}}


class Document(unittest.TestCase):
    def test_every_program_has_a_row_and_a_section(self):
        text = (TOP / "docs/programs.md").read_text(encoding="utf-8")
        for program in programs.PROGRAMS:
            self.assertEqual(len(re.findall(rf"(?m)^\| {re.escape(program.title)} \|", text)), 1, program.title)
            self.assertEqual(len(re.findall(rf"(?m)^### {re.escape(program.title)}$", text)), 1, program.title)
        for name, why in programs.NOT_RUN:
            self.assertIn(f"\n- {name}: {why}.\n", text)

    def test_calls_are_counted_by_their_outcome(self):
        self.assertEqual(clients.calls(TRACE), {"WTSFreeMemory": 2, "WTSLogoffSession (error 5)": 1})

    def test_a_cell_says_why_a_program_does_not_work(self):
        self.assertEqual(clients.cell(result(True, ["anything"])), "works")
        self.assertEqual(clients.cell({"missing": "go is not installed"}), "not run: go is not installed")
        self.assertEqual(clients.cell(result(False, ["users: 0"], "users: 0")), "does not work: users: 0")
        self.assertEqual(clients.cell(result(False)), "does not work: it prints nothing")
        self.assertEqual(clients.cell(result(False, ["a line"])), "does not work: see below")
        self.assertEqual(clients.cell(result(False, status=None)), "does not come to an end")

    def test_what_differs_from_run_to_run_is_masked(self):
        folder = pathlib.Path("/a/b")
        self.assertEqual(clients.masked(r"Z:\a\b\python\x.py at 2026-11-28 19:47, ran in 0.031s", folder),
                         r"Z:\python\x.py at DATE, ran in SECONDS")

    def test_the_reports_become_columns_by_version(self):
        every = {program.id: {which: result(which == "ours", [which], calls={"WTSFreeMemory": 2}) for which in clients.WHICH}
                 for program in programs.PROGRAMS}
        with tempfile.TemporaryDirectory() as folder:
            path, reports = pathlib.Path(folder, "programs.md"), []
            path.write_text("before\n" + clients.BEGIN + "old\n" + clients.END + "after\n", encoding="utf-8")
            for version in ("10.0", "8.0"):
                reports.append(pathlib.Path(folder, version))
                reports[-1].write_text(clients.json.dumps({"wine": version, "programs": every}), encoding="utf-8")
            clients.render(path, reports)
            text = path.read_text(encoding="utf-8")
        self.assertIn("| program | what it is | Wine 8.0 | Wine 8.0, this DLL | Wine 10.0 | Wine 10.0, this DLL |\n", text)
        self.assertIn("| does not work: see below | works | does not work: see below | works |\n", text)
        self.assertIn("\nAsked for (Wine 8.0, this DLL; Wine 10.0, this DLL): WTSFreeMemory × 2.\n", text)
        self.assertTrue(text.startswith("before\n") and text.endswith("after\n"))
        self.assertNotIn("old\n", text)


if __name__ == "__main__":
    unittest.main()
