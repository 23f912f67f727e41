#!/usr/bin/python3
"""
Gets and runs the programs of programs.py, see tools/clients.
Environment for `run`: WINE, WINESERVER.

usage: clients.py get FOLDER            gets what is missing below FOLDER; why something cannot be got stands in its file "missing"
       clients.py run FOLDER REPORT     runs all, first with Wine's own DLL, then with ours, which tools/install-wine installs
       clients.py render DOCUMENT REPORT...
"""
import collections
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests"))
from clients.programs import NOT_RUN, PROGRAMS, Missing  # noqa: E402  pylint: disable=wrong-import-position
from end_to_end.program import same_addresses  # noqa: E402  pylint: disable=wrong-import-position

BEGIN, END = "<!-- written by tools/clients -->\n", "<!-- end -->\n"
SETUP_SECONDS = 600
MAX_LINES = 12
WHICH = ("builtin", "ours")


def get(folder):
    for source, program in {program.source: program for program in PROGRAMS}.items():
        place = folder / source
        if (place / "got").exists():
            continue
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        print(f"getting {program.got}", flush=True)
        try:
            program.get(place)
            (place / "got").touch()
        except Missing as error:
            (place / "missing").write_text(f"{error}\n", encoding="utf-8")
            print(f"not got: {error}", flush=True)


def masked(text, folder):
    """The output without what differs from run to run and from machine to machine."""
    user = os.environ.get("USER") or "root"
    text = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?Z?", "DATE", text)
    text = text.replace("Z:" + str(folder).replace("/", "\\"), "Z:")
    text = re.sub(rf"(?i)\b{re.escape(socket.gethostname())}\b", "MACHINE", text)
    text = re.sub(r"\b\d+\.\d+s\b", "SECONDS", text)
    return re.sub(rf"\b{re.escape(user)}\b", "USER", text)


def calls(trace):
    """What the DLL was asked, from its trace: {"WTSOpenServerW": count}, with the error of a call that failed behind its name."""
    counts = collections.Counter()
    for line in trace.splitlines():
        match = re.match(r"wtsapi32: [\d.]+ (?:calls|errors) (\w+): (done|failed, error \d+)", line)
        if match:
            counts[match[1] if match[2] == "done" else f"{match[1]} ({match[2].removeprefix('failed, ')})"] += 1
    return dict(sorted(counts.items()))


def run_one(program, folder, which, scratch):
    """Outcome of a program: status, output, whether it works, the cause when it does not, and the calls (ours only)."""
    place = folder / program.source
    if not (place / "got").exists():
        missing = place / "missing"
        return {"missing": missing.read_text(encoding="utf-8").strip() if missing.exists() else "it was not got"}
    output, trace = scratch / "output", scratch / "trace"
    for path in (output, trace):
        path.unlink(missing_ok=True)
    home = place / program.folder
    variables = {**os.environ, "WINEDEBUG": "-all", "DISPLAY": "", "WINEDLLOVERRIDES": "mscoree,mshtml=", "NODE_SKIP_PLATFORM_CHECK": "1"}
    if which == "ours":
        variables |= {"WTSAPI32_TRACE": "calls", "WTSAPI32_TRACE_FILE": "Z:" + str(trace).replace("/", "\\")}
    try:
        status = program.run(os.environ["WINE"], [str(home / program.words[0]), *program.words[1:]], home, output, variables, program.seconds)
    except subprocess.TimeoutExpired:
        status = None
    text = output.read_text(encoding="utf-8", errors="replace").replace("\r", "")
    found = re.search(program.cause, text)
    cause = " ".join(part for part in found.groups() if part) if found else ""
    return {"status": status, "output": masked(text, folder).splitlines(), "works": status == 0 and re.search(program.works, text) is not None,
            "cause": masked(cause, folder), "calls": calls(trace.read_text(encoding="utf-8")) if trace.exists() else {}}


