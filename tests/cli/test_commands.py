"""
wts.exe on this machine: what it prints, what it does, and its exit statuses.
"""
import re
import subprocess
import unittest

from .scene import CommandCase
from .tool import Tool

USAGE = "usage: wts "


class UsageTest(CommandCase):
    def test_every_command_has_a_usage(self):
        overview = self.wts("--help")
        self.assertEqual((overview.status, overview.err), (0, ""))
        names = re.findall(r"^  (\w+) ", overview.out, re.MULTILINE)
        self.assertEqual(len(names), 13)
        for name in names:
            help_of_one = self.wts(name, "--help")
            self.assertEqual((help_of_one.status, help_of_one.err), (0, ""), name)
            self.assertTrue(help_of_one.out.startswith(f"{USAGE}{name}"), name)
            self.assertIn("--help", help_of_one.out)

    def test_without_a_command_nothing_is_done(self):
        for words in ((), ("nonsense",), ("",)):
            result = self.wts(*words)
            self.assertEqual((result.status, result.out), (64, ""), words)
            self.assertIn(USAGE + "COMMAND", result.err)

    def test_wrong_usage_is_said_with_the_usage_of_the_command(self):
        for words in (("sessions", "1"), ("processes", "--session", ""), ("processes", "--session", "99999999999"), ("kill",), ("kill", "1", "--server"),
                      ("kill", "1", "--exit-code", "-2147483649"), ("kill", "-1"), ("info", "a/b"), ("info", ""), ("info", "1", "2"),
                      ("info", "--server", "a"), ("message", "1"), ("message", "", "text"),
                      ("message", "1", "t", "--style", "huge"), ("message", "1", "t", "--style", "ok,yes-no"),
                      ("logoff",), ("logoff", "a|b"), ("disconnect", "1", "2"), ("shutdown",),
                      ("shutdown", "--reboot", "--power-off"), ("events", "--count"), ("check",), ("credential",),
                      ("credential", "list", "x", "y"), ("credential", "list", "--save"), ("credential", "add", "x"), ("credential", "remove"),
                      ("credential", "other"), ("version", "1"), ("sessions", "--server", "a,,b"),
                      ("sessions", "--server", "x" * 300), ("sessions", "--server", "a", "--parallel", "0"),
                      ("version", "--json")):
            result = self.wts(*words)
            self.assertEqual((result.status, result.out), (64, ""), words)
            self.assertRegex(result.err, rf"^wts {words[0]}: .+\n{USAGE}{words[0]}", words)

    def test_version(self):
        self.assertRegex(self.wts("version").out, r"^wts \d+\.\d+\.\d+\n$")

    def test_lost_output_is_no_success(self):
        with open("/dev/full", "wb") as full:
            child = self.wts.start("processes", stdout=full, stderr=subprocess.PIPE)
            err = child.communicate(timeout=120)[1].decode()
        self.assertEqual(child.returncode, 1)
        self.assertRegex(err, r"^wts: output lost, error \d+: .+\n$")


class ProcessesTest(CommandCase):
    def test_table(self):
        result = self.wts("processes")
        self.assertEqual((result.status, result.err), (0, ""))
        heading, *lines = result.out.splitlines()
        self.assertEqual(heading.split(), ["PID", "NAME", "SESSION", "USER"])
        own = [line for line in lines if " wts.exe " in line]
        self.assertEqual(len(own), 1)
        self.assertRegex(own[0], r"^ *\d+  wts\.exe +\d+  \S+\\\S+$")
        for line in lines:
            self.assertEqual(line[heading.index("NAME") - 1], " ", line)

    def test_json(self):
        result = self.wts("processes", "--json")
        self.assertEqual((result.status, result.err), (0, ""))
        for process in result.json:
            self.assertEqual(list(process), ["pid", "name", "session", "user", "sid"])
        own = [process for process in result.json if process["name"] == "wts.exe"]
        self.assertEqual(len(own), 1)
        self.assertGreater(own[0]["pid"], 0)
        self.assertIn("\\", own[0]["user"])

    def test_one_session(self):
        session = self.wts("processes", "--json").json[0]["session"]
        of_session = self.wts("processes", "--session", session, "--json").json
        self.assertTrue(of_session)
        self.assertEqual({process["session"] for process in of_session}, {session})
        self.check(self.wts("processes", "--session", 4711, "--json"), 0, "[]\n")
        self.check(self.wts("processes", "--session", 4711), 0)

    def test_names_of_any_script(self):
        self.sleeper("Ärger 日本 \U0001F600.exe")
        self.assertEqual(len(self.pids("Ärger 日本 \U0001F600.exe")), 1)
        self.assertIn("  Ärger 日本 \U0001F600.exe  ", self.wts("processes").out)


