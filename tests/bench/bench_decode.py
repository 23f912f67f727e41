#!/usr/bin/python3
"""
Decodes a reply of 32,768 processes in C (bench_decode) and in Python, in turn. Python does it twice: field by field
with the same checks, and with one precompiled struct for all of a process's numbers, which is the fastest that
the language offers. The three agree on a sum, so that all of them did the work.

usage: bench_decode.py BENCH_DECODE
"""
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

ROUNDS, C_ROUNDS = 7, 20
FLAT = struct.Struct("<8I3QHHI18I")  # all of TS_SYS_PROCESS_INFORMATION_NT6 but the name's characters
COUNTS = struct.Struct("<3I")


class BadStub(Exception):
    """Counts that contradict each other."""


def require(condition):
    if not condition:
        raise BadStub


class Reader:
    """Walks over a stub, one number at a time."""

    def __init__(self, data):
        self.data, self.offset = data, 0

    def bytes(self, length):
        piece = self.data[self.offset:self.offset + length]
        require(len(piece) == length)
        self.offset += length
        return piece

    def number(self, size):
        self.offset += -self.offset % size
        return int.from_bytes(self.bytes(size), "little")


def sid_of(sid):
    require(len(sid) >= 8 and sid[0] == 1 and len(sid) == 8 + 4 * sid[1])
    return sid


def by_fields(data):
    reader = Reader(data)
    number = reader.number
    error, count, _, maximum = number(4), number(4), number(4), number(4)
    require(count == maximum <= 0x8000 and error == 0)
    flat = [(number(4), number(4), number(4)) for _ in range(count)]
    records = []
    for _, sid_length, sid in flat:
        reader.offset += -reader.offset % 8
        begin = [number(4) for _ in range(8)]
        times = [number(8) for _ in range(3)]
        length, room, referent = number(2), number(2), number(4)
        end = [number(4) for _ in range(18)]
        name = None
        if referent:
            max_count, start, actual = number(4), number(4), number(4)
            require(start == 0 and max_count == room // 2 and actual == length // 2)
            name = reader.bytes(2 * actual).decode("utf-16-le")
        if sid:
            require(number(4) == sid_length)
            sid = sid_of(reader.bytes(sid_length))
        records.append((begin[1], times, name, end[1], end[2], end[3], end[4], end[9], end[10], end[15], end[16], sid))
    require(number(1) == 1)
    return records


def by_struct(data):
    error, count, _, maximum = struct.unpack_from("<4I", data)
    require(count == maximum <= 0x8000 and error == 0)
    flat = list(struct.iter_unpack("<3I", data[16:16 + 12 * count]))
    offset = 16 + 12 * count
    records = []
    for _, sid_length, sid in flat:
        offset += -offset % 8
        all_of_it = FLAT.unpack_from(data, offset)
        offset += FLAT.size
        name = None
        if all_of_it[13]:
            max_count, start, actual = COUNTS.unpack_from(data, offset)
            require(start == 0 and max_count == all_of_it[12] // 2 and actual == all_of_it[11] // 2)
            offset += 12
            require(offset + 2 * actual <= len(data))
            name = data[offset:offset + 2 * actual].decode("utf-16-le")
            offset += 2 * actual
        if sid:
            offset += -offset % 4
            require(int.from_bytes(data[offset:offset + 4], "little") == sid_length)
            sid = sid_of(data[offset + 4:offset + 4 + sid_length])
            offset += 4 + sid_length
        end = all_of_it[14:]
        records.append((all_of_it[1], all_of_it[8:11], name, end[1], end[2], end[3], end[4], end[9], end[10], end[15],
                        end[16], sid))
    require(data[offset] == 1)
    return records


def total(records):
    return sum(record[3] + record[6] for record in records)


def timed(decode, data):
    begin = time.perf_counter_ns()
    result = total(decode(data))
    return time.perf_counter_ns() - begin, result


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "reply")
        subprocess.run([program, "make", path], check=True)
        with open(path, "rb") as file:
            data = file.read()
        child = subprocess.Popen([program, "time", path, str(C_ROUNDS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 text=True)
        ours, fields, structs = [], [], []
        with child:
            for _ in range(ROUNDS):
                child.stdin.write("\n")
                child.stdin.flush()
                words = child.stdout.readline().split()
                answers = [(float(words[0]), int(words[1])), timed(by_fields, data), timed(by_struct, data)]
                if len({answer[1] for answer in answers}) != 1:
                    raise SystemExit(f"three decoders, not one result: {answers}")
                for times, answer in zip((ours, fields, structs), answers):
                    times.append(answer[0])
            child.stdin.close()
    for name, reference in (("decode_process_list", fields), ("decode_process_list_struct", structs)):
        ratio = statistics.median(a / b for a, b in zip(ours, reference))
        print(f"bench {name} {statistics.median(ours):.1f} {statistics.median(reference):.1f} {ratio:.4f}", flush=True)
    print(f"decode: {len(data) / statistics.median(ours) * 1000:.0f} MB/s of {len(data)} bytes")


main(*sys.argv[1:])
