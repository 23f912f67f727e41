#!/usr/bin/python3
"""
Writes the seeds of the fuzzers of the helpers' protocol, a file each.

usage: helper_seeds.py frame|parent|linux_session FOLDER

frame: what each side sends in a short life. parent: scripts as fuzz_parent.c reads them.
linux_session: a state, the output of a program, and recipes as fuzz_linux_session.c reads them.
"""
import pathlib
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from helper import codec  # noqa: E402

RPC = codec.rpc_open("rdsh01", "5ca4a760-ebb1-11cf-8611-00a0245420ed", "Ctx_WinStation_API_service", "games", password=(4096, 8))
FRAMES = {
    "dll": [codec.hello({"HOME": "/h", "KRB5CCNAME": ""}), codec.open_channel(1, payload=RPC), codec.request(1, 2, 37, b"stub"),
            codec.window(1, 1000), codec.data(1, b"data"), codec.Frame(codec.DIRECT),
            codec.Frame(codec.CANCEL, 1, serial=2), codec.Frame(codec.CLOSE, 1)],
    "helper": [codec.ready(4711, (3, 1 << 20), replies=4), codec.Frame(codec.DIRECT, 1, bytes((5, 0, 0, 0))), codec.opened(1),
               codec.reply(1, 2, payload=codec.rpc_reply(b"stub")), codec.event(1, b"event"), codec.broke(1), codec.last_word("why")],
}

HELLO, OPEN, OPENED, REQUEST, REPLY, EVENT, DATA, WINDOW, CANCEL, CLOSE, DIRECT = 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12


def dll(kind, channel=0, how=0, *more):
    return bytes((0, kind, channel, how, *more, 0))


def worker(kind, channel, how=0, *more):
    return bytes((3, kind, channel, how, *more, 0, 0))


# The first byte says whether there is a pipe.
START = bytes(1) + dll(HELLO) + dll(OPEN, 1, 1) + worker(OPENED, 1)
WITH_PIPE = bytes((1,)) + dll(HELLO) + dll(DIRECT) + dll(OPEN, 1, 1) + worker(OPENED, 1) + dll(DIRECT, 1)
SCRIPTS = {
    "call": START + dll(REQUEST, 1, 1, 2) + bytes((7, 1, 255, 0)) + worker(REPLY, 1, 0, 2) + dll(CLOSE, 1) + dll(CLOSE),
    "data": START + dll(WINDOW, 1, 80) + worker(WINDOW, 1, 90) + worker(DATA, 1, 60) + dll(DATA, 1, 60) + worker(EVENT, 1, 9) +
            worker(DATA, 1, 30),
    "late": START + dll(REQUEST, 1, 8, 1) + bytes((6, 255)) + dll(REQUEST, 1, 1, 1) + bytes((6, 255)) + dll(CLOSE, 1),
    "dead": START + bytes((5, 0)) + dll(OPEN, 2, 9) + bytes((5, 1)) + dll(REQUEST, 1, 1, 1) + dll(CLOSE, 2) + dll(CANCEL, 1),
    "cancelled": START + dll(REQUEST, 1, 1, 3) + dll(CANCEL, 1) + dll(OPEN, 3, 1) + dll(CANCEL, 3) + dll(CLOSE, 3),
    "closed": START + dll(REQUEST, 1, 1, 1) + worker(CLOSE, 1, 1) + worker(REPLY, 1, 0, 1),
    "a pipe that was not offered": bytes((1,)) + dll(HELLO) + dll(DIRECT) + dll(OPEN, 1, 1) + dll(DIRECT, 1) + worker(OPENED, 1)
    + worker(REPLY, 1, 0, 2),
    "unknown request": WITH_PIPE + worker(REPLY, 1, 0, 3) + worker(EVENT, 1, 200) + dll(CANCEL, 1, 3) + dll(CLOSE, 1),
    "known request": WITH_PIPE + dll(REQUEST, 1, 1, 2) + worker(REPLY, 1, 0, 2) + bytes((5, 0)) + dll(CLOSE, 1),
    "without processes": START + bytes((7, 0, 7)) + dll(OPEN, 2, 9) + dll(REQUEST, 2, 1, 1) + dll(CLOSE, 2),
}

U32 = struct.Struct("<I").pack
SOURCES = b"".join(U32(presence) + codec.text(reason) for presence, reason in ((3, "found"), (0, ""), (1, "silent")))
SESSIONS = {
    "state": bytes(1) + U32(0x1B) + codec.text("c1") + U32(1000) + codec.text(None) + U32(1) + U32(1) + U32(0) +
             codec.text(None) * 2 + bytes(8) + U32(0) + bytes(8) + U32(0) * 7 + U32(0) + SOURCES,
    "list": b"\1Session ID: 8\n\tDisplay: :10\n\tScreen size: 1280x1024, color depth 24\n"
            b"\tStarted: Sat Nov 28 16:31:35 2026\n\tStart IP address: 192.0.2.7\n",
    "properties": bytes((2, 0, 1, 0, 6, 6, 0, 0, 1, 1, 1, 13, 2, 9, 2, 7, 7, 2, 11, 1, 9, 3, 1, 10, 1, 4)),
    "changed": bytes((2, 3, 1, 0, 7, 3, 0, 0, 1, 1, 0, 1, 1, 0, 0, 3, 1, 1)),
    "session": bytes((2, 4, 1, 0, 2, 16, 6, 1, 4, 5, 2, 1, 13, 2, 16)),
}
VIRTUAL_CHANNELS = {
    "turn": bytes((1, 0, 10, 2, 0, 255, 3, 4, 0, 10, 6, 7, 1, 0)),
    "long": bytes((0, 1, 1, 0, 0, 2, 255, 255, 3, 9, 3, 9, 3, 9)),
    "fragments": bytes((1, 5, 3, 5, 5, 5, 5, 4, 0, 9, 6, 7, 255, 255, 5, 1, 6, 8)),
    "purge": bytes((1, 0, 10, 0, 20, 2, 0, 255, 10, 2, 4, 0, 9, 10, 1, 6, 7, 9, 9, 10, 3, 9, 3, 9)),
    "state": bytes((0x80, 1, 0, 0, 0, 0, 0, 0, 0)),
}


def main(kind, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    seeds = {"frame": {name: b"".join(map(bytes, frames)) for name, frames in FRAMES.items()}, "parent": SCRIPTS,
             "linux_session": SESSIONS, "virtual_channel": VIRTUAL_CHANNELS}[kind]
    for name, seed in seeds.items():
        (folder / name).write_bytes(seed)


main(*sys.argv[1:])
