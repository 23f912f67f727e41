#!/usr/bin/python3
"""The check of rooms finds each kind of fault in a tree that is made with it, and none in one without."""
import pathlib
import tempfile
import unittest

from check_rooms import check, rooms_of_design

DESIGN = """
| room | what lives there | may include |
|---|---|---|
| `include/` | not of src | - |
| `src/api/` | x | core |
| `src/core/` | x | - |
| `src/local/` | x | core, local/session |
| `src/local/session/` | x | core, local/nt_* |
| `src/remote/` | x | core, local |
| `src/helper/frame` | x | core (portable) |
| `src/helper/host/` | x | core (portable), helper/frame |
| `src/cli/` | x | include |
| `tests/` | not of src | - |
"""
GOOD = {"core/text.h": "/*\n * Counts.\n * Portable.\n */\nint wts_text_count(void);\n",
        "core/text.c": '#include "core/text.h"\nint wts_text_count(void)\n{\n    return 1;\n}\n',
        "core/system.h": "/* of Windows only */\n/* Portable code does not include it. */\n",
        "local/nt_token.h": "int wts_token_open(void);\n",
        "local/local.h": "int wts_local_open(void);\n",
        "local/session/source.h": '#include "local/nt_token.h"\n#include "core/text.h"\n',
        "local/local.c": '#include "local/session/source.h"\n#include "local/local.h"\n'
                         "int wts_local_open(void)\n{\n    return wts_text_count();\n}\n",
        "remote/pool.c": '#include "local/local.h"\n',
        "cli/main.c": "",
        "api/server.c": '#include "core/text.h"\n/* WTSOpenServer "calls" wts_local_open by its table */\n',
        "helper/frame.h": '#include "core/text.h"\n',
        "helper/host/duty.h": '#include "helper/frame.h"\n'}

FAULTY = {
    "a room that the table does not name": ({"api/server.c": '#include "local/local.h"\n'},
                                            "src/api/server.c: api may not include local/local.h of local"),
    "a room above": ({"core/text.c": '#include "api/call.h"\n', "api/call.h": ""},
                     "src/core/text.c: core may not include api/call.h of api"),
    "more of a room than is allowed": ({"local/session/source.h": '#include "local/sids.h"\n', "local/sids.h": ""},
                                       "src/local/session/source.h: local/session may not include local/sids.h"),
    "a room within an allowed one": ({"remote/a.c": '#include "local/session/source.h"\n'},
                                     "remote may not include local/session/source.h"),
    "Windows in a portable room": ({"helper/host/duty.h": '#include "core/system.h"\n'},
                                   "helper/host may not include core/system.h of core"),
    "a room of which only the public header is allowed": ({"cli/main.c": '#include "core/text.h"\n'},
                                                          "cli may not include core/text.h of core"),
    "a folder without a row": ({"extra/a.c": ""}, "src/extra/a.c: belongs to no room"),
    "a header from elsewhere": ({"core/text.c": '#include "tests/double.h"\n'}, "which does not lie in src"),
    "a circle of two by includes": ({"core/a.h": '#include "core/b.h"\n', "core/b.h": '#include "core/a.h"\n'},
                                    "a circle of includes: core/a, core/b"),
    "a circle of three by includes, through sources": (
        {"core/a.c": '#include "core/b.h"\n', "core/a.h": "", "core/b.c": '#include "core/c.h"\n', "core/b.h": "",
         "core/c.h": '#include "core/a.h"\n'}, "a circle of includes: core/a, core/b, core/c"),
    "a circle by calls": (
        {"core/a.c": "int wts_a(void)\n{\n    return wts_b();\n}\n",
         "core/b.c": "const struct row *wts_b(int first,\n                        int second)\n{\n    wts_a();\n}\n"},
        "a circle of calls: core/a, core/b"),
    "a circle by a table": (
        {"core/a.c": "uint32_t wts_a(void)\n{\n    return 0;\n}\nconst struct t wts_table = {.open = wts_b};\n",
         "core/b.c": "uint32_t wts_b(void)\n{\n    return wts_a();\n}\n"}, "a circle of calls: core/a, core/b"),
}

HARMLESS = {
    "two platforms": {"core/a_posix.c": "int wts_a(void)\n{\n    return wts_b();\n}\nint wts_b(void)\n{\n}\n",
                      "core/a_windows.c": "int wts_a(void)\n{\n    return wts_b();\n}\nint wts_b(void)\n{\n}\n"},
    "static functions of one name": {"core/a.c": "static int run(void)\n{\n    return wts_b();\n}\n",
                                     "core/b.c": "int wts_b(void)\n{\n    return run();\n}\n"},
    "a call in a comment or a text": {"core/a.c": "int wts_a(void)\n{\n    return wts_b();\n}\n",
                                      "core/b.c": 'int wts_b(void)\n{\n    /* wts_a() */\n    puts("wts_a");\n}\n'},
    "the system's function of our name": {"core/a.c": "int wts_a(void)\n{\n    return wts_b();\n}\n",
                                          "core/b.c": "int wts_b(void)\n{\n    return WTS_FORWARDED(wts_a)();\n}\n"},
}


class Rooms(unittest.TestCase):
    def faults(self, changes, design=DESIGN):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**GOOD, **changes}.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check(pathlib.Path(folder), rooms_of_design(design))[1]

    def test_a_good_tree(self):
        self.assertEqual(self.faults({}), [])

    def test_each_fault(self):
        for title, (changes, expected) in FAULTY.items():
            with self.subTest(title):
                faults = self.faults(changes)
                self.assertEqual(len(faults), 1, faults)
                self.assertIn(expected, faults[0])

    def test_what_looks_like_a_fault(self):
        for title, changes in HARMLESS.items():
            with self.subTest(title):
                self.assertEqual(self.faults(changes), [])

    def test_a_row_without_files(self):
        design = DESIGN.replace("local/nt_*", "local/zt_*") + "| `src/extra/` | x | - |\n"
        faults = self.faults({"local/session/source.h": ""}, design)
        self.assertEqual(len(faults), 2, faults)
        self.assertIn("extra", faults[0])
        self.assertIn("local/zt_*", faults[1])


if __name__ == "__main__":
    unittest.main()
