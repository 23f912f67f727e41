"""
The driver program under Wine, with a prefix and a Wine server of its own: with Program(build) as program:
program("open", "127.0.0.2") -> the answer line. The folder of a build has tests/driver.exe beside the tested DLL.
"""
import ctypes
import os
import select
import subprocess
import tempfile

from waiting import threads_of

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("WTS_BUILD", os.path.join(ROOT, "build", "x64"))
PREFIX = os.environ.get("WTS_TEST_PREFIX", os.path.join(BUILD, "end_to_end_prefix"))
RELAY = os.environ.get("WTS_RELAY", os.path.join(ROOT, "build", "host", "wts-relay"))
WINE = os.environ.get("WINE", "/usr/lib/wine/wine64")
WINESERVER = os.environ.get("WINESERVER", "/usr/lib/wine/wineserver")
DEBUG = os.environ.get("WTS_WINEDEBUG", "-all")    # Wine's heap checks: -all,warn+heap,err+heap
PREFIX_SECONDS, ANSWER_SECONDS, STOP_SECONDS, LAST_CALL_SECONDS = 600, 120, 60, 20


def environment(prefix, extra=None):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WTSAPI32_", "KRB5"))}
    return {**kept, "WINEPREFIX": prefix, "WINE": WINE, "WINESERVER": WINESERVER, "WINEDEBUG": DEBUG, "DISPLAY": "",
            "WINEDLLOVERRIDES": "wtsapi32=n;mscoree,mshtml=", **(extra or {})}


ADDR_NO_RANDOMIZE, PERSONALITY_AS_IT_IS = 0x0040000, 0xFFFFFFFF


def same_addresses():
    """
    From now on the heap of every program that this one starts begins right after the program itself. At random it begins, once
    in some 5,000 starts, where Wine's loader needs a page of its own, docs/wine.md#heap-place. Where the system does not allow
    that, nothing changes.
    """
    personality = ctypes.CDLL(None).personality
    personality.argtypes = [ctypes.c_ulong]
    personality(personality(PERSONALITY_AS_IT_IS) | ADDR_NO_RANDOMIZE)


NO_HELPER = 1703
STARTS = 40


def once_a_helper_serves(call):
    """
    What a call with a short time came to. On a busy machine a helper takes longer than that to start: then it is made again.
    `call` returns the last error, or a result and that.
    """
    for _ in range(STARTS):
        outcome = call()
        if outcome not in (NO_HELPER, (0, NO_HELPER)):
            return outcome
    raise AssertionError(f"no helper served in time, {STARTS} times")


class Prefix:
    """A prefix of the tests' own, made when it is missing; its Wine server runs where this program runs."""

    def __init__(self, path=PREFIX):
        self.path = path

    def __enter__(self):
        same_addresses()
        subprocess.run([os.path.join(ROOT, "tests", "wine", "wine_up.sh")], env=environment(self.path), check=True,
                       timeout=PREFIX_SECONDS, stdin=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        subprocess.run([os.path.join(ROOT, "tests", "wine", "wine_down.sh")], env=environment(self.path), check=True,
                       timeout=STOP_SECONDS, stdin=subprocess.DEVNULL)


class Program:
    def __init__(self, prefix, trace=None, variables=None, **settings):
        """`settings` become WTSAPI32_ variables: relay="/path", call_timeout_ms=500; `variables` as they are."""
        extra = {f"WTSAPI32_{name.upper()}": str(value) for name, value in settings.items()}
        extra.update(variables or {})
        if trace:
            extra.update(WTSAPI32_TRACE="wire", WTSAPI32_TRACE_FILE="Z:" + trace)
        self._environment = environment(prefix.path, extra)
        self.trace_path = trace

    def __enter__(self):
        self._errors = tempfile.TemporaryFile()
        self._child = subprocess.Popen([WINE, os.path.join(BUILD, "tests", "driver.exe")], env=self._environment,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors)
        return self

    @property
    def pid(self):
        return self._child.pid

    def send(self, *words):
        self._child.stdin.write(" ".join(map(str, words)).encode() + b"\n")
        self._child.stdin.flush()

    def answer(self, seconds=ANSWER_SECONDS):
        readable, _, _ = select.select([self._child.stdout], [], [], seconds)
        line = self._child.stdout.readline().decode().strip() if readable else ""
        if not line:
            self._errors.seek(0)
            raise AssertionError(f"the program gave no answer{' in time' * (not readable)}, exit status "
                                 f"{self._child.poll()}: {self._errors.read().decode(errors='replace')}\n{threads_of(self._child.pid)}")
        return line

    def __call__(self, *words):
        self.send(*words)
        return self.answer()

    def open(self, name):
        words = self("open", name).split()
        assert words[0] == "handle" and words[1] != "-1", words
        return int(words[1])

    def terminate(self, server, pid, code):
        """(result, last error)"""
        words = self("terminate", server, pid, code).split()
        return int(words[1]), int(words[3])

    def trace(self):
        with open(self.trace_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def __exit__(self, *_):
        if self._errors.closed:
            return
        self._child.stdin.close()
        try:
            self._child.wait(LAST_CALL_SECONDS)
        except subprocess.TimeoutExpired:   # it is still in a call; a test that knows this ends that call first
            print(f"a program was still in a call {LAST_CALL_SECONDS} s after the end of its test")
            self._child.kill()
            self._child.wait()
        self._child.stdout.close()
        self._errors.seek(0)
        errors = self._errors.read().decode(errors="replace")
        self._errors.close()
        assert "err:heap" not in errors and "HeapValidate" not in errors, errors
