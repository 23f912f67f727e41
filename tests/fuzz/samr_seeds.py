#!/usr/bin/python3
"""
Writes the values of userParameters among the vectors as the seeds of a fuzzer, a file each.

usage: samr_seeds.py VECTORS.json FOLDER

A seed has a byte before the value, which chooses the settings that are changed.
"""
import json
import pathlib
import sys


def main(source, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    values = json.loads(pathlib.Path(source).read_text(encoding="utf-8"))["user_parameters"]
    for number, (name, value) in enumerate(values.items()):
        (folder / name).write_bytes(bytes([number % 4]) + bytes.fromhex(value))


main(*sys.argv[1:])
