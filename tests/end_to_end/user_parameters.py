"""
Values of userParameters, made and taken apart without the code under test: what the tests of user configuration expect
to find in a directory. docs/wire.md#user-parameters
"""
import json
import os
import struct

VECTORS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "vectors", "samr-vectors.json")
FLAGS = 0x9020F000
SPACES = " ".encode("utf-16-le") * 48
# By class: the property of a number, the property of a text, the bit of a flag and whether it is inverse.
NUMBERS = {4: "CtxMaxConnectionTime", 5: "CtxMaxDisconnectionTime", 6: "CtxMaxIdleTime", 12: "CtxCallBack", 14: "CtxShadow"}
TEXTS = {0: "CtxInitialProgram", 1: "CtxWorkDirectory", 13: "CtxCallbackNumber", 15: "CtxWFProfilePath",
         16: "CtxWFHomeDir", 17: "CtxWFHomeDirDrive"}
BITS = {2: (0x10000000, False), 3: (0x10000, True), 7: (0x8000, False), 8: (0x4000, False), 9: (0x2000, False),
        10: (0x40000, False), 11: (0x20000, False)}
ORDER = (15, 16, 17, 14, 5, 4, 6, 1, "flags", 0)
DEFAULTS = {2: 1, 3: 1, 7: 1, 8: 1, 9: 1, 14: 1}


def vectors():
    with open(VECTORS, encoding="utf-8") as file:
        return {name: bytes.fromhex(value) for name, value in json.load(file)["user_parameters"].items()}


def one_property(name, value):
    """A property whose value has these bytes."""
    name, digits = name.encode("utf-16-le"), value.hex().encode()
    return struct.pack("<HHH", len(name), len(digits), 1) + name + digits


def of_setting(setting, value):
    if setting in NUMBERS:
        return [one_property(NUMBERS[setting], struct.pack("<I", value))]
    plain = [one_property(TEXTS[setting], value.encode("cp1252", "replace") + b"\0")]
    return plain if setting == 13 else plain + [one_property(TEXTS[setting] + "W", value.encode("utf-16-le") + b"\0\0")]


def first_write(changed, front=SPACES):
    """The value of an account that had none, after these settings (class: value) were set at once."""
    flags = FLAGS
    for setting, value in changed.items():
        if setting in BITS:
            bit, inverse = BITS[setting]
            flags = flags | bit if bool(value) != inverse else flags & ~bit
    parts = [one_property("CtxCfgPresent", struct.pack("<I", 0xB00B1E55))]
    for setting in ORDER:
        if setting == "flags":
            parts.append(one_property("CtxCfgFlags1", struct.pack("<I", flags)))
        else:
            parts += of_setting(setting, changed.get(setting, "" if setting in TEXTS else int(setting == 14)))
    for setting in (12, 13):
        if setting in changed:
            parts += of_setting(setting, changed[setting])
    return front + "P".encode("utf-16-le") + struct.pack("<H", len(parts)) + b"".join(parts)


def properties(value):
    """(what is in front, [(type, name, value)], what is behind) of a value that is whole."""
    count, = struct.unpack_from("<H", value, 98)
    place, found = 100, []
    for _ in range(count):
        name, length, kind = struct.unpack_from("<HHH", value, place)
        place += 6
        found.append((kind, value[place:place + name].decode("utf-16-le"), value[place + name:place + name + length]))
        place += name + length
    return value[:96], found, value[place:]
