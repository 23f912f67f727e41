#!/usr/bin/python3
"""
Holds src/ to the table in docs/design.md#rooms: no file includes a room that the row of its own room does not name, and
no files need each other in a circle, by includes or by calls. A file is a .c and the .h of the same name.

usage: check_rooms.py SOURCE_DIR
"""
import graphlib
import pathlib
import re
import sys

# Headers that a build makes: they belong to no room.
GENERATED = {"wts_exports.h"}

# The words of a first comment that make a header portable.
PORTABLE = re.compile(r"\A/\*(?:(?!\*/).)*\bPortable\b", flags=re.S)

NO_CALLS = {"if", "while", "for", "switch", "return", "sizeof", "defined", "main"}


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)


def matches(name, pattern):
    pattern = pattern.removesuffix(" (portable)")
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return name == pattern or name.startswith(pattern + "/")


def rooms_of_design(text):
    """The rows of src/ in the table of docs/design.md: for each room what it may include besides itself."""
    rows = re.findall(r"^\| `src/([^`]*?)/?` \|[^|]*\| ([^|]*) \|$", text, flags=re.M)
    return {room: [] if cell == "-" else cell.split(", ") for room, cell in rows}


class Source:
    """What src/ says of itself: for each file the files it includes, and the files whose functions it names."""

    def __init__(self, root, rooms):
        self.root, self.rooms, self.faults = root, rooms, []
        self.includes, self.words, self.defined, self.portable = {}, {}, {}, set()
        for path in sorted(root.rglob("*.[ch]")):
            self.read(path.relative_to(root), path.read_text(encoding="utf-8"))
        self.calls = {name: set() for name in self.words}
        for name, words in self.words.items():
            for word in words & self.defined.keys():
                if name not in self.defined[word]:  # else it has a function of that name itself, as platforms do
                    self.calls[name] |= self.defined[word]

    def room_of(self, name):
        return max((room for room in self.rooms if matches(name, room)), key=len, default=None)

    def is_allowed(self, name, target):
        """Whether file `name` may include file `target`."""
        room, other = self.room_of(name), self.room_of(target)
        if room == other:
            return True
        for pattern in self.rooms[room]:
            # A room does not open the rooms within it: "local" is not "local/session".
            opens = matches(target, pattern) and (pattern not in self.rooms or other == pattern)
            if opens and (target in self.portable or not pattern.endswith(" (portable)")):
                return True
        return False

    def read(self, path, text):
        name = str(path.with_suffix(""))
        if self.room_of(name) is None:
            self.faults.append(f"src/{path}: belongs to no room")
            return
        if path.suffix == ".h" and PORTABLE.search(text):
            self.portable.add(name)
        code = without_comments(text)
        targets = self.includes.setdefault(name, {})
        for header in re.findall(r'^#include "([^"]+)"', code, flags=re.M):
            if (self.root / header).exists():
                targets.setdefault(str(pathlib.PurePath(header).with_suffix("")), str(path))
            elif header not in GENERATED:
                self.faults.append(f"src/{path}: includes {header}, which does not lie in src")
        if re.search(r"^#include <wtsapi32.h>", code, flags=re.M) and self.room_of(name).split("/")[0] == "helper":
            self.faults.append(f"src/{path}: includes the public header")
        code = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', code)
        code = re.sub(r"\b(WTS_SYSTEM|WTS_FORWARDED)\(\w+\)", "", code)  # a function of the system, by its name
        self.words.setdefault(name, set())
        if path.suffix == ".c":
            self.words[name] |= set(re.findall(r"\b\w+\b", code))
            for function in re.findall(r"^(?!static\b|typedef\b|#)\w[^;{}=#]*?\b(\w+)\([^;{}]*\)\s*\{", code, flags=re.M):
                if function not in NO_CALLS:
                    self.defined.setdefault(function, set()).add(name)


def find_circle(edges):
    """The files of one circle, sorted; empty where there is no circle."""
    try:
        graphlib.TopologicalSorter(edges).prepare()
    except graphlib.CycleError as error:
        return sorted(set(error.args[1]))
    return []


def check(root, rooms):
    """The number of files in the src/ that is `root`, and its faults, as lines."""
    source = Source(root, rooms)
    faults = list(source.faults)
    for name, targets in source.includes.items():
        faults += [f"src/{path}: {source.room_of(name)} may not include {target}.h of {source.room_of(target)}"
                   for target, path in targets.items() if not source.is_allowed(name, target)]
    for kind, edges in (("includes", {name: set(targets) - {name} for name, targets in source.includes.items()}),
                        ("calls", source.calls)):
        circle = find_circle(edges)
        if circle:
            faults.append(f"a circle of {kind}: {', '.join(circle)}")
    for pattern in sorted(set(rooms).union(*rooms.values()) - {"include"}):
        if not any(matches(name, pattern) for name in source.includes):
            faults.append(f"docs/design.md names {pattern} in its table of rooms, where src has no such file")
    return len(source.includes), faults


def main():
    source = pathlib.Path(sys.argv[1])
    rooms = rooms_of_design((source / "docs/design.md").read_text(encoding="utf-8"))
    count, faults = check(source / "src", rooms)
    for fault in faults:
        print(fault)
    print(f"{count} files, {len(rooms)} rooms, {len(faults)} faults")
    sys.exit(1 if faults or count < 50 else 0)


if __name__ == "__main__":
    main()
