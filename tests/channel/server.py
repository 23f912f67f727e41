"""The played server of chansrv.py as a process of its own, with a folder for its sockets."""
import os
import pathlib
import subprocess
import sys
import tempfile

DISPLAY = 10


class Chansrv:
    """The played server, with a folder of its own."""

    def __init__(self, version, *options, folder=None):
        self._own = tempfile.TemporaryDirectory() if folder is None else None
        self.folder = folder or self._own.name
        os.chmod(self.folder, 0o777)
        program = pathlib.Path(__file__).with_name("chansrv.py")
        self.process = subprocess.Popen([sys.executable, program, self.folder, str(DISPLAY), str(version), *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def order(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.kill()
        self.process.communicate()
        if self._own:
            self._own.cleanup()
