#!/usr/bin/python3
"""
Writes the stubs of one interface as the seeds of a fuzzer, a file each.

usage: seeds.py VECTORS.json INTERFACE DIRECTION FOLDER
"""
import json
import pathlib
import sys


def main(source, interface, direction, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    vectors = json.loads(pathlib.Path(source).read_text(encoding="utf-8"))["vectors"]
    chosen = [vector for vector in vectors if (vector["interface"], vector["direction"]) == (interface, direction)]
    if not chosen:
        raise SystemExit(f"no {direction} of {interface}")
    for number, vector in enumerate(chosen):
        (folder / f"{vector['opnum']:02}-{number:03}").write_bytes(bytes.fromhex(vector["hex"]))


main(*sys.argv[1:])
