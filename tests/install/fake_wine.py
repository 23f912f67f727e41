"""
A prefix of a few small files, and a Wine that knows just enough to change its registry: for trying the installer at each
of its steps, where a real Wine would take seconds for each.
"""
import hashlib
import importlib.machinery
import importlib.util
import os
import pathlib
import shutil
import stat

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INSTALLER = ROOT / "tools/install-wine"
MARK = "The wtsapi32 authors".encode("utf-16-le")
WINES_OWN = b"MZ" + bytes(62) + b"Wine builtin DLL\0"

# It is started hundreds of times: what Python reads at its start, and this does not need, is left out.
WINE = r'''#!/usr/bin/python3 -IS
"""reg add KEY /v NAME /d DATA /f; reg delete KEY [/v NAME] /f; wineboot -u. Keys and values of user.reg, in order."""
import os, pathlib, re, sys
folder = pathlib.Path(os.environ["WINEPREFIX"])
words = sys.argv[1:]
if words[:1] == ["wineboot"]:
    for name, end in (("system32", b""), ("syswow64", b"32")):
        place = folder / "drive_c/windows" / name / "wtsapi32.dll"
        if place.parent.exists() and not place.exists():
            place.write_bytes(b"MZ" + bytes(62) + b"Wine builtin DLL\0" + end)
    sys.exit(0)
if (folder / "broken").exists():
    sys.exit("the registry is broken")
keys = {}
for line in (folder / "user.reg").read_text().splitlines():
    if line.startswith("["):
        current = keys.setdefault(line[1:line.index("]")].replace("\\\\", "\\"), {})
    elif match := re.match('"(.*?)"=(.*)', line):
        current[match[1]] = match[2]
key = words[2].removeprefix("HKCU\\")
match words[1], "/v" in words:
    case "add", _:
        parts = key.split("\\")
        keys.setdefault(key, {})[words[4]] = '"' + words[6] + '"'
    case "delete", True:
        del keys[key][words[4]]
    case "delete", False:
        for name in [name for name in keys if (name + "\\").startswith(key + "\\")]:
            del keys[name]
text = "WINE REGISTRY Version 2\n" + "".join(
    "[" + name.replace("\\", "\\\\") + "] 1\n" + "".join(f'"{value}"={data}\n' for value, data in values.items())
    for name, values in keys.items())
(folder / "user.reg").write_text(text)
'''

WINESERVER = '''#!/bin/sh
# -k0: does a program run in the prefix? -w: nothing to wait for.
[ "$1" != -k0 ] || [ -e "$WINEPREFIX/in_use" ]
'''


def write_program(path, text):
    path.write_text(text)
    path.chmod(0o755)


class FakePrefix:
    """A release with the installer, a Wine, and a prefix, all below `folder`."""

    def __init__(self, folder, arch="win64"):
        self.folder = pathlib.Path(folder)
        self.release = self.folder / "release"
        self.prefix = self.folder / "prefix"
        self.make_release(b"1")
        write_program(self.folder / "wine", WINE)
        write_program(self.folder / "wineserver", WINESERVER)
        windows = self.prefix / "drive_c/windows"
        (windows / "system32").mkdir(parents=True)
        (windows / "system32/wtsapi32.dll").write_bytes(WINES_OWN)
        if arch == "win64":
            (windows / "syswow64").mkdir()
            (windows / "syswow64/kernel32.dll").write_bytes(WINES_OWN)
            (windows / "syswow64/wtsapi32.dll").write_bytes(WINES_OWN + b"32")
        (self.prefix / "system.reg").write_text(f"WINE REGISTRY Version 2\n\n#arch={arch}\n")
        (self.prefix / "user.reg").write_text('WINE REGISTRY Version 2\n[Software\\\\Wine] 1\n"Version"="win10"\n')

    def make_release(self, version):
        for width in ("x64", "x86"):
            folder = self.release / "bin" / width
            folder.mkdir(parents=True, exist_ok=True)
            for name in ("wtsapi32.dll", "wts.exe", "wts-message.exe"):
                (folder / name).write_bytes(MARK + f" {width} {name} ".encode() + version)
        shutil.copy(INSTALLER, self.release / "install-wine")

    def set_update(self, stamp):
        """What Wine notes when it makes or updates a prefix; another Wine notes another number."""
        (self.prefix / ".update-timestamp").write_text(f"{stamp}\n")

    def place(self, path):
        return self.prefix / "drive_c/windows" / path

    def content(self):
        """Every file of the prefix: its kind, mode and content; the registry is one of them."""
        found = {}
        for path in sorted(self.prefix.rglob("*")):
            status = path.lstat()
            data = os.readlink(path) if path.is_symlink() else "" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(self.prefix))] = (stat.filemode(status.st_mode), data)
        return found

    def environment(self):
        return {**os.environ, "WINE": str(self.folder / "wine"), "WINESERVER": str(self.folder / "wineserver")}

    def load(self):
        """The installer as a module, with the environment that it needs."""
        os.environ.update(self.environment())
        loader = importlib.machinery.SourceFileLoader("install_wine", str(self.release / "install-wine"))
        module = importlib.util.module_from_spec(importlib.util.spec_from_loader("install_wine", loader))
        loader.exec_module(module)
        return module
