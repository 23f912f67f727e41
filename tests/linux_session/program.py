"""
watcher.exe under Wine: with Watcher(helpers=FOLDER) as watcher: watcher("register", 0) -> its answer; what it prints by
itself is kept apart: watcher.changes(), watcher.events().
"""
import contextlib
import os
import queue
import subprocess
import threading
import time

from end_to_end.program import environment

BUILD = os.environ["WTS_BUILD"]
SESSION = os.environ.get("WTS_SESSION", "")
WINE = os.environ["WINE"]
PREFIX = os.environ["WINEPREFIX"]
SECONDS = 60
UNSET = ("DBUS_", "XDG_", "XRDP_", "WTSAPI32_")


class Watcher:
    def __init__(self, helpers, trace=None, prefix=PREFIX, variables=None):
        """`helpers`: the folder of wts-session; `variables`: what the program's environment has besides."""
        kept = {name: "" for name in os.environ if name.startswith(UNSET)}
        extra = {**kept, "WTSAPI32_HELPERS": helpers, **(variables or {})}
        if trace:
            extra.update(WTSAPI32_TRACE="wire", WTSAPI32_TRACE_FILE="Z:" + trace)
        self._environment = {name: value for name, value in environment(prefix, extra).items() if value or name == "DISPLAY"}
        self._trace = trace
        self._answers, self._news = queue.Queue(), queue.Queue()

    def __enter__(self):
        self._child = subprocess.Popen([WINE, os.path.join(BUILD, "tests", "watcher.exe")], env=self._environment,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.pid = self._child.pid
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def _read(self):
        for line in self._child.stdout:
            words = line.split()
            (self._news if words[:1] in (["change"], ["events"]) else self._answers).put((time.monotonic(), words))
        self._answers.put((time.monotonic(), ["ended"]))

    def send(self, *words):
        self._child.stdin.write(" ".join(map(str, words)) + "\n")
        self._child.stdin.flush()

    def answer(self, seconds=SECONDS):
        return self._answers.get(timeout=seconds)[1]

    def __call__(self, *words):
        self.send(*words)
        answer = self.answer()
        assert answer[0] in (words[0], "flags"), answer
        return answer

    def register(self, flags=0):
        """Makes a window and registers it; its number."""
        _, window, result, error, _ = self("register", flags)
        assert (result, error) == ("1", "0"), (result, error)
        return int(window)

    def ask(self):
        """All that there is to know, by name."""
        words = self("ask")
        return {name: value if name in ("name", "address", "text") else
                [int(part) for part in words[at + 1:at + 4]] if name == "screen" else int(value)
                for at, (name, value) in enumerate(zip(words, words[1:])) if name in NAMES}

    def lock(self):
        """(SessionFlags, how long the question took, in milliseconds)"""
        _, flags, _, ms = self("lock")
        return int(flags), int(ms)

    def news(self, seconds=SECONDS):
        """The next message or event: ("change", window, code, session) or ("events", flags)."""
        word, *numbers = self._news.get(timeout=seconds)[1]
        return (word, *map(int, numbers))

    def change(self, seconds=SECONDS):
        """The next message: (window, code, session)."""
        word, *numbers = self.news(seconds)
        assert word == "change", word
        return tuple(numbers)

    def has_news(self):
        return not self._news.empty()

    def has_ended(self):
        return self._child.poll() is not None

    def trace(self):
        with open(self._trace, encoding="utf-8", errors="replace") as file:
            return file.read()

    def __exit__(self, *_):
        with contextlib.suppress(BrokenPipeError):
            self._child.stdin.close()
        try:
            self._child.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


NAMES = ("flags", "state", "name", "remote", "protocol", "family", "address", "text", "screen", "logon", "input", "now",
         "metric", "ms")
