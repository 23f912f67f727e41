#!/usr/bin/python3
"""
Runs a static checker over the sources of ours that a build folder compiles, and fails when it finds anything.

usage: check_sources.py CHECKER SOURCE_DIR BUILD_DIR PRESET [OTHER_BUILD_DIR]
A file that OTHER_BUILD_DIR compiles, too, is left to the checks there (tidy and analyzer, which take seconds for each file).

CHECKER: format     clang-format: every source and header is formatted as version 14 does it; of what a newer version finds,
                    what lies in the definition of a macro is left out
         cppcheck   cppcheck over the files that BUILD_DIR compiles
         tidy       clang-tidy, as .clang-tidy says
         analyzer   gcc -fanalyzer at -O0, where it sees most
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys


def run(command, directory):
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


FORMAT_VERSION = 14     # Debian 12's
CHECKER, SOURCE, BUILD = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
PRESET = sys.argv[4]
IS_FORMAT_VERSION = CHECKER == "format" and f"version {FORMAT_VERSION}." in run(["clang-format", "--version"], SOURCE)[1]
OTHER = [pathlib.Path(folder).resolve() for folder in sys.argv[5:]]
# Since version 13 gcc takes a standard stream that is given away by dup2() for a descriptor that is lost. Older ones do not
# know the warning, and pass over the option.
ANALYZER_EXCEPTIONS = ["-Wno-analyzer-fd-leak"]


def compiled(build):
    """The entries of the compilation database whose source lies in src/, each file once."""
    database = build / "compile_commands.json"
    entries = json.loads(database.read_text()) if database.exists() else []
    inside = str(SOURCE / "src") + os.sep
    return {entry["file"]: entry for entry in entries if entry["file"].startswith(inside) and entry["file"].endswith(".c")}


def macro_lines(path):
    """The numbers of the lines that belong to definitions of macros."""
    numbers, is_inside = set(), False
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="utf-8").splitlines(), 1):
        is_inside = is_inside or line.lstrip().startswith("#define")
        if is_inside:
            numbers.add(number)
        is_inside = is_inside and line.endswith("\\")
    return numbers


def format_one(path):
    """Newer versions lay out a macro that ends in braces, and "(DWORD)-1" in one, otherwise; of the rest all think alike."""
    status, text = run(["clang-format", "--dry-run", "-Werror", path], SOURCE)
    places = [int(line) for line in re.findall(r"^\S+?:(\d+):\d+: error: ", text, re.MULTILINE)]
    if status != 0 and places and macro_lines(path).issuperset(places):
        return 0, ""
    return status, text


def check_format():
    rooms = ("src", "include", "tests", "tools")
    files = sorted(str(path) for room in rooms for kind in ("*.c", "*.h") for path in (SOURCE / room).rglob(kind))
    if IS_FORMAT_VERSION:
        return [run(["clang-format", "--dry-run", "-Werror", *files], SOURCE)]
    print(f"in definitions of macros nothing is checked: this is not clang-format {FORMAT_VERSION}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(format_one, files))


def check_cppcheck():
    platform = "win64" if PRESET == "x64" else "unix64"
    return [run(["cppcheck", f"--project={BUILD}/compile_commands.json", f"--file-filter={SOURCE}/src/*", "--quiet",
                 f"--platform={platform}", "--enable=warning,style,performance,portability", "--error-exitcode=1",
                 "--inline-suppr", f"--suppressions-list={SOURCE}/tests/static/cppcheck_suppressions.txt"], BUILD)]


def tidy_one(entry):
    target = ["--extra-arg=--target=x86_64-w64-mingw32"] if "mingw32" in entry["command"] else []
    return run(["clang-tidy", "--quiet", "-p", str(BUILD), *target, entry["file"]], BUILD)


def analyze_one(entry):
    command = [word for word in shlex.split(entry["command"]) if not word.startswith(("-O", "-D_FORTIFY_SOURCE"))]
    command = command[:command.index("-o")] + ["-O0", "-fanalyzer", *ANALYZER_EXCEPTIONS, "-o", os.devnull, "-c",
                                               entry["file"]]
    return run(command, entry["directory"])


def check_each(one):
    """On half of the cores: other tests run beside it."""
    with concurrent.futures.ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as pool:
        elsewhere = {file for build in OTHER for file in compiled(build)}
        return list(pool.map(one, [entry for file, entry in compiled(BUILD).items() if file not in elsewhere]))


results = {"format": check_format, "cppcheck": check_cppcheck, "tidy": lambda: check_each(tidy_one),
           "analyzer": lambda: check_each(analyze_one)}[CHECKER]()
failed = [text for status, text in results if status != 0]
print("\n".join(failed))
print(f"{CHECKER}: {len(results)} runs, {len(failed)} with findings")
sys.exit(1 if failed or not results else 0)
