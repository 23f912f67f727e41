"""
A session of the real xrdp and its client, FreeRDP 2 or 3: namespace_command() leads into namespaces of their own, where Xrdp
runs. What they write lies in memory, or under a private copy of what they read: no user, no service and no file stays, and
nothing listens outside. Needs root.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess

from tree import MOUNT_PRIVATE, TOP
from waiting import until

PASSWORD = "session"
PORT, SCREEN = 3389, ":90"
OWN_NUMBER = 34566
START_SECONDS = 120
UNPACKED = pathlib.Path(TOP) / "build" / "xrdp" / "root"     # by tools/xrdp.sh, where it is not installed
SERVERS = ("xrdp", "xrdp-sesman", "Xvnc", "Xvfb", "xauth", "openssl")
STATIC = "wtsecho"      # client_channel.c
INSIDE = "WTS_XRDP_INSIDE"


def tool(name):
    places = (os.environ.get("PATH", ""), "/usr/sbin", "/sbin", UNPACKED / "usr" / "sbin", UNPACKED / "usr" / "bin")
    return shutil.which(name, path=":".join(map(str, places)))


def client_program():
    return tool("xfreerdp3") or tool("xfreerdp")


def missing():
    """What is not installed, in words; None: nothing."""
    absent = [name for name in SERVERS if not tool(name)] + ([] if client_program() else ["xfreerdp3 or xfreerdp"])
    return f"not installed: {', '.join(absent)} (tools/xrdp.sh, and XRDP_PACKAGES of tools/packages.sh)" if absent else None


def namespace_command(*command):
    """`command` with nothing but loopback, mounts and processes of its own."""
    return ["unshare", "-n", "-m", "-p", "-f", "--kill-child", "--mount-proc", "--", "env", f"{INSIDE}=1", "sh", "-c",
            'ip link set lo up && exec "$@"', "sh", *command]


def inside():
    return INSIDE in os.environ


def run(*words):
    return subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout


def overlay(place, *layers):
    """What is in `layers` is seen in `place`, too, instead of what has the same name there; the first wins."""
    run("mount", "-t", "overlay", "-o", "ro,lowerdir=" + ":".join(map(str, (*layers, place))), "none", place)


class Xrdp:
    """
    with Xrdp() as xrdp: the servers, in the namespaces; `folder` has what they print. `users`: names with their numbers, beside
    root; all have PASSWORD. `session`: a script of sh that each session runs after it has noted its environment.
    """

    def __init__(self, users=None, session="exec sleep 100000"):
        self.folder = pathlib.Path("/tmp/xrdp")
        self._users, self._session = users or {}, session
        self._servers = contextlib.ExitStack()

    def __enter__(self):
        is_unpacked = tool("xrdp").startswith(str(UNPACKED))
        if is_unpacked:
            overlay("/usr", UNPACKED / "usr")
        for place in ("/run", "/tmp", "/var/log"):
            run(MOUNT_PRIVATE, place, "1777")
        for place, mode in (("/tmp/.X11-unix", 0o1777), ("/run/xrdp", 0o755), ("/run/xrdp/sockdir", 0o3777)):
            os.mkdir(place)
            os.chmod(place, mode)
        self.folder.mkdir(mode=0o755)
        self._give_users()
        self._configure(UNPACKED / "etc" / "xrdp" if is_unpacked else "/etc/xrdp")
        overlay("/etc", self.folder / "etc", *([UNPACKED / "etc"] if is_unpacked else []))
        for program in (("xrdp-sesman", "-n"), ("xrdp", "-n"), ("Xvfb", SCREEN)):
            self.start(program[0], tool(program[0]), *program[1:])
        until(lambda: os.path.exists("/tmp/.X11-unix/X" + SCREEN[1:]), "the screen of the client", START_SECONDS)
        until(lambda: f":{PORT:04X} " in pathlib.Path("/proc/net/tcp").read_text("ascii"), "xrdp listens", START_SECONDS)
        return self

    def __exit__(self, *_):
        self._servers.close()

    def _give_users(self):
        etc = self.folder / "etc"
        etc.mkdir(mode=0o755)
        secret = run("openssl", "passwd", "-6", PASSWORD).strip()
        lines = {name: pathlib.Path("/etc", name).read_text("utf-8").splitlines() for name in ("passwd", "shadow", "group")}
        for name, number in (("root", 0), *self._users.items()):
            for kind in lines:
                if kind != "group" or number != 0:
                    lines[kind] = [line for line in lines[kind] if not line.startswith(name + ":")]
            home = self.folder / ("home-" + name)
            home.mkdir(mode=0o700)
            os.chown(home, number, number)
            lines["passwd"].append(f"{name}:x:{number}:{number}::{home}:/bin/sh")
            lines["shadow"].append(f"{name}:{secret}:19000:0:99999:7:::")
            if number != 0:
                lines["group"].append(f"{name}:x:{number}:")
        if not any(line.startswith("xrdp:") for line in lines["passwd"]):   # what installing xrdp adds
            lines["passwd"].append(f"xrdp:x:{OWN_NUMBER}:{OWN_NUMBER}::/run/xrdp:/usr/sbin/nologin")
            lines["group"].append(f"xrdp:x:{OWN_NUMBER}:")
        files = {**{name: "\n".join(text) + "\n" for name, text in lines.items()}, "hosts": "127.0.0.1 localhost\n::1 localhost\n"}
        for name, text in files.items():
            (etc / name).write_text(text, "utf-8")
            if name == "shadow":
                os.chmod(etc / name, 0o600)

    def _configure(self, given):
        own = self.folder / "etc" / "xrdp"
        shutil.copytree(given, own, ignore=shutil.ignore_patterns("*.pem", "rsakeys.ini"))
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=xrdp", "-keyout", str(own / "key.pem"),
            "-out", str(own / "cert.pem"))
        run(tool("xrdp-keygen"), "xrdp", str(own / "rsakeys.ini"))
        settings = (own / "xrdp.ini").read_text("utf-8").splitlines()
        settings = [f"port=tcp://127.0.0.1:{PORT}" if at.startswith("port=3389") else "autorun=Xvnc" if at.startswith("autorun=") else
                    f"{at}\n{STATIC}=true" if at == "[Channels]" else at for at in settings]
        (own / "xrdp.ini").write_text("\n".join(settings) + "\n", "utf-8")
        start = own / "startwm.sh"
        start.write_text(f"#!/bin/sh\nenv -0 >$HOME/environment.new && mv $HOME/environment.new $HOME/environment\n"
                         f"exec >$HOME/log 2>&1 </dev/null\n{self._session}\n", "utf-8")
        os.chmod(start, 0o755)

    def start(self, name, *command, **environment):
        """A program that ends with the servers; what it prints goes to the folder."""
        log = self._servers.enter_context(open(self.folder / (name + ".log"), "ab"))
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env={**os.environ, **environment})
        self._servers.callback(program.wait)
        self._servers.callback(program.kill)
        return program

    def session(self, user="root"):
        """The environment of the user's session, once it has begun; a dict."""
        noted = self.folder / ("home-" + user) / "environment"
        try:
            until(noted.exists, "the session of " + user, START_SECONDS)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.logs()}") from None
        return dict(line.split("=", 1) for line in noted.read_text("utf-8").split("\0") if "=" in line)

    def sizes(self):
        """Of the messages that the client's static channel has got."""
        file = self.folder / "sizes"
        return [int(line) for line in file.read_text("ascii").split()] if file.exists() else []

    def logs(self):
        """The last lines that each program printed."""
        found = [*self.folder.glob("*.log"), *self.folder.glob("home-*/log")]
        return "\n".join(f"{path}:\n" + "\n".join(path.read_text("utf-8", "replace").splitlines()[-15:]) for path in found)

    def connect(self, user="root", *options, channels=()):
        """A client; kill it and call again to return. `channels`: options for static ones; `sizes`: client_channel.c."""
        program = client_program()
        version = ["-gfx"] if program.endswith("3") else []
        return self.start("client", program, "/v:127.0.0.1", "/u:" + user, "/p:" + PASSWORD, "/cert:ignore", "/size:800x600",
                          "/bpp:24", "/echo", *version, *options, *channels, DISPLAY=SCREEN, HOME=str(self.folder),
                          WTS_SIZES=str(self.folder / "sizes"), LD_PRELOAD=os.environ.get("WTS_CLIENT_CHANNEL", ""))
