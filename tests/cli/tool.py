"""
wts.exe under Wine, with the prefix of the end-to-end tests: Tool(prefix)("kill", 12) -> Result(status, out, err).
"""
import collections
import json
import os
import select
import shutil
import subprocess
import tempfile

from end_to_end.program import BUILD, WINE, environment
from waiting import threads_of

PROGRAM = os.path.join(BUILD, "wts.exe")
DRIVER = os.path.join(BUILD, "tests", "driver.exe")
SECONDS = 120


class Result(collections.namedtuple("Result", "status out err")):
    @property
    def json(self):
        return json.loads(self.out)


def text_of(word):
    """Bytes stay as they are."""
    return word if isinstance(word, bytes) else str(word)


class Tool:
    def __init__(self, prefix, program=PROGRAM, **variables):
        """`variables` are for the environment of every run."""
        self._program = program
        self._environment = environment(prefix.path, {"LC_ALL": "C.UTF-8", **variables})

    def start(self, *words, **streams):
        return subprocess.Popen([WINE, self._program, *map(text_of, words)], env=self._environment, **streams)

    def __call__(self, *words, input=b""):
        """Into files: the explorer.exe that Wine starts beside the first program with a desktop keeps the pipes of that program."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = self.start(*words, stdin=subprocess.PIPE, stdout=out, stderr=err)
            try:
                child.communicate(input, timeout=SECONDS)
                threads = None
            except subprocess.TimeoutExpired:
                threads = threads_of(child.pid)
                child.kill()
                child.wait(SECONDS)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read())
        if threads is not None:
            raise AssertionError(f"wts {words} has not ended after {SECONDS} s; printed {texts[0]!r} and {texts[1]!r}\n{threads}")
        return Result(child.returncode, *(text.decode("utf-8") for text in texts))


class Sleeper:
    """A Windows program of the image name we want, which runs until it is ended or this is."""

    def __init__(self, prefix, folder, name):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            shutil.copy(DRIVER, path)
            shutil.copy(os.path.join(os.path.dirname(DRIVER), "wtsapi32.dll"), folder)
        # Only a Windows parent learns the exit code: cmd ends with that of its program.
        self._child = subprocess.Popen([WINE, "cmd", "/c", "Z:" + path.replace("/", "\\")], env=environment(prefix.path, {"LC_ALL": "C.UTF-8"}),
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._child.stdin.write(b"handles\n")     # once it answers, it runs
        self._child.stdin.flush()
        readable, _, _ = select.select([self._child.stdout], [], [], SECONDS)
        if not readable or not self._child.stdout.readline().startswith(b"handles"):
            raise AssertionError("the program did not start")

    @property
    def pid(self):
        """As Linux counts."""
        return self._child.pid

    def is_running(self):
        return self._child.poll() is None

    def wait(self):
        """The low eight bits of the exit code."""
        return self._child.wait(SECONDS)

    def stop(self):
        self._child.stdin.close()
        self._child.stdout.close()
        self._child.wait(SECONDS)
