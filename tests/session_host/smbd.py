"""
A private smbd of Debian's Samba for tests: own folders, own accounts, port 445 of every loopback address of a
network namespace that the caller made. Its named pipes lead to whatever listens in `pipe_dir`, as the session
host does. Needs root, because smbd does. Commands: namespace_command() starts a program in such a namespace.
"""
import os
import shutil
import signal
import socket
import subprocess
import time

START_SECONDS = 60
STOP_SECONDS = 60
COMMAND_SECONDS = 60
PORT = 445

SETTINGS = {
    "workgroup": "WORKGROUP",
    "netbios name": "RDSH",
    "server role": "standalone server",
    "security": "user",
    "passdb backend": "tdbsam",
    "map to guest": "never",
    "restrict anonymous": "2",
    "smb ports": str(PORT),
    "disable netbios": "yes",
    "load printers": "no",
    "printing": "bsd",
    "printcap name": "/dev/null",
    "disable spoolss": "yes",
    "rpc start on demand helpers": "no",
    "log level": "1",
    "max log size": "0",
}
FOLDERS = {"private dir": "private", "lock directory": "lock", "state directory": "state",
           "cache directory": "cache", "pid directory": "pid", "ncalrpc dir": "ncalrpc",
           "usershare path": "usershares"}


def missing():
    """Which program is not installed, in one line; None when all are there. (Root is another matter.)"""
    for tool in ("smbd", "pdbedit", "unshare", "ip"):
        if not shutil.which(tool, path=_search_path()):
            return f"{tool} is not installed (packages samba, samba-common-bin, util-linux, iproute2)"
    return None


def namespace_command(*command):
    """`command` in a network namespace of its own with nothing but loopback."""
    return ["unshare", "-n", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command]


def inside():
    """Whether this is such a namespace."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def _search_path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _tool(name):
    return shutil.which(name, path=_search_path())


class Smbd:
    """
    with Smbd(folder, {"games": "password"}, {"server signing": "mandatory"}) as smbd: ...

    folder    made when missing; everything smbd writes is in it
    accounts  password by name; each name must be a Unix account of this machine (games, news, mail, ...)
    settings  lines of smb.conf's [global] that replace or join the ones above, for instance
              "server signing": "mandatory", "smb encrypt"/"server smb encrypt": "required",
              "server min protocol": "SMB3_11", "server max protocol": "SMB2_10"
    """

    def __init__(self, folder, accounts, settings=None, address="127.0.0.2"):
        self.folder, self.address, self.port = os.path.abspath(folder), address, PORT
        self._accounts = accounts
        self._settings = {**SETTINGS, **(settings or {})}
        self._process = self._output = None
        self.configuration = os.path.join(self.folder, "smb.conf")
        self.log_path = os.path.join(self.folder, "smbd.log")

    @property
    def pipe_dir(self):
        """Where smbd looks for the unix sockets of its pipes."""
        return os.path.join(self.folder, "ncalrpc", "np")

    def prepare(self):
        """Folders, smb.conf and accounts; pipe_dir exists afterwards."""
        for name in FOLDERS.values():
            os.makedirs(os.path.join(self.folder, name), mode=0o755, exist_ok=True)
        os.chmod(os.path.join(self.folder, "private"), 0o700)
        os.makedirs(self.pipe_dir, mode=0o700, exist_ok=True)
        os.chmod(self.pipe_dir, 0o700)
        lines = {**self._settings, "log file": self.log_path}
        for setting, name in FOLDERS.items():
            lines[setting] = os.path.join(self.folder, name)
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write("[global]\n" + "".join(f"  {name} = {value}\n" for name, value in lines.items()))
        for name, password in self._accounts.items():
            self._add_account(name, password)

    def _add_account(self, name, password):
        done = subprocess.run([_tool("pdbedit"), "-s", self.configuration, "-a", "-t", "-u", name],
                              input=f"{password}\n{password}\n".encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=COMMAND_SECONDS, check=False)
        if done.returncode:
            raise RuntimeError(f"pdbedit for {name}: {done.stdout.decode(errors='replace')}")

    def start(self):
        if not inside():
            raise RuntimeError("smbd would listen on this machine's network; start under namespace_command()")
        self.prepare()
        self._output = open(os.path.join(self.folder, "smbd.out"), "ab")
        # A session of its own: when smbd ends it signals its whole process group.
        self._process = subprocess.Popen(
            [_tool("smbd"), "--foreground", "--no-process-group", "-s", self.configuration],
            stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT, start_new_session=True,
            cwd=self.folder)
        end = time.monotonic() + START_SECONDS
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"smbd did not start; see {self.log_path}")
            time.sleep(0.02)
        return self

    def _accepts(self):
        try:
            socket.create_connection((self.address, self.port), 1).close()
            return True
        except OSError:
            return False

    @property
    def pid(self):
        return self._process.pid

    def stop_answering(self):
        """Stops all processes of smbd where they are; answer_again() lets them go on."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def answer_again(self):
        os.killpg(self._process.pid, signal.SIGCONT)

    def stop(self):
        """Ends smbd and its children; waits for it."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        try:
            os.killpg(self._process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self._output.close()
        self._process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
