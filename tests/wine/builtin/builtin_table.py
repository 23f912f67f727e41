#!/usr/bin/python3
"""
Calls every export of Wine's own wtsapi32 and compares what each does with the table of docs/wine.md, which has a column for
each release of Wine that was tried. Exit status: 0 as documented, 1 not so, 77 the table has no such release (not run).
Environment: WINE, WINEPREFIX; WINEDLLOVERRIDES is set here.

usage: builtin_table.py PROGRAM LIST DOCUMENT [--write]
  PROGRAM   call_builtin.exe
  LIST      def/exports.csv, which has the names
  --write   puts the column of this Wine into the table instead
"""
import csv
import os
import pathlib
import re
import subprocess
import sys

BEGIN = "<!-- table: written by tests/wine/builtin/builtin_table.py -->\n"
END = "<!-- end of table -->"
SECONDS = 30
# Further calls that call_builtin.c has.
SPECIAL = ["WTSEnumerateProcessesW(forged handle)", "WTSEnumerateProcessesExW(level 1)", "WTSEnumerateProcessesExW(session 77)",
           "WTSEnumerateSessionsW(Reserved 1)", "WTSEnumerateSessionsW(Version 7)", "WTSEnumerateSessionsW(forged handle)",
           "WTSQuerySessionInformationW(session 77)"]
OVERRIDES = "wtsapi32=b;mscoree,mshtml="


def version():
    """"10.0" of "wine-10.0 (Debian 10.0~repack-6)"."""
    words = subprocess.run([os.environ["WINE"], "--version"], capture_output=True, text=True, timeout=SECONDS, check=True).stdout
    return re.match(r"wine-([\d.]+)", words)[1]


def outcome(program, name):
    """What the call does, in words. No code of ours runs in it: a program that Wine itself has stopped is started once more."""
    for attempt in (1, 2):
        try:
            done = subprocess.run([os.environ["WINE"], program, name], env={**os.environ, "WINEDLLOVERRIDES": OVERRIDES},
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False)
            return done.stdout.strip() or f"ends the program with status {done.returncode}"
        except subprocess.TimeoutExpired:
            print(f"{name}: attempt {attempt} has not returned after {SECONDS} s")
    return f"has not returned after {SECONDS} s"


def read(table):
    """Of the text of the table: {release: {name: outcome}}."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    releases = [cell.removeprefix("Wine ") for cell in rows[0][1:]] if rows else []
    return {release: {name: row[place + 1] for row in rows[2:] for name in row[0].split(", ")}
            for place, release in enumerate(releases)}


def written(columns, names):
    """The text of the table: one row for all names that have the same outcomes."""
    releases = sorted(columns, key=lambda release: [int(part) for part in release.split(".")])
    rows = {}
    for name in names:
        rows.setdefault(tuple(columns[release].get(name, "not tried") for release in releases), []).append(name)
    lines = [["exports", *(f"Wine {release}" for release in releases)], ["---"] * (len(releases) + 1)]
    lines += [[", ".join(rows[outcomes]), *outcomes] for outcomes in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main(program, list_path, document, *options):
    with open(list_path, encoding="ascii", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)] + SPECIAL
    text = pathlib.Path(document).read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    table, _, after = rest.partition(END)
    columns, release = read(table), version()
    found = {name: outcome(program, name) for name in names}
    if options == ("--write",):
        columns[release] = found
        pathlib.Path(document).write_text(before + BEGIN + written(columns, names) + END + after, encoding="utf-8")
        return 0
    print(written({release: found}, names))
    if release not in columns:
        print(f"not run: {document} has no column for Wine {release}")
        return 77
    wrong = {name: what for name, what in found.items() if columns[release].get(name) != what}
    for name, what in wrong.items():
        print(f"{name}: {what}; documented: {columns[release].get(name)}")
    print(f"Wine {release}: {len(names)} exports, {len(wrong)} not as documented")
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
