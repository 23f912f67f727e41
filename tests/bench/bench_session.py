#!/usr/bin/python3
"""
The Linux session seen by a program under Wine: from a change on the bus to the window; the first and the repeated question of
SessionFlags, with and without wts-session; and the processor time of a program with a registered window, and of its
helper, while nothing happens for a minute.
usage: bench_session.py BUILD_X64 BUILD_HOST; WINE, WINESERVER and WINEPREFIX as tests/wine/wine_up.sh has them
"""
import os
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ.update(WTS_BUILD=os.path.abspath(sys.argv[1]))
from linux_session.program import Watcher  # noqa: E402
from session.buses import Bus, Logind  # noqa: E402
from waiting import until  # noqa: E402

HELPERS, NOWHERE = os.path.abspath(sys.argv[2]), "/nowhere"
ROUNDS, PROGRAMS, QUESTIONS, IDLE_SECONDS = 100, 10, 2000, 60


def processor_seconds(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            total += sum(map(int, file.read().rpartition(")")[2].split()[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


def processes_with(text):
    """The processes whose environment has this text, and children of the helper among them."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/environ", "rb") as file:
                environ = file.read()
            name = os.readlink(f"/proc/{number}/exe")
        except OSError:
            continue
        if text.encode() in environ and ("wine" in name or name.endswith("wts-session")) and "wineserver" not in name:
            found.append(int(number))
    return found


def questions(helpers, variables):
    """Median milliseconds of the first question of a program, mean microseconds of the later ones."""
    first, later = [], []
    for _ in range(PROGRAMS):
        with Watcher(helpers, variables=variables) as watcher:
            first.append(watcher.lock()[1])
            later.append(int(watcher("repeat", QUESTIONS)[1]) / 1000)
    return statistics.median(first), statistics.median(later)


with tempfile.TemporaryDirectory() as folder:
    bus = Bus(folder, "system").start()
    logind = Logind(bus)
    variables = {"DBUS_SYSTEM_BUS_ADDRESS": bus.address}
    with Watcher(HELPERS, variables=variables) as watcher:
        watcher.register()
        until(lambda: processes_with(bus.address) and watcher.lock()[0] == 1, "the program knows its session")
        took = []
        for i in range(ROUNDS):
            began = time.monotonic()
            logind.lock(i % 2 == 0)
            watcher.change()
            took.append((time.monotonic() - began) * 1000)
            time.sleep(0.02)
        took.sort()
        print(f"bus to window: median {statistics.median(took):.1f} ms, 95 of 100 within {took[94]:.1f} ms, worst {took[-1]:.1f} ms")
        time.sleep(12)
        pids = processes_with(bus.address)
        before = processor_seconds(pids)
        time.sleep(IDLE_SECONDS)
        print(f"idle with a registered window: {processor_seconds(pids) - before:.2f} s of processor time in {IDLE_SECONDS} s, "
              f"{len(pids)} processes (program and helper)")
    for name, helpers in (("with wts-session", HELPERS), ("without", NOWHERE)):
        print("question of SessionFlags %s: first %.0f ms, repeated %.1f us" % (name, *questions(helpers, variables)))
    logind.end()
    bus.end()
