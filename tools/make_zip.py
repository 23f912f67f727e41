#!/usr/bin/python3
"""
Makes the release archive for Windows and for Wine without a package, out of a source tree that is built for x64 and x86.
The order, times and modes in it depend on nothing but the content and SOURCE_DATE_EPOCH.

usage: make_zip.py TREE VERSION OUTPUT
"""
import hashlib
import os
import pathlib
import sys
import time
import zipfile

TREE, VERSION, OUTPUT = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
PROGRAMS = ("wtsapi32.dll", "wts.exe", "wts-message.exe")
EXECUTABLE = (".exe", "install-wine")


def content():
    """Pairs of a path in the archive and a file."""
    for width in ("x64", "x86"):
        build = TREE / "build" / width
        for name in PROGRAMS:
            yield f"bin/{width}/{name}", build / name
            yield f"debug/{width}/{name}.debug", build / f"{name}.debug"
        # In a folder without a DLL, so that it judges the system's.
        yield f"conformance/{width}/wts-conformance.exe", build / "wts-conformance.exe"
        for name in ("libwtsapi32.a", "wtsapi32.lib"):
            yield f"lib/{width}/{name}", build / name
    for folder, kind in (("include", "*.h"), ("examples", "*"), ("docs", "*.md")):
        for path in (TREE / folder).glob(kind):
            yield f"{folder}/{path.name}", path
    for name in ("LICENSE", "README.md", "CHANGES.md"):
        yield name, TREE / name
    yield "install-wine", TREE / "tools/install-wine"


def add(archive, name, data):
    date = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
    entry = zipfile.ZipInfo(f"wtsapi32-{VERSION}/{name}", date)
    entry.create_system = 3     # Unix: the modes count
    entry.external_attr = (0o100755 if name.endswith(EXECUTABLE) else 0o100644) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


with zipfile.ZipFile(OUTPUT, "w") as output:
    sums = []
    for place, source in sorted(content()):
        data = source.read_bytes()
        sums.append(f"{hashlib.sha256(data).hexdigest()}  {place}\n")
        add(output, place, data)
    add(output, "SHA256SUMS", "".join(sums))
