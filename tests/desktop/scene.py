"""
A display that nobody sees, and a desktop of Wine's on it: with Screen() as screen, Desktop(screen) as desktop:
desktop.send(...) runs sender.exe; screen.find(title), screen.press(key) are the person in front of it. Both are private:
the display has a number of its own, the desktop a prefix and a Wine server.
"""
import os
import shutil
import struct
import subprocess
import tempfile
import unittest

from end_to_end.program import BUILD, WINE, WINESERVER, Prefix, environment
from waiting import until

TOOLS = ("Xvfb", "xdotool")
SECONDS = 60  # for whatever must happen soon


class Screen:
    """An X server without a window manager: keys go to the window under the pointer, which rests in the middle."""

    def __enter__(self):
        missing = [tool for tool in TOOLS if shutil.which(tool) is None]
        if missing:
            raise unittest.SkipTest(f"missing: {', '.join(missing)}")
        self._folder = tempfile.mkdtemp()
        read, write = os.pipe()
        self._server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp",
                                         "-fbdir", self._folder], pass_fds=[write], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            self.name = ":" + numbers.readline().strip()
        if self.name == ":":
            self.__exit__()
            raise AssertionError("Xvfb did not start")
        return self

    def _tool(self, *words):
        done = subprocess.run(["xdotool", *map(str, words)], env={**os.environ, "DISPLAY": self.name}, timeout=SECONDS,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return done.stdout.rstrip("\n")

    def find(self, title):
        """The window that has exactly this title and is on the screen, or None."""
        for window in self._tool("search", "--onlyvisible", "--name", ".").split():
            if self._tool("getwindowname", window) == title:
                return window
        return None

    def await_window(self, title):
        return until(lambda: self.find(title), f"a window {title!r}")

    def await_end(self, title):
        until(lambda: self.find(title) is None, f"the end of the window {title!r}")

    def pid_of(self, window):
        return int(self._tool("getwindowpid", window))

    def press(self, key):
        self._tool("mousemove", 320, 240)
        self._tool("key", key)

    def colors(self):
        """How often each pixel value is on the screen, from the file in which the server keeps its picture (XWD)."""
        with open(os.path.join(self._folder, "Xvfb_screen0"), "rb") as file:
            picture = file.read()
        header = struct.unpack(">25I", picture[:100])
        length, height, line, colors = header[0], header[5], header[12], header[19]
        start = length + 12 * colors
        pixels = memoryview(picture)[start:start + height * line].cast("I")
        counts = {}
        for pixel in pixels:
            counts[pixel & 0xFFFFFF] = counts.get(pixel & 0xFFFFFF, 0) + 1
        return counts

    def __exit__(self, *_):
        self._server.terminate()
        self._server.wait()
        shutil.rmtree(self._folder)


class Desktop:
    def __init__(self, screen):
        self._screen = screen
        self._prefix = Prefix(os.path.join(BUILD, "prefix-desktop"))

    def environment(self, display=None):
        return environment(self._prefix.path, {"DISPLAY": self._screen.name if display is None else display, "LANG": "C.UTF-8"})

    def _run(self, *words):
        subprocess.run([*words], env=self.environment(), check=True, timeout=SECONDS, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        """The prefix of other tests has no display; this one has Wine's own choice, from its next start on."""
        self._prefix.__enter__()
        subprocess.run([WINE, "reg", "delete", r"HKCU\Software\Wine\Drivers", "/v", "Graphics", "/f"], check=False,
                       env=self.environment(), timeout=SECONDS, stdin=subprocess.DEVNULL, capture_output=True)
        self._prefix.__exit__()
        self._run(WINESERVER, "-p")
        return self

    def __exit__(self, *_):
        self._prefix.__exit__()

    def start(self, *words, folder=os.path.join(BUILD, "tests"), display=None):
        """Starts sender.exe, whose answer `answer` reads."""
        return subprocess.Popen([WINE, os.path.join(folder, "sender.exe"), *map(str, words)], env=self.environment(display),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def send(self, *words, **where):
        return answer(self.start(*words, **where))


def answer(process):
    """What it prints, as numbers: {"result": 1, "error": 0xdeadbeef, "response": 32000}."""
    try:
        text, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        process.stdout.close()  # whoever still has its other end
        raise
    return numbers(text)


def numbers(text):
    words = text.split()
    return {name: int(value, 16 if name == "error" else 10) for name, value in zip(words[::2], words[1::2])}


def copy_programs(folder, *names):
    for name in names:
        shutil.copy(os.path.join(BUILD, "tests", name), folder)


__all__ = ["ROOT", "Desktop", "Screen", "answer", "copy_programs", "numbers", "wait_for"]
