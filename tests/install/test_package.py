"""The packages of the committed files: what is in them, that lintian has no error, and that their programs are the build's."""
import hashlib
import os
import pathlib
import subprocess
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILDS = {"x64": pathlib.Path(os.environ["WTS_BUILD"]), "x86": pathlib.Path(os.environ["WTS_BUILD_X86"])}
PACKAGES = ROOT / "build/packages"
SUMS = PACKAGES / "SHA256SUMS"
MADE = BUILDS["x64"] / "packages_made"
SCRIPTS = [ROOT / "tools" / name for name in ("package", "packages.sh", "make_zip.py")]
PROGRAMS = ("wtsapi32.dll", "wts.exe", "wts-message.exe")


def run(*words):
    done = subprocess.run(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=900, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{words}: exit status {done.returncode}\n{done.stdout.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """The same commit, scripts and installed packages give the same packages: those that are there are not made again."""
        source = cls.made_from()
        if not cls.are_there(source):
            run(ROOT / "tools/package")
            MADE.write_text(source + SUMS.read_text(encoding="utf-8"), encoding="utf-8")

    @staticmethod
    def made_from():
        parts = [run("git", "-C", ROOT, "rev-parse", "HEAD"), run("dpkg-query", "-W")]
        parts += [path.read_text(encoding="utf-8") for path in SCRIPTS]
        return "".join(hashlib.sha256(part.encode()).hexdigest() + "\n" for part in parts)

    @staticmethod
    def are_there(source):
        if not MADE.exists() or not SUMS.exists():
            return False
        if MADE.read_text(encoding="utf-8") != source + SUMS.read_text(encoding="utf-8"):
            return False
        return subprocess.run(["sha256sum", "--check", "--status", SUMS.name], cwd=PACKAGES, check=False).returncode == 0

    def files(self, name):
        """Path and mode of each file of a Debian package."""
        package, = PACKAGES.glob(f"{name}_*.deb")
        rows = [line.split() for line in run("dpkg-deb", "-c", package).splitlines()]
        return {row[5].removeprefix("."): row[0] for row in rows if row[0].startswith("-")}

    def test_debian_packages_hold_what_they_are_for(self):
        files = self.files("wtsapi32-wine")
        for width in BUILDS:
            for name in PROGRAMS:
                self.assertEqual(files[f"/usr/lib/wtsapi32/{width}/{name}"], "-rw-r--r--")
        for name in ("wts", "wtsapi32-install"):
            self.assertEqual(files[f"/usr/bin/{name}"], "-rwxr-xr-x")
            self.assertIn(f"/usr/share/man/man1/{name}.1.gz", files)
        self.assertIn("/usr/share/doc/wtsapi32-wine/copyright", files)
        for name in ("wts-relay", "wts-session"):
            programs = {path: mode for path, mode in self.files(name).items() if path.startswith("/usr/libexec/")}
            self.assertEqual(programs, {f"/usr/libexec/wtsapi32/{name}": "-rwxr-xr-x"})
        self.assertIn("/usr/lib/debug/wtsapi32/x64/wtsapi32.dll.debug", self.files("wtsapi32-wine-dbg"))
        self.assertTrue(list(PACKAGES.glob("*.dsc")))

    def test_lintian_has_no_error(self):
        changes, = PACKAGES.glob("*.changes")
        run("lintian", "--allow-root", "--fail-on", "error", changes)

    def test_the_archive_is_complete_and_its_sums_are_right(self):
        archive, = PACKAGES.glob("*.zip")
        with zipfile.ZipFile(archive) as opened:
            top = archive.stem + "/"
            names = {name.removeprefix(top) for name in opened.namelist()}
            for width in BUILDS:
                self.assertIn(f"conformance/{width}/wts-conformance.exe", names)
                for name in PROGRAMS:
                    self.assertLessEqual({f"bin/{width}/{name}", f"debug/{width}/{name}.debug"}, names)
                self.assertLessEqual({f"lib/{width}/libwtsapi32.a", f"lib/{width}/wtsapi32.lib"}, names)
            self.assertLessEqual({"include/wtsapi32.h", "LICENSE", "README.md", "install-wine", "examples/end.c"}, names)
            sums = dict(reversed(line.split("  ")) for line in opened.read(top + "SHA256SUMS").decode().splitlines())
            self.assertEqual(set(sums), names - {"SHA256SUMS"})
            for name, wanted in sums.items():
                self.assertEqual(hashlib.sha256(opened.read(top + name)).hexdigest(), wanted, name)

    def test_built_elsewhere_the_programs_have_the_same_bytes(self):
        changed = run("git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no", "--", "src", "include", "def", "cmake")
        if changed:
            self.skipTest("files are changed and not committed: the packages are of the commit")
        archive, = PACKAGES.glob("*.zip")
        with zipfile.ZipFile(archive) as opened:
            for width, build in BUILDS.items():
                for name in PROGRAMS:
                    packed = opened.read(f"{archive.stem}/bin/{width}/{name}")
                    self.assertEqual(packed, (build / name).read_bytes(), f"{width}/{name}")


if __name__ == "__main__":
    unittest.main()
