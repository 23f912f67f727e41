#!/usr/bin/python3
"""
Checks exports and imports of a PE file.

usage: check_pe.py exports DLL LIST      DLL exports exactly the names of LIST (def/exports.csv), each with its ordinal,
                                         none decorated, none forwarded, none without a name
       check_pe.py imports DLL           DLL imports from no module that loading would have to load as well
       check_pe.py linked PROGRAM LIST   PROGRAM imports every name of LIST from wtsapi32.dll, by name, undecorated
       check_pe.py hardened FILE OBJDUMP FILE.debug
                                         FILE may lie at any address, which it uses in full, its data is not executed,
                                         and its functions look after their stack
"""
import csv
import subprocess
import sys

from pe import Export, PeFile

EXPORT_COUNT = 76
RELOCATIONS_STRIPPED = 0x0001
MODULES = {"kernel32.dll", "ntdll.dll", "msvcrt.dll"}


def listed(path):
    with open(path, encoding="ascii", newline="") as file:
        return {row["name"]: int(row["ordinal"]) for row in csv.DictReader(file)}


def check_exports(dll, path):
    wanted = {Export(name, ordinal, None) for name, ordinal in listed(path).items()}
    actual = PeFile(dll).exports()
    for problem, exports in (("is missing", wanted - set(actual)), ("is not listed", set(actual) - wanted)):
        for export in sorted(exports, key=str):
            yield f"{problem}: {export}"
    if len(actual) != EXPORT_COUNT:
        yield f"{len(actual)} exports, not {EXPORT_COUNT}"


def check_imports(dll):
    modules = set(PeFile(dll).imports())
    if not modules:
        yield "nothing is imported"
    for module in sorted(modules - MODULES):
        yield f"imports from {module}"


def check_linked(program, path):
    imported = PeFile(program).imports().get("wtsapi32.dll", [])
    for name in sorted(set(listed(path)) - set(imported)):
        yield f"does not import {name} as such"


def check_hardened(path, objdump, debug):
    file = PeFile(path)
    wanted = {0x40: "DYNAMIC_BASE", 0x100: "NX_COMPAT", **({0x20: "HIGH_ENTROPY_VA"} if file.is_64 else {})}
    for flag, name in wanted.items():
        if not file.dll_flags & flag:
            yield f"{name} is missing"
    if file.flags & RELOCATIONS_STRIPPED:
        yield "it cannot be moved: it has no relocations"
    symbols = subprocess.run([objdump, "--syms", debug], capture_output=True, text=True, check=True).stdout
    if "__stack_chk_fail" not in symbols:
        yield "no function looks after its stack"


problems = list({"exports": check_exports, "imports": check_imports, "linked": check_linked,
                 "hardened": check_hardened}[sys.argv[1]](*sys.argv[2:]))
for problem in problems:
    print(f"{sys.argv[2]}: {problem}")
print(f"{sys.argv[1]}: {len(problems)} problems")
sys.exit(1 if problems else 0)
