#!/usr/bin/python3
"""
A virtual channel in a session of the real xrdp with the real client: a program under Wine against a native one that writes to
xrdp's socket with the same pacing. In namespaces of its own, see tests/channel/xrdp.py; needs root.
usage: bench_channel.py BUILD_X64 BUILD_HOST; WINE, WINESERVER as tests/wine/wine_up.sh has them
"""
import os
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
X64, HOST = map(os.path.abspath, sys.argv[1:3])
os.environ.update(WTS_BUILD=X64)
from channel import xrdp  # noqa: E402
from end_to_end.program import WINE, Prefix, environment  # noqa: E402
from waiting import until  # noqa: E402

ROUNDS = 9


def measure(command, variables):
    """{"turn": ns, "megabyte": ns}"""
    text = subprocess.run(command, env=variables, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          timeout=60).stdout
    return {name: float(value) for name, value in map(str.split, text.splitlines())}


def main():
    with xrdp.Xrdp() as servers, Prefix(os.path.join(X64, "xrdp_prefix")) as prefix:
        servers.connect()
        session = servers.session()
        variables = {name: session[name] for name in ("DISPLAY", "XRDP_SOCKET_PATH")}
        sides = (([WINE, os.path.join(X64, "tests", "bench_channel.exe")], environment(prefix.path, {"WTSAPI32_HELPERS": HOST, **variables})),
                 ([os.path.join(HOST, "tests", "bench", "bench_channel")], {**os.environ, **variables}))
        until(lambda: subprocess.run(sides[0][0], env=sides[0][1], check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL, timeout=60).returncode == 0, "the client serves its channel", 60)
        rounds = [[measure(*side) for side in sides] for _ in range(ROUNDS)]
        for name in ("turn", "megabyte"):
            ours, reference = (statistics.median(one[side][name] for one in rounds) for side in (0, 1))
            print(f"bench channel_{name} {ours:.1f} {reference:.1f} {ours / reference:.2f}", flush=True)


if xrdp.inside():
    main()
elif os.geteuid() != 0:
    print("not run: virtual channels, which need root for xrdp")
else:
    sys.exit(xrdp.missing() or subprocess.run(xrdp.namespace_command(sys.executable, *sys.argv), check=False).returncode)
