"""
What wts.exe prints for programs and for narrow terminals: JSON against its schema, comma separated values, tables that are cut.
"""
import csv
import io
import json
import os
import unittest

from end_to_end.program import ROOT

from .scene import HostCase

TYPES = {"string": str, "integer": int, "boolean": bool, "null": type(None), "array": list, "object": dict}


def faults(schema, value, place="$"):
    """What JSON Schema finds wrong, for the words that the schema has; another word is a fault, too."""
    found = [f"{place}: the schema has {word}" for word in set(schema) - {"type", "items", "properties", "required", "additionalProperties"}]
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(type(value) is TYPES[name] for name in wanted):
        return [*found, f"{place}: {value!r} is none of {wanted}"]
    if isinstance(value, list):
        for index, one in enumerate(value):
            found += faults(schema["items"], one, f"{place}[{index}]")
    if isinstance(value, dict):
        found += [f"{place}: no {name}" for name in set(schema["required"]) - set(value)]
        found += [f"{place}: {name} is unknown" for name in set(value) - set(schema["properties"])]
        for name in set(value) & set(schema["properties"]):
            found += faults(schema["properties"][name], value[name], f"{place}.{name}")
    return found


class SchemaTest(HostCase):
    def test_the_json_of_every_command(self):
        with open(os.path.join(ROOT, "docs", "wts.schema.json"), encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(self.wts("help", "--schema").out, text, "docs/wts.schema.json: wts help --schema makes it")
        schema = json.loads(text)["$defs"]
        self.host.control("set", message_answer=6)
        pid = self.host.control("spawn", name="hung.exe", session=2)["pid"]
        cases = [("sessions",), ("sessions", "--all"), ("processes",), ("find", "alice"), ("find", "hung"), ("info", "2"),
                 ("kill", "hung", "absent", "--dry-run"), ("kill", pid, "--wait"), ("message", "2", "text"), ("message", "4711", "text"),
                 ("disconnect", "2"), ("logoff", "2"), ("logoff", "nobody"), ("shutdown", "--logoff"), ("events", "--count", "0")]
        for words in cases:
            for where in ((), ("--server", "rdsh01"), ("--server", "rdsh01,dead!")):
                if where or words[0] in ("sessions", "processes", "find", "kill", "events"):
                    unasked = ["--yes"] if where and words[0] in ("kill", "disconnect", "logoff", "shutdown") else []
                    answer = self.wts(*words, *where, *unasked, "--json").json
                    self.assertEqual(faults(schema[words[0]], answer), [], words)
        for server in ("rdsh01", "localhost"):
            self.assertEqual(faults(schema["check"], self.wts("check", server, "--json").json), [])
        path = os.path.join(self.folder, "schema.log")
        for words in (("kill", "4711"), ("message", "2", "text", "--no-wait", "--server", "rdsh01")):
            self.wts(*words, "--log", f"Z:{path}")
        with open(path, encoding="utf-8") as file:
            logged = [json.loads(line) for line in file]
        self.assertEqual([line["server"] for line in logged], [None, "rdsh01"])
        self.assertEqual(faults(schema["--log"], logged), [])
        # The last two need a desktop and a domain controller: linux_session.desktop, end_to_end.user_config.
        self.assertEqual(set(schema), {words[0] for words in cases} | {"check", "--log", "check --session", "user-config"})

    def test_the_check_finds_faults(self):
        schema = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": ["integer", "null"]}}, "required": ["id"],
                                             "additionalProperties": False}}
        self.assertEqual(faults(schema, [{"id": 1}, {"id": None}]), [])
        for wrong in ({}, [1], [{}], [{"id": "1"}], [{"id": True}], [{"id": 1, "x": 1}]):
            self.assertNotEqual(faults(schema, wrong), [], wrong)


class CsvTest(HostCase):
    def rows(self, *words):
        result = self.wts(*words, "--csv")
        return list(csv.reader(io.StringIO(result.out))), result.status

    def test_a_list(self):
        self.host.control("session", session=7, name='a,"b"\n', user="=1+1", domain="D")
        self.host.control("session", session=8, name="=cmd()", user="Jürgen 日本", domain="D")
        rows, status = self.rows("sessions", "--server", "a")
        self.assertEqual((status, rows[0]), (0, ["server", "id", "name", "state", "user"]))
        self.assertIn(["a", "7", 'a,"b"?', "Active", "D\\=1+1"], rows)
        self.assertIn(["a", "8", "'=cmd()", "Active", "D\\Jürgen 日本"], rows)
        self.assertIn(["a", "0", "Services", "Disconnected", ""], rows)

    def test_effects(self):
        rows, status = self.rows("kill", "4711", "--server", "a,b", "--yes")
        self.assertEqual((status, rows[0]), (2, ["server", "pid", "name", "session", "user", "gone", "exit_code", "done", "error", "message"]))
        self.assertEqual([row[:9] for row in rows[1:]], [[server, "4711", "", "", "", "", "", "false", "87"] for server in "ab"])

    def test_without_a_header(self):
        self.assertEqual(self.wts("sessions", "--server", "a", "--csv", "--no-header").out, self.wts("sessions", "--server", "a", "--csv").out.split("\n", 1)[1])
        self.assertEqual(self.wts("sessions", "--server", "a", "--no-header").out, self.wts("sessions", "--server", "a").out.split("\n", 1)[1])

    def test_no_option_is_ignored(self):
        for words in (("sessions", "--csv", "--json"), ("sessions", "--json", "--no-header"), ("kill", "4711", "--no-header"), ("info", "--no-header"),
                      ("events", "--csv"), ("events", "--no-header"), ("check", "a", "--csv")):
            self.assertEqual(self.wts(*words).status, 64, words)

    def test_listeners(self):
        listener, = [row for row in self.wts("sessions", "--all", "--server", "a", "--json").json if row["state"] == "Listen"]
        self.assertEqual((listener["name"], listener["id"] >= 65536, listener["user"]), ("RDP-Tcp", True, None))
        self.assertEqual([row for row in self.wts("sessions", "--server", "a", "--json").json if row["state"] == "Listen"], [])
        self.assertEqual(self.wts("sessions", "--all").status, 0)


class TerminalTest(HostCase):
    def test_a_table_is_cut_to_the_terminal(self):
        long = "an-image-name-that-is-much-longer-than-any-terminal-could-show-in-one-line-with-everything-else-in-it.exe"
        self.host.control("spawn", name=long)
        narrow = self.shown(60, "stdout", "processes", "--server", "a")
        self.assertIn("an-image-name-that", narrow)
        self.assertIn("\u2026", narrow)
        self.assertNotIn(long, narrow)
        self.assertIn(long, self.wts("processes", "--server", "a").out)


if __name__ == "__main__":
    unittest.main()
