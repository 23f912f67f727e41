#!/usr/bin/python3
"""
Runs unittest modules for ctest, in the folder of this file, and ends whatever they leave running. When their time is over,
each program of ours shows where it is, and everything ends, before ctest would end it without a word. Exit status: 0 all passed, 1 a failure or no test at all, 77 every test was skipped
(ctest: not run), with the reasons printed.

usage: run_unittest.py [--seconds N] MODULE...
"""
import ctypes
import faulthandler
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parent
END = "WTS_TEST_END"    # when the time is over, by the monotonic clock; set for every program that a test starts
TOP_PROCESS = "WTS_TEST_PROCESS"    # its process id, for the same programs: what they leave behind becomes its child
SECONDS = 540
LAST_WORDS_SECONDS = 10
PYTHON = "/usr/bin/python3"
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def run_again(namespace_command, module):
    """
    Runs a module once more where `namespace_command`, see session_host/smbd.py, leads to; its exit status. What it prints
    goes where ours goes, at once.
    """
    sys.stdout.flush()
    return subprocess.run(namespace_command(PYTHON, "-u", __file__, module), stdin=subprocess.DEVNULL,
                          check=False).returncode


class OutsideTest(unittest.TestCase):
    """Stands for the tests of a module where they cannot run; see load()."""
    module = bed = None

    def test_all(self):
        if os.geteuid() != 0:
            self.skipTest("servers and namespaces of their own need root")
        self.assertIsNone(self.bed.missing())
        self.assertEqual(run_again(self.bed.namespace_command, self.module), 0)


def load(module, bed, *cases):
    """
    For load_tests: the cases, in the namespaces of their bed; outside of them one test that runs the module once more in them.
    The bed has inside(), namespace_command(*command), and missing(): what is not installed, in words, or None.
    """
    loader = unittest.defaultTestLoader
    if bed.inside():
        return unittest.TestSuite(map(loader.loadTestsFromTestCase, cases))
    name = "Outside_" + bed.__name__.rpartition(".")[2]
    return loader.loadTestsFromTestCase(type(name, (OutsideTest,), {"module": module, "bed": bed, "__module__": module}))


def run(modules):
    faulthandler.dump_traceback_later(max(1, float(os.environ[END]) - time.monotonic()), exit=True)
    suite = unittest.defaultTestLoader.loadTestsFromNames(modules)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    for test, reason in result.skipped:
        print(f"not run: {test}: {reason}")
    if not result.wasSuccessful() or not result.testsRun:
        return 1
    return 77 if len(result.skipped) == result.testsRun else 0


def over(*_):
    raise TimeoutError


def end_all():
    """Kills the children, and theirs, which become ours, until there is none."""
    path = f"/proc/self/task/{os.getpid()}/children"
    while True:
        for pid in map(int, pathlib.Path(path).read_text(encoding="ascii").split()):
            os.kill(pid, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def supervise(seconds, modules):
    """Runs the modules in another process; its exit status, or 1 when the time is over or ctest is gone."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, over)
    os.environ[END] = str(time.monotonic() + seconds)
    os.environ[TOP_PROCESS] = str(os.getpid())
    try:
        child = os.spawnv(os.P_NOWAIT, PYTHON, [PYTHON, "-u", __file__, *modules])
        signal.alarm(seconds + LAST_WORDS_SECONDS)
        while (ended := os.wait())[0] != child:
            pass
        return os.waitstatus_to_exitcode(ended[1])
    except TimeoutError:
        print(f"interrupted, or not over {seconds} s after its start", flush=True)
        return 1
    finally:
        signal.alarm(0)
        end_all()


def main():
    words = sys.argv[1:]
    if END in os.environ:
        return run(words)
    seconds = SECONDS
    if words[0] == "--seconds":
        seconds, words = int(words[1]), words[2:]
    return supervise(seconds, words)


sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP))
if __name__ == "__main__":
    sys.exit(main())
