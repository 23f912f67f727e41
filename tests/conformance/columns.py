#!/usr/bin/python3
"""
The conformance program under Wine: with the wtsapi32 of Wine and with ours, and the table of both in docs/conformance.md.
Environment: WINE, WINEPREFIX; WINEDLLOVERRIDES is set here.

usage: columns.py run PROGRAM DLL FOLDER     writes FOLDER/wine-VERSION-{builtin,ours}.json
       columns.py render DOCUMENT FILE...    writes the table of these reports
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BEGIN, END = "<!-- table: written by tools/conformance -->\n", "<!-- end of table -->"
SECONDS = 280


def run(program, dll, which, *words):
    """
    Runs the program beside a copy of `dll` ("ours") or without one ("builtin"); its exit status, what it printed, and its
    report, or None when it wrote none.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        shutil.copy(program, place)
        if which == "ours":
            shutil.copy(dll, place)
        override = "n" if which == "ours" else "b"
        done = subprocess.run([os.environ["WINE"], pathlib.Path(program).name, *words, "--json", "report.json"], cwd=place,
                              env={**os.environ, "WINEDLLOVERRIDES": f"wtsapi32={override};mscoree,mshtml=", "WINEDEBUG": "-all"},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=SECONDS, check=False)
        report = place / "report.json"
        return done.returncode, done.stdout, json.loads(report.read_text(encoding="utf-8")) if report.exists() else None


def cell(case):
    """What a column of the table says of a case."""
    if case is None:
        return "not tried"
    if case["verdict"] == "skipped":
        return f"not run: {case['seen']}"
    if case["verdict"] in ("ok", "as expected"):
        return "as expected"
    return ("**broken:** " if case["verdict"] == "not ok" else "") + case["seen"]


def column(report):
    """{id: text} of a report."""
    return {case["id"]: cell(case) for case in report["cases"]}


def name(report, which):
    return f"Wine {report['system']['wine']}" + (", this DLL" if which == "ours" else "")


def render(columns, cases):
    """The table: `columns` are (name, {id: text}), `cases` the rows."""
    head = ["case", "kind", "expected", *(title for title, _ in columns)]
    lines = [head, ["---"] * len(head)]
    for case in cases:
        expected = (case["expected"] or "").replace(" | ", ", or ")
        lines.append([f"`{case['id']}`", case["kind"], expected, *(texts.get(case["id"], "not tried") for _, texts in columns)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def table(document):
    """The columns of the table that stands in the document: {title: {id: text}}."""
    text = pathlib.Path(document).read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in text.splitlines()]
    return {title: {row[0].strip("`"): row[place] for row in rows[2:]} for place, title in enumerate(rows[0]) if place > 2}


def write(document, paths):
    reports = []
    for path in paths:
        reports.append((json.loads(pathlib.Path(path).read_text(encoding="utf-8")), path.rsplit("-", 1)[1].removesuffix(".json")))
    reports.sort(key=lambda pair: ([int(part) for part in re.findall(r"\d+", pair[0]["system"]["wine"])], pair[1]))
    columns = [(name(*pair), column(pair[0])) for pair in reports]
    text = pathlib.Path(document).read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    pathlib.Path(document).write_text(before + BEGIN + render(columns, reports[0][0]["cases"]) + END + after, encoding="utf-8")


def main(words):
    if len(words) == 4 and words[0] == "run":
        folder = pathlib.Path(words[3])
        folder.mkdir(parents=True, exist_ok=True)
        for which in ("builtin", "ours"):
            status, output, report = run(words[1], words[2], which)
            if report is None:
                sys.exit(f"{which}: no report, status {status}\n{output}")
            path = folder / f"wine-{report['system']['wine']}-{which}.json"
            path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
            print(path)
    elif len(words) > 2 and words[0] == "render":
        write(words[1], words[2:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
