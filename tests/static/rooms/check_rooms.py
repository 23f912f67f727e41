#!/usr/bin/python3
"""
Holds src/ to the table of rooms of docs/design.md#rooms: no file includes a room that the row of its own room does not
name, and no files need each other in a circle, by includes or by calls. A file is a .c and the .h of the same name.

usage: check_rooms.py SOURCE_DIR
"""
import pathlib
import re
import sys

# What each room may include besides itself. A name is a room, a file without its ending, or with * the beginning of files.
# "core" is all of core, "core/portable" what builds natively, too.
ROOMS = {
    "api": ["core", "forward"],
    "core": [],
    "forward": ["core"],
    "local": ["core", "local/session"],
    "local/session": ["core", "local/nt*", "helper/client"],
    "message": ["core", "local/message*", "local/session/station"],
    "remote": ["core", "remote/ndr", "remote/tsts", "remote/transport"],
    "remote/ndr": ["core"],
    "remote/tsts": ["core", "remote/ndr"],
    "remote/transport": ["core", "helper/client", "helper/frame", "helper/rpc/payload"],
    "helper/frame": ["core/portable"],
    "helper/client": ["core", "helper/frame"],
    "helper/host": ["core/portable", "helper/frame"],
    "helper/rpc": ["core/portable", "helper/frame", "helper/host"],
    "cli": [],
}
WINDOWS_FILES = ["core/machine", "core/module", "core/platform_windows", "core/system", "core/window"]
# Headers that a build makes: they belong to no room.
GENERATED = {"wts_exports.h"}

# Faults that are known and not mended yet. What is mended is taken out: an entry that is no fault is one, too.
KNOWN_INCLUDES = []
KNOWN_CIRCLES = []
KNOWN_FOLDERS = []

NO_CALLS = {"if", "while", "for", "switch", "return", "sizeof", "defined", "main"}


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)


def matches(name, pattern):
    if pattern == "core/portable":
        return matches(name, "core") and name not in WINDOWS_FILES
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return name == pattern or name.startswith(pattern + "/")


def room_of(name):
    rooms = [room for room in ROOMS if matches(name, room)]
    return max(rooms, key=len) if rooms else None


def is_allowed(name, target):
    """Whether file `name` may include file `target`."""
    room, other = room_of(name), room_of(target)
    if room == other:
        return True
    for pattern in ROOMS[room]:
        # A room does not open the rooms within it: "local" is not "local/session".
        if matches(target, pattern) and (other == pattern or pattern not in ROOMS):
            return True
    return False


class Source:
    """What src/ says of itself: for each file the files it includes, and the files whose functions it names."""

    def __init__(self, root, known_folders):
        self.faults = [f"src/{folder}: known here, and not there: take it out" for folder in known_folders
                       if not (root / folder).exists()]
        self.includes, self.words, self.defined = {}, {}, {}
        for path in sorted(root.rglob("*.[ch]")):
            if path.relative_to(root).parts[0] in known_folders:
                continue
            self.read(path.relative_to(root), path.read_text(encoding="utf-8"), root)
        self.calls = {name: set() for name in self.words}
        for name, words in self.words.items():
            for word in words & self.defined.keys():
                if name not in self.defined[word]:  # else it has a function of that name itself, as platforms do
                    self.calls[name] |= self.defined[word]

    def read(self, path, text, root):
        name = str(path.with_suffix(""))
        if room_of(name) is None:
            self.faults.append(f"src/{path}: belongs to no room")
            return
        code = without_comments(text)
        targets = self.includes.setdefault(name, {})
        for header in re.findall(r'^#include "([^"]+)"', code, flags=re.M):
            if (root / header).exists():
                targets.setdefault(str(pathlib.PurePath(header).with_suffix("")), str(path))
            elif header not in GENERATED:
                self.faults.append(f"src/{path}: includes {header}, which does not lie in src")
        if re.search(r"^#include <wtsapi32.h>", code, flags=re.M) and room_of(name).split("/")[0] == "helper":
            self.faults.append(f"src/{path}: includes the public header")
        code = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', code)
        code = re.sub(r"\b(WTS_SYSTEM|WTS_FORWARDED)\(\w+\)", "", code)  # a function of the system, by its name
        self.words.setdefault(name, set())
        if path.suffix == ".c":
            self.words[name] |= set(re.findall(r"\b\w+\b", code))
            for function in re.findall(r"^(?!static\b|typedef\b|#)\w[^;{}=#]*?\b(\w+)\([^;{}]*\)\s*\{", code, flags=re.M):
                if function not in NO_CALLS:
                    self.defined.setdefault(function, set()).add(name)


