#!/usr/bin/python3
"""
Hours of calls in minutes: a program under Wine calls every export at random: on a session host that is killed, restarted,
stalled, cut off and made to lie, on accounts of smbd, and on this machine in a played xrdp session, whose channel server is
killed and whose client leaves, while its helpers are killed and stopped. Afterwards the program has the handles, threads and
heap blocks it had before, the helpers have the descriptors they had, no call took longer than the formula of
docs/compatibility.md allows, no effect happened twice, by the host's own record, and what a channel or an account gave was whole.

usage: soak.py MINUTES [SEED]     in a network namespace of its own, as root: see tools/soak
Exit status: 0 all of that, 1 not.
"""
import collections
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from channel.server import DISPLAY, Chansrv  # noqa: E402
from end_to_end.program import BUILD, RELAY, WINE, Prefix, Program, environment  # noqa: E402
from session_host import smbd  # noqa: E402
from session_host.client import SessionHost  # noqa: E402

USER, PASSWORD = "games", "Secret-1"
SESSION_HELPER = os.path.join(os.path.dirname(RELAY), "wts-session")
ROOT_PASSWORD = "Secret-3"
ACCOUNTS = "127.0.0.6"  # the same smbd, by a name for which the credential of the accounts' owner is stored
SERVERS = [f"127.0.0.{number}" for number in range(2, 6)]
CONNECT_MS, CALL_MS = 2000, 2000
SLACK_MS = 1500         # two cores that run all of this at once
WARM_UP_S, LINGER_S = 20, 35
EXIT_CODES = 0x51000000
SESSION, LEGACY = "TermSrvSession", "legacy"


class HostProcess:
    """The session host, which can be killed and started anew; what its log says about effects is kept."""

    def __init__(self, folder, pipe_dir):
        self._folder, self._pipe_dir, self._number = folder, pipe_dir, 0
        self.executed = collections.Counter()       # of ("terminate", number), ("message", number)
        self.requests = 0
        self._host = None

    def start(self):
        self._number += 1
        folder = os.path.join(self._folder, f"host-{self._number}")
        self._host = SessionHost(folder, tcp=0, pipe_dir=self._pipe_dir, accounts={USER: PASSWORD}).start()
        self._host.control("set", message_answer=1)

    def control(self, command, **parameters):
        return self._host.control(command, **parameters)

    def rule(self, action, **parameters):
        return self._host.rule(action, interface=None, **parameters)

    def kill(self):
        self._host._child.kill()
        self._host.stop()
        self.read_log()

    def stop(self):
        self._host.stop()
        self.read_log()

    def read_log(self):
        """A request was executed unless a fault before its procedure answered it, or a rule kept it from running."""
        pending = {}
        with open(self._host.log_path, encoding="utf-8") as file:
            for line in file:
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue        # the last line of a host that was killed
                if entry["event"] == "request":
                    self.requests += 1
                    effect = effect_of(entry)
                    if effect and not {"fault", "refuse", "drop"} & set(entry["rules"]):
                        pending[entry["connection"], entry["call"]] = effect
                        self.executed[effect] += 1
                elif entry["event"] == "fault" and (entry["connection"], entry["call"]) in pending:
                    effect = pending.pop((entry["connection"], entry["call"]))
                    if entry["code"] in ("0x1c00001a", "0x1c010002"):    # context mismatch, opnum: before the procedure
                        self.executed[effect] -= 1
        shutil.rmtree(self._host.folder)


class ChannelServer:
    """The played channel server of the xrdp session, which can be killed and started anew in either version."""

    def __init__(self, folder, dice):
        self.folder, self._dice = folder, dice
        self._server = None

    def start(self):
        for name in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, name))
        self._server = Chansrv(self._dice.randint(0, 1), folder=self.folder)

    def order(self, *words):
        self._server.order(*words)

    def stop(self):
        self._server.end()


def effect_of(entry):
    arguments = entry["arguments"] or {}
    code = arguments.get("ExitCode")
    if isinstance(code, int) and code > EXIT_CODES:
        return "terminate", code - EXIT_CODES
    for value in arguments.values():
        if isinstance(value, str) and value.startswith("soak ") and value.rstrip("\0").endswith("."):
            return "message", int(value.rstrip("\0")[5:-1])
    return None


