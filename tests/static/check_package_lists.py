#!/usr/bin/python3
"""
Every list of packages that a script asks for stands in tools/packages.sh: a wrong name would end the script only where the path
to it is taken. Exit status: 0 or 1.

usage: check_package_lists.py ROOT
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
known = set(re.findall(r"^([A-Z]+_PACKAGES)=", (ROOT / "tools/packages.sh").read_text(encoding="utf-8"), re.MULTILINE))
wrong, used = [], set()
for path in sorted((ROOT / "tools").iterdir()):
    if path.is_file() and path.read_bytes().startswith(b"#!/bin/"):
        names = set(re.findall(r"\$\{?([A-Z]+_PACKAGES)\b", path.read_text(encoding="utf-8")))
        used |= names
        wrong += [f"{path.name}: {name} is not in tools/packages.sh" for name in sorted(names - known)]
print("\n".join(wrong) or f"{len(used)} lists, all known")
sys.exit(bool(wrong) or not used)
