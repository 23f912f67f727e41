#!/usr/bin/python3
"""
Writes one part of tests/vectors/samr-vectors.json as rows of the C tables in samr_vectors.h.

usage: samr_table.py VECTORS.json PART OUT.h
"""
import json
import sys


def c_bytes(text):
    data = bytes.fromhex(text)
    if not data:
        return "NULL, 0"
    return "(const uint8_t[]){" + ", ".join(f"0x{byte:02x}" for byte in data) + "}, " + str(len(data))


def c_name(name):
    return '"' + name.replace("\\", "\\\\") + '"'


def row(name, value):
    if isinstance(value, str):
        return f"{{{c_name(name)}, {c_bytes(value)}}},\n"
    return f"{{{c_name(name)}, {c_bytes(value['request'])}, {c_bytes(value['response'])}}},\n"


def main(source, part, out):
    with open(source, encoding="utf-8") as file:
        rows = json.load(file)[part]
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(row(name, value) for name, value in rows.items())


main(*sys.argv[1:])
