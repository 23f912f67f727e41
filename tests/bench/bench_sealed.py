#!/usr/bin/python3
"""
Sealed calls to the workstation service, which smbd serves in C, so that the server is not what is measured: the whole path
(bench_sealed.exe under Wine, through the DLL's transport), wts-relay alone (bench_sealed, natively), and a typed connection of
python3-samba, the same user of the same server, in turn. The stub is the same, and so is the answer.

usage: bench_sealed.py [--counts]     in a network namespace of its own, as root; environment: WTS_BUILD, WTS_RELAY as
tests/end_to_end/program.py reads them
  --counts   instead: instructions (callgrind) and system calls (strace) of one call of the relay's processes
"""
import glob
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, TESTS)

from samba.dcerpc import wkssvc  # noqa: E402

from end_to_end.program import BUILD, RELAY, WINE, Prefix, Program, environment  # noqa: E402
from session_host import samba_peer, smbd  # noqa: E402
from waiting import until  # noqa: E402

HOST, USER, PASSWORD = "10.99.0.3", "games", "Secret-1"
ACCOUNT = f"{HOST} {USER} {PASSWORD}"
ROUNDS, CALLS, CONNECTS, OPEN, PROFILED = 15, 200, 5, 40, 3000
OPNUM, STUB = 0, bytes.fromhex("0000000064000000")
NATIVE = os.path.join(os.path.dirname(RELAY), "tests", "bench", "bench_sealed")
NO_PIDFD = os.path.join(os.path.dirname(NATIVE), "bench_no_pidfd.so")
END_SECONDS = 20


class Timed:
    """A program that answers commands; see bench_sealed.c."""

    def __init__(self, command, env):
        self._child = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, *words):
        self._child.stdin.write(" ".join(map(str, words)) + "\n")
        self._child.stdin.flush()
        name, *values = self._child.stdout.readline().split() or ["nothing"]
        assert name in ("ns", "bytes", "done"), (words, name, values, self._child.args, self._child.poll())
        return int(values[0]) if values else 0

    @property
    def pid(self):
        return self._child.pid

    def end(self):
        self._child.stdin.close()
        self._child.wait(END_SECONDS)


class Python:
    """The same commands, by python3-samba."""

    def __init__(self):
        self._client = None

    @staticmethod
    def _connect():
        client = wkssvc.wkssvc(f"ncacn_np:{HOST}[seal]", samba_peer.settings(), samba_peer.account(USER, PASSWORD))
        return client, client.request(OPNUM, STUB)

    def __call__(self, word, *values):
        began = time.perf_counter_ns()
        if word == "connect":
            self._connect()
        elif word == "open":
            self._client, answer = self._connect()
            return len(answer)
        else:
            for _ in range(int(values[0])):
                self._client.request(OPNUM, STUB)
        return time.perf_counter_ns() - began


def report(name, ours, reference):
    """The medians, and that of the ratios of neighbours."""
    ratio = statistics.median(one / other for one, other in zip(ours, reference))
    print(f"bench {name} {statistics.median(ours):.0f} {statistics.median(reference):.0f} {ratio:.2f}", flush=True)


def more(ours, reference):
    """The median of what each round has more than its neighbour, in microseconds."""
    return statistics.median(one - other for one, other in zip(ours, reference)) / 1000


def in_turn(players, word, count):
    """The nanoseconds of one call of each player, round by round."""
    taken = [[] for _ in players]
    for _ in range(ROUNDS):
        for player, times in zip(players, taken):
            times.append(player("calls", count) / count if word == "calls" else
                         statistics.median(player("connect", ACCOUNT) for _ in range(count)))
    return taken


