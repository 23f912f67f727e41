#!/usr/bin/python3
"""
A Windows program with a window, registered for changes of its session, while a desktop locks, unlocks and switches users:
with our wtsapi32.dll, and with Wine's own. The desktop is a logind that python3-dbusmock plays on a private bus.
usage: demo_session.py BUILD_X64 BUILD_HOST; WINE and WINEPREFIX as tests/wine/wine_up.sh has them
"""
import os
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests"))
from session.buses import Bus, Logind  # noqa: E402
from waiting import until  # noqa: E402

CODES = {"1": "console connect", "2": "console disconnect", "7": "lock", "8": "unlock"}
QUIET_SECONDS = 3    # so long Wine's own DLL has to tell its window anything


def show(title, dll, build, helpers, bus, logind):
    """Returns what the window was told."""
    print(f"  {title}:")
    log = os.path.join(os.path.dirname(bus.path), dll)
    variables = {**os.environ, "WINEDLLOVERRIDES": f"wtsapi32={dll};mscoree,mshtml=", "WTSAPI32_HELPERS": os.path.abspath(helpers),
                 "DBUS_SYSTEM_BUS_ADDRESS": bus.address, "DBUS_SESSION_BUS_ADDRESS": bus.address}
    with open(log, "wb") as output:
        program = subprocess.Popen([os.environ["WINE"], os.path.join(build, "demo_session.exe")], env=variables,
                                   stdin=subprocess.PIPE, stdout=output, stderr=subprocess.DEVNULL)

    def lines():
        with open(log, encoding="utf-8") as file:
            return [line.split() for line in file]

    def told():
        return [CODES.get(line[2], line[2]) for line in lines() if line[:1] == ["change"]]
    program.stdin.write(b"register 0\nlock\n")
    program.stdin.flush()
    until(lambda: len(lines()) >= 2, "the program has registered its window")
    for count, (what, change) in enumerate((("locks the screen", lambda: logind.lock(True)),
                                            ("unlocks it", lambda: logind.lock(False)),
                                            ("switches to another user", lambda: logind.set(Active=False)),
                                            ("switches back", lambda: logind.set(Active=True))), 1):
        change()
        end = time.monotonic() + QUIET_SECONDS
        while len(told()) < count and time.monotonic() < end:
            time.sleep(0.01)
        news = told()[count - 1:count]
        print(f"    the desktop {what:26} the window gets {news[0] if news else 'nothing'}")
    program.stdin.close()
    program.wait(60)
    return told()


def main(build, helpers):
    with tempfile.TemporaryDirectory() as folder:
        bus = Bus(folder, "system").start()
        logind = Logind(bus)
        try:
            print("WTSRegisterSessionNotification, called by a program with a window:")
            ours = show("this project", "n", build, helpers, bus, logind)
            show("Wine's own", "b", build, helpers, bus, logind)
        finally:
            logind.end()
            bus.end()
    if ours != ["lock", "unlock", "console disconnect", "console connect"]:
        sys.exit("the window was not told of each change")


main(*sys.argv[1:])
