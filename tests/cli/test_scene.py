"""
wts.exe over forty servers: half of them answer, the others are dead, refuse or are slow. It is interrupted in the middle, and
its log is compared with what the session host itself has seen. All names that are alive lead to one host.
"""
import collections
import json
import os
import signal
import socket
import subprocess
import time
import unittest

from session_host.client import SessionHost
from waiting import until

from .scene import HostCase
from .tool import Tool

ALIVE = [f"rdsh{index:02}" for index in range(1, 21)]
DEAD = [f"dead{index:02}!" for index in range(1, 21)]     # no name of a host: not reached, at once
SERVERS = [name for pair in zip(ALIVE, DEAD) for name in pair]
LIST = "# forty\n" + "\n".join(SERVERS) + "\n"
NOT_REACHED = "error 1722: RPC server unavailable."
LEGACY_TERMINATE, ENUMERATE = 37, 10
SECONDS = 60


class SceneCase(HostCase):
    def setUp(self):
        super().setUp()
        self.log_path = os.path.join(self.folder, self.id() + ".log")
        self.log = f"Z:{self.log_path}"

    def logged(self):
        with open(self.log_path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def start(self, *words):
        child = self.wts.start(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(child.kill)
        return child

    def interrupt(self, child):
        """Returns what it printed; the calls that stall are let go when it has ended."""
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=SECONDS)
        self.assertEqual(child.returncode, 130, err)
        return out.decode(), err.decode()

    def await_requests(self, interface, opnum, what, count):
        reached = self.host.control("await_requests", interface=interface, opnum=opnum, what=what, count=count, seconds=SECONDS)["reached"]
        self.assertTrue(reached)


class FortyServersTest(SceneCase):
    def test_find(self):
        self.host.rule("fault", interface="enumeration", opnum=ENUMERATE, code=5, count=4)
        self.host.rule("stall", interface="enumeration", opnum=ENUMERATE, skip=4, count=4)
        child = self.start("find", "alice", "--servers-file", "-", "--parallel", "40", "--json")
        child.stdin.write(LIST.encode())
        child.stdin.close()
        self.await_requests("enumeration", ENUMERATE, "received", len(ALIVE))
        self.assertIsNone(child.poll())
        self.host.control("release")
        out, err = child.stdout.read().decode(), child.stderr.read().decode()
        self.assertEqual(child.wait(SECONDS), 1)
        child.stdout.close(), child.stderr.close()
        rows = json.loads(out)
        self.assertEqual(len(rows), 16)
        self.assertEqual([row["server"] for row in rows], sorted(row["server"] for row in rows))
        self.assertTrue({row["server"] for row in rows} < set(ALIVE))
        refused = sorted(set(ALIVE) - {row["server"] for row in rows})
        self.assertEqual(err, f"20 servers: sessions not listed, {NOT_REACHED}\n  {', '.join(DEAD)}\n"
                              f"4 servers: sessions not listed, error 5: Access denied.\n  {', '.join(refused)}\n"
                              "40 servers: 16 done, 0 partly, 24 failed\n" if err.startswith("20") else
                              f"4 servers: sessions not listed, error 5: Access denied.\n  {', '.join(refused)}\n"
                              f"20 servers: sessions not listed, {NOT_REACHED}\n  {', '.join(DEAD)}\n"
                              "40 servers: 16 done, 0 partly, 24 failed\n")

    def test_a_dry_run_has_no_effect_and_logs_none(self):
        pid = self.host.control("spawn", name="hung.exe")["pid"]
        result = self.wts("kill", "hung", "--dry-run", "--servers-file", "-", "--log", self.log, input=LIST.encode())
        self.assertEqual(result.status, 1)
        self.assertEqual(result.out, "".join(f"{server}: process {pid} (hung.exe) of S-1-5-21-1-2-3-500 in session 1: would be ended\n" for server in ALIVE))
        self.assertEqual(self.host.count("legacy", LEGACY_TERMINATE, "received"), 0)
        self.assertEqual(self.logged(), [])

    def test_a_message_to_everybody_and_its_log(self):
        self.host.control("session", session=2, deny={"*": ["MSG"]})
        result = self.wts("message", "*", "Restart at six.", "--no-wait", "--servers-file", "-", "--log", self.log, input=LIST.encode())
        self.assertEqual(result.status, 1)
        shown = self.host.control("messages")["messages"]
        logged = self.logged()
        done = [line for line in logged if line["result"] == "done"]
        self.assertEqual(len(done), len(shown))
        self.assertEqual(len(done), result.out.count("not waited for\n"))
        self.assertEqual({line["server"] for line in done}, set(ALIVE))
        failed = [line for line in logged if line["result"] == "failed"]
        self.assertEqual({(line["what"], line["error"]) for line in failed}, {("show a message in session 2 (DOM\\alice): Restart at six.", 5)})
        self.assertEqual(len(failed), len(ALIVE))
        self.assertEqual(list(logged[0]), ["time", "who", "as", "command", "server", "what", "result", "error"])
        self.assertRegex(logged[0]["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_a_question_that_is_interrupted(self):
        """Some have answered, the others still look at the box."""
        child = self.start("message", "2", "Lunch?", "--style", "yes-no", "--server", ",".join(SERVERS), "--log", self.log)
        boxes = self.host.control("await_messages", count=len(ALIVE))["messages"]
        for box in boxes[:5]:
            self.host.control("answer", message=box["message"], response=6)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and len([line for line in self.logged() if line["result"] == "done"]) < 5:
            time.sleep(0.05)
        out, err = self.interrupt(child)
        logged = self.logged()
        answered = {line["server"] for line in logged if line["result"] == "done"}
        unknown = {line["server"] for line in logged if line["result"] == "unknown"}
        self.assertEqual((len(answered), len(unknown), answered | unknown), (5, 15, set(ALIVE)))
        self.assertEqual({line["server"] for line in logged if line["result"] == "failed"}, set(DEAD))
        seen = self.host.control("messages")["messages"]
        self.assertEqual(len(seen), len(answered) + len(unknown))
        self.assertEqual(len([box for box in seen if box["response"] == 6]), len(answered))
        told = {line.split(":")[0] for line in (out + err).splitlines() if line.endswith(": yes") or line.endswith(": done")}
        self.assertEqual(told, answered)
        self.assertEqual(err.count("interrupted, it is not known whether it was done"), len(unknown))
        self.assertRegex(err, r"wts message: interrupted, \d+ of 40 servers not finished\n$")

    def test_a_kill_that_is_interrupted_in_one_server(self):
        pids = [self.host.control("spawn", name="hung.exe")["pid"] for _ in range(5)]
        self.host.rule("stall", opnum=LEGACY_TERMINATE, skip=3, count=1)
        child = self.start("kill", *pids, "--server", "rdsh01", "--log", self.log)
        self.await_requests("legacy", LEGACY_TERMINATE, "received", 4)
        out, err = self.interrupt(child)
        self.assertEqual([(line["what"], line["result"]) for line in self.logged()],
                         [(f"end process {pid}", "done") for pid in pids[:3]] + [(f"end process {pids[3]}", "unknown")])
        self.assertEqual([self.host.control("wait", pid=pid)["alive"] for pid in pids], [False] * 3 + [True] * 2)
        self.assertEqual(out, "")
        self.assertEqual(err, "".join(f"rdsh01: end process {pid}: done\n" for pid in pids[:3]) +
                         f"rdsh01: end process {pids[3]}: interrupted, it is not known whether it was done\n"
                         "wts kill: interrupted, 1 of 1 servers not finished\n")
        self.host.control("release")


class TwoHundredServersTest(SceneCase):
    """What a command costs: connections and calls are counted by the host."""
    servers = ",".join(f"host{index:03}" for index in range(200))

    def events_of(self, *words):
        before = len(self.host.log())
        self.assertEqual(self.wts(*words, "--server", self.servers, "--json").status, 0)

        def events():
            entries = self.host.log()[before:]
            counts = collections.Counter(entry["event"] for entry in entries)
            return counts["close"] == counts["connect"] and entries
        return until(events, "the host has seen the end of each connection")

    def test_a_list_is_one_connection_and_one_call_for_each_and_sixteen_at_a_time(self):
        events = self.events_of("sessions")
        counts = collections.Counter(entry["event"] for entry in events)
        self.assertEqual((counts["connect"], counts["request"], counts["response"], counts["close"]), (200, 200, 200, 200))
        open_calls = peak = 0
        for entry in events:
            open_calls += {"request": 1, "response": -1}.get(entry["event"], 0)
            peak = max(peak, open_calls)
        self.assertLessEqual(peak, 16)

    def test_finding_somebody_takes_five_calls_for_each(self):
        events = self.events_of("find", "alice")
        called = collections.Counter((entry["interface"], entry["opnum"]) for entry in events if entry["event"] == "request")
        self.assertEqual(sorted(called.values()), [200] * 5, called)
        self.assertEqual(collections.Counter(entry["event"] for entry in events)["connect"], 600)   # a pipe for each of three interfaces


class RetryTest(SceneCase):
    def test_a_server_that_comes_up_late(self):
        # Bound and not listening: who connects is refused, nobody else gets the port, and the host can listen beside it.
        holder = socket.socket()
        self.addCleanup(holder.close)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        trace = os.path.join(self.folder, "retry.trace")
        wts = Tool(self.prefix, WTSAPI32_TRANSPORT=f"rpcrt4:ncacn_ip_tcp:127.0.0.1[{port}]", WTSAPI32_TRACE="errors",
                   WTSAPI32_TRACE_FILE=f"Z:{trace}")
        self.assertEqual(wts("sessions", "--server", "rdsh01", "--retry", "1").status, 2)
        os.unlink(trace)
        child = wts.start("sessions", "--server", "rdsh01", "--retry", "100", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(child.kill)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and not (os.path.exists(trace) and os.path.getsize(trace)):
            time.sleep(0.05)
        with SessionHost(os.path.join(self.folder, "late"), tcp=[f"127.0.0.1:{port}"]):
            out, err = child.communicate(timeout=SECONDS)
        self.assertEqual((child.returncode, err), (0, b""))
        self.assertIn(b"DOM\\alice", out)

    def test_what_may_have_been_done_is_not_done_twice(self):
        pid = self.host.control("spawn", name="hung.exe")["pid"]
        self.host.rule("drop_after", opnum=LEGACY_TERMINATE, count=1)
        result = self.wts("kill", pid, "--server", "rdsh01", "--retry", "5", "--log", self.log)
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertIn("error 1726: RPC call failed. It may have been done all the same.\n", result.err)
        self.assertEqual(self.host.count("legacy", LEGACY_TERMINATE, "received"), 1)
        self.assertFalse(self.host.control("wait", pid=pid)["alive"])
        self.assertEqual([(line["result"], line["error"]) for line in self.logged()], [("unknown", 1726)])


    def test_a_lost_list_has_done_nothing(self):
        """Only of an effect is it said that it may have happened: not of the lists by which its target is found."""
        pid = self.host.control("spawn", name="hung.exe", session=2)["pid"]
        for words in (("kill", "hung"), ("kill", "hung", "--session", "alice"), ("kill", pid, "--dry-run"), ("message", "alice", "x", "--no-wait"),
                      ("logoff", "alice"), ("disconnect", "alice")):
            for interface in ("enumeration", "legacy"):
                self.host.rule("drop_after", interface=interface)
            with self.subTest(words=words):
                result = self.wts(*words, "--server", "rdsh01", "--log", self.log)
                self.assertEqual((result.status, result.out), (2, ""), result)
                self.assertRegex(result.err, r"could not be listed, error 17(22|26): [^\n]+\.\n\Z")
                self.assertNotIn("may have been done", result.err)
        self.assertEqual(self.logged(), [])
        self.assertTrue(self.host.control("wait", pid=pid)["alive"])


class LogTest(SceneCase):
    def test_a_log_that_cannot_be_written_stops_everything(self):
        pid = self.host.control("spawn", name="hung.exe")["pid"]
        result = self.wts("kill", pid, "--server", "rdsh01", "--log", f"Z:{self.folder}/absent/x.log")
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertIn("cannot be written", result.err)
        self.assertTrue(self.host.control("wait", pid=pid)["alive"])

    def test_lines_are_added_behind_those_that_are_there(self):
        for _ in range(2):
            self.wts("kill", "999999", "--server", "rdsh01", "--log", self.log)
        self.assertEqual([line["error"] for line in self.logged()], [87, 87])

    def test_the_standard_input_has_one_thing(self):
        result = self.wts("message", "2", "-", "--servers-file", "-", input=b"a\n")
        self.assertEqual(result.status, 64)
        self.assertIn("either the text or the servers", result.err)


if __name__ == "__main__":
    unittest.main()
