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
The last two take seconds for each file. A file that they have passed is judged again only when something changed, see passed.py;
BUILD_DIR/static has what they passed, and without it they judge every file.
"""
import concurrent.futures
import functools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

from passed import Passed, identity


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


@functools.cache
def version(tool):
    return run([tool, "--version"], BUILD)[1]


@functools.cache
def compiler_proper(driver):
    return run([driver, "-print-prog-name=cc1"], BUILD)[1].strip()


def tidy_command(entry, depfile):
    target = ["--extra-arg=--target=x86_64-w64-mingw32"] if "mingw32" in entry["command"] else []
    # The tool drops -MD, and leaves what is for the preprocessor alone.
    return ["clang-tidy", "--quiet", "-p", str(BUILD), *target, f"--extra-arg=-Wp,-MD,{depfile}", entry["file"]]


def tidy_circumstances(entry):
    settings = [folder / ".clang-tidy" for folder in pathlib.Path(entry["file"]).parents]
    return [entry["command"], identity("clang-tidy"), version("clang-tidy"),
            *(path.read_text(encoding="utf-8") for path in settings if path.exists())]


def analyzer_command(entry, depfile):
    command = [word for word in shlex.split(entry["command"]) if not word.startswith(("-O", "-D_FORTIFY_SOURCE"))]
    return command[:command.index("-o")] + ["-O0", "-fanalyzer", "-Werror", *ANALYZER_EXCEPTIONS, "-MD", "-MF", depfile,
                                            "-o", os.devnull, "-c", entry["file"]]


def analyzer_circumstances(entry):
    compiler = shlex.split(entry["command"])[0]
    return [identity(compiler), identity(compiler_proper(compiler)), version(compiler)]


def check_each(make_command, describe):
    """On half of the cores: other tests run beside it."""
    passed = Passed(BUILD / "static" / CHECKER)
    own = pathlib.Path(__file__).read_text(encoding="utf-8")
    judged = []

    def one(entry):
        name = os.path.relpath(entry["file"], SOURCE)
        command = make_command(entry, os.path.relpath(passed.depfile(name), entry["directory"]))
        circumstances = [own, command, entry["directory"], *describe(entry)]
        if passed.holds(name, circumstances):
            return 0, ""
        judged.append(name)
        passed.forget(name)
        status, text = run(command, entry["directory"])
        if status == 0:
            passed.keep(name, circumstances, entry["directory"])
        return status, text

    elsewhere = {file for build in OTHER for file in compiled(build)}
    entries = [entry for file, entry in compiled(BUILD).items() if file not in elsewhere]
    with concurrent.futures.ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as pool:
        done = list(pool.map(one, entries))
    print(f"{len(judged)} files judged; {len(done) - len(judged)} passed before, and nothing of them changed")
    return done


results = {"format": check_format, "cppcheck": check_cppcheck, "tidy": lambda: check_each(tidy_command, tidy_circumstances),
           "analyzer": lambda: check_each(analyzer_command, analyzer_circumstances)}[CHECKER]()
failed = [text for status, text in results if status != 0]
print("\n".join(failed))
print(f"{CHECKER}: {len(results)} runs, {len(failed)} with findings")
sys.exit(1 if failed or not results else 0)
