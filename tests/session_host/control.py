"""
The control channel: one JSON object a line in, one out. On a unix socket or a loopback port; several clients at
once. The commands are listed in __main__.py.
"""
import json
import os
import socketserver
import threading

from . import interfaces
from .rules import number


class Commands:
    """Each public method is a command; its argument is the JSON object, its result joins {"ok": true}."""

    def __init__(self, host, listeners):
        self._host, self._listeners = host, listeners

    def execute(self, line):
        try:
            command = json.loads(line)
            name = command["cmd"]
            if name.startswith("_") or name == "execute" or not hasattr(self, name):
                raise ValueError(f"unknown command {name!r}")
            return {"ok": True, **(getattr(self, name)(command) or {})}
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            return {"ok": False, "error": f"{type(error).__name__}: {error}"}

    # --- scenario ---

    def rule(self, command):
        return {"rule": self._host.rules.add(command).id}

    def unrule(self, command):
        return {"removed": self._host.rules.remove(command["rule"])}

    def rules(self, _command):
        return {"rules": self._host.rules.describe()}

    def clear_rules(self, _command):
        self._host.rules.clear()

    def release(self, _command):
        self._host.release()

    def set(self, command):
        for name, value in command.items():
            if name == "cmd":
                continue
            if name == "contexts_shared":
                self._host.contexts.shared = bool(value)
            elif name in self._host.settings:
                self._host.settings[name] = number(value) if isinstance(value, str) else value
            else:
                raise ValueError(f"no setting {name!r}")
        return {"settings": self._host.settings}

    def forget(self, _command):
        return {"forgotten": self._host.contexts.forget_all()}

    def disconnect(self, command):
        """Closes the connections of one number, or all."""
        wanted = command.get("connection")
        chosen = [one for one in self._host.connections() if wanted in (None, one.number)]
        for connection in chosen:
            connection.shut()
        return {"closed": len(chosen)}

    def reset(self, _command):
        self._host.reset()

    def stop(self, _command):
        self._host.stop()

    def close_pipe(self, command):
        self._listeners.close_pipe(command["pipe"].lower())

    def open_pipe(self, command):
        self._listeners.open_pipe(command["pipe"].lower())

    # --- counting ---

    def requests(self, _command):
        return self._host.counts.describe()

    def await_requests(self, command):
        """Waits until a count is reached; `what` as in `requests`, default received."""
        interface = interfaces.by_name(command["interface"])
        if interface is None:
            raise ValueError(f"no interface {command['interface']!r}")
        opnum, what = number(command["opnum"]), command.get("what", "received")
        wanted = command.get("count", 1)
        reached = self._host.wait_until(lambda: self._host.counts.of(interface.name, opnum, what) >= wanted,
                                        command.get("seconds", 60))
        return {"reached": reached, "count": self._host.counts.of(interface.name, opnum, what)}

    def state(self, _command):
        connections = [{"connection": one.number, "listener": one.listener, "user": one.user,
                        "auth_level": one.auth_level} for one in self._host.connections()]
        return {"connections": sorted(connections, key=lambda one: one["connection"]),
                "contexts": self._host.contexts.count()}

    # --- processes ---

    def spawn(self, command):
        return self._host.processes.spawn(command).describe()

    def _process(self, command):
        process = self._host.processes.find(command["pid"])
        if process is None:
            raise ValueError(f"no process {command['pid']}")
        return process

    def wait(self, command):
        """What became of a process; does not block."""
        return self._process(command).describe()

    def fill(self, command):
        """`count` mere entries of the process list."""
        facts = {name: value for name, value in command.items() if name not in ("cmd", "count")}
        return {"first": self._host.processes.fill(number(command["count"]), facts)}

    def end(self, command):
        """The process ends by itself, with `code`."""
        self._process(command)
        return self._host.processes.end_by_itself(command["pid"], number(command.get("code", 0))).describe()

    def deny(self, command):
        """Users who may not end the process; "*" is everybody, an empty list nobody."""
        self._process(command).deny = {user.lower() for user in command["users"]}

    def processes(self, _command):
        return {"processes": [process.describe() for process in self._host.processes.list()]}


    # --- sessions ---

    def _session(self, command):
        session = self._host.sessions.find(command["session"])
        if session is None:
            raise ValueError(f"no session {command['session']}")
        return session

    @staticmethod
    def _facts(command):
        return {name: value for name, value in command.items() if name not in ("cmd", "session")}

    def sessions(self, _command):
        return {"sessions": [session.describe() for _, session in sorted(self._host.sessions.by_id.items())]}

    def session(self, command):
        """Makes or changes a session; nobody is told."""
        return self._host.sessions.put(command["session"], self._facts(command)).describe()

    def remove_session(self, command):
        self._host.sessions.remove(self._session(command))

    def logon(self, command):
        return self._host.sessions.logon(self._facts(command)).describe()

    def logoff(self, command):
        self._host.sessions.finish_logoff(self._session(command))

    def finish_logoffs(self, _command):
        return {"finished": self._host.sessions.finish_logoffs()}

    def disconnect_session(self, command):
        self._host.sessions.disconnect(self._session(command))

    def lock(self, command):
        self._host.sessions.lock(self._session(command), command.get("locked", True))

    def event(self, command):
        """An event without a change."""
        self._host.events.happen(command["name"], command.get("session", 0))
        self._host.changed()

    def listener(self, command):
        return self._host.sessions.put_listener(command["name"], self._facts(command)).describe()

    def messages(self, _command):
        return {"messages": [box.describe() for _, box in sorted(self._host.sessions.messages.items())]}

    def await_messages(self, command):
        """Waits until so many messages were shown."""
        wanted = command.get("count", 1)
        reached = self._host.wait_until(lambda: len(self._host.sessions.messages) >= wanted, command.get("seconds", 60))
        return {"reached": reached, **self.messages(command)}

    def answer(self, command):
        return self._host.sessions.answer(command["message"], number(command["response"])).describe()

    def shutdowns(self, _command):
        return {"shutdowns": self._host.sessions.shutdowns}


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            answer = json.dumps(self.server.commands.execute(line)) + "\n"
            try:
                self.wfile.write(answer.encode())
            except OSError:
                return


class _UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def serve(where, commands):
    """`where`: a port of 127.0.0.1 (0: any) or the path of a unix socket. Returns what to connect to."""
    if where.isdigit():
        server = _TcpServer(("127.0.0.1", int(where)), _Handler)
        shown = {"address": "127.0.0.1", "port": server.server_address[1]}
    else:
        if os.path.exists(where):
            os.unlink(where)
        server = _UnixServer(where, _Handler)
        os.chmod(where, 0o600)
        shown = {"path": os.path.abspath(where)}
    server.commands = commands
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return shown
