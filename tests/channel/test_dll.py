"""Virtual channels under Wine: the program test_virtual_channel.exe with a played xrdp of each version, and without one."""
import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from end_to_end.program import BUILD, WINE, Prefix, environment

from .server import DISPLAY, Chansrv

HELPERS = str(pathlib.Path(os.environ["WTS_SESSION"]).parent)
PROGRAM = os.path.join(BUILD, "tests", "test_virtual_channel.exe")
SECONDS = 240
prefix = Prefix(os.path.join(BUILD, "channel_prefix"))


def setUpModule():
    unittest.enterModuleContext(prefix)


class DllTest(unittest.TestCase):
    def run_program(self, *words, **variables):
        result = subprocess.run([WINE, PROGRAM, *words], capture_output=True, text=True, timeout=SECONDS, check=False,
                                stdin=subprocess.DEVNULL, env=environment(prefix.path, {"WTSAPI32_HELPERS": HELPERS,
                                                                                        **variables}))
        return result.returncode, result.stdout + result.stderr

    def with_version(self, version):
        server = Chansrv(version)
        self.addCleanup(server.end)
        status, output = self.run_program(XRDP_SOCKET_PATH=server.folder, DISPLAY=f":{DISPLAY}")
        self.assertEqual(status, 0, output)
        self.assertIn("test(s) run", output)

    def test_with_version_0(self):
        self.with_version(0)

    def test_with_version_1(self):
        self.with_version(1)

    @contextlib.contextmanager
    def started(self, word, line):
        """The program with open channels, once it has said so, and the parent process of its only helper."""
        server = Chansrv(1)
        self.addCleanup(server.end)
        variables = {"WTSAPI32_HELPERS": HELPERS, "XRDP_SOCKET_PATH": server.folder, "DISPLAY": f":{DISPLAY}"}
        with subprocess.Popen([WINE, PROGRAM, word], env=environment(prefix.path, variables), text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
            self.assertEqual(program.stdout.readline(), line)
            found = helpers_of(server.folder)
            parents = [process for process, above in found.items() if above not in found]
            self.assertEqual(len(parents), 1, found)
            yield program, parents[0]

    def test_one_helper_serves_the_session_and_its_channels(self):
        with self.started("--both", "both\n") as (program, _):
            program.stdin.close()
            self.assertEqual(program.wait(SECONDS), 0)

    def error_beside_a_late_answer(self):
        """The error of a call on one channel while the helper's parent owes an answer about another."""
        with self.started("--late", "open\n") as (program, parent):
            os.kill(parent, signal.SIGSTOP)
            try:
                program.stdin.write("go\n")
                program.stdin.flush()
                time.sleep(1.4)  # a closing channel waits for 1 s, and a helper is given up 1 s later
            finally:
                os.kill(parent, signal.SIGCONT)
            output, _ = program.communicate(timeout=SECONDS)
            self.assertEqual(program.returncode, 0)
            return output

    def test_a_late_answer_ends_no_other_channel(self):
        for _ in range(3):  # a busy machine may stop it for longer
            error = self.error_beside_a_late_answer()
            if error == "error 0\n":
                break
        self.assertEqual(error, "error 0\n")

    def opens_with(self, error, **variables):
        with tempfile.TemporaryDirectory() as folder:
            trace = os.path.join(folder, "trace")
            _, output = self.run_program("--open", WTSAPI32_TRACE="errors", WTSAPI32_TRACE_FILE="Z:" + trace, **variables)
            self.assertIn(f", error {error}", output)
            return pathlib.Path(trace).read_text(encoding="utf-8")

    def test_without_a_session(self):
        self.assertIn("this is no xrdp session", self.opens_with(1))

    def test_without_a_helper(self):
        with tempfile.TemporaryDirectory() as empty:
            self.opens_with(1703, WTSAPI32_HELPERS=empty)

    def test_with_a_helper_that_others_may_change(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, "wts-session")
            copy.write_bytes(pathlib.Path(os.environ["WTS_SESSION"]).read_bytes())
            copy.chmod(0o777)
            self.opens_with(1703, WTSAPI32_HELPERS=folder)


def helpers_of(folder):
    """Processes of wts-session whose environment names the folder of the test's own server, and their parents."""
    found = {}
    for number in filter(str.isdigit, os.listdir("/proc")):
        place = pathlib.Path("/proc", number)
        with contextlib.suppress(OSError):
            if folder.encode() in place.joinpath("environ").read_bytes() and os.readlink(place / "exe").endswith("wts-session"):
                found[int(number)] = int(place.joinpath("stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    return found


if __name__ == "__main__":
    unittest.main()
