"""Which packages tools/packages.sh takes for missing, with a database of packages of the test's own."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

LISTS = pathlib.Path(__file__).parents[2] / "tools" / "packages.sh"
NEEDED = '. "$0"; install_packages() { :; }; need_packages "$@"'


def paragraph(name, architecture, status="install ok installed"):
    return (f"Package: {name}\nStatus: {status}\nMulti-Arch: same\nArchitecture: {architecture}\nVersion: 1\n"
            "Maintainer: nobody\nDescription: played\n\n")


@unittest.skipIf(shutil.which("dpkg-query") is None, "only Debian has packages of this kind")
class NeedPackagesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.own = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
        (self.folder / "arch").write_text(f"{self.own}\ni386\n", encoding="ascii")
        (self.folder / "info").mkdir()
        (self.folder / "updates").mkdir()

    def missing(self, *paragraphs, name="played"):
        """What is missing of the packages `name`."""
        (self.folder / "status").write_text("".join(paragraphs), encoding="ascii")
        output = subprocess.run(["sh", "-euc", NEEDED, str(LISTS), name], capture_output=True, text=True, timeout=60,
                                check=False, env={**os.environ, "DPKG_ADMINDIR": str(self.folder)}).stdout
        return output.split()[1:]

    def test_a_package_that_is_there(self):
        self.assertEqual(self.missing(paragraph("played", self.own)), [])
        self.assertEqual(self.missing(paragraph("played", "all").replace("Multi-Arch: same\n", "")), [])

    def test_a_package_that_is_kept_as_it_is(self):
        self.assertEqual(self.missing(paragraph("played", self.own, "hold ok installed")), [])

    def test_a_package_of_two_architectures(self):
        self.assertEqual(self.missing(paragraph("played", self.own), paragraph("played", "i386")), [])

    def test_a_package_that_is_missing(self):
        self.assertEqual(self.missing(), ["played"])
        self.assertEqual(self.missing(paragraph("other", self.own)), ["played"])

    def test_a_package_that_was_removed(self):
        self.assertEqual(self.missing(paragraph("played", self.own, "deinstall ok config-files")), ["played"])

    def test_a_package_of_another_architecture(self):
        self.assertEqual(self.missing(paragraph("played", "i386")), ["played"])
        self.assertEqual(self.missing(paragraph("played", "i386"), name="played:i386"), [])
        self.assertEqual(self.missing(paragraph("played", self.own), name="played:i386"), ["played:i386"])


if __name__ == "__main__":
    unittest.main()
