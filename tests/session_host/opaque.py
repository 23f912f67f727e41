"""
The opaque structures of [MS-TSTS], docs/wire.md#opaque-structures: plain bytes in the server's C layout, given here by
offset.
`Layout.pack` builds one from the fields that are not zero, `Layout.unpack` takes one apart.
"""
import struct


class Number:
    """An unsigned integer of 1, 2, 4 or 8 bytes."""

    def __init__(self, size):
        self.size = size

    def pack(self, value):
        return (value & ((1 << (8 * self.size)) - 1)).to_bytes(self.size, "little")

    def unpack(self, raw):
        return int.from_bytes(raw, "little")


class Wide:
    """WCHAR[count], NUL terminated; longer text is cut."""

    def __init__(self, count):
        self.size = 2 * count

    def pack(self, value):
        return value.encode("utf-16-le")[:self.size - 2].ljust(self.size, b"\0")

    def unpack(self, raw):
        return raw.decode("utf-16-le", "replace").split("\0")[0]


class Raw:
    """So many bytes as they are."""

    def __init__(self, size):
        self.size = size

    def pack(self, value):
        return bytes(value)[:self.size].ljust(self.size, b"\0")

    def unpack(self, raw):
        return raw


BYTE, SHORT, LONG, HYPER = Number(1), Number(2), Number(4), Number(8)


class Layout:
    """`fields`: name -> (offset, kind)."""

    def __init__(self, size, fields):
        self.size, self.fields = size, fields

    def pack(self, values):
        unknown = set(values) - set(self.fields)
        if unknown:
            raise ValueError(f"no fields {sorted(unknown)}")
        raw = bytearray(self.size)
        for name, value in values.items():
            offset, kind = self.fields[name]
            raw[offset:offset + kind.size] = kind.pack(value)
        return bytes(raw)

    def unpack(self, raw):
        return {name: kind.unpack(raw[offset:offset + kind.size]) for name, (offset, kind) in self.fields.items()}


# 4.2. A client's structure; ClientAddress is text.
CLIENT = Layout(2296, {
    "Flags": (0, LONG), "ClientName": (4, Wide(21)), "Domain": (46, Wide(18)), "UserName": (82, Wide(21)),
    "Password": (124, Wide(15)), "WorkDirectory": (154, Wide(257)), "InitialProgram": (668, Wide(257)),
    "SerialNumber": (1184, LONG), "EncryptionLevel": (1188, BYTE), "ClientAddressFamily": (1192, LONG),
    "ClientAddress": (1196, Wide(31)), "HRes": (1258, SHORT), "VRes": (1260, SHORT), "ColorDepth": (1262, SHORT),
    "ProtocolType": (1264, SHORT), "KeyboardLayout": (1268, LONG), "KeyboardType": (1272, LONG),
    "KeyboardSubType": (1276, LONG), "KeyboardFunctionKey": (1280, LONG), "imeFileName": (1284, Wide(33)),
    "ClientDirectory": (1350, Wide(257)), "ClientLicense": (1864, Wide(33)), "ClientModem": (1930, Wide(41)),
    "ClientBuildNumber": (2012, LONG), "ClientHardwareId": (2016, LONG), "ClientProductId": (2020, SHORT),
    "OutBufCountHost": (2022, SHORT), "OutBufCountClient": (2024, SHORT), "OutBufLength": (2026, SHORT),
    "AudioDriverName": (2028, Wide(9)), "ClientTimeZone": (2048, Raw(172)), "ClientSessionId": (2220, LONG),
    "clientDigProductId": (2224, Wide(32)), "PerformanceFlags": (2288, LONG), "ActiveInputLocale": (2292, LONG),
})

