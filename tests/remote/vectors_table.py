#!/usr/bin/python3
"""
Writes the vectors of one interface as rows of the C table in vectors.h.

usage: vectors_table.py VECTORS.json INTERFACE OUT.h
"""
import json
import sys
import uuid

NO_CONTEXT = bytes(20)


def number(value):
    """A value of the file as an integer: 5, or the "0xC0000022 STATUS_ACCESS_DENIED" kind; 0 for other text."""
    if isinstance(value, int):
        return value
    word = str(value).split()[0] if value else "0"
    return int(word, 16) if word.startswith("0x") else 0


def context(values):
    """The 20 bytes of the context handle that a vector speaks of."""
    for name in ("phServer", "*phServer", "hServer"):
        if isinstance(values.get(name), dict):
            handle = values[name]
            return handle["attributes"].to_bytes(4, "little") + uuid.UUID(handle["uuid"]).bytes_le
    return NO_CONTEXT


def c_bytes(data):
    return "{" + ", ".join(f"0x{byte:02x}" for byte in data) + "}"


def row(vector):
    values, data = vector["values"], bytes.fromhex(vector["hex"])
    if len(data) != vector["length"]:
        raise SystemExit(f"{vector['name']}: {len(data)} bytes, not {vector['length']}")
    stub = "(const uint8_t[])" + c_bytes(data) if data else "NULL"
    return ("{" + f".name = \"{vector['name']}\", .opnum = {vector['opnum']}, "
            f".response = {str(vector['direction'] == 'response').lower()}, .length = {len(data)}, .stub = {stub}, "
            f".result = {number(values.get('return'))}, .error = 0x{number(values.get('pResult')):x}, "
            f".context = {{{c_bytes(context(values))}}}, .process_id = {number(values.get('ProcessId'))}, "
            f".exit_code = {number(values.get('ExitCode'))}" + "},\n")


def main(source, interface, out):
    with open(source, encoding="utf-8") as file:
        rows = [row(vector) for vector in json.load(file)["vectors"] if vector["interface"] == interface]
    if not rows:
        raise SystemExit(f"no vectors of {interface}")
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(rows)


main(*sys.argv[1:])
