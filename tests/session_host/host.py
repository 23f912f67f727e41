"""
The state that all connections of the host share: settings, log, counts, contexts, processes, rules. A blocked
call waits for a change of it; whoever changes something that a call may wait for says so with changed().
"""
import itertools
import threading

from . import sessions
from .contexts import Contexts
from .events import Events
from .log import Log
from .processes import DEFAULTS, Processes
from .rules import Rules

SETTINGS = {
    "stopping": False,          # OpenServer answers C0000120
    "min_auth_level": 1,        # calls below it get fault 5
    "fragment": 0,              # stub bytes per response fragment; 0: as the client's bind allows
    "padding": False,           # rubbish instead of zero in NDR padding
    "image_name_counts_nul": False,     # Length of image names includes a NUL, as some servers do
    "header_sign": True,        # offers header signing back to a client that asks for it
    **DEFAULTS,
    **sessions.DEFAULTS,
}


class Counts:
    """What happened to the requests of each (interface, opnum), and to connections and binds."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = {}
        self.totals = {"connections": 0, "open": 0, "binds": 0, "authentications": 0}
        self.blocked = {}       # calls that wait in their procedure, by (interface, opnum)

    def request(self, interface, opnum, what):
        with self.lock:
            entry = self.requests.setdefault((interface, opnum), {"received": 0, "executed": 0, "answered": 0,
                                                                  "refused": 0, "faulted": 0})
            entry[what] += 1

    def total(self, what, change=1):
        with self.lock:
            self.totals[what] += change

    def block(self, interface, opnum, change):
        with self.lock:
            self.blocked[interface, opnum] = self.blocked.get((interface, opnum), 0) + change

    def of(self, interface, opnum, what="received"):
        with self.lock:
            if what == "blocked":
                return self.blocked.get((interface, opnum), 0)
            return self.requests.get((interface, opnum), {}).get(what, 0)

    def describe(self):
        with self.lock:
            requests = [{"interface": interface, "opnum": opnum, **entry}
                        for (interface, opnum), entry in sorted(self.requests.items())]
            return {"requests": requests, **self.totals}

    def clear(self):
        with self.lock:
            self.requests.clear()
            for name in self.totals:
                if name != "open":
                    self.totals[name] = 0


class Host:
    def __init__(self, log_path=None, contexts_shared=False, accounts=None, gensec=None):
        self.settings = dict(SETTINGS)
        self.log = Log(log_path)
        self.counts = Counts()
        self.contexts = Contexts(contexts_shared)
        self.processes = Processes(self.settings)
        self.events = Events()
        self.sessions = sessions.Sessions(self)
        self.rules = Rules()
        self.accounts = accounts or {}
        self.gensec = gensec    # gensec.Settings: authentication is Samba's
        self.releases = 0
        self.stopped = False
        self.groups = itertools.count(0x1000)
        self.numbers = itertools.count(1)
        self._connections = set()
        self._condition = threading.Condition()

    def join(self, connection):
        with self._condition:
            self._connections.add(connection)
        self.counts.total("connections")
        self.counts.total("open")
        self.changed()

    def leave(self, connection):
        with self._condition:
            self._connections.discard(connection)
        self.contexts.run_down(connection)
        self.counts.total("open", -1)
        self.changed()

    def connections(self):
        with self._condition:
            return list(self._connections)

    def count_blocked(self, operation, change):
        """A procedure begins (1) or ends (-1) to wait for something."""
        self.counts.block(operation.interface, operation.opnum, change)
        self.counted()

    def counted(self):
        """Wakes every waiting control command: a number has changed, which no call waits for."""
        with self._condition:
            self._condition.notify_all()

    def changed(self):
        """Wakes every blocked call and every waiting control command."""
        with self._condition:
            self._condition.notify_all()
            for connection in self._connections:
                connection.wake()

    def wait_until(self, condition, seconds):
        """For control commands. Returns whether the condition came true in time."""
        with self._condition:
            return self._condition.wait_for(lambda: condition() or self.stopped, seconds) and condition()

    def release(self):
        """Lets every stalled call go on."""
        self.releases += 1
        self.changed()

    def reset(self):
        """Back to the start, but connections stay open and listeners listen."""
        self.rules.clear()
        self.settings.clear()
        self.settings.update(SETTINGS)
        self.release()
        self.processes.clear()
        self.sessions.clear()
        self.counts.clear()
        self.changed()

    def stop(self):
        self.stopped = True
        self.changed()
        for connection in self.connections():
            connection.shut()
        self.processes.clear()
