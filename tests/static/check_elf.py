#!/usr/bin/python3
"""
Checks that native programs of ours are hardened: any address (PIE), read-only relocations that are made at the start
(RELRO, BIND_NOW), no executable stack, functions that look after their stack, and glibc's checked functions (FORTIFY).

usage: check_elf.py PROGRAM...
"""
import re
import subprocess
import sys


def readelf(option, path):
    return subprocess.run(["readelf", "--wide", option, path], capture_output=True, text=True, check=True).stdout


def problems(path):
    segments, dynamic = readelf("--segments", path), readelf("--dynamic", path)
    symbols = readelf("--dyn-syms", path)
    if not re.search(r"\(FLAGS_1\).*\bPIE\b", dynamic):
        yield "it cannot lie at any address"
    if not re.search(r"\(FLAGS_1\).*\bNOW\b", dynamic) or "GNU_RELRO" not in segments:
        yield "its relocations stay writable"
    if not re.search(r"GNU_STACK .* RW +0x", segments):
        yield "its stack is executable"
    if "__stack_chk_fail" not in symbols:
        yield "no function looks after its stack"
    if not re.search(r"__(snprintf|printf|fprintf|explicit_bzero|memcpy|poll|read|pread)_chk", symbols):
        yield "no checked function is called"


found = [f"{path}: {problem}" for path in sys.argv[1:] for problem in problems(path)]
print("\n".join(found))
print(f"{len(sys.argv) - 1} programs, {len(found)} problems")
sys.exit(1 if found or len(sys.argv) < 2 else 0)
