#!/usr/bin/python3
"""
Remote calls against other clients of the same smbd and session host, in a network namespace of its own:
python3-samba's raw request (libdcerpc, without RPC protection: Samba's Python cannot seal it) and impacket with
privacy. Rounds alternate. Each terminate names a process that does not exist, so that the server does the same for
all. Events are timed from raising them at the session host until the windows of the program have them.

usage: bench_remote.py     (environment: WTS_BUILD, WTS_RELAY as tests/end_to_end/program.py reads them)
"""
import contextlib
import multiprocessing
import os
import signal
import statistics
import struct
import sys
import tempfile
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, TESTS)

from bench import usage  # noqa: E402
from end_to_end.program import RELAY, Prefix, Program  # noqa: E402
from end_to_end.proxy import Proxy  # noqa: E402
from helper import codec  # noqa: E402
from relay import rpc  # noqa: E402
from session_host import peer, samba_peer, smbd  # noqa: E402
from session_host.client import SessionHost  # noqa: E402
from session_host.test_session_host import CLOSE_EX, OPEN, TERMINATE, terminate_stub  # noqa: E402
from waiting import until  # noqa: E402

HOST, USER, PASSWORD = "10.99.0.2", "games", "Secret-1"
ROUNDS, CALLS, NO_PROCESS = 11, 200, 999999
BEFORE_STUB = 20     # of the payload of a REPLY: the outcome and the fault
LIST, PROCESSES, LISTS = 70, 100, 20    # RpcWinStationGetAllProcesses_NT6
WATCHED, SITES, ALICE, PROFILED = 20, 5, 2, 30


def report(name, ours, reference):
    ours, reference = statistics.median(ours), statistics.median(reference)
    print(f"bench {name} {ours:.0f} {reference:.0f} {ours / reference:.2f}", flush=True)


def timed(action):
    begin = time.perf_counter_ns()
    action()
    return time.perf_counter_ns() - begin


def number(answer, after):
    words = answer.split()
    return int(words[words.index(after) + 1])


def list_stub(handle):
    return handle + struct.pack("<II", 0, 0x8000)


def raw_first(address):
    client = samba_peer.over_pipe(address, USER, PASSWORD)
    handle = client.request(OPEN, b"")[4:24]
    client.request(TERMINATE, terminate_stub(handle, NO_PROCESS, 1))
    client.request(CLOSE_EX, handle)


def impacket_kill(address):
    with peer.over_pipe(address, user=USER, password=PASSWORD, level=peer.PRIVACY) as client:
        handle = client.call(OPEN)[4:24]
        client.call(TERMINATE, terminate_stub(handle, NO_PROCESS, 1))
        client.call(CLOSE_EX, handle)


def bench_first(program):
    ours, raw, impacket = [], [], []
    program("first", HOST)  # starts the relay, once for the process
    for _ in range(ROUNDS):
        ours.append(number(program("first", HOST), "ns"))
        raw.append(timed(lambda: raw_first(HOST)))
        impacket.append(timed(lambda: impacket_kill(HOST)))
    report("remote_first_call", ours, raw)
    report("remote_whole_kill_by_impacket", ours, impacket)


def bench_call(program):
    server = program.open(HOST)
    client = samba_peer.over_pipe(HOST, USER, PASSWORD)
    handle = client.request(OPEN, b"")[4:24]
    stub = terminate_stub(handle, NO_PROCESS, 1)
    ours, raw = [], []
    program("repeat", server, 10)
    for _ in range(ROUNDS):
        ours.append(number(program("repeat", server, CALLS), "ns") / CALLS)
        raw.append(timed(lambda: [client.request(TERMINATE, stub) for _ in range(CALLS)]) / CALLS)
    report("remote_call", ours, raw)
    threads = [timed(lambda: program("threads", server, 1, *[NO_PROCESS] * 4)) / 4 for _ in range(ROUNDS)]
    report("remote_four_threads_one_handle", threads, raw)


class BareRelay:
    """wts-relay, spoken to from here: what is left is the price of Wine and of our DLL."""

    def __init__(self):
        self._relay = rpc.Relay(RELAY)
        self._number, connected = self._relay.connect(HOST, USER, PASSWORD)
        assert connected.error == 0, connected
        self.handle = self._relay.call(self._number, OPEN).stub[4:24]
        self.stub = terminate_stub(self.handle, NO_PROCESS, 1)
        self._file = self._relay.socket.makefile("rb")

    def ask(self, opnum, stub):
        self._relay.send(rpc.call(self._number, 2, opnum, stub))
        return self._file.read(codec.HEADER.unpack(self._file.read(codec.HEADER.size))[0])

    def terminate(self):
        self.ask(TERMINATE, self.stub)

    def list(self):
        return self.ask(LIST, list_stub(self.handle))

    def stop(self):
        self._relay.kill()


