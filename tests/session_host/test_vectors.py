"""
The host's stubs against the wire vectors of [MS-TSTS]: each vector of a method the host serves is decoded,
compared with the values it stands for, and encoded again to the same bytes.
"""
import json
import os
import unittest
import uuid

from . import interfaces, ndr

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


def plain(value):
    """A value as the vector file writes it, in the form the decoder gives."""
    if isinstance(value, dict) and set(value) == {"attributes", "uuid"}:
        return value["attributes"].to_bytes(4, "little") + uuid.UUID(value["uuid"]).bytes_le
    if value == "null handle":
        return ndr.NULL_HANDLE
    if isinstance(value, int):
        return value & 0xFFFFFFFF
    first = value.split()[0] if isinstance(value, str) and value else ""
    if first[:1].isdigit():
        return int(first, 0)
    return value


class VectorTest(unittest.TestCase):
    def test_values(self):
        for vector, layout, operation in served():
            with self.subTest(name=vector["name"], direction=vector["direction"], values=vector["values"]):
                self.assertEqual(operation.name, vector["name"])
                decoded, surplus = ndr.decode(layout, bytes.fromhex(vector["hex"]))
                self.assertEqual(surplus, 0)
                expected = {name.lstrip("*"): plain(value) for name, value in vector["values"].items()}
                self.assertEqual({name: decoded[name] for name in expected}, expected)
                self.assertEqual(set(decoded), set(expected))

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

    def test_the_heart_has_vectors(self):
        found = {(vector["interface"], vector["opnum"]) for vector, _, _ in served()}
        self.assertLessEqual({("IcaApi", 0), ("IcaApi", 1), ("IcaApi", 37), ("IcaApi", 60)}, found)


if __name__ == "__main__":
    unittest.main()
