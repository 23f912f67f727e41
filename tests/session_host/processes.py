"""
The processes of the simulated host: real children of this program. A Unix child cannot end with a 32-bit code,
so each is a small cooperating shell that waits for its code on a pipe and exits with the low eight bits; the
whole code is kept here. It also ends when the host does, because the pipe then closes.
"""
import subprocess
import threading

from . import clock
from .interfaces.base import STATUS_ACCESS_DENIED, STATUS_INVALID_CID, STATUS_PROCESS_IS_TERMINATING

SHELL_CHILD = 'read -r code || code=1; exit "$code"'
END_SECONDS = 60
FIRST_FILLER = 0x01000000
LOGGED_OFF = 0xC000026B     # STATUS_DLL_INIT_FAILED_LOGOFF


class Process:
    """One process. `pid` is what the wire shows; `child` is None for a mere entry of the list (System, Idle)."""

    def __init__(self, pid, child, facts):
        self.pid, self.child = pid, child
        self.exit_code = None
        self.ended = False
        self.name = facts.get("name", "worker.exe")
        self.session = facts.get("session", 1)
        self.owner = facts.get("owner", "")
        self.sid = facts.get("sid", "S-1-5-21-1-2-3-500")
        self.parent = facts.get("parent", 4)
        self.deny = {user.lower() for user in facts.get("deny", [])}
        self.deny_query = {user.lower() for user in facts.get("deny_query", [])}
        self.counters = facts.get("counters", {})
        self.create_time = facts.get("create_time", clock.now())

    def denies(self, user):
        return "*" in self.deny or user.lower() in self.deny

    def denies_query(self, user):
        return "*" in self.deny_query or user.lower() in self.deny_query

    def alive(self):
        return self.child is not None and self.child.poll() is None

    def running(self):
        return self.child is None or self.child.poll() is None

    def describe(self):
        status = self.child.poll() if self.child else None
        return {"pid": self.pid, "unix_pid": self.child.pid if self.child else None, "alive": self.alive(),
                "exit_code": self.exit_code, "unix_status": status, "name": self.name, "session": self.session}


class Processes:
    def __init__(self, settings):
        self._settings = settings
        self._lock = threading.RLock()
        self._by_pid = {}
        self._system_entries()

    def _system_entries(self):
        self._by_pid[0] = Process(0, None, {"name": "", "session": 0, "sid": None, "parent": 0, "create_time": 0})
        self._by_pid[4] = Process(4, None, {"name": "System", "session": 0, "sid": "S-1-5-18", "parent": 0,
                                            "deny": ["*"]})

    def spawn(self, facts):
        """Starts a child. `facts` may give the pid the wire shows; else it is the child's own."""
        child = subprocess.Popen(["/bin/sh", "-c", SHELL_CHILD], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        pid = facts.get("pid", child.pid)
        process = Process(pid, child, facts)
        with self._lock:
            taken = pid in self._by_pid and (self._by_pid[pid].alive() or pid in (0, 4))
            if not taken:
                self._by_pid[pid] = process
        if taken:
            self._finish(process, 1)
            raise ValueError(f"process id {pid} is taken")
        return process

    def fill(self, count, facts):
        """So many mere entries of the list, which nobody may end, with process ids that no child has."""
        with self._lock:
            first = max([FIRST_FILLER, *self._by_pid]) // 4 * 4 + 4
            for pid in range(first, first + 4 * count, 4):
                name = facts.get("name", f"service{pid}.exe")
                self._by_pid[pid] = Process(pid, None, {"deny": ["*"], **facts, "name": name})
        return first

    def find(self, pid):
        with self._lock:
            return self._by_pid.get(pid)

    def list(self):
        """Those that are running, by process id; the two system entries among them."""
        with self._lock:
            return [self._by_pid[pid] for pid in sorted(self._by_pid) if self._by_pid[pid].running()]

    def terminate(self, pid, code, user):
        """Ends a process as the caller `user`. Returns an NTSTATUS; 0 when the child is really gone."""
        with self._lock:
            process = self._by_pid.get(pid)
            if process is None or pid == 0:
                return self._settings["unknown_pid_status"]
            if process.denies(user):
                return STATUS_ACCESS_DENIED
            if not process.alive():
                return STATUS_PROCESS_IS_TERMINATING
            self._finish(process, code)
            return 0

    def end_session(self, session):
        """The user of a session has logged off: its processes end."""
        with self._lock:
            for pid, process in list(self._by_pid.items()):
                if process.session != session or pid in (0, 4):
                    continue
                if process.alive():
                    self._finish(process, LOGGED_OFF)
                elif process.child is None:
                    del self._by_pid[pid]

    def end_by_itself(self, pid, code):
        """The process leaves without anybody asking over the wire."""
        with self._lock:
            process = self._by_pid[pid]
            if process.alive():
                self._finish(process, code)
            return process

    @staticmethod
    def _finish(process, code):
        process.exit_code = code
        try:
            process.child.communicate(f"{code & 0xFF}\n".encode(), timeout=END_SECONDS)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            process.child.kill()
            process.child.wait()

    def clear(self):
        """Ends every child and forgets them."""
        with self._lock:
            for process in self._by_pid.values():
                if process.alive():
                    self._finish(process, 0)
            self._by_pid.clear()
            self._system_entries()


DEFAULTS = {"unknown_pid_status": STATUS_INVALID_CID}