def bench_call_without_wine(program):
    server, relay = program.open(HOST), BareRelay()
    program("repeat", server, 10)
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(number(program("repeat", server, CALLS), "ns") / CALLS)
        bare.append(timed(lambda: [relay.terminate() for _ in range(CALLS)]) / CALLS)
    report("remote_call_sealed", ours, bare)
    relay.stop()


def bench_list(program, host):
    """The same question, with the same answer, by all three."""
    host.control("fill", count=PROCESSES - len(host.control("processes")["processes"]))
    server, relay = program.open(HOST), BareRelay()
    client = samba_peer.over_pipe(HOST, USER, PASSWORD)
    stub = list_stub(client.request(OPEN, b"")[4:24])

    def list_all():
        answer = program("lists", server, LISTS)
        assert number(answer, "listed") == PROCESSES * LISTS, answer
        return number(answer, "ns") / LISTS
    list_all()
    assert len(relay.list()) - BEFORE_STUB == len(client.request(LIST, stub)) > PROCESSES * 100
    ours, raw, bare = [], [], []
    for _ in range(ROUNDS):
        ours.append(list_all())
        raw.append(timed(lambda: [client.request(LIST, stub) for _ in range(LISTS)]) / LISTS)
        bare.append(timed(lambda: [relay.list() for _ in range(LISTS)]) / LISTS)
    report("remote_list_100", ours, raw)
    report("remote_list_100_sealed", ours, bare)
    relay.stop()


