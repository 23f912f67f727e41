"""
The commands of README and of the pages for users: each one is run. Commands of wts run here, against the simulated session host
and this machine; for every other one a test is named that runs the same. Also: each error that the sources can give is explained.
"""
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from end_to_end.program import BUILD, ROOT, Prefix
from session_host.client import SessionHost

from .tool import Sleeper, Tool

PAGES = ["README.md", *(f"docs/{name}.md" for name in ("install", "first-use", "remote-hosts", "wts", "settings", "trace",
                                                       "troubleshooting", "windows"))]
COMPILE = "x86_64-w64-mingw32-gcc -Iinclude examples/end.c build/x64/libwtsapi32.a -o end.exe"     # run here, too
NEW_USER, REAL_PREFIX, INSTALLER = "tests/install/new_user.sh", "tests/install/test_real_prefix.py", "tests/install/test_install_wine.py"
PROJECTS = "tests/install/test_projects.py"
TRACED = re.compile(r"(WINEDEBUG|WTSAPI32_TRACE)=(\S+) wine wts (.*)")
# Command: the file that runs the same, and a text of that file by which it does.
ELSEWHERE = {
    "apt-get install -y ./wtsapi32-wine_*.deb ./wts-relay_*.deb ./wts-session_*.deb": (NEW_USER, "apt-get install -y ./wtsapi32-wine_*.deb ./wts-relay_*.deb ./wts-session_*.deb"),
    "apt-get purge -y wtsapi32-wine wts-relay wts-session": (NEW_USER, "apt-get purge -y wtsapi32-wine wts-relay wts-session"),
    "wtsapi32-install": (NEW_USER, 'user "wtsapi32-install"'),
    "wtsapi32-install --uninstall": (NEW_USER, "wtsapi32-install --uninstall"),
    "wtsapi32-install --dry-run": (INSTALLER, "--dry-run"),
    "wtsapi32-install --app program.exe": (REAL_PREFIX, '"--app", "program.exe"'),
    "WINE=~/.local/share/bottles/runners/NAME/bin/wine wtsapi32-install --prefix ~/.local/share/bottles/bottles/NAME":
        (REAL_PREFIX, '"WINE": WINE'),
    "wine wts sessions": (NEW_USER, "wine wts sessions"),
    "WINEDLLOVERRIDES=wtsapi32=n wine end.exe 4711 . 7": (PROJECTS, '"end.exe", victims[0], ".", 7'),
    "cmake --preset x64 -DWTS_TESTS=OFF && cmake --build --preset x64": ("tools/install-wine", "cmake --preset $preset -DWTS_TESTS=OFF"),
    "cmake --install build/x64 --prefix DIR": (PROJECTS, "--install"),
    "kinit alice@EXAMPLE.COM": ("tests/end_to_end/test_kerberos.py", "kinit"),
    # Tried by hand before each release, in minimal roots.
    "tools/demo": ("CONTRIBUTING.md", "tools/demo"),
    "tools/demo --remote": ("CONTRIBUTING.md", "tools/demo --remote"),
    "tools/test": ("CONTRIBUTING.md", "tools/test"),
}
# Causes inside that no caller and no user sees.
INTERNAL = {"ERROR_SUCCESS", "ERROR_NO_MORE_ITEMS", "ERROR_MR_MID_NOT_FOUND"}
HEADERS = "/usr/x86_64-w64-mingw32/include/winerror.h"


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def commands_of(page):
    """Pairs of a command and what the page shows as its answer."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", read(page), re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, answer = part.partition("\n")
            found.append((line, answer))
    return found


class StaticTest(unittest.TestCase):
    def test_a_command_is_shown_in_one_way_only(self):
        for page in PAGES:
            with self.subTest(page):
                text = read(page)
                self.assertEqual(re.findall(r"^```(?!console$|c$|$).*", text, re.MULTILINE), [])
                prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
                self.assertEqual(re.findall(r"^(?: {4}|\$ ).*", prose, re.MULTILINE), [], "a command outside of a console block")

    def test_each_other_command_is_run_by_the_test_that_is_named(self):
        others = {line for page in PAGES for line, _ in commands_of(page) if not line.startswith("wts ") and not TRACED.match(line)}
        self.assertEqual(others, {*ELSEWHERE, COMPILE})
        for line, (path, text) in ELSEWHERE.items():
            self.assertTrue(text in read(path), f"{line}: {path} has no {text!r}")

    def test_the_example_is_compiled_as_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            line = COMPILE.replace("build/x64", BUILD).replace("end.exe", os.path.join(folder, "end.exe"))
            subprocess.run(shlex.split(line), cwd=ROOT, check=True, timeout=120)

    def test_links_lead_somewhere(self):
        for page in PAGES:
            for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", read(page)):
                if "://" not in link:
                    self.assertTrue(os.path.exists(os.path.join(ROOT, os.path.dirname(page), link)), f"{page}: {link}")

    def test_each_error_is_explained(self):
        numbers = dict(re.findall(r"^#define (\w+) (?:__MSABI_LONG\()?(\d+)", read(HEADERS), re.MULTILINE))
        explained = set()
        for row in re.findall(r'^\| <a id="error-\d+"></a>([0-9, ]+) \|', read("docs/troubleshooting.md"), re.MULTILINE):
            explained.update(row.split(", "))
        used = set()
        for folder, _, names in os.walk(os.path.join(ROOT, "src")):
            for name in names:
                if name.endswith(".c"):
                    used.update(re.findall(r"\b(?:ERROR|RPC_[SX])_[A-Z_0-9]+\b", read(os.path.join(folder, name))))
        missing = sorted(f"{name} {numbers[name]}" for name in used - INTERNAL
                         if name in numbers and name != "RPC_S_OK" and numbers[name] not in explained)
        self.assertGreater(len(explained), 40)
        self.assertEqual(missing, [])


class CommandsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="wts-documents-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.host = SessionHost(os.path.join(cls.folder, "host")).start()
        cls.addClassCleanup(cls.host.stop)
        cls.prefix = Prefix().__enter__()
        cls.addClassCleanup(cls.prefix.__exit__)
        mode = os.stat(cls.prefix.path).st_mode & 0o777     # a home folder keeps others out, for --save
        cls.addClassCleanup(os.chmod, cls.prefix.path, mode)
        os.chmod(cls.prefix.path, 0o700)
        cls.wts = Tool(cls.prefix, WTSAPI32_TRANSPORT=f"rpcrt4:ncacn_ip_tcp:127.0.0.1[{cls.host.port}]")

    def setUp(self):
        self.host.control("reset")
        self.host.control("set", message_answer=1)
        self.host.control("session", session=2, user="alice", domain="DOM", state=0, name="RDP-Tcp#0")
        self.host.control("spawn", name="notepad.exe", session=2)

    def run_line(self, line):
        words = shlex.split(line)[1:]
        if words[0] == "message" and "--server" not in words:
            words += ["--server", "rdsh01"]     # a box of this machine: tests/desktop
        result = self.wts(*words, input=b"secret\n")
        # Where both names lead to one host the second finds the process ended.
        self.assertEqual(result.status, 1 if words[0] == "kill" and "rdsh01,rdsh02" in words else 0, (line, result))
        return result

    def test_each_one_of_wts_runs_and_answers_as_shown(self):
        count = 0
        for page in PAGES:
            for line, answer in commands_of(page):
                if not line.startswith("wts "):
                    continue
                self.setUp()
                sleeper = Sleeper(self.prefix, self.folder, "notepad.exe") if " notepad" in line and "--server" not in line else None
                try:
                    with self.subTest(page=page, line=line):
                        result = self.run_line(line)
                        self.check_answer(answer, result.out)
                finally:
                    if sleeper:
                        sleeper.stop()
                count += 1
        self.assertGreater(count, 15)

    def test_the_trace_is_as_shown(self):
        count = 0
        for line, answer in commands_of("docs/trace.md"):
            variable, value, words = TRACED.match(line).groups()
            # A machine without wts-relay, which is beside the DLL of no test.
            wts = Tool(self.prefix, WTSAPI32_RELAY="/usr/libexec/wtsapi32/no-relay", **{variable: value})
            result = wts(*shlex.split(words))
            printed = (result.out + result.err).replace("no-relay", "wts-relay").splitlines()
            for shown in answer.splitlines():
                pattern = re.sub(r"^(wtsapi32: )\d+\\\.\d+", r"\1\\d+\\.\\d+", re.escape(shown).replace(r"\ ", " "))
                pattern = re.sub(r"^[0-9a-f]{4}:", "[0-9a-f]{4}:", pattern)
                self.assertTrue(any(re.fullmatch(pattern, one.strip("\r")) for one in printed), (shown, pattern, printed))
                count += 1
        self.assertGreater(count, 5)

    def check_answer(self, shown, printed):
        """The lines that are shown are printed in this order. Numbers of processes, users and widths may differ."""
        def shape(text):
            text = re.sub(r"process \d+", "process N", text)
            text = re.sub(r" of \S+\\\S+ in session", " of USER in session", text)
            return [re.sub(r"  +", "  ", re.sub(r"  \S+\\\S+", "  USER", line)).strip() for line in text.splitlines()]
        left = iter(shape(printed))
        for line in shape(shown):
            self.assertIn(line, left, printed)


if __name__ == "__main__":
    unittest.main()
