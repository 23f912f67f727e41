"""
What `cmake --install` lays down, used by a project of somebody else: find_package and pkg-config, C and C++, both widths,
GNU's linker and LLVM's with the import library in Microsoft's format. The examples are its programs; they run under Wine.
A crash in the DLL, which has no debug information, is found in the source by its debug file.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILDS = {"x86_64": pathlib.Path(os.environ["WTS_BUILD"]), "i686": pathlib.Path(os.environ["WTS_BUILD_X86"])}
EXAMPLES = ROOT / "examples"
SECONDS = 300


def run(*words, **options):
    done = subprocess.run(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=SECONDS, check=False, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{words}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def run_in_wine(*words):
    """
    Exit status and output. The output is a file: a pipe would end only with the last program that was started meanwhile.
    """
    environment = {**os.environ, "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "wtsapi32=n;mscoree,mshtml=", "DISPLAY": ""}
    with tempfile.TemporaryFile() as output:
        done = subprocess.run([os.environ["WINE"], *map(str, words)], env=environment, stdin=subprocess.DEVNULL,
                              stdout=output, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
        output.seek(0)
        return done.returncode, output.read().decode().replace("\r\n", "\n")


class ProjectTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=BUILDS["x86_64"]))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        for width, build in BUILDS.items():
            run("cmake", "--install", build, "--prefix", cls.folder / width)

    def configure(self, width, out, installed):
        """The stranger's own choice of compilers: nothing of ours but what is installed."""
        run("cmake", "-G", "Ninja", "-S", ROOT / "tests/install/project", "-B", out, f"-DEXAMPLES={EXAMPLES}",
            "-DCMAKE_SYSTEM_NAME=Windows", f"-DCMAKE_C_COMPILER={width}-w64-mingw32-gcc",
            f"-DCMAKE_CXX_COMPILER={width}-w64-mingw32-g++", f"-Dwtsapi32_ROOT={installed}")

    def build(self, width):
        out = self.folder / f"project-{width}"
        self.configure(width, out, self.folder / width)
        run("cmake", "--build", out)
        shutil.copy(self.folder / width / "bin/wtsapi32.dll", out)
        return out

    def test_find_package_in_both_widths_and_the_examples_run(self):
        self.build("i686")
        out = self.build("x86_64")
        status, text = run_in_wine(out / "sessions.exe")
        self.assertEqual(status, 0, text)
        self.assertRegex(text, r"(?m)^1 Console active \S")
        status, text = run_in_wine(out / "watch.exe", 0)
        self.assertEqual((status, text.split()), (0, ["watching"]))
        status, text = run_in_wine(out / "end.exe", 4)
        self.assertEqual(status, 1)
        self.assertIn("was not ended: error", text)
        self.assertEqual(run_in_wine(out / "end.exe")[0], 2)

    def test_the_example_ends_a_process(self):
        out = self.build("x86_64")
        script = self.folder / "end.cmd"
        victim = f"victim_{os.getpid()}"    # another run may have left one
        # Only a Windows parent learns process ids of Windows; wts finds it by the name of its program.
        shutil.copy(out / "watch.exe", out / f"{victim}.exe")
        shutil.copy(BUILDS["x86_64"] / "wts.exe", out)
        windows = "Z:" + str(out).replace("/", "\\")
        script.write_text(f"@start /b {windows}\\{victim}.exe\r\n"
                          f"@{windows}\\wts.exe processes --json > {windows}\\list.json\r\n")
        status, text = run_in_wine("cmd", "/c", "Z:" + str(script).replace("/", "\\"))
        self.assertEqual(status, 0, text)
        listed = json.loads((out / "list.json").read_text())
        victims = [row["pid"] for row in listed if row["name"] == f"{victim}.exe"]
        self.assertEqual(len(victims), 1, listed)
        status, text = run_in_wine(out / "end.exe", victims[0], ".", 7)
        self.assertEqual((status, text), (0, f"process {victims[0]} was ended with exit code 7\n"))

    def test_a_program_for_64_bits_does_not_find_the_32_bit_package(self):
        with self.assertRaisesRegex(AssertionError, r"considered but not accepted(?s:.*)\(32bit\)"):
            self.configure("x86_64", self.folder / "wrong", self.folder / "i686")

    def test_pkg_config_in_both_widths(self):
        for width in BUILDS:
            environment = {**os.environ, "PKG_CONFIG_PATH": str(self.folder / width / "lib/pkgconfig")}
            flags = run("pkg-config", "--cflags", "--libs", "wtsapi32", env=environment).split()
            for compiler, source in (("gcc", "sessions.c"), ("g++", "watch.cpp")):
                program = self.folder / f"{width}-{source}.exe"
                run(f"{width}-w64-mingw32-{compiler}", "-static", EXAMPLES / source, *flags, "-o", program)
        shutil.copy(self.folder / "x86_64/bin/wtsapi32.dll", self.folder)
        status, text = run_in_wine(self.folder / "x86_64-sessions.c.exe")
        self.assertEqual(status, 0, text)
        self.assertIn("Console", text)

    def test_clang_and_lld_with_microsofts_format(self):
        for width in BUILDS:
            # Debian keeps GNU's run time where clang does not look.
            runtime = pathlib.Path(run(f"{width}-w64-mingw32-gcc", "-print-libgcc-file-name").strip()).parent
            headers = [word for folder in ("", f"{width}-w64-mingw32") for word in ("-isystem", runtime / "include/c++" / folder)]
            for compiler, source, more in (("clang", "end.c", []), ("clang", "sessions.c", []),
                                           ("clang++", "watch.cpp", headers)):
                program = self.folder / f"{width}-lld-{source}.exe"
                run(compiler, f"--target={width}-w64-mingw32", "-fuse-ld=lld", "-static", f"-L{runtime}", *more,
                    f"-I{self.folder / width}/include", EXAMPLES / source, self.folder / width / "lib/wtsapi32.lib",
                    "-luser32", "-o", program)
        shutil.copy(self.folder / "x86_64/bin/wtsapi32.dll", self.folder)
        status, text = run_in_wine(self.folder / "x86_64-lld-sessions.c.exe")
        self.assertEqual(status, 0, text)
        self.assertIn("Console", text)

    def test_a_crash_in_the_dll_is_found_in_the_source(self):
        build = BUILDS["x86_64"]
        program = self.folder / "crash.exe"
        run("x86_64-w64-mingw32-gcc", "-static", ROOT / "tests/install/crash.c", f"-I{ROOT}/include",
            build / "libwtsapi32.a", "-o", program)
        shutil.copy(build / "wtsapi32.dll", self.folder)
        status, text = run_in_wine(program)
        self.assertEqual(status, 3, text)
        address = 0x180000000 + int(text.strip(), 16)
        place = run("x86_64-w64-mingw32-addr2line", "-f", "-i", "-e", build / "wtsapi32.dll.debug", hex(address))
        self.assertRegex(place, r"(?m)/src/(api|core)/\w+\.c:\d+$")
        bare = run("x86_64-w64-mingw32-addr2line", "-f", "-e", build / "wtsapi32.dll", hex(address))
        self.assertIn("??", bare)


if __name__ == "__main__":
    unittest.main()
