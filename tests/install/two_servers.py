"""
Runs a command while two simulated session hosts serve behind Samba's smbd, as rdsh01 and rdsh02, in a network of the
command's own: user games, password in $PASSWORD; on each alice's session 2 with a notepad.exe. Afterwards prints what became
of both programs, how many messages were shown, and fails unless both were ended with exit code 7 and one message came.
usage: two_servers.py COMMAND...     (root's rights; /etc/hosts names the servers as 127.0.0.2 and 127.0.0.3)
"""
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from session_host import smbd  # noqa: E402
from session_host.client import SessionHost  # noqa: E402

SERVERS = {"rdsh01": "127.0.0.2", "rdsh02": "127.0.0.3"}
ACCOUNTS = {"games": "Secret-1"}
CODE, SHOW_MESSAGE_BOX = 7, 9


def start(stack, folder, name, address):
    place = os.path.join(folder, name)
    settings = {"interfaces": f"{address}/8", "bind interfaces only": "yes", "netbios name": name}
    server = stack.enter_context(smbd.Smbd(place + ".smbd", ACCOUNTS, settings, address))
    host = stack.enter_context(SessionHost(place, tcp=0, pipe_dir=server.pipe_dir, accounts=ACCOUNTS))
    host.control("set", message_answer=1)
    host.control("session", session=2, user="alice", domain="DOM", state=0, name="RDP-Tcp#0")
    return host, host.control("spawn", name="notepad.exe", session=2)["pid"]


def main():
    if not smbd.inside():
        os.execvp("unshare", smbd.namespace_command(sys.executable, __file__, *sys.argv[1:]))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="two-servers-"))
        hosts = {name: start(stack, folder, name, address) for name, address in SERVERS.items()}
        status = subprocess.run(sys.argv[1:], env={**os.environ, "PASSWORD": ACCOUNTS["games"]}, check=False).returncode
        shown = 0
        for name, (host, pid) in hosts.items():
            after = host.control("wait", pid=pid)
            messages = host.count("session", SHOW_MESSAGE_BOX)
            print(f"{name}: notepad.exe alive {after['alive']}, exit code {after['exit_code']}, messages {messages}")
            shown += messages
            if after["alive"] or after["exit_code"] != CODE:
                status = status or 1
    return status if shown == 1 else status or 1


sys.exit(main())
