"""
Remembers which files a static checker has passed, as a build system remembers what it has built: a file is judged again when its
bytes changed, or those of a file that it included, or the command, the settings or the tool. Only a pass is remembered.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import time


def identity(program):
    """A text that changes when the program is replaced."""
    path = pathlib.Path(shutil.which(program) or program).resolve()
    status = path.stat()
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def included(depfile, directory):
    """The files that a rule of make names, as a compiler writes it, after its target."""
    words = re.findall(r"(?:\\.|[^\\\s])+", depfile.read_text(encoding="utf-8").replace("\\\n", " "))
    target = next(number for number, word in enumerate(words) if word.endswith(":"))
    return [pathlib.Path(directory, re.sub(r"\\(.)", r"\1", word).replace("$$", "$")) for word in words[target + 1:]]


class Passed:
    """The passes of one checker in one build, kept in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.digests = {}
        # Clocks of file systems are coarser than time().
        self.begin = time.time() - 1

    def digest(self, path):
        if path not in self.digests:
            self.digests[path] = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
        return self.digests[path]

    def place(self, name, suffix):
        path = self.folder / (name + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def depfile(self, name):
        """Where the checker of this file writes what it included."""
        return self.place(name, ".d")

    def holds(self, name, circumstances):
        """Whether this file passed under the same circumstances, a list of texts, with the same bytes."""
        try:
            passed = json.loads(self.place(name, ".passed").read_text(encoding="utf-8"))
            return passed["circumstances"] == circumstances and all(
                self.digest(path) == digest for path, digest in passed["files"].items())
        except (OSError, ValueError, KeyError):
            return False

    def forget(self, name):
        """Before the file is judged, so that an end in between leaves nothing."""
        for suffix in (".passed", ".d"):
            self.place(name, suffix).unlink(missing_ok=True)

    def keep(self, name, circumstances, directory):
        """After a pass. Nothing is kept when the tool did not say what it read, or when some of that changed in the meantime."""
        depfile = self.depfile(name)
        if not depfile.exists():
            return
        files = included(depfile, directory)
        if not files or any(path.stat().st_mtime >= self.begin for path in files):
            return
        passed = {"circumstances": circumstances, "files": {str(path): self.digest(str(path)) for path in files}}
        unfinished = self.place(name, ".unfinished")
        unfinished.write_text(json.dumps(passed), encoding="utf-8")
        os.replace(unfinished, self.place(name, ".passed"))
