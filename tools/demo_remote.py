#!/usr/bin/python3
"""
The remote half of tools/demo, in a network namespace of its own: Samba's smbd with the simulated session host behind
its pipe, and wts.exe under Wine, which stores a credential and ends a process of that host. Both sides' view is
printed. Exit status 0 only if the process ended with 42 and the host says so.

usage: demo_remote.py BUILD_X64 BUILD_HOST
"""
import os
import secrets
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "tests"))

from end_to_end.program import Prefix, WINE, environment  # noqa: E402
from session_host import smbd  # noqa: E402
from session_host.client import SessionHost  # noqa: E402

SERVER, USER, CODE = "127.0.0.2", "games", 42


def wts(prefix, relay, *words, text=None):
    """Runs wts.exe; exit status, both outputs, seconds."""
    begin = time.monotonic()
    extra = {"WTSAPI32_RELAY": relay}
    done = subprocess.run([WINE, os.path.join(sys.argv[1], "wts.exe"), *map(str, words)], input=text or "", text=True,
                          env=environment(prefix.path, extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=120, check=False)
    return done.returncode, done.stdout.strip(), time.monotonic() - begin


def show(*columns):
    print("  " + "  ".join(f"{column:<{width}}" for column, width in zip(columns, (30, 46))))


def main():
    relay = os.path.join(os.path.abspath(sys.argv[2]), "wts-relay")
    password = secrets.token_urlsafe(12)
    with tempfile.TemporaryDirectory(prefix="demo-") as folder, \
            smbd.Smbd(os.path.join(folder, "smbd"), {USER: password}) as server, \
            SessionHost(os.path.join(folder, "host"), tcp=0, pipe_dir=server.pipe_dir,
                        accounts={USER: password}) as host, \
            Prefix(os.path.join(os.path.abspath(sys.argv[1]), "demo_remote_prefix")) as prefix:
        pid = host.control("spawn", name="notepad.exe", session=1)["pid"]
        before = host.control("wait", pid=pid)
        print(f"wts credential add {SERVER} --user {USER}")
        print("  " + wts(prefix, relay, "credential", "add", SERVER, "--user", USER, text=password + "\n")[1])
        print(f"\nwts check {SERVER}")
        print(wts(prefix, relay, "check", SERVER)[1])
        print(f"\nwts kill {pid} --exit-code {CODE} --server {SERVER}")
        status, text, seconds = wts(prefix, relay, "kill", pid, "--exit-code", CODE, "--server", SERVER)
        print(f"  {text}\n")
        after = host.control("wait", pid=pid)
        bind = host.log("bind")[-1]
        show("seen by", "")
        show("the program under Wine", f"exit status {status}, {seconds * 1000:.0f} ms with its start")
        show("the host: before", f"notepad.exe, pid {pid}, alive {before['alive']}")
        show("the host: after", f"alive {after['alive']}, exit code {after['exit_code']}")
        show("the host: the caller", host.log("request")[-1]["user"])
        show("the host: RPC protection", f"authentication type {bind['auth_type']}, level {bind['auth_level']} (6: privacy)")
        wts(prefix, relay, "credential", "remove", SERVER)
        return 0 if status == 0 and not after["alive"] and after["exit_code"] == CODE else 1


sys.exit(main())