def bench(whole, relay, python):
    players = [whole, relay, python]
    assert len({player("open", ACCOUNT) for player in players}) == 1, "the answers differ"
    for player in players:
        player("calls", CALLS)
    dll, alone, reference = in_turn(players, "calls", CALLS)
    turn = statistics.median(relay("turns", CALLS) / CALLS for _ in range(ROUNDS)) / 1000
    report("sealed_call_relay", alone, reference)
    report("sealed_call_whole", dll, reference)
    report("sealed_call_whole_by_relay", dll, alone)
    print(f"a sealed call: the relay adds {more(alone, reference):.0f} us to Python's, the DLL {more(dll, alone):.0f} us to the "
          f"relay's; a bare turn between two native processes takes {turn:.0f} us")
    dll, alone, reference = in_turn(players, "connect", CONNECTS)
    report("sealed_connect_relay", alone, reference)
    report("sealed_connect_whole", dll, reference)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def share(pid):
    """The proportional set size in bytes."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return int(re.search(r"^Pss: +(\d+) kB", file.read(), re.M).group(1)) * 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def memory(relay):
    """What one more connection costs: of the relay's parent, of its own worker, and of the program."""
    parent, = children(relay.pid)
    before = (sum(map(share, [parent, *children(parent)])), share(relay.pid), descriptors(parent), descriptors(relay.pid))
    for _ in range(OPEN):
        relay("open", ACCOUNT)
    workers = children(parent)
    after = (sum(map(share, [parent, *workers])), share(relay.pid), descriptors(parent), descriptors(relay.pid))
    one, program, in_parent, in_program = ((new - old) / OPEN for new, old in zip(after, before))
    print(f"one more connection: {one / 1024:.0f} kB of the relay's processes (proportional set size), {program:.0f} bytes of the "
          f"program, {in_parent:.1f} descriptors of the parent, {in_program:.1f} of the program, {descriptors(workers[-1])} of its worker")


def processes_with(text, file_name):
    """The processes with this text in their command line or environment."""
    found = []
    for path in glob.glob(f"/proc/[0-9]*/{file_name}"):
        try:
            with open(path, "rb") as file:
                if text.encode() in file.read():
                    found.append(int(path.split("/")[2]))
        except OSError:
            pass
    return [pid for pid in found if pid != os.getpid()]


def program_of(pid):
    with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
        return file.read().strip()


def processor_ns(pids):
    """The time that all threads of the processes have run."""
    total = 0
    for pid in pids:
        for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
            with open(path, encoding="ascii") as file:
                total += int(file.read().split()[0])
    return total


def switches(pids):
    """How often threads of the processes have begun to wait."""
    total = 0
    for pid in pids:
        for path in glob.glob(f"/proc/{pid}/task/*/status"):
            with open(path, encoding="ascii", errors="replace") as file:
                total += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M).group(1))
    return total


def profile(name, player, roles):
    """Who runs how long in one call, and how often each waits. What is left of the call nobody runs: it is on its way."""
    before = {role: (processor_ns(pids), switches(pids)) for role, pids in roles.items()}
    elapsed = player("calls", PROFILED) / PROFILED / 1000
    parts, left = [], elapsed
    for role, pids in roles.items():
        ran = (processor_ns(pids) - before[role][0]) / PROFILED / 1000
        waits = (switches(pids) - before[role][1]) / PROFILED
        left -= ran
        parts.append(f"{role} {ran:.1f} ({waits:.1f} waits)")
    print(f"profile {name}: {elapsed:.0f} us: {', '.join(parts)}, nobody {left:.1f}", flush=True)


def profiles(whole, relay, python, prefix, place):
    """One sealed call, by the processor time of each process."""
    def helper_of(pids):
        parent = [pid for pid in pids if program_of(pid) == "wts-relay" and children(pid)]
        return {"parent": parent, "worker": children(parent[0])[-1:]}
    samba = processes_with(place, "cmdline")
    profile("sealed_call_python", python, {"program": [os.getpid()], "smbd and its service": samba})
    profile("sealed_call_relay", relay,
            {"program": [relay.pid], **helper_of(children(relay.pid)), "smbd and its service": samba})
    of_prefix = processes_with(f"WINEPREFIX={prefix.path}\0", "environ")
    server = [pid for pid in of_prefix if program_of(pid).startswith("wineserver")]
    profile("sealed_call_whole", whole,
            {"program": [whole.pid], "Wine's server": server, **helper_of(of_prefix), "smbd and its service": samba})


def end_of_samba(folder):
    """samba-dcerpcd, which smbd started, outlives it, with its own services: each is known by its settings' path."""
    def living():
        return processes_with(folder, "cmdline")
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in living():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        try:
            until(lambda: not living(), "the end of Samba", 5)
            return
        except AssertionError:
            continue