class KillTest(CommandCase):
    def test_by_id_with_the_exit_code(self):
        target = self.sleeper("by_id.exe")
        pid, = self.pids("by_id.exe")
        self.check(self.wts("kill", pid, "--exit-code", 42), 0, f"process {pid}: ended with exit code 42\n")
        self.assertEqual(target.wait(), 42)

    def test_an_exit_code_may_be_negative(self):
        target = self.sleeper("negative.exe")
        pid, = self.pids("negative.exe")
        self.check(self.wts("kill", pid, "--exit-code", -1), 0, f"process {pid}: ended with exit code 4294967295\n")
        self.assertEqual(target.wait(), 255)

    def test_a_dll_that_fails_without_a_reason_has_failed(self):
        target = self.sleeper("lives_on.exe")
        pid, = self.pids("lives_on.exe")
        wines_own = Tool(self.prefix, WINEDLLOVERRIDES="wtsapi32=b;mscoree,mshtml=")
        result = wines_own("kill", pid, "--exit-code", 42)
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertIn(f"process {pid}: not ended, error 0", result.err)
        answer, = wines_own("kill", pid, "--json").json
        self.assertIs(answer["done"], False)
        self.assertTrue(target.is_running())

    def test_by_name_every_one_and_no_other(self):
        names = ("Größe 日本.exe", "Größe 日本.exe", "Größe 日本2.exe", "Größe.exe")
        targets = [self.sleeper(name) for name in names]
        pids = self.pids(names[0])
        self.assertEqual(len(pids), 2)
        result = self.wts("kill", "GRÖSSE 日本".replace("SS", "ß"), "--exit-code", 7)
        self.check(result, 0, "".join(f"process {pid} ({names[0]}): ended with exit code 7\n" for pid in pids))
        self.assertEqual([targets[0].wait(), targets[1].wait()], [7, 7])
        self.assertTrue(targets[2].is_running() and targets[3].is_running())

    def test_by_name_with_its_extension(self):
        target = self.sleeper("with_extension.exe")
        self.assertEqual(self.wts("kill", "WITH_EXTENSION.EXE").status, 0)
        self.assertEqual(target.wait(), 1)

    def test_what_is_meant_twice_is_ended_once(self):
        target = self.sleeper("twice.exe")
        pid, = self.pids("twice.exe")
        result = self.wts("kill", pid, "twice", "twice.exe", pid)
        self.check(result, 0, f"process {pid}: ended with exit code 1\n")
        self.assertEqual(target.wait(), 1)

    def test_no_such_image(self):
        self.check(self.wts("kill", "abc"), 2,
                   err="abc: no process has this image name, error 1168: Element not found.\n")

    def test_no_such_process(self):
        self.check(self.wts("kill", 2147483632), 2,
                   err="process 2147483632: not ended, error 87: Invalid parameter.\n")

    def test_this_program_is_not_meant_by_its_own_name(self):
        result = self.wts("kill", "wts")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertIn("wts: no process has this image name, error 1168", result.err)

    def test_some_failed(self):
        target = self.sleeper("some.exe")
        pid, = self.pids("some.exe")
        result = self.wts("kill", "abc", "some", 2147483632)
        self.assertEqual(result.status, 1)
        self.assertEqual(result.out, f"process {pid} (some.exe): ended with exit code 1\n")
        self.assertEqual(len(result.err.splitlines()), 2)
        self.assertEqual(target.wait(), 1)

    def test_wrong_usage_ends_nothing(self):
        target = self.sleeper("spared.exe")
        pid, = self.pids("spared.exe")
        for words in (("--exit-code", "x"), ("--wait", "--wait"), ("--exit-code",), ("--server", ""), ("--wait=x",)):
            self.assertEqual(self.wts("kill", pid, "spared", *words).status, 64, words)
        self.assertTrue(target.is_running())

    def test_json(self):
        target = self.sleeper("as_json.exe")
        pid, = self.pids("as_json.exe")
        result = self.wts("kill", "as_json", 'a\x1b', 2147483632, "--json")
        self.assertEqual(result.status, 1)
        missing, ended, unknown = result.json
        self.assertEqual(list(ended), ["pid", "name", "session", "user", "gone", "exit_code", "done", "error", "message"])
        self.assertEqual((ended["pid"], ended["name"], ended["done"], ended["error"]), (pid, "as_json.exe", True, 0))
        self.assertEqual((missing["pid"], missing["name"], missing["done"], missing["error"]),
                         (None, 'a\x1b', False, 1168))
        self.assertEqual((unknown["pid"], unknown["name"], unknown["error"]), (2147483632, None, 87))
        self.assertNotIn("\x1b", result.out + result.err)
        self.assertEqual(target.wait(), 1)

    def test_long_output_arrives_whole(self):
        names = [f"{i}" + "\U0001F600ü" * 60 for i in range(100, 150)]
        result = self.wts("kill", *(name + "x" for name in names), "--json")
        self.assertEqual([process["name"] for process in result.json], [name + "x" for name in names])
        self.assertEqual(len(result.err.splitlines()), len(names))
        self.assertNotIn("�", result.out + result.err)


