#!/usr/bin/python3
"""
Writes the stubs of one interface as the seeds of a fuzzer, a file each.

usage: seeds.py VECTORS.json INTERFACE DIRECTION FOLDER

Where the vectors have none, seeds are made here: the opaque structures, the address of a session, SAMR.
"""
import json
import pathlib
import struct
import sys

OPAQUE = [(start + bytes(size))[:size] for size in (2296, 2664, 1012)
          for start in (b"", "text".encode("utf-16-le") * 800)]
SESSION_IP = struct.pack("<IIIHHHH4s8xI", 1, 2, 1, 2, 2, 0, 0, bytes((192, 0, 2, 7)), 24)
SESSION_IP += struct.pack("<III6s2xIIII", 6, 0, 6, bytes(range(6)), 1, 2, 3, 0)
MADE = {"opaque": OPAQUE, "TSVIPPublic": [SESSION_IP, struct.pack("<I", 0x20000) + SESSION_IP]}


def made(source, interface):
    """Seeds that are not among the vectors of [MS-TSTS]."""
    if interface != "SAMR":
        return MADE.get(interface, [])
    samr = json.loads(pathlib.Path(source).with_name("samr-vectors.json").read_text(encoding="utf-8"))["samr"]
    return [bytes.fromhex(call["response"]) for call in samr.values()]


def main(source, interface, direction, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number, seed in enumerate(made(source, interface)):
        (folder / f"made-{number:03}").write_bytes(seed)
    vectors = json.loads(pathlib.Path(source).read_text(encoding="utf-8"))["vectors"]
    chosen = [vector for vector in vectors if (vector["interface"], vector["direction"]) == (interface, direction)]
    if not chosen and not made(source, interface):
        raise SystemExit(f"no {direction} of {interface}")
    for number, vector in enumerate(chosen):
        (folder / f"{vector['opnum']:02}-{number:03}").write_bytes(bytes.fromhex(vector["hex"]))


main(*sys.argv[1:])
