"""
The installer on a prefix that Wine itself made: its sessions are shown by `wine wts`, a program that knows nothing of us
loads our DLL, it survives `wineboot -u`, and afterwards every file is as it was.
"""
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from end_to_end.program import same_addresses

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ["WTS_BUILD"])

WINE, WINESERVER = os.environ["WINE"], os.environ["WINESERVER"]
SECONDS = 300
KEYS = (r"HKCU\Software\Wine\DllOverrides", r"HKCU\Software\Wine\AppDefaults")


class RealPrefixTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        same_addresses()
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=BUILD))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.prefix = cls.folder / "prefix"
        cls.environment = {**os.environ, "WINEPREFIX": str(cls.prefix), "WINEDEBUG": "-all", "WINE": WINE,
                           "WINESERVER": WINESERVER}
        for name in ("WINEDLLOVERRIDES", "DISPLAY"):
            cls.environment.pop(name, None)
        cls.addClassCleanup(cls.run_program, WINESERVER, "-k")
        cls.prefix.mkdir()
        cls.run_wine("wineboot", "-i", WINEDLLOVERRIDES="mscoree,mshtml=")
        cls.wait()
        cls.release = cls.folder / "release"
        for width in ("x64", "x86"):
            source = BUILD if width == "x64" or not (BUILD.parent / "x86/wts.exe").exists() else BUILD.parent / "x86"
            (cls.release / "bin" / width).mkdir(parents=True)
            for name in ("wtsapi32.dll", "wts.exe", "wts-message.exe"):
                shutil.copy(source / name, cls.release / "bin" / width / name)
        shutil.copy(ROOT / "tools/install-wine", cls.release)

    @classmethod
    def run_program(cls, *words, **variables):
        return subprocess.run(words, env={**cls.environment, **variables}, stdin=subprocess.DEVNULL, timeout=SECONDS,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    @classmethod
    def run_wine(cls, *words, **variables):
        return cls.run_program(WINE, *words, **variables)

    @classmethod
    def wait(cls):
        """Ends what lingers in the prefix, which is ours alone; Wine writes its registry then."""
        cls.run_program(WINESERVER, "-k")
        cls.run_program(WINESERVER, "-w")

    def run_installer(self, *words):
        done = self.run_program(self.release / "install-wine", "--prefix", self.prefix, *words)
        self.assertEqual(done.returncode, 0, done.stderr.decode())

    def files(self):
        """Each file but the registry's; what is volatile in them is Wine's own business, and there is nothing such."""
        return {str(path.relative_to(self.prefix)): self.digest(path)
                for path in self.prefix.rglob("*") if path.is_file() and path.suffix != ".reg"}

    digests = {}

    def digest(self, path):
        """Of the bytes of a file, which are read once as long as its node and its times are the same."""
        status = path.stat()
        key = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if key not in self.digests:
            self.digests[key] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self.digests[key]

    def registry(self):
        """The keys that the installer touches, as reg exports them; a key that does not exist is absent."""
        exported = {}
        for key in KEYS:
            place = self.folder / "exported.reg"
            if self.run_wine("reg", "export", key, str(place), "/y").returncode == 0:
                exported[key] = place.read_bytes()
                place.unlink()
        self.wait()
        return exported

    def sessions(self, program):
        done = self.run_wine(program, "sessions")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()

    def loads_ours(self, program):
        """Which wtsapi32.dll a program gets, by Wine's own account of what it loads."""
        log = self.run_wine(program, "sessions", WINEDEBUG="-all,+loaddll").stderr.decode(errors="replace")
        line = next(line for line in log.splitlines() if "wtsapi32.dll" in line.lower())
        return line.endswith(": native")

    def check_life(self, *words):
        before, registry = self.files(), self.registry()
        self.run_installer(*words)
        self.assertIn("Services", self.sessions("wts"))
        self.assertTrue(self.loads_ours("wts"))
        self.wait()
        self.run_wine("wineboot", "-u", WINEDLLOVERRIDES="mscoree,mshtml=")
        self.assertTrue(self.loads_ours("wts"))
        return before, registry

    def take_out(self, before, registry):
        self.wait()
        self.run_installer("--uninstall")
        self.assertEqual(self.files(), before)
        self.assertEqual(self.registry(), registry)

    def test_for_every_program(self):
        # A control: what Wine changes by itself when a value comes and goes.
        before, registry = self.files(), self.registry()
        self.run_wine("reg", "add", KEYS[0], "/v", "control", "/d", "builtin", "/f")
        self.run_wine("reg", "delete", KEYS[0], "/v", "control", "/f")
        self.wait()
        self.assertEqual(self.files(), before)
        control = self.registry()
        self.assertEqual(set(control) - set(registry), {KEYS[0]} - set(registry))   # Wine leaves the empty key
        self.run_wine("reg", "delete", KEYS[0], "/f")
        self.wait()
        stranger = self.folder / "stranger.exe"     # a program elsewhere, beside which there is no DLL
        shutil.copy(BUILD / "wts.exe", stranger)
        before, registry = self.check_life()
        self.assertTrue(self.loads_ours(str(stranger)))
        self.assertIn("services", self.run_wine("qwinsta").stdout.decode().lower())
        self.take_out(before, registry)
        self.assertFalse(self.loads_ours(str(stranger)))
        self.wait()

    def test_for_one_program_in_a_prefix_of_links(self):
        """Proton makes the DLLs of a prefix links to its own files."""
        place = self.prefix / "drive_c/windows/system32/wtsapi32.dll"
        shared = self.folder / "wtsapi32.dll"
        place.rename(shared)
        place.symlink_to(shared)
        try:
            stranger = self.folder / "another.exe"
            shutil.copy(BUILD / "wts.exe", stranger)
            before, registry = self.check_life("--app", "program.exe")
            self.assertFalse(self.loads_ours(str(stranger)))
            self.take_out(before, registry)
            self.assertTrue(place.is_symlink())
        finally:
            place.unlink()
            shared.rename(place)


if __name__ == "__main__":
    unittest.main()
