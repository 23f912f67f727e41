"""
The host's stubs against the wire vectors of [MS-TSTS]: each vector of a method the host serves is decoded,
compared with the values it stands for, and encoded again to the same bytes.
"""
import json
import os
import socket
import unittest
import uuid

from . import interfaces, ndr, opaque

VECTORS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "vectors", "tsts-vectors.json")


def load():
    with open(VECTORS, encoding="utf-8") as file:
        return json.load(file)["vectors"]


def served():
    """(vector, layout) of every vector whose method the host has."""
    for vector in load():
        interface = interfaces.by_name(vector["interface"])
        operation = interface and interface.operations.get(vector["opnum"])
        if operation:
            yield vector, getattr(operation, vector["direction"]), operation


# What servers since Vista do elsewhere, and shadowing by invitation.
NOT_SERVED = {("IcaApi", opnum) for opnum in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 17, 36, 45, 59, 66)} | {
    ("SessEnvPublicRpc", 0)}

# Names the vector file uses for members that the interface definition names otherwise.
NAMES = {"connect": "pConnectTime", "disconnect": "pDisconnectTime", "logon": "pLogonTime", "user": "pUserSessions",
         "device": "pDeviceSessions", "switch": "Level", "pid": "UniqueProcessId", "session": "SessionId",
         "ppid": "InheritedFromUniqueProcessId", "image": "Buffer", "sid": "pSid"}
FLAGS = {"WSD_SHUTDOWN|WSD_REBOOT": 2 | 4}
QUOTAS = ("QuotaPeakPagedPoolUsage QuotaPagedPoolUsage QuotaPeakNonPagedPoolUsage QuotaNonPagedPoolUsage PagefileUsage "
          "PeakPagefileUsage PrivatePageCount").split()


def members(value):
    """The members of a structure and of the structures in it, by name."""
    found = {}
    for name, item in value.items():
        found.update(members(item) if isinstance(item, dict) else {name: item})
    return found


def as_bytes(text):
    """What the vector file writes for bytes: zeros, a SID, an address, a port, hex."""
    words = text.split()
    if words[1:] == ["zero", "bytes"]:
        return bytes(int(words[0]))
    if words[1:] == ["network", "order"]:
        return int(words[0]).to_bytes(2, "big")
    if text.startswith("S-1-"):
        return opaque.sid_bytes(text)
    if text.count(".") == 3:
        return socket.inet_aton(text)
    return bytes.fromhex(words[2] if words[1:2] == ["bytes"] else text)


def plain(wanted, found):
    """A value as the vector file writes it, in the form that the decoder gives."""
    if isinstance(wanted, dict) and set(wanted) == {"attributes", "uuid"}:
        return wanted["attributes"].to_bytes(4, "little") + uuid.UUID(wanted["uuid"]).bytes_le
    if wanted == "null handle":
        return ndr.NULL_HANDLE
    if wanted == "NULL":
        return None
    if isinstance(found, bytes):
        return as_bytes(wanted)
    if wanted == -1:
        return 0xFFFFFFFF
    if isinstance(found, int):
        return FLAGS.get(wanted) or int(str(wanted).split()[0], 0)
    return str(uuid.UUID(int=0)) if wanted == "zero" else wanted


class VectorTest(unittest.TestCase):
    def check(self, expected, found):
        """Each expected value against the member of that name, lists record by record."""
        flat = members(found)
        for name, wanted in expected.items():
            name = name.lstrip("*").split(" (")[0]
            name = NAMES.get(name, name)
            if isinstance(wanted, list) and isinstance(wanted[0], dict):
                records, = (item for item in flat.values() if isinstance(item, list))
                self.assertEqual(len(records), len(wanted))
                for one, record in zip(wanted, records):
                    self.check(one, record)
            else:
                self.assertEqual(plain(wanted, flat[name]), flat[name], name)

    @staticmethod
    def expected_of(vector):
        """The vectors of process lists say once what holds for every record."""
        expected = dict(vector["values"])
        if "processes" not in expected:
            return expected
        common = {"NumberOfThreads", "CreateTime", "UserTime", "KernelTime", "HandleCount", "BasePriority",
                  "PeakVirtualSize", "VirtualSize", "PageFaultCount", "PeakWorkingSetSize", "WorkingSetSize"}
        every = {name: expected.pop(name) for name in common}
        quotas, = (name for name in expected if name.startswith("quota fields"))
        every.update(zip(QUOTAS, expected.pop(quotas)))
        expected.pop("MaximumLength")
        expected["processes"] = [{**one, **every, "MaximumLength": 2 * len(one["image"]) + 2}
                                 for one in expected["processes"]]
        return expected

    def test_values(self):
        for vector, layout, operation in served():
            with self.subTest(name=vector["name"], direction=vector["direction"], values=vector["values"]):
                self.assertEqual(operation.name, vector["name"])
                decoded, surplus = ndr.decode(layout, bytes.fromhex(vector["hex"]))
                self.assertEqual(surplus, 0)
                self.check(self.expected_of(vector), decoded)

    def test_bytes(self):
        for vector, layout, _ in served():
            with self.subTest(name=vector["name"], direction=vector["direction"], values=vector["values"]):
                decoded, _ = ndr.decode(layout, bytes.fromhex(vector["hex"]))
                self.assertEqual(ndr.encode(layout, decoded).hex(), vector["hex"])

    def test_every_shorter_stub_is_bad(self):
        for vector, layout, _ in served():
            stub = bytes.fromhex(vector["hex"])
            for length in range(len(stub)):
                with self.subTest(name=vector["name"], direction=vector["direction"], length=length):
                    with self.assertRaises(ndr.BadStub):
                        ndr.decode(layout, stub[:length])

    def test_rubbish_in_the_padding_changes_nothing(self):
        for vector, layout, _ in served():
            with self.subTest(name=vector["name"], direction=vector["direction"]):
                decoded, _ = ndr.decode(layout, bytes.fromhex(vector["hex"]))
                again, _ = ndr.decode(layout, ndr.encode(layout, decoded, lambda length: b"\xa5" * length))
                self.assertEqual(again, decoded)

    def test_each_interface_has_vectors(self):
        found = {(vector["interface"], vector["opnum"]) for vector, _, _ in served()}
        expected = {(vector["interface"], vector["opnum"]) for vector in load()} - NOT_SERVED
        self.assertEqual(found, expected)


if __name__ == "__main__":
    unittest.main()
