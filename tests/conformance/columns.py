#!/usr/bin/python3
"""
The conformance program under Wine: with the wtsapi32 of Wine and with ours, and the table of both in docs/conformance.md.
Environment: WINE, WINEPREFIX; WINEDLLOVERRIDES is set here.

usage: columns.py run PROGRAM DLL FOLDER     writes FOLDER/wine-VERSION-BITS-{builtin,ours}.json
       columns.py render DOCUMENT FILE...    writes the table of these reports: a column for each Wine and DLL, with both widths
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
HEAD, NARROW = ": ", "; with 32 bits: "
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
    """The head of a column, without the widths that it was seen with."""
    return f"Wine {report['system']['wine']}" + (", this DLL" if which == "ours" else "")


def joined(columns):
    """One column of those of several widths, {bits: {id: text}}: where 32 bits differ from 64, the text says so."""
    if len(columns) == 1:
        return next(iter(columns.values()))
    wide, narrow = columns[64], columns[32]
    return {case: text if narrow.get(case) == text else f"{text}{NARROW}{narrow.get(case, 'not tried')}" for case, text in wide.items()}


def render(columns, cases):
    """The table: `columns` are (head, {id: text}), `cases` the rows."""
    head = ["case", "kind", "expected", *(title for title, _ in columns)]
    lines = [head, ["---"] * len(head)]
    for case in cases:
        expected = (case["expected"] or "").replace(" | ", ", or ")
        lines.append([f"`{case['id']}`", case["kind"], expected, *(texts.get(case["id"], "not tried") for _, texts in columns)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def table(document, bits):
    """The columns of the table that stands in the document, as programs of `bits` saw them: {name: {id: text}}."""
    text = pathlib.Path(document).read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in text.splitlines()]
    shown = {}
    for place, head in enumerate(rows[0]):
        title, _, widths = head.partition(HEAD)
        if str(bits) in widths.split():
            shown[title] = {row[0].strip("`"): row[place].split(NARROW)[-1 if bits == 32 else 0] for row in rows[2:]}
    return shown


def write(document, paths):
    seen = {}
    for path in paths:
        report = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        which = path.rsplit("-", 1)[1].removesuffix(".json")
        version = tuple(int(part) for part in re.findall(r"\d+", report["system"]["wine"]))
        seen.setdefault((version, which, name(report, which)), {})[report["system"]["bits"]] = report
    columns = []
    for (_, _, title), reports in sorted(seen.items(), key=lambda pair: pair[0]):
        widths = " and ".join(str(bits) for bits in sorted(reports, reverse=True))
        columns.append((f"{title}{HEAD}{widths} bits", joined({bits: column(report) for bits, report in reports.items()})))
    cases = next(iter(next(iter(seen.values())).values()))["cases"]
    text = pathlib.Path(document).read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    pathlib.Path(document).write_text(before + BEGIN + render(columns, cases) + END + after, encoding="utf-8")


def main(words):
    if len(words) == 4 and words[0] == "run":
        folder = pathlib.Path(words[3])
        folder.mkdir(parents=True, exist_ok=True)
        for which in ("builtin", "ours"):
            status, output, report = run(words[1], words[2], which)
            if report is None:
                sys.exit(f"{which}: no report, status {status}\n{output}")
            if which == "ours" and status != 0:
                sys.exit(f"a documented rule is broken, or no case could be run: status {status}\n{output}")
            path = folder / f"wine-{report['system']['wine']}-{report['system']['bits']}-{which}.json"
            path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
            print(path)
    elif len(words) > 2 and words[0] == "render":
        write(words[1], words[2:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