def circles(edges):
    """The largest sets of files each of which reaches each other: Tarjan's, without recursion."""
    index, low, on_stack, stack, found = {}, {}, set(), [], []
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(sorted(edges[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            name, rest = work[-1]
            for target in rest:
                if target not in edges:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(sorted(edges[target]))))
                    break
                if target in on_stack:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    at = stack.index(name)
                    if len(stack) - at > 1:
                        found.append(frozenset(stack[at:]))
                    on_stack -= set(stack[at:])
                    del stack[at:]
    return found


def check(root, known_includes=(), known_circles=(), known_folders=()):
    """The faults of the tree whose src/ is `root`, as lines."""
    source = Source(root, known_folders)
    faults = list(source.faults)
    includes_left, circles_left = set(known_includes), {frozenset(circle) for circle in known_circles}
    for name, targets in source.includes.items():
        for target, path in targets.items():
            if is_allowed(name, target):
                continue
            if (name, target) in includes_left:
                includes_left.remove((name, target))
            else:
                faults.append(f"src/{path}: {room_of(name)} may not include {target}.h of {room_of(target)}")
    for kind, edges in (("includes", {name: set(targets) - {name} for name, targets in source.includes.items()}),
                        ("calls", source.calls)):
        for circle in circles(edges):
            if circle in circles_left:
                circles_left.remove(circle)
            else:
                faults.append(f"a circle of {kind}: {', '.join(sorted(circle))}")
    faults += [f"{name} -> {target}: known here, and no fault: take it out" for name, target in sorted(includes_left)]
    faults += [f"{', '.join(sorted(circle))}: known here as a circle, and none: take it out" for circle in circles_left]
    return len(source.includes), faults


def rooms_of_design(text):
    """The rooms of src/ that the table in docs/design.md names; `a/b`, `c` in one cell are a/b and a/c."""
    rooms = set()
    for cell in re.findall(r"^\| (`src/.*?) \|", text, flags=re.M):
        names = re.findall(r"`([^`]+)`", cell)
        first = names[0].removeprefix("src/").rstrip("/")
        rooms |= {first} | {f"{first.rpartition('/')[0]}/{name.rstrip('/')}" for name in names[1:]}
    return rooms


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    count, faults = check(source / "src", KNOWN_INCLUDES, KNOWN_CIRCLES, KNOWN_FOLDERS)
    named = rooms_of_design((source / "docs/design.md").read_text(encoding="utf-8"))
    inner = {"remote/ndr", "remote/tsts"}  # remote's own, in the row of remote
    faults += [f"docs/design.md has no row for the room {room}" for room in sorted(ROOMS.keys() - named - inner)]
    faults += [f"the room {room} of docs/design.md is unknown here" for room in sorted(named - ROOMS.keys())]
    for fault in faults:
        print(fault)
    known = len(KNOWN_INCLUDES) + len(KNOWN_CIRCLES) + len(KNOWN_FOLDERS)
    print(f"{count} files, {len(ROOMS)} rooms, {known} known faults, {len(faults)} faults")
    sys.exit(1 if faults or count < 50 else 0)


if __name__ == "__main__":
    main()
