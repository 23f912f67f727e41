"""
wts-conformance.exe under Wine: our DLL breaks no documented rule, what both DLLs do is what docs/conformance.md says, and every case
stands in docs/contract.md beside its rule.
"""
import csv
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from conformance import columns

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM, DLL = os.environ["WTS_CONFORMANCE"], os.environ["WTS_DLL"]
DOCUMENT = TOP / "docs/conformance.md"
MARK = re.compile(r"`([a-z-]+\.[a-z0-9-]+)`")


@functools.cache
def run(which, *words):
    return columns.run(PROGRAM, DLL, which, *words)


def cases():
    """(id, kind) of all cases, as the program lists them."""
    done = subprocess.run([os.environ["WINE"], PROGRAM, "--list"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=columns.SECONDS, check=True)
    return [tuple(line.split("\t")) for line in done.stdout.splitlines()]


class Conformance(unittest.TestCase):
    maxDiff = None

    def test_ours_breaks_no_documented_rule(self):
        status, output, report = run("ours")
        ours = pathlib.Path(DLL).read_bytes()
        self.assertEqual(report["dll"]["size"], len(ours))
        # In 32-bit programs Wine sometimes has no provider that hashes.
        self.assertIn(report["dll"]["sha256"], (hashlib.sha256(ours).hexdigest(), None))
        self.assertEqual([case for case in report["cases"] if case["verdict"] == "not ok"], [])
        self.assertEqual(status, 0, output)
        self.assertNotIn("not ok", output)

    def test_ours_does_what_this_project_decided(self):
        with open(TOP / "def/exports.csv", encoding="ascii", newline="") as file:
            refuses = any(row["state"] == "refuses" for row in csv.DictReader(file))
        differ = [case for case in run("ours")[2]["cases"] if case["kind"] == "ours" and case["verdict"] == "differs"]
        if refuses:     # what is not implemented differs from its plan
            differ = [case for case in differ if not case["seen"].endswith("last error 120")]
        self.assertEqual(differ, [])

    def test_a_broken_rule_shows(self):
        status, output, report = run("builtin")
        self.assertEqual(status, 1)
        broken = {case["id"] for case in report["cases"] if case["verdict"] == "not ok"}
        self.assertIn("terminate.success", broken)
        self.assertEqual(len(broken), output.count("\nnot ok "))

    def test_the_document_shows_both(self):
        for which in ("builtin", "ours"):
            report = run(which)[2]
            title, bits = columns.name(report, which), report["system"]["bits"]
            shown = columns.table(DOCUMENT, bits)
            if title not in shown:
                self.skipTest(f"docs/conformance.md has no column of {bits} bits for {title}: tools/conformance makes it")
            with self.subTest(title):
                seen = columns.column(report)
                self.assertEqual({case: (shown[title].get(case), text) for case, text in seen.items()
                                  if shown[title].get(case) != text}, {})
                self.assertEqual(set(shown[title]), set(seen))

    def test_a_width_that_differs_shows(self):
        def report(bits, seen):
            return {"system": {"wine": "9.0", "bits": bits},
                    "cases": [{"id": f"a.{place}", "kind": "ours", "expected": None, "seen": text, "verdict": "recorded"}
                              for place, text in enumerate(seen)]}
        seen = {64: ["TRUE", "one"], 32: ["TRUE", "two"]}
        with tempfile.TemporaryDirectory() as folder:
            document, paths = pathlib.Path(folder, "document"), []
            document.write_text(columns.BEGIN + columns.END, encoding="utf-8")
            for bits, texts in seen.items():
                paths.append(f"{folder}/wine-9.0-{bits}-ours.json")
                pathlib.Path(paths[-1]).write_text(json.dumps(report(bits, texts)), encoding="utf-8")
            columns.write(document, paths)
            self.assertIn("| Wine 9.0, this DLL: 64 and 32 bits |", document.read_text(encoding="utf-8"))
            for bits, texts in seen.items():
                self.assertEqual(columns.table(document, bits), {"Wine 9.0, this DLL": {"a.0": texts[0], "a.1": texts[1]}})
            columns.write(document, paths[:1])
            self.assertEqual(columns.table(document, 32), {})

    def test_tap(self):
        output = run("ours")[1].splitlines()
        self.assertEqual(output[:2], ["TAP version 13", f"1..{len(cases())}"])
        for number, line in enumerate(output[2:], 1):
            self.assertRegex(line, rf"^(not )?ok {number} - [a-z-]+\.[a-z0-9-]+ # (SKIP|documented:|unverified:|ours:) ?\S")

    def test_only(self):
        for words, expected in ((("--only", "terminate.success"), ["terminate.success"]),
                                (("--only", "free-memory.*", "--only", "terminate.success"),
                                 ["terminate.success", "free-memory.null", "free-memory.ex-null", "free-memory.unknown-class"])):
            report = run("ours", *words)[2]
            self.assertEqual([case["id"] for case in report["cases"]], expected)

    def test_words_that_are_unknown(self):
        for words in (("--unknown",), ("--only",), ("--only", "terminate.absent"), ("extra",)):
            with self.subTest(words):
                done = subprocess.run([os.environ["WINE"], PROGRAM, *words], stdin=subprocess.DEVNULL, capture_output=True,
                                      text=True, timeout=columns.SECONDS, check=False)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertTrue(done.stderr)

    def test_every_case_stands_in_the_contract_once(self):
        known = [identifier for identifier, _ in cases()]
        self.assertEqual(len(known), len(set(known)))
        groups = {identifier.partition(".")[0] for identifier in known}
        text = (TOP / "docs/contract.md").read_text(encoding="utf-8")
        marks = [mark for mark in MARK.findall(text) if mark.partition(".")[0] in groups]
        self.assertEqual(sorted(known), sorted(marks))

    def test_every_unverified_entry_names_its_case(self):
        text = (TOP / "docs/compatibility.md").read_text(encoding="utf-8")
        section = text.partition("\n## Unverified\n")[2].partition("\n## ")[0]
        known = {identifier for identifier, _ in cases()}
        entries = re.split(r"(?m)^(?=- )", section)[1:]
        self.assertGreater(len(entries), 10)
        for entry in entries:
            with self.subTest(entry[:60]):
                self.assertRegex(entry, r"\n  (Cases: `|No case: )")
                self.assertLessEqual(set(MARK.findall(entry.rpartition("Cases:")[2])) if "Cases:" in entry else set(), known)

    def test_compare_reports(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for which in ("builtin", "ours"):
                paths.append(pathlib.Path(folder, which + ".json"))
                paths[-1].write_text(json.dumps(run(which)[2]), encoding="utf-8")

            def compare(*words):
                return subprocess.run([sys.executable, TOP / "tools/compare-reports", *words], capture_output=True, text=True,
                                      timeout=columns.SECONDS, check=False)
            same, different = compare(paths[1], paths[1]), compare(*paths)
            self.assertEqual((same.returncode, different.returncode), (0, 1))
            self.assertIn(f"0 of {len(cases())} cases differ", same.stdout)
            self.assertIn("\nterminate.success\n  A not ok: FALSE; the process runs\n  B ok: TRUE", different.stdout)
            self.assertEqual(compare(paths[0], pathlib.Path(folder, "absent.json")).returncode, 2)
            self.assertNotEqual(compare(paths[0]).returncode, 0)


if __name__ == "__main__":
    unittest.main()