class Account:
    """What the program says of its calls."""

    def __init__(self):
        self.effects, self.late, self.wrong = {}, [], []
        self.threads = collections.defaultdict(collections.Counter)     # by the module that each begins in
        self.resources, self.calls, self.descriptors, self.helpers_started = {}, [], {}, 0
        self.is_done = False

    def take(self, line):
        words = line.split()
        match words[:1]:
            case ["effect"]:
                self.effects[words[1], int(words[2])] = (int(words[3]), int(words[4]))
            case ["late"]:
                self.late.append(line)
            case ["wrong"]:
                self.wrong.append(line)
            case ["resources"]:
                self.resources[words[1]] = {words[i]: int(words[i + 1]) for i in range(2, len(words), 2)}
            case ["thread"]:
                self.threads[words[1]][words[2].casefold()] += 1
            case ["calls"]:
                self.calls.append([" ".join(words[1:-3]), *map(int, words[-3:])])
            case ["done"]:
                self.is_done = True


def processes(program):
    """Process ids of a helper's processes in this namespace, with their parents'."""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(folder / "exe") == os.path.realpath(program) and same_network(folder):
                found[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    return found


def helpers(program=RELAY):
    """Process ids of a helper's parents: those whose parent does not run the same program."""
    found = processes(program)
    return [pid for pid, parent in found.items() if parent not in found]


def children(program=RELAY):
    """Its workers and its watchdog."""
    found = processes(program)
    return [pid for pid, parent in found.items() if parent in found]


def kill(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


class HelperCount(threading.Thread):
    """
    How many helpers were started. Wine keeps one handle of the file for each native program that it starts (docs/wine.md,
    native programs): so many more handles are not ours.
    """

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.is_over = set(), False

    def run(self):
        while not self.is_over:
            self.seen.update(helpers(), helpers(SESSION_HELPER))
            time.sleep(0.05)


def same_network(folder):
    return os.readlink(folder / "ns/net") == os.readlink("/proc/self/ns/net")


class Adversity:
    """What goes wrong, one thing after the other, until the end."""

    def __init__(self, host, server, session, dice):
        self._host, self._smbd, self._session, self._dice = host, server, session, dice
        self.counts = collections.Counter()

    def _pause(self, low, high):
        time.sleep(self._dice.uniform(low, high))

    def host_is_killed(self):
        self._host.kill()
        self._pause(0, 2)
        self._host.start()

    def host_stalls(self):
        event = self._dice.choice(["call", "bind", "auth"])
        self._host.rule("stall", on=event, count=self._dice.randint(1, 5))
        self._pause(0.5, 5)
        self._host.control("release")

    def host_lies(self):
        action, parameters = self._dice.choice([
            ("truncate", {"length": self._dice.randint(0, 40)}), ("append", {"hex": "00" * self._dice.randint(1, 9)}),
            ("patch", {"offset": self._dice.randint(0, 60), "hex": f"{self._dice.randint(0, 2 ** 32 - 1):08x}"}),
            ("stub", {"hex": ""}), ("padding", {}), ("bad_signature", {}), ("fragment", {"size": 16})])
        self._host.rule(action, count=self._dice.randint(1, 8), **parameters)
        self._pause(0.2, 2)

    def host_drops(self):
        action = self._dice.choice(["drop", "drop_after", "drop_mid", "forget"])
        self._host.rule(action, count=self._dice.randint(1, 8))
        self._pause(0.2, 2)

    def host_faults(self):
        action = self._dice.choice(["fault", "fault_after", "refuse"])
        more = {"status": "0xC0000022"} if action == "refuse" else {"code": "0x1C000011"}
        self._host.rule(action, count=self._dice.randint(1, 8), **more)
        self._pause(0.2, 2)

    def connections_end(self):
        self._host.control("disconnect")
        self._pause(0.1, 1)

    def smbd_stops(self):
        """The whole process group sleeps: names resolve, TCP connects, nothing answers."""
        os.killpg(self._smbd.pid, signal.SIGSTOP)
        self._pause(0.5, 5)
        os.killpg(self._smbd.pid, signal.SIGCONT)

    def _process_is_killed(self, pids):
        for pid in pids[:1]:
            kill(pid, signal.SIGKILL)
        self._pause(0.1, 1)

    def _process_is_stopped(self, pids):
        for pid in pids[:1]:
            kill(pid, signal.SIGSTOP)
            self._pause(0.5, 6)
            kill(pid, signal.SIGCONT)

    def helper_is_killed(self):
        self._process_is_killed(helpers())

    def helper_is_stopped(self):
        self._process_is_stopped(helpers())

    def worker_is_killed(self):
        """A short request reaches its worker past the parent. It may be the watchdog."""
        self._process_is_killed(self._some(children()))

    def worker_is_stopped(self):
        self._process_is_stopped(self._some(children()))

    def session_helper_is_killed(self):
        self._process_is_killed(helpers(SESSION_HELPER))

    def session_helper_is_stopped(self):
        self._process_is_stopped(helpers(SESSION_HELPER))

    def _some(self, pids):
        return self._dice.sample(pids, min(1, len(pids)))

    def channel_server_is_killed(self):
        self._session.stop()
        self._pause(0, 2)
        self._session.start()

    def channels_end(self):
        self._session.order("end")
        self._pause(0, 1)

    def client_leaves(self):
        self._session.order("leave")
        self._pause(0, 3)
        self._session.order("return")

    def nothing_happens(self):
        self._pause(1, 5)

    def happen(self):
        chosen = self._dice.choice([self.host_is_killed, self.host_stalls, self.host_lies, self.host_drops, self.host_faults,
                                    self.connections_end, self.smbd_stops, self.helper_is_killed, self.helper_is_stopped,
                                    self.worker_is_killed, self.worker_is_stopped, self.session_helper_is_killed,
                                    self.session_helper_is_stopped, self.channel_server_is_killed, self.channels_end,
                                    self.client_leaves, self.nothing_happens, self.nothing_happens])
        self.counts[chosen.__name__] += 1
        chosen()
        self._host.control("clear_rules")
        self._host.control("release")


def feed(child, host, dice):
    """Processes for the program to end, and sessions for it to log off."""
    try:
        pid = host.control("spawn")["pid"]
        host.control("session", session=900 + dice.randint(0, 7), user="eve")
        child.stdin.write(f"{pid}\n".encode())
        child.stdin.flush()
    except (OSError, ValueError):
        pass        # the host or the program is just ending


def descriptors(program):
    return sorted(len(os.listdir(f"/proc/{pid}/fd")) for pid in helpers(program))


def all_descriptors():
    return {name: descriptors(program) for name, program in (("relay", RELAY), ("session", SESSION_HELPER))}


def end_services(folder):
    """samba-dcerpcd, which smbd starts, outlives it, with its own services: each has the path of these settings."""
    for place in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.encode() in (place / "cmdline").read_bytes() and "rpcd" in os.readlink(place / "exe"):
                kill(int(place.name), signal.SIGTERM)


def run(minutes, seed, folder, prefix):
    dice = random.Random(seed)
    account = Account()
    os.mkdir(sockets := os.path.join(folder, "sockets"))
    session = ChannelServer(sockets, dice)
    accounts = {USER: PASSWORD, "root": ROOT_PASSWORD}
    with smbd.Smbd(os.path.join(folder, "smbd"), accounts, {"rpc start on demand helpers": "yes"}) as server, \
            contextlib.ExitStack() as ends:
        ends.callback(end_services, folder)
        host = HostProcess(folder, server.pipe_dir)
        host.start()
        session.start()
        ends.callback(session.stop)
        with Program(prefix) as program:
            for name in SERVERS:
                assert program("store", name, 2, USER, PASSWORD) == "stored 1 error 0"
            assert program("store", ACCOUNTS, 2, "root", ROOT_PASSWORD) == "stored 1 error 0"
        variables = environment(prefix.path, {"WTSAPI32_HELPERS": os.path.dirname(RELAY), "DISPLAY": f":{DISPLAY}",
                                              "XRDP_SOCKET_PATH": sockets, "WTSAPI32_CONNECT_TIMEOUT_MS": str(CONNECT_MS),
                                              "WTSAPI32_CALL_TIMEOUT_MS": str(CALL_MS)})
        child = subprocess.Popen([WINE, os.path.join(BUILD, "tests", "soak.exe"), str(int(minutes * 60)), str(seed),
                                  str(CONNECT_MS + CALL_MS + SLACK_MS), ACCOUNTS, *SERVERS], env=variables, stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE)

        def listen():
            for line in child.stdout:
                account.take(line.decode(errors="replace").strip())
        # Not waited for: a program that the prefix still holds may keep the other end of the pipe.
        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        adversity = Adversity(host, server, session, dice)
        end = time.monotonic() + WARM_UP_S
        while time.monotonic() < end:
            feed(child, host, dice)
            time.sleep(0.5)
        # All is closed now, and the helper lives on for a while.
        time.sleep(4)
        account.descriptors["before"] = all_descriptors()
        time.sleep(LINGER_S - 3)
        counter = HelperCount()
        counter.start()
        end = time.monotonic() + minutes * 60 - 3
        while time.monotonic() < end and child.poll() is None:
            for _ in range(5):
                feed(child, host, dice)
            adversity.happen()
        listener.join(1)
        time.sleep(8)
        account.descriptors["after"] = all_descriptors()
        try:
            child.wait(LINGER_S + 60)
        except subprocess.TimeoutExpired:
            account.wrong.append("the program did not end")
            child.kill()
        counter.is_over = True
        account.helpers_started = len(counter.seen)
        child.stdin.close()
        listener.join(20)
        host.stop()
    return account, host, adversity


def judge(account, host, adversity):
    """Prints the figures; returns what is wrong, a sentence each."""
    problems = list(account.wrong)
    if not account.is_done:
        problems.append("the program ended before its time")
    print("call            count  succeeded  slowest ms")
    for name, count, succeeded, slowest in account.calls:
        print(f"{name:14} {count:6} {succeeded:10} {slowest:11}")
    print("adversities:", ", ".join(f"{name} {count}" for name, count in sorted(adversity.counts.items())))
    before, after = account.resources.get("before", {}), account.resources.get("after", {})
    for name in before:
        print(f"{name}: {before[name]} before, {after.get(name)} after")
        allowed = before[name] + (account.helpers_started if name == "handles" else 0)
        if name == "handles" and after.get(name, 0) > allowed:
            problems.append(f"{name} grew from {before[name]} to {after.get(name)}")
    # Wine starts and ends threads of its own pool; ours begin in the DLL.
    print("threads begin in:", ", ".join(f"{when}: {dict(counts)}" for when, counts in account.threads.items()))
    ours = {when: account.threads[when]["wtsapi32.dll"] for when in ("before", "after")}
    if ours["after"] > ours["before"]:
        problems.append(f"threads of the DLL grew from {ours['before']} to {ours['after']}")
    # Blocks that Wine's own libraries keep from first uses come in the first minutes.
    if after.get("blocks", 0) > before.get("blocks", 0) + 32:
        problems.append(f"heap blocks grew from {before.get('blocks')} to {after.get('blocks')}")
    print(f"helpers started meanwhile: {account.helpers_started}, for each of which Wine keeps one handle")
    for name in ("relay", "session"):
        counts = [account.descriptors.get(when, {}).get(name, []) for when in ("before", "after")]
        print(f"descriptors of the helper ({name}): {counts[0]} before, {counts[1]} after")
        if all(counts) and counts[1][-1] > counts[0][-1]:
            problems.append(f"the helper ({name}) has more descriptors than before")
    executed = +host.executed
    twice = {effect: count for effect, count in executed.items() if count > 1}
    claimed = [effect for effect, (result, _) in account.effects.items() if result and executed[effect] == 0]
    print(f"requests at the host: {host.requests}; effects: {len(account.effects)} asked for, {len(executed)} executed, "
          f"{len(twice)} twice, {len(claimed)} reported and not executed")
    problems += [f"executed {count} times: {effect}" for effect, count in twice.items()]
    problems += [f"reported as done and not executed: {effect}" for effect in claimed]
    print(f"calls beyond the formula ({CONNECT_MS} + {CALL_MS} ms, and {SLACK_MS} ms for a busy machine): {len(account.late)}")
    problems += account.late
    return problems


def main():
    minutes = float(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    if not smbd.inside():
        sys.exit("soak.py: start it by tools/soak, in a network namespace of its own")
    print(f"soak: {minutes:g} minutes, seed {seed}", flush=True)
    folder = tempfile.mkdtemp(prefix="soak-")
    try:
        with Prefix() as prefix:
            problems = judge(*run(minutes, seed, folder, prefix))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for problem in problems[:40]:
        print("WRONG:", problem)
    print("soak: nothing wrong" if not problems else f"soak: {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
