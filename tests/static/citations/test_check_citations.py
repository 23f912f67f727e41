#!/usr/bin/python3
"""The check of citations finds each kind of fault in a tree that is made with it, and none in one without."""
import pathlib
import tempfile
import unittest

from check_citations import beliefs, check

GOOD = {"docs/contract.md": '<a id="memory"></a>\n## Memory\n\nSee [design](design.md#handles) and [above](#memory).\n',
        "docs/design.md": '<a id="handles"></a>\n',
        "README.md": "[the contract](docs/contract.md#memory), [elsewhere](https://example.org/#x)\n",
        "src/core/block.c": "/* docs/contract.md#memory; [MS-TSTS] 2.2.1. */\n"}

FAULTY = {"a missing anchor": ("src/core/a.c", "/* docs/contract.md#memroy */", "no anchor memroy"),
          "a missing document": ("src/core/a.c", "/* docs/contrakt.md#memory */", "docs/contrakt.md does not exist"),
          "an anchor cut by a line end": ("src/core/a.c", "/* docs/contract.md#\n * memory */", "no anchor (empty)"),
          "a number of a section": ("tests/a.py", "# contract 3.1", "nobody can look up 'contract 3.1'"),
          "a number of another document": ("tests/a.py", "# ms-tsts 6.2", "nobody can look up 'ms-tsts 6.2'"),
          "a number of a decision": ("src/a.h", "/* Design, decisions 2, 3. */", "nobody can look up"),
          "a word for the design": ("src/a.h", "/* Design: lazy. */", "nobody can look up"),
          "a link to a missing anchor": ("docs/wire.md", "[x](contract.md#nowhere)", "no anchor nowhere"),
          "a link to a missing file": ("README.md", "[x](tests/nowhere.md)", "tests/nowhere.md does not exist"),
          "an anchor given twice": ("docs/design.md", '<a id="handles"></a><a id="handles"></a>', "given twice")}


BELIEVED = {"src/api/a.c": "/* Unverified: 87. */ /* Unverified. */\n",
            "docs/compatibility.md": "## Unverified\n\n- 87 [`api/a.c`]; more [`api/a.c`].\n\n## More\n\n[`api/b.c`]\n"}


def in_tree(judge, files):
    """What `judge` says of a tree of these files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return judge(pathlib.Path(folder).resolve())


class Citations(unittest.TestCase):
    def faults(self, changes):
        return in_tree(check, {**GOOD, **changes})

    def test_a_good_tree(self):
        self.assertEqual(self.faults({}), (4, []))

    def test_each_fault(self):
        for title, (name, text, expected) in FAULTY.items():
            with self.subTest(title):
                _, faults = self.faults({name: text})
                self.assertEqual(len(faults), 1, faults)
                self.assertIn(expected, faults[0])

    def test_what_is_believed_is_listed(self):
        self.assertEqual(in_tree(beliefs, BELIEVED), [])
        for name, text, expected in (
                ("src/api/a.c", "/* Unverified: 87. */", "a.c has 1 notes 'Unverified', the list mentions 2"),
                ("include/b.h", "/* Unverified: 5. */", "b.h has 1 notes 'Unverified', the list mentions 0"),
                ("docs/compatibility.md", "[`api/a.c`]", "a.c has 2 notes 'Unverified', the list mentions 0")):
            with self.subTest(name):
                fault, = in_tree(beliefs, {**BELIEVED, name: text})
                self.assertIn(expected, fault)


if __name__ == "__main__":
    unittest.main()
