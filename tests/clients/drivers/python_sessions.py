"""The sessions of this machine, and the end of a process, by pywin32's module win32ts."""
import subprocess
import sys

import pywintypes
import win32ts

SERVER = win32ts.WTS_CURRENT_SERVER_HANDLE


def attempt(what, function, *words):
    try:
        return function(*words)
    except pywintypes.error as error:
        print(f"{what}: error {error.winerror}")
        return None


for session in win32ts.WTSEnumerateSessions(SERVER):
    print(f"session {session['SessionId']}: {session['WinStationName']}, state {session['State']}")
print("user:", attempt("WTSUserName", win32ts.WTSQuerySessionInformation, SERVER, win32ts.WTS_CURRENT_SESSION, win32ts.WTSUserName))
processes = attempt("WTSEnumerateProcesses", win32ts.WTSEnumerateProcesses, SERVER)
print("processes with a name:", "some" if processes and all(name for _, _, name, _ in processes[1:]) else "none")
with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
    attempt("WTSTerminateProcess", win32ts.WTSTerminateProcess, SERVER, child.pid, 42)
    child.stdin.close()
    print("the child ended with", child.wait())
