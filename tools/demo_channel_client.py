#!/usr/bin/python3
"""
What answers the static channel of tools/demo --channel: FreeRDP's /rdp2tcp gives it each message, with a length before it, on
standard input, and takes what it writes. It sends every message back, and notes its size in the file DEMO_BORDERS.
"""
import os
import struct
import sys


def read(length):
    data = b""
    while len(data) < length:
        more = os.read(0, length - len(data))
        if not more:
            sys.exit()
        data += more
    return data


with open(os.environ["DEMO_BORDERS"], "w", encoding="ascii") as file:
    while True:
        message = read(*struct.unpack("<I", read(4)))
        print(len(message), end=" ", file=file, flush=True)
        while message:
            message = message[os.write(1, message):]
