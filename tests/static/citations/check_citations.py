#!/usr/bin/python3
"""
Resolves every citation of the project's documents: "docs/NAME.md#anchor" in any text file, and the links of Markdown files
to each other. An anchor is an explicit <a id="..."></a>, so that it survives a change of the heading it stands before.
Citations that cannot be resolved by a reader of the repository (a number of a section, a document that is elsewhere) are
faults, too.

What the code only believes of Windows is marked "Unverified", and docs/compatibility.md, under that heading, has it, too: each
note in src/ and include/ is mentioned there by its file, without the first folder: [`remote/pump.c`].

usage: check_citations.py SOURCE_DIR
"""
import pathlib
import re
import sys

FOLDERS = ("cmake", "debian", "def", "docs", "examples", "include", "src", "tests", "tools")
TEXT = (".c", ".h", ".py", ".js", ".sh", ".cmake", ".txt", ".md", ".rc", ".csv", ".json", ".in", "")

CITATION = re.compile(r"\bdocs/(?!NAME\.md)([\w-]+\.md)(?:#([\w-]*))?")
LINK = re.compile(r"\]\((?![a-z]+:)([^)\s]+)\)")  # links to the web are not followed
ANCHOR = re.compile(r'<a id="([^"]*)"></a>')
# What nobody can look up: "contract 3.1", "ms-tsts 6.2", "design, decision 9", "design: lazy", a path out of the repository.
UNRESOLVABLE = re.compile(r"\bcontract(?:'s|,)?(?: section)? \d[\d.]*|(?<!\[)\bms-tsts(?: section)? \d[\d.]*"
                          r"|\bdecisions? (?:\d+|on \w+)|\bdesign: |\.\./shared\b"
                          r"|\b(?:wine-notes|samba-relay|remote-transport|wtsapi32-contract)\b", re.IGNORECASE)


BELIEVED = "docs/compatibility.md"
NOTE = re.compile(r"\bUnverified\b")
MENTION = re.compile(r"\[`([\w/.]+)`\]")


def text_files(top):
    """All text files of ours, the top folder's included; not those of build folders and of this test."""
    own = pathlib.Path(__file__).resolve().parent
    for path in sorted(top.iterdir()) + [path for name in FOLDERS for path in sorted((top / name).rglob("*"))]:
        if path.is_file() and path.suffix in TEXT and path.name != ".git" and own not in path.resolve().parents:
            yield path


def anchors_of(documents):
    """The anchors of each document, and the faults of those that are given twice."""
    anchors, faults = {}, []
    for path in documents:
        found = ANCHOR.findall(path.read_text(encoding="utf-8"))
        anchors[path.name] = set(found)
        faults += [f"docs/{path.name}: the anchor {name} is given twice" for name in sorted(set(found))
                   if found.count(name) > 1]
    return anchors, faults


def unresolved(anchors, name, anchor):
    """Why docs/NAME#ANCHOR leads nowhere; None where it leads somewhere. An anchor of None is the document itself."""
    if name not in anchors:
        return f"docs/{name} does not exist"
    if anchor is not None and anchor not in anchors[name]:
        return f"docs/{name} has no anchor {anchor or '(empty)'}"
    return None


def link_fault(top, path, anchors, target):
    """The fault of one Markdown link, or None."""
    name, _, anchor = target.partition("#")
    place = (path.parent / name).resolve() if name else path.resolve()
    if place.parent == (top / "docs").resolve():
        return unresolved(anchors, place.name, anchor or None)
    return None if place.exists() else f"{target} does not exist"


def check(top):
    """(number of citations, list of faults) of the tree at `top`."""
    anchors, faults = anchors_of(sorted((top / "docs").glob("*.md")))
    count = 0
    for path in text_files(top):
        name = path.relative_to(top)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            links = LINK.findall(line) if path.suffix == ".md" else []
            results = [link_fault(top, path, anchors, target) for target in links]
            results += [unresolved(anchors, *match.groups()) for match in CITATION.finditer(line)
                        if match.group() not in links]
            count += len(results)
            faults += [f"{name}:{number}: {result}" for result in results if result]
            faults += [f"{name}:{number}: nobody can look up '{match.group()}'; cite docs/NAME.md#anchor"
                       for match in UNRESOLVABLE.finditer(line)]
    return count, faults


def beliefs(top):
    """The faults of the list of what is unverified: notes that it does not mention, and mentions of no note."""
    notes = {}
    for path in [path for room in ("src", "include") for path in sorted((top / room).rglob("*.[ch]"))]:
        count = len(NOTE.findall(path.read_text(encoding="utf-8")))
        if count:
            notes[path.relative_to(top / path.relative_to(top).parts[0]).as_posix()] = count
    document = top / BELIEVED
    text = document.read_text(encoding="utf-8") if document.exists() else ""
    listed = MENTION.findall(text.partition("## Unverified\n")[2].partition("\n## ")[0])
    return [f"{BELIEVED}: {name} has {notes.get(name, 0)} notes 'Unverified', the list mentions {listed.count(name)}"
            for name in sorted({*notes, *listed}) if notes.get(name, 0) != listed.count(name)]


def main():
    top = pathlib.Path(sys.argv[1]).resolve()
    count, faults = check(top)
    faults += beliefs(top)
    print("\n".join(faults))
    print(f"citations: {count}, faults: {len(faults)}")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())
