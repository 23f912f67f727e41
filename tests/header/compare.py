#!/usr/bin/python3
"""
Compares the public header with another one that declares the same API: for every structure, member, enumerator,
constant and function that the other has, ours has it, too, and sizes, offsets, values and types are the same. What
some release of the other has wrong is listed below, by name. What the other lacks is not looked at: releases differ.

usage: compare.py COMPILER OBJCOPY INCLUDE_DIR OTHER_HEADER mingw|wine
"""
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

COMPILER, OBJCOPY, INCLUDE, OTHER, KIND = sys.argv[1:]

# Wine leaves out ReconnectSettings and HomeDirDrive, and spells five names in its own way: trap T16.
WINE_CONFIG_CLASS = {"WTSUserConfigModemCallbackSettings": "value: Wine lacks ReconnectSettings before it (T16)",
                     "WTSUserConfigModemCallbackPhoneNumber": "value: the same (T16)",
                     "WTSUserConfigTerminalServerProfilePath": "value: the same (T16)",
                     "WTSUserConfigfTerminalServerRemoteHomeDir": "value: and HomeDirDrive (T16)",
                     "WTSUserConfigInheritInitialProgram": "name without its f (T16)",
                     "WTSUserConfigAllowLogonTerminalServer": "name without its f (T16)",
                     "WTSUserConfigDeviceClientDrives": "name without its f (T16)",
                     "WTSUserConfigDeviceClientPrinters": "name without its f (T16)",
                     "WTSUserConfigDeviceClientDefaultPrinter": "name without its f (T16)",
                     "WTSUserConfigShadowSettings": "name: ShadowingSettings (T16)",
                     "WTSUserConfigTerminalServerHomeDirectory": "name: HomeDir (T16)"}
KNOWN = {"wine": WINE_CONFIG_CLASS,
         "mingw": {"WTSRegisterSessionNotificationEx": "declared without WINAPI, seen with 32 bits only (T4)"}}[KIND]
WINE_MACROS = ["-DDECL_WINELIB_TYPE_AW(x)=", "-DWINELIB_NAME_AW(x)=x"]


def read(path):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", pathlib.Path(path).read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\\\n", " ", text)


def members(body):
    """Names of the members; several declarators in one line count each."""
    for declaration in body.split(";"):
        for declarator in re.sub(r"\[[^]]*\]", "", declaration).split(","):
            words = re.findall(r"\w+", declarator)
            if words:
                yield words[-1]


def structures(text):
    """Members by name of the structure; those of an anonymous union in it count as its own."""
    flat = re.sub(r"\bunion\s*\{([^{}]*)\}\s*;", r"\1", text)
    found = re.findall(r"typedef\s+struct\s+_\w+\s*\{([^{}]*)\}\s*(\w+)", flat)
    return {name: list(members(body)) for body, name in found}


def facts(text):
    """(label, expression) of all that has a number."""
    for name, names in structures(text).items():
        yield name, f"sizeof({name})"
        for member in names:
            yield f"{name}.{member}", f"offsetof({name}, {member})"
            yield f"{name}.{member}'", f"sizeof((({name} *)0)->{member})"
    for body in re.findall(r"enum\s*\w*\s*\{([^{}]*)\}", text):
        for name in re.findall(r"(\w+)\s*(?:=[^,]*)?(?:,|$)", body.strip()):
            yield name, name
    for name, value in re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(\S[^\n]*)$", text, flags=re.M):
        if re.fullmatch(r"[-~()\w \t]+", value) and "NAME_AW" not in value and not value.startswith("WTS"):
            yield name, name


def functions(text):
    """(name, result with calling convention, parameters)"""
    pattern = r"^[ \t]*(\w[\w \t*]*?[\w*])[ \t]+(WTS\w+)[ \t]*\(([^;{}]*)\)[ \t]*;"
    for result, name, parameters in re.findall(pattern, text, flags=re.M):
        if not result.startswith("typedef"):
            yield name, result, parameters


def compile_c(folder, source, header, *options):
    (folder / "test.c").write_text(f'#include <windows.h>\n#include <stddef.h>\n#include "{header}"\n{source}')
    return subprocess.run([COMPILER, "-std=c11", "-Werror=incompatible-pointer-types", *options, "-c", "test.c", "-o",
                           "test.o"], cwd=folder, capture_output=True, text=True, check=False)


def values(folder, header, expressions):
    rows = ",\n".join(f"(unsigned long long)(size_t)({expression})" for expression in expressions)
    done = compile_c(folder, f"const unsigned long long facts[] = {{{rows}}};", header, *WINE_MACROS)
    if done.returncode:
        sys.exit(done.stderr)
    subprocess.run([OBJCOPY, "-O", "binary", "-j", ".rdata", "test.o", "facts"], cwd=folder, check=True)
    return struct.unpack(f"<{len(expressions)}Q", (folder / "facts").read_bytes()[:8 * len(expressions)])


def is_declared(text, label):
    structure, _, member = label.rstrip("'").partition(".")
    if member:
        return member in structures(text).get(structure, ())
    return re.search(rf"\b{structure}\b", text)


def compare():
    """Names that differ, with what differs, and how much was compared."""
    ours, theirs = read(f"{INCLUDE}/wtsapi32.h"), read(OTHER)
    differing = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        common = []
        for label, expression in facts(theirs):
            if is_declared(ours, label):
                common.append((label, expression))
            else:
                differing[label] = "ours has no such name"
        expressions = [expression for _, expression in common]
        for (label, _), other, own in zip(common, values(folder, OTHER, expressions),
                                          values(folder, f"{INCLUDE}/wtsapi32.h", expressions)):
            if other != own:
                differing[label] = f"{other} there, {own} in ours"
        declared = list(functions(theirs))
        source = "\n".join(f"typedef {result} other_{name}({parameters}); other_{name} *const check_{name} = {name};"
                           for name, result, parameters in declared)
        done = compile_c(folder, source, f"{INCLUDE}/wtsapi32.h")
        for line in done.stderr.splitlines():
            for function in re.findall(r"check_(WTS\w+) =", line):
                differing[function] = "another type"
        if done.returncode and not re.search(r"check_WTS\w+ =", done.stderr):
            sys.exit(done.stderr)
    return differing, len(common), len(declared)


differing, fact_count, function_count = compare()
unexpected = {name: what for name, what in differing.items() if name not in KNOWN}
for name, what in unexpected.items():
    print(f"{name}: {what}")
for name in sorted(differing.keys() & KNOWN.keys()):
    print(f"{name}: a known defect: {KNOWN[name]}")
print(f"{fact_count} numbers and {function_count} functions compared, {len(unexpected)} differ")
sys.exit(1 if unexpected or fact_count < 80 or function_count < 20 else 0)