def native():
    return Timed([NATIVE], {**os.environ, "WTS_RELAY": RELAY})


def bench_all(prefix, program, place):
    program("store", HOST, 2, USER, PASSWORD)
    whole = Timed([WINE, os.path.join(BUILD, "tests", "bench_sealed.exe")],
                  environment(prefix.path, {"WTSAPI32_RELAY": RELAY}))
    relay = native()
    python = Python()
    bench(whole, relay, python)
    whole("open", ACCOUNT)
    relay("open", ACCOUNT)
    profiles(whole, relay, python, prefix, place)
    memory(relay)
    relay.end()
    whole.end()


# Counts.

def instructions(folder, calls):
    """Of each process of the relay, by its role, in one run with so many calls."""
    pattern = os.path.join(folder, f"callgrind.{calls}.%p")
    relay = Timed([NATIVE], {**os.environ, "WTS_RELAY": os.path.join(folder, "valgrind_relay"), "CALLGRIND_OUT": pattern})
    relay("open", ACCOUNT)
    relay("calls", calls)
    relay.end()
    counts = {}
    until(lambda: len(glob.glob(pattern.replace("%p", "*"))) >= 3, "the counts of three processes")
    time.sleep(1)
    for path in glob.glob(pattern.replace("%p", "*")):
        with open(path, encoding="ascii", errors="replace") as file:
            text = file.read()
        total = re.search(r"^(?:totals|summary): (\d+)", text, re.M)
        role = "worker" if "wts_rpc_call" in text else "parent" if "wts_parent_take_frame" in text else "watchdog"
        counts[role] = counts.get(role, 0) + (int(total.group(1)) if total else 0)
    return counts


def count_instructions(folder):
    script = os.path.join(folder, "valgrind_relay")
    with open(script, "w", encoding="ascii") as file:
        file.write(f'#!/bin/sh\nexec env LD_PRELOAD={NO_PIDFD} valgrind -q --tool=callgrind --callgrind-out-file="$CALLGRIND_OUT" {RELAY}\n')
    os.chmod(script, 0o755)
    few, many = instructions(folder, 100), instructions(folder, 600)
    for role in ("parent", "worker"):
        print(f"instructions of one call: {role} {(many[role] - few[role]) / 500:.0f}")


def count_system_calls(folder):
    """Of one call, by process and name: the difference of two runs of strace on the same connection."""
    relay = native()
    relay("open", ACCOUNT)
    relay("calls", 10)
    parent, = children(relay.pid)
    worker = children(parent)[-1]
    for role, pid in (("program", relay.pid), ("parent", parent), ("worker", worker)):
        out = os.path.join(folder, f"strace.{role}")
        tracer = subprocess.Popen(["strace", "-c", "-f", "-o", out, "-p", str(pid)], stderr=subprocess.PIPE, text=True)
        assert "attached" in tracer.stderr.readline()
        relay("calls", 1000)
        tracer.send_signal(signal.SIGINT)
        tracer.wait(END_SECONDS)
        with open(out, encoding="ascii") as file:
            rows = [line.split() for line in file.read().splitlines()[2:]]
        calls = {row[-1]: int(row[3]) / 1000 for row in rows if len(row) >= 5 and row[3].isdigit()}
        total = calls.pop("total", 0)
        names = " ".join(f"{name} {count:.1f}" for name, count in calls.items() if count >= 0.05)
        print(f"system calls of one call: {role} {total:.1f} ({names})")
    relay.end()


def main():
    os.system(f"ip address replace {HOST}/32 dev lo")
    settings = {"interfaces": HOST + "/32", "bind interfaces only": "yes", "max smbd processes": "0",
                "rpc start on demand helpers": "yes"}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        place = os.path.join(folder, "smbd")
        try:
            with smbd.Smbd(place, {USER: PASSWORD}, settings, HOST):
                if "--counts" in sys.argv:
                    count_system_calls(folder)
                    count_instructions(folder)
                    return
                with Prefix() as prefix, Program(prefix, relay=RELAY) as program:
                    bench_all(prefix, program, place)
        finally:
            end_of_samba(place)


main()