# 4.2. The flag bits of USERCONFIG, from bit 0; ColorDepth takes three.
USERCONFIG_FLAGS = {name: bit for bit, name in enumerate(
    "InheritAutoLogon InheritResetBroken InheritReconnectSame InheritInitialProgram InheritCallback "
    "InheritCallbackNumber InheritShadow InheritMaxSessionTime InheritMaxDisconnectionTime InheritMaxIdleTime "
    "InheritAutoClient InheritSecurity PromptForPassword ResetBroken ReconnectSame LogonDisabled WallPaperDisabled "
    "AutoClientDrives AutoClientLpts ForceClientLptDef RequireEncryption DisableEncryption Unused1 "
    "HomeDirectoryMapRoot UseDefaultGina CursorBlinkDisabled PublishedApp HideTitleBar Maximize DisableCpm DisableCdm "
    "DisableCcm DisableLPT DisableClip DisableExe DisableCam DisableAutoReconnect".split())}

USERCONFIG_FIELDS = {
    "Flags": (0, HYPER), "UserName": (8, Wide(21)), "Domain": (50, Wide(18)), "Password": (86, Wide(15)),
    "WorkDirectory": (116, Wide(257)), "InitialProgram": (630, Wide(257)), "CallbackNumber": (1144, Wide(51)),
    "Callback": (1248, LONG), "Shadow": (1252, LONG), "MaxConnectionTime": (1256, LONG),
    "MaxDisconnectionTime": (1260, LONG), "MaxIdleTime": (1264, LONG), "KeyboardLayout": (1268, LONG),
    "MinEncryptionLevel": (1272, BYTE), "NWLogonServer": (1274, Wide(48)), "PublishedName": (1370, Wide(65)),
    "WFProfilePath": (1500, Wide(257)), "WFHomeDir": (2014, Wide(257)), "WFHomeDirDrive": (2528, Wide(4)),
}
USERCONFIG = Layout(2536, USERCONFIG_FIELDS)

# 4.1. What a listener says of a session: a comment, the user's configuration, the maker.
CONFIG = Layout(2664, {"Comment": (0, Wide(61)), "OEMId": (2660, Raw(4)),
                       **{name: (124 + offset, kind) for name, (offset, kind) in USERCONFIG_FIELDS.items()}})

WDCONFIG = Layout(300, {"WdName": (0, Wide(33)), "WdDLL": (66, Wide(33)), "WsxDLL": (132, Wide(33)),
                        "WdFlag": (200, LONG), "WdInputBufferLength": (204, LONG), "CfgDLL": (208, Wide(33)),
                        "WdPrefix": (274, Wide(13))})

# 4.2. PROTOCOLCOUNTERS, twice in a PROTOCOLSTATUS.
COUNTERS = ("WdBytes WdFrames WaitForOutBuf Frames Bytes CompressedBytes CompressFlushes Errors Timeouts "
            "AsyncFramingError AsyncOverrunError AsyncOverflowError AsyncParityError TdErrors").split()
COUNTERS_LENGTH = 460
PROTOCOL_STATUS_LENGTH, PROTOCOL_STATUS_EX_LENGTH = 1012, 1032


def flags(names):
    """USERCONFIG's flag word of these names."""
    return sum(1 << USERCONFIG_FLAGS[name] for name in names)


def protocol_status(output, incoming, protocol, length):
    """PROTOCOLSTATUS or its extended or a newer form: `length` bytes. Counters by name."""
    raw = bytearray(max(length, PROTOCOL_STATUS_LENGTH))
    for start, counters in ((0, output), (COUNTERS_LENGTH, incoming)):
        for index, name in enumerate(COUNTERS):
            struct.pack_into("<I", raw, start + 4 * index, counters.get(name, 0) & 0xFFFFFFFF)
        struct.pack_into("<H", raw, start + 56, protocol)
    return bytes(raw[:length])


def sid_bytes(text):
    """A SID in its binary form: S-1-5-21-..."""
    revision, authority, *parts = (int(part) for part in text.split("-")[1:])
    return struct.pack("<BB", revision, len(parts)) + authority.to_bytes(6, "big") + \
        b"".join(struct.pack("<I", part) for part in parts)
