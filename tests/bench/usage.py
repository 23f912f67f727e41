"""
What the processes below this one use: processor time, memory, descriptors, by what they are part of. A process whose
parent ended stays below: this one adopts it.
"""
import collections
import ctypes
import glob
import os

PR_SET_CHILD_SUBREAPER = 36
TICKS = os.sysconf("SC_CLK_TCK")
OURS = ("program", "wineserver", "relay")
NAMES = {"driver.exe": "program", "wts.exe": "program", "wts-relay": "relay"}

Process = collections.namedtuple("Process", "pid parent name command seconds")


def adopt_orphans():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _read(pid):
    """A process, with the processor time of its ended children; None: it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            text = file.read()
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
            command = file.read()
    except OSError:
        return None
    values = text[text.rindex(")") + 2:].split()
    return Process(pid, int(values[1]), text[text.index("(") + 1:text.rindex(")")], command,
                   sum(map(int, values[11:15])) / TICKS)


def below():
    """All processes below this one."""
    children = collections.defaultdict(list)
    for process in filter(None, (_read(int(name)) for name in os.listdir("/proc") if name.isdigit())):
        children[process.parent].append(process)
    found, left = [], [os.getpid()]
    while left:
        some = children[left.pop()]
        found += some
        left += [process.pid for process in some]
    return found


def part(process):
    """program, wineserver, relay: ours; smbd, host, proxies; else Wine's services."""
    if process.name.startswith("wineserver"):
        return "wineserver"
    if process.name.startswith("python"):
        return "host" if "session_host" in process.command else "proxies"
    if "smbd" in process.name or "smbd" in process.command:
        return "smbd"
    return NAMES.get(process.name, "services")


def processor_time():
    """Seconds by part. Of what still runs up to a tick is missing in each process: look when connections are closed."""
    seconds = collections.Counter()
    for process in below():
        seconds[part(process)] += process.seconds
    return seconds


def processor_ns():
    """The time that all threads of what lives have run, by part."""
    taken = collections.Counter()
    for process in below():
        for path in glob.glob(f"/proc/{process.pid}/task/*/schedstat"):
            try:
                with open(path, encoding="ascii") as file:
                    taken[part(process)] += int(file.read().split()[0])
            except OSError:     # it has ended
                pass
    return taken


def proportional_size(pid):
    """Bytes of memory, where what several processes share counts in parts (PSS)."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