def setup(script, *words):
    subprocess.run([TOP / script, *words], check=True, timeout=SETUP_SECONDS, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def run(folder, report, prefix):
    """Runs all programs below `folder` in a prefix that is made for it and removed; `report` is the file to write."""
    scratch = folder / "scratch"
    shutil.rmtree(prefix, ignore_errors=True)
    scratch.mkdir(parents=True, exist_ok=True)
    os.environ |= {"WINEPREFIX": str(prefix), "DISPLAY": "", "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
    same_addresses()
    results = {program.id: {} for program in PROGRAMS}
    try:
        setup("tests/wine/wine_up.sh")
        for which in WHICH:
            if which == "ours":
                setup("tests/wine/wine_down.sh")
                setup("tools/install-wine", "--prefix", prefix)
                setup("tests/wine/wine_up.sh")
            for program in PROGRAMS:
                results[program.id][which] = run_one(program, folder, which, scratch)
                print(f"{which}: {program.title}: {cell(results[program.id][which])}", flush=True)
    finally:
        setup("tests/wine/wine_down.sh")
        shutil.rmtree(prefix, ignore_errors=True)
    version = subprocess.run([os.environ["WINE"], "--version"], capture_output=True, text=True, check=True).stdout
    report.write_text(json.dumps({"wine": re.search(r"\d+\.\d+", version)[0], "programs": results}, indent=1) + "\n", encoding="utf-8")


def cell(result):
    if "missing" in result:
        return f"not run: {result['missing']}"
    if result["works"]:
        return "works"
    if result["status"] is None:
        return "does not come to an end"
    return "does not work: " + (result["cause"] or ("see below" if result["output"] else "it prints nothing"))


def shown(program, lines):
    """The lines of an output that a person looks at: the first and the last, when there are many."""
    lines = [line.rstrip() for line in lines if re.match(program.shows, line)] or ["(nothing)"]
    if len(lines) <= MAX_LINES:
        return lines
    half = MAX_LINES // 2
    return [*lines[:half], f"... ({len(lines) - 2 * half} lines more)", *lines[-half:]]


def sections(program, reports):
    """What the program asked for, and what it printed: once for each output that differs."""
    yield f"### {program.title}\n\n"
    yield f"{program.what[0].upper()}{program.what[1:]}. Got as: {program.got}. {program.note}".rstrip() + "\n\n"
    asked = {}
    outputs = {}
    for report in reports:
        for which in WHICH:
            result = report["programs"][program.id][which]
            title = f"Wine {report['wine']}" + (", this DLL" if which == "ours" else "")
            if "missing" in result:
                yield f"{title}: not run: {result['missing']}.\n\n"
                continue
            outputs.setdefault("\n".join(shown(program, result["output"])), []).append(title)
            if which == "ours":
                text = ", ".join(f"{name} × {count}" if count > 1 else name for name, count in result["calls"].items())
                asked.setdefault(text or "no call in this run", []).append(title)
    for text, titles in asked.items():
        yield f"Asked for ({'; '.join(titles)}): {text}.\n\n"
    for text, titles in outputs.items():
        yield f"{'; '.join(titles)}:\n\n```text\n{text}\n```\n\n"


def document(reports):
    titles = [f"Wine {report['wine']}" + extra for report in reports for extra in ("", ", this DLL")]
    head = ["program", "what it is", *titles]
    yield f"| {' | '.join(head)} |\n|{' --- |' * len(head)}\n"
    for program in PROGRAMS:
        cells = [cell(report["programs"][program.id][which]).replace("|", "\\|") for report in reports for which in WHICH]
        yield f"| {program.title} | {program.what} | {' | '.join(cells)} |\n"
    yield "\nNot run:\n\n"
    for name, why in NOT_RUN:
        yield f"- {name}: {why}.\n"
    yield "\n## What each asked for, and what it printed\n\n"
    for program in PROGRAMS:
        yield from sections(program, reports)


def render(path, paths):
    reports = [json.loads(pathlib.Path(name).read_text(encoding="utf-8")) for name in paths]
    reports.sort(key=lambda report: [int(part) for part in report["wine"].split(".")])
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    path.write_text(before + BEGIN + "".join(document(reports)).rstrip("\n") + "\n" + END + rest.partition(END)[2], encoding="utf-8")


def main(words):
    if len(words) == 2 and words[0] == "get":
        get(pathlib.Path(words[1]).resolve())
    elif len(words) == 3 and words[0] == "run":
        folder = pathlib.Path(words[1]).resolve()
        run(folder, pathlib.Path(words[2]), folder / "prefix")
    elif len(words) > 2 and words[0] == "render":
        render(pathlib.Path(words[1]), words[2:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
