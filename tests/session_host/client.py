"""
For tests: starts the session host as a child, speaks to its control channel, reads its log, stops it cleanly.
"""
import json
import os
import select
import socket
import subprocess

PACKAGE = os.path.dirname(os.path.abspath(__file__))
START_SECONDS = 60
STOP_SECONDS = 60


class Control:
    """A connection to the control channel: control("spawn", name="x.exe") -> the answer; an error raises."""

    def __init__(self, where, timeout=60):
        if "path" in where:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(timeout)
            self._socket.connect(where["path"])
        else:
            self._socket = socket.create_connection((where["address"], where["port"]), timeout)
        self._file = self._socket.makefile("rb")

    def __call__(self, command, **parameters):
        self.send(command, **parameters)
        return self.answer()

    def send(self, command, **parameters):
        self._socket.sendall(json.dumps({"cmd": command, **parameters}).encode() + b"\n")

    def answer(self):
        line = self._file.readline()
        if not line:
            raise ConnectionError("the session host closed its control channel")
        answer = json.loads(line)
        if not answer.pop("ok"):
            raise ValueError(answer["error"])
        return answer

    def close(self):
        self._file.close()
        self._socket.close()


class SessionHost:
    """
    with SessionHost(folder, tcp=1, pipes=True, accounts={"user": "password"}) as host:
        host.port, host.pipe_dir, host.control("spawn"), host.log()
    """

    def __init__(self, folder, tcp=1, pipe_dir=None, accounts=None, options=(), prefix=(), program=PACKAGE,
                 logs=True):
        """`tcp`: number of ports, or a list of "address:port". `prefix`: a command to start it under.
        `program`: another script that calls main() of __main__. `logs` False: nothing is, which saves it time."""
        os.makedirs(folder, exist_ok=True)
        self.folder, self.pipe_dir = folder, pipe_dir
        self.log_path = os.path.join(folder, "host.log")
        self._control = None
        command = [*prefix, "/usr/bin/python3", program, "--end-with-stdin", "--control", os.path.join(folder, "control")]
        if logs:
            command += ["--log", self.log_path]
        for address in (["127.0.0.1:0"] * tcp if isinstance(tcp, int) else tcp):
            command += ["--tcp", address]
        if pipe_dir:
            command += ["--pipe-dir", pipe_dir]
        for name, password in (accounts or {}).items():
            command += ["--user", name, "--password-file", self._secret_file(name, password)]
        self._command = command + list(options)

    def _secret_file(self, name, password):
        path = os.path.join(self.folder, f"password-{name}")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(password + "\n")
        return path

    def start(self):
        self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        readable, _, _ = select.select([self._child.stdout], [], [], START_SECONDS)
        line = self._child.stdout.readline() if readable else b""
        if not line:
            self.stop()
            raise RuntimeError("the session host did not start")
        self.ready = json.loads(line)
        self.ports = [one["port"] for one in self.ready["tcp"]]
        self.port = self.ports[0] if self.ports else None
        self._control = Control(self.ready["control"])
        return self

    def control(self, command, **parameters):
        return self._control(command, **parameters)

    @staticmethod
    def control_all(hosts, command, **parameters):
        """The same for several hosts, of which none waits for the answer of another."""
        for host in hosts:
            host._control.send(command, **parameters)
        return [host._control.answer() for host in hosts]

    def rule(self, action, interface="legacy", opnum=None, on=None, **parameters):
        """A rule in one line; `interface` None: any."""
        match = {name: value for name, value in (("interface", interface), ("opnum", opnum), ("on", on))
                 if value is not None}
        return self.control("rule", match=match, action=action, **parameters)

    def count(self, interface, opnum, what="executed"):
        for entry in self.control("requests")["requests"]:
            if (entry["interface"], entry["opnum"]) == (interface, opnum):
                return entry[what]
        return 0

    def log(self, event=None):
        with open(self.log_path, encoding="utf-8") as file:
            entries = [json.loads(line) for line in file]
        return [entry for entry in entries if event in (None, entry["event"])]

    def stop(self):
        """Closes standard input, which ends the host; kills it when that is not enough."""
        if self._control:
            self._control.close()
        self._child.stdin.close()
        try:
            status = self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            status = self._child.wait()
        self._child.stdout.close()
        return status

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