class Sites:
    """
    Servers for events: a smbd and a session host for each few of them. One host alone answers one after the other, and its
    time would be what is measured.
    """

    def __init__(self, folder):
        self._stack = contextlib.ExitStack()
        self.names, self.hosts = [], []
        for site in range(SITES):
            names = [f"10.99.{site + 1}.{i + 1}" for i in range(WATCHED // SITES)]
            for name in names:
                os.system(f"ip address replace {name}/32 dev lo")
            server = self._stack.enter_context(smbd.Smbd(
                os.path.join(folder, f"smbd-{site}"), {USER: PASSWORD},
                {"interfaces": " ".join(name + "/32" for name in names), "bind interfaces only": "yes"}, names[0]))
            self.hosts.append(self._stack.enter_context(SessionHost(
                os.path.join(folder, f"host-{site}"), tcp=0, pipe_dir=server.pipe_dir, accounts={USER: PASSWORD}, logs=False)))
            self.names += names

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()


def waits(host, count):
    """Until so many calls wait for a notification at the session host, no more and no fewer."""
    question = {"interface": "notification", "opnum": 2, "what": "blocked"}
    assert host.control("await_requests", count=count, **question)["reached"]
    until(lambda: host.control("await_requests", seconds=0, **question)["count"] <= count, f"{count} waiting calls")


def answers_unread():
    """On how many connections to a smbd bytes have come that were not read."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        lines = [line.split() for line in file.read().splitlines()[1:]]
    return sum(line[2].endswith(f":{smbd.PORT:04X}") and not line[4].endswith(":00000000") for line in lines)


class Watched:
    """Servers with which the program's window is registered, as many at each host."""

    def __init__(self, program, hosts, servers):
        self._program, self._hosts, self._servers = program, hosts, servers

    def __enter__(self):
        for server in self._servers:
            self._program("register", server, 0)
        self.settle(len(self._servers) // len(self._hosts))
        return self

    def __exit__(self, *_):
        for server in self._servers:
            self._program("unregister", server)
        self.settle(0)

    def settle(self, each):
        for host in self._hosts:
            waits(host, each)

    def _taken(self, begin):
        """From begin() until each server's message has come."""
        self._program.send("notified", len(self._servers), 30000)
        taken = timed(lambda: (begin(), self._program.answer()))
        self.settle(len(self._servers) // len(self._hosts))
        return taken

    def _raise(self):
        SessionHost.control_all(self._hosts, "event", name="lock", session=ALICE)

    def event(self):
        """The time of one event of all servers, until each has told the window."""
        return self._taken(self._raise)

    def event_that_has_come(self):
        """The same from the moment when the answers of all servers have come, but the relay has not read them: ours alone."""
        workers = [process.pid for process in usage.below() if usage.part(process) == "relay"]
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        self._raise()
        until(lambda: answers_unread() == len(self._servers), "the answers of all servers")
        return self._taken(lambda: [os.kill(worker, signal.SIGCONT) for worker in workers])


def bench_events(program, sites):
    servers = [program.open(name) for name in sites.names]
    for name, event in ((f"remote_events_{WATCHED}", Watched.event), (f"remote_events_{WATCHED}_ours", Watched.event_that_has_come)):
        times = {1: [], WATCHED: []}
        for _ in range(ROUNDS):
            for count, taken in times.items():
                with Watched(program, sites.hosts[:count], servers[:count]) as watched:
                    watched.event()
                    taken.append(event(watched) / count)
        report(name, times[WATCHED], times[1])
    profile_events(program, sites, servers)


def profile_events(program, sites, servers):
    """Who runs how long for the event of one server, when all have one at once."""
    with Watched(program, sites.hosts, servers) as watched:
        before = usage.processor_ns()
        elapsed = statistics.median(watched.event() for _ in range(PROFILED)) / len(servers)
        taken = usage.processor_ns() - before
    events = PROFILED * len(servers)
    parts = ", ".join(f"{name} {value / events / 1000:.0f}" for name, value in taken.most_common() if value >= events * 500)
    print(f"profile remote_events_{WATCHED}: {elapsed / 1000:.0f} us for each server's; processor time: {parts}", flush=True)


def many(program, names):
    """1,000 calls over 50 servers, 20 on each one by one; nanoseconds."""
    words = program("many", 50, 20, *names, *[NO_PROCESS] * 1000).split()
    return int(words[3]) * 1000


def bench_many(program, name, names):
    """The reference is the raw client doing them in a row."""
    def raw_all():
        for address in names:
            client = samba_peer.over_pipe(address, USER, PASSWORD)
            handle = client.request(OPEN, b"")[4:24]
            for _ in range(20):
                client.request(TERMINATE, terminate_stub(handle, NO_PROCESS, 1))
    report(name, [many(program, names) for _ in range(3)], [timed(raw_all)])


def bench_many_by_part(program, names, proxies):
    """What of it are turns, and what is processor time, once the connections are closed again: of us, of the others."""
    proxies.send("turns")
    turns, begin = proxies.recv(), usage.processor_time()
    many(program, names)
    time.sleep(1)
    proxies.send("turns")
    seconds = usage.processor_time() - begin
    print(f"count remote_1000_over_50_turns {max(after - before for before, after in zip(turns, proxies.recv()))} 35")
    ours = sum(seconds[name] for name in usage.OURS)
    parts = ", ".join(f"{name} {value * 1000:.0f}" for name, value in sorted(seconds.items()))
    print(f"count remote_1000_over_50_processor_ms {ours * 1000:.0f} 500 ({parts})", flush=True)


def run_proxies(near, far, pipe):
    """In a process of their own: the raw client holds Python's lock while it waits for them."""
    for name in near:
        Proxy((name, 445), (HOST, 445)).__enter__()
    delayed = [Proxy((name, 445), (HOST, 445), delay=0.005).__enter__() for name in far]
    pipe.send("ready")
    while pipe.recv():
        pipe.send([proxy.turns for proxy in delayed])


def main():
    usage.adopt_orphans()
    os.system(f"ip address replace {HOST}/32 dev lo")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, \
            smbd.Smbd(os.path.join(folder, "smbd"), {USER: PASSWORD},
                      {"interfaces": HOST + "/32", "bind interfaces only": "yes", "max smbd processes": "0"},
                      HOST) as server, \
            SessionHost(os.path.join(folder, "host"), tcp=0, pipe_dir=server.pipe_dir,
                        accounts={USER: PASSWORD}, logs=False) as host, \
            Prefix() as prefix, Program(prefix, relay=RELAY) as program:
        near = [f"127.0.1.{i}" for i in range(1, 51)]
        far = [f"127.0.2.{i}" for i in range(1, 51)]
        for name in [HOST, *near, *far]:
            program("store", name, 2, USER, PASSWORD)
        time.sleep(1.1)     # names that are new are not remembered for a second
        bench_first(program)
        bench_call(program)
        bench_call_without_wine(program)
        bench_list(program, host)
        pipe, end = multiprocessing.Pipe()
        proxies = multiprocessing.Process(target=run_proxies, args=(near, far, end), daemon=True)
        proxies.start()
        pipe.recv()
        with Sites(folder) as sites:
            for name in sites.names:
                program("store", name, 2, USER, PASSWORD)
            time.sleep(1.1)
            bench_events(program, sites)
        bench_many(program, "remote_1000_over_50", near)
        bench_many(program, "remote_1000_over_50_at_10_ms", far)
        bench_many_by_part(program, far, pipe)
        proxies.terminate()


main()
