"""
The duty RPC of wts-relay, spoken by tests that play the DLL; see helper/codec.py and helper/dll.py.
"""
import os
import struct

from helper import codec, dll
from helper.codec import RPC as DUTY, STEPS

LEGACY = ("5ca4a760-ebb1-11cf-8611-00a0245420ed", "Ctx_WinStation_API_service")


def connect(channel, server, user=None, password=(0, 0), domain=None, timeout_ms=30000, interface=LEGACY, version=1):
    """OPEN. `password`: its place in the secret area, as dll.Helper.write_secret() returned it."""
    payload = codec.rpc_open(server, *interface, user, domain, password, version)
    return dll.open_frame(channel, DUTY, payload, timeout_ms)


def call(channel, serial, opnum, stub=b"", timeout_ms=30000):
    return dll.request(channel, serial, opnum, stub, timeout_ms)


class Connected:
    def __init__(self, outcome):
        self.error, self.status, self.step = outcome.error, outcome.status, STEPS[outcome.step]
        reader = codec.Reader(outcome.payload)
        self.microseconds, self.text = reader.numbers(f"{len(STEPS)}I"), reader.text()
        assert reader.rest == b""
        assert outcome.broken == (outcome.error != 0)

    def __repr__(self):
        return f"OPENED error {self.error} status {self.status:08X} step {self.step}: {self.text}"


class Result:
    """Of a REPLY; one that the chassis made has no payload."""

    def __init__(self, outcome):
        self.error, self.progress, self.broken = outcome.error, outcome.progress, outcome.broken
        self.status, self.step, self.is_of_the_chassis = outcome.status, STEPS[outcome.step], not outcome.payload
        self.fault, self.stub = 0, outcome.payload[4:]
        if outcome.payload:
            self.fault, = struct.unpack_from("<I", outcome.payload)

    def __repr__(self):
        return (f"REPLY error {self.error} progress {self.progress} broken {self.broken} status {self.status:08X} "
                f"fault {self.fault:08X} step {self.step} {self.stub[:64].hex()}")


class Relay(dll.Helper):
    def __init__(self, program=None, **options):
        super().__init__(program or os.environ["WTS_RELAY"], **options)

    def begin(self, number, server, user=None, password=None, **options):
        """Sends OPEN; the password goes the DLL's way."""
        place = (0, 0) if password is None else self.write_secret(password)
        self.send(connect(number, server, user, place, **options))

    def connected(self, number):
        return Connected(self.opened(number))

    def result(self, number):
        return Result(self.reply(number))

    def connect(self, server, user=None, password=None, **options):
        """Connects and waits: (number, Connected)."""
        number = self.number()
        self.begin(number, server, user, password, **options)
        return number, self.connected(number)

    def call(self, number, opnum, stub=b"", **options):
        self.send(call(number, 7, opnum, stub, **options))
        return self.result(number)
