"""The structures that wtsapi32 gives to programs, x64, by offset: what the driver prints in hex, taken apart."""
import struct

from session_host.opaque import BYTE, HYPER, LONG, SHORT, Layout, Raw, Wide

CLIENT = Layout(2304, {
    "ClientName": (0, Wide(21)), "Domain": (42, Wide(18)), "UserName": (78, Wide(21)),
    "WorkDirectory": (120, Wide(261)), "InitialProgram": (642, Wide(261)), "EncryptionLevel": (1164, BYTE),
    "ClientAddressFamily": (1168, LONG), "ClientAddress": (1172, Raw(62)), "HRes": (1234, SHORT),
    "VRes": (1236, SHORT), "ColorDepth": (1238, SHORT), "ClientDirectory": (1240, Wide(261)),
    "ClientBuildNumber": (1764, LONG), "ClientHardwareId": (1768, LONG), "ClientProductId": (1772, SHORT),
    "OutBufCountHost": (1774, SHORT), "OutBufCountClient": (1776, SHORT), "OutBufLength": (1778, SHORT),
    "DeviceId": (1780, Wide(261))})
INFO = Layout(216, {
    "State": (0, LONG), "SessionId": (4, LONG), "IncomingBytes": (8, LONG), "OutgoingBytes": (12, LONG),
    "IncomingFrames": (16, LONG), "OutgoingFrames": (20, LONG), "IncomingCompressedBytes": (24, LONG),
    "OutgoingCompressedBytes": (28, LONG), "WinStationName": (32, Wide(32)), "Domain": (96, Wide(17)),
    "UserName": (130, Wide(21)), "ConnectTime": (176, HYPER), "DisconnectTime": (184, HYPER),
    "LastInputTime": (192, HYPER), "LogonTime": (200, HYPER), "CurrentTime": (208, HYPER)})
INFO_EX = Layout(232, {
    "Level": (0, LONG), "SessionId": (8, LONG), "SessionState": (12, LONG), "SessionFlags": (16, LONG),
    "WinStationName": (20, Wide(33)), "UserName": (86, Wide(21)), "DomainName": (128, Wide(18)),
    "LogonTime": (168, HYPER), "ConnectTime": (176, HYPER), "DisconnectTime": (184, HYPER),
    "LastInputTime": (192, HYPER), "CurrentTime": (200, HYPER), "IncomingBytes": (208, LONG),
    "OutgoingBytes": (212, LONG), "IncomingFrames": (216, LONG), "OutgoingFrames": (220, LONG),
    "IncomingCompressedBytes": (224, LONG), "OutgoingCompressedBytes": (228, LONG)})
CONFIG = Layout(1668, {
    "version": (0, LONG), "fConnectClientDrivesAtLogon": (4, LONG), "fConnectPrinterAtLogon": (8, LONG),
    "fDisablePrinterRedirection": (12, LONG), "fDisableDefaultMainClientPrinter": (16, LONG),
    "ShadowSettings": (20, LONG), "LogonUserName": (24, Wide(21)), "LogonDomain": (66, Wide(18)),
    "WorkDirectory": (102, Wide(261)), "InitialProgram": (624, Wide(261)), "ApplicationName": (1146, Wide(261))})


class Answer:
    """One line of the driver: "result R error E" with what follows."""

    def __init__(self, line):
        head, *rows = line.split("\t")
        words = head.split(" ")
        self.line = line
        self.facts = dict(zip(words[::2], words[1::2]))
        self.outcome = int(self.facts["result"]), int(self.facts["error"])
        self.rows = [row.split("|") for row in rows]

    def number(self, name):
        return int(self.facts[name])

    @property
    def buffer(self):
        """What `query` gave: the word after its length."""
        data = bytes.fromhex(self.line.rpartition(" ")[2])
        assert len(data) == self.number("bytes"), self.line
        return data


def text(data, form):
    """A text with its NUL, as WTSQuerySessionInformation gives it."""
    plain = data.decode("utf-16-le" if form == "W" else "cp1252")
    assert plain.endswith("\0"), data
    return plain[:-1]


def number(data):
    """A number of 2 or 4 bytes."""
    return struct.unpack({2: "<H", 4: "<I"}[len(data)], data)[0]