class SessionsTest(CommandCase):
    def test_table(self):
        result = self.wts("sessions")
        self.assertEqual((result.status, result.err), (0, ""))
        lines = result.out.splitlines()
        self.assertEqual(lines[0].split(), ["ID", "NAME", "STATE", "USER"])
        self.assertRegex(result.out, r"\n +0  Services +Disconnected\n")
        self.assertRegex(result.out, r"\n +\d+  Console +Active +\S+\\\S+\n")

    def test_json(self):
        sessions = self.wts("sessions", "--json").json
        for session in sessions:
            self.assertEqual(list(session), ["id", "name", "state", "user"])
        self.assertEqual(sessions[0], {"id": 0, "name": "Services", "state": "Disconnected", "user": None})
        console, = [session for session in sessions if session["name"] == "Console"]
        own, = [process for process in self.wts("processes", "--json").json if process["name"] == "wts.exe"]
        self.assertEqual((console["state"], console["user"]), ("Active", own["user"]))

    def test_information(self):
        own, = self.wts("info", "--json").json
        process, = [one for one in self.wts("processes", "--json").json if one["name"] == "wts.exe"]
        self.assertEqual((own["session"], own["name"], own["state"]), (process["session"], "Console", "Active"))
        self.assertEqual(f"{own['domain']}\\{own['user_name']}", process["user"])
        self.assertRegex(own["logon_time"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        named, = self.wts("info", process["session"], "--json").json
        self.assertEqual(set(named), set(own))
        self.assertEqual(named["session"], process["session"])
        self.assertRegex(self.wts("info").out, r"(?m)^User name +" + re.escape(own["user_name"]) + "$")

    def test_unknown_sessions(self):
        for words in (("info", 4711), ("message", 4711, "text"), ("logoff", 4711), ("disconnect", 4711, "--wait")):
            result = self.wts(*words)
            self.assertEqual((result.status, result.out), (2, ""), words)
            self.assertRegex(result.err, r"^session 4711: there is no such session, error (2|7022): .+\n$")

    def test_a_failure_as_json(self):
        result = self.wts("message", 4711, "text", "--json")
        self.assertEqual(result.status, 2)
        answer, = result.json
        self.assertEqual((answer["session"], answer["response"], answer["answer"], answer["done"]),
                         (4711, None, None, False))
        self.check(self.wts("events", "--count", "0", "--json"), 0, "[]\n")


if __name__ == "__main__":
    unittest.main()
