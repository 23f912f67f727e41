#!/usr/bin/python3
"""
Runs a static checker over the sources of ours that a build folder compiles, and fails when it finds anything.

usage: check_sources.py CHECKER SOURCE_DIR BUILD_DIR PRESET [OTHER_BUILD_DIR]
A file that OTHER_BUILD_DIR compiles, too, is left to the checks there (tidy and analyzer, which take seconds for each file).

CHECKER: format     clang-format 14: every source and header is formatted; exit status 77 (not run) where it is another
         cppcheck   cppcheck over the files that BUILD_DIR compiles
         tidy       clang-tidy, as .clang-tidy says
         analyzer   gcc -fanalyzer at -O0, where it sees most
"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

FORMAT_VERSION = 14     # Debian 12's
CHECKER, SOURCE, BUILD = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
PRESET = sys.argv[4]
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


def run(command, directory):
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def check_format():
    """The style is that of one version: others break a macro that ends in braces, and "(DWORD)-1", in ways of their own."""
    version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if f"version {FORMAT_VERSION}." not in version:
        print(f"not run: the style of the sources is that of clang-format {FORMAT_VERSION}, and this is {version}")
        sys.exit(77)
    rooms = ("src", "include", "tests", "tools")
    files = sorted(str(path) for room in rooms for kind in ("*.c", "*.h") for path in (SOURCE / room).rglob(kind))
    return [run(["clang-format", "--dry-run", "-Werror", *files], SOURCE)]


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
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        elsewhere = {file for build in OTHER for file in compiled(build)}
        return list(pool.map(one, [entry for file, entry in compiled(BUILD).items() if file not in elsewhere]))


results = {"format": check_format, "cppcheck": check_cppcheck, "tidy": lambda: check_each(tidy_one),
           "analyzer": lambda: check_each(analyze_one)}[CHECKER]()
failed = [text for status, text in results if status != 0]
print("\n".join(failed))
print(f"{CHECKER}: {len(results)} runs, {len(failed)} with findings")
sys.exit(1 if failed or not results else 0)
