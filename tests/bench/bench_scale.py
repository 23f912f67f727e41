#!/usr/bin/python3
"""
Many servers and many connections, in a network namespace of its own where every address 127.x.y.z is a server:
1,000 connections of one program that are held at once, and wts.exe over 300 servers of which 60 never answer.

usage: bench_scale.py     (environment: WTS_BUILD, WTS_RELAY as tests/end_to_end/program.py reads them)
"""
import math
import os
import re
import sys
import tempfile
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, TESTS)

from bench import usage  # noqa: E402
from cli.tool import Tool  # noqa: E402
from end_to_end.program import RELAY, Prefix, Program  # noqa: E402
from session_host import smbd  # noqa: E402
from session_host.client import SessionHost  # noqa: E402

USER, PASSWORD = "games", "Secret-1"
NO_PROCESS, NOT_FOUND = 999999, 87
HELD = 1000
SERVERS, DEAD, PARALLEL, DEADLINE_MS = 300, 60, 64, 5000
SILENT = "10.98.0"    # a network whose packets nobody takes


def count(name, value, goal):
    print(f"count {name} {value} {goal}", flush=True)


def make_silent_network():
    """Its packets leave by an interface at whose other end nobody is: a connect gets no answer at all."""
    for words in ("link add silent type veth peer name nobody", "link set silent arp off", "link set silent up",
                  "link set nobody up", f"route add {SILENT}.0/24 dev silent"):
        assert os.system(f"ip {words}") == 0, words


def bench_held(program):
    """Each handle has a connection of its own, all to one server."""
    handles = [program.open("127.0.0.2") for _ in range(HELD)]
    failed = sum(program.terminate(handle, NO_PROCESS, 1)[1] != NOT_FOUND for handle in handles)
    failed += sum(program.terminate(handle, NO_PROCESS, 1)[1] != NOT_FOUND for handle in handles)
    relay = [process for process in usage.below() if usage.part(process) == "relay" and process.command]
    parent, = {one.pid for one in relay} & {one.parent for one in relay}
    workers = [process.pid for process in relay if process.parent == parent]    # and the watchdog
    size = sum(usage.proportional_size(process.pid) for process in relay)
    count("held_failures", failed, 0)
    count("held_relay_megabytes", round(size / 1e6), 300)
    count("held_descriptors_of_parent_each", f"{usage.descriptors(parent) / HELD:.2f}", 3)
    count("held_descriptors_of_worker", max(map(usage.descriptors, workers)), 3)
    for handle in handles:
        program("close", handle)


def listed(tool, servers):
    """Seconds of wts.exe, and how many servers failed."""
    begin = time.monotonic()
    done = tool("processes", "--servers-file", "-", "--parallel", PARALLEL, input="\n".join(servers).encode())
    taken = time.monotonic() - begin
    failed = re.search(r"(\d+) failed$", done.err.strip())
    return taken, int(failed[1]) if failed else 0


def bench_dead(prefix):
    tool = Tool(prefix, WTSAPI32_RELAY=RELAY, WTSAPI32_CONNECT_TIMEOUT_MS=str(DEADLINE_MS))
    live = [f"127.1.0.{i + 1}" for i in range(SERVERS - DEAD)]
    dead = [f"{SILENT}.{i + 1}" for i in range(DEAD)]
    mixed = [*live]
    for i, name in enumerate(dead):
        mixed.insert(i * SERVERS // DEAD, name)
    listed(tool, live[:2])
    alone, failed = listed(tool, live)
    count("live_servers_failed", failed, 0)
    deadlines = math.ceil(DEAD / PARALLEL) * DEADLINE_MS / 1000
    for name, servers in (("mixed", mixed), ("last", live + dead)):
        taken, failed = listed(tool, servers)
        count(f"dead_servers_{name}_failed", failed, DEAD)
        reference = deadlines + alone
        print(f"bench dead_servers_{name} {taken * 1e9:.0f} {reference * 1e9:.0f} {taken / reference:.2f}", flush=True)


def main():
    usage.adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, \
            smbd.Smbd(os.path.join(folder, "smbd"), {USER: PASSWORD}, {"max smbd processes": "0"}) as server, \
            SessionHost(os.path.join(folder, "host"), tcp=0, pipe_dir=server.pipe_dir,
                        accounts={USER: PASSWORD}, logs=False), \
            Prefix() as prefix, Program(prefix, relay=RELAY) as program:
        make_silent_network()
        for pattern in ("127.*", SILENT + ".*"):
            program("store", pattern, 2, USER, PASSWORD)
        bench_held(program)
        bench_dead(prefix)


main()
