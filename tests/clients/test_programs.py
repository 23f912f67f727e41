"""
The programs that tools/clients has got, run with Wine's own DLL and with ours: with ours each works, or fails as it does with
Wine's own; docs/programs.md shows what is seen.
"""
import json
import os
import pathlib
import tempfile
import unittest

from clients import clients, programs

TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDER = TOP / "build/clients"


def rows():
    """The table of the document: {program: {column: cell}}."""
    lines = (TOP / "docs/programs.md").read_text(encoding="utf-8").partition(clients.BEGIN)[2].split("\n\n")[0].splitlines()
    head, *table = [[part.strip() for part in line.strip("|").split(" | ")] for line in lines]
    return {row[0]: dict(zip(head, row)) for row in table[1:]}


class Programs(unittest.TestCase):
    def test_programs(self):
        if not any((FOLDER / program.source / "got").exists() for program in programs.PROGRAMS):
            self.skipTest("no program is there; tools/clients gets them (500 MB)")
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder, "report")
            clients.run(FOLDER, report, pathlib.Path(os.environ["WTS_CLIENTS_PREFIX"]))
            seen = json.loads(report.read_text(encoding="utf-8"))
        table, ran = rows(), 0
        for program in programs.PROGRAMS:
            results = seen["programs"][program.id]
            if "missing" in results["ours"]:
                continue
            ran += 1
            with self.subTest(program.title):
                builtin, ours = (clients.cell(results[which]) for which in clients.WHICH)
                self.assertIn(ours, ("works", builtin), results["ours"]["output"])
                title = f"Wine {seen['wine']}"
                if title in table[program.title]:
                    self.assertEqual((table[program.title][title], table[program.title][f"{title}, this DLL"]), (builtin, ours))
        self.assertGreater(ran, 0)


if __name__ == "__main__":
    unittest.main()
