"""
The decoders against impacket's NDR engine, which knows nothing of ours: it marshals random values of the interface
definitions, with random referents and its own noise as padding, and the driver must show those values. impacket's own
[MS-TSTS] classes are not used: some are wrong, and Debian 12 has none.

environment: WTS_CODEC_DRIVER, the program built from codec_driver.c
"""
import os
import random
import subprocess
import unittest

try:
    from impacket.dcerpc.v5.dtypes import GUID, LPWSTR, NULL
    from impacket.dcerpc.v5.ndr import (NDRCALL, NDRPOINTER, NDRSTRUCT, NDRUHYPER, NDRULONG, NDRUNION,
                                        NDRUniConformantArray, NDRUniConformantVaryingArray, NDRUniFixedArray,
                                        NDRUSHORT, NDRUSMALL)
except ImportError:
    NDRCALL = None

ROUNDS = 200
SEED = 20200  # fixed: a failure is the same each time


if NDRCALL is not None:
    def fixed_text(count):
        """An array of so many WCHARs inside a structure."""
        class Text(NDRUniFixedArray):
            align = 2

            def getDataLen(self, data, offset=0):
                return 2 * count
        return Text

    def array_of(item_type):
        class Array(NDRUniConformantArray):
            item = item_type
        return Array

    def pointer_to(pointee):
        class Pointer(NDRPOINTER):
            referent = (("Data", pointee),)
        return Pointer

    def union_of(*arms):
        class Union(NDRUNION):
            commonHdr = (("tag", NDRULONG),)
            union = {level + 1: (f"Level{level + 1}", arm) for level, arm in enumerate(arms)}
        return Union

    def call_of(*members):
        class Call(NDRCALL):
            opnum = 0
            structure = members + (("Result", NDRULONG),)
        return Call

    class Bytes(NDRUniConformantArray):
        item = "c"

    PBYTES = pointer_to(Bytes)
    WCHAR33, WCHAR21, WCHAR18 = fixed_text(33), fixed_text(21), fixed_text(18)

    class SessionInformation(NDRSTRUCT):
        structure = (("User", LPWSTR), ("Domain", LPWSTR), ("Terminal", LPWSTR), ("State", NDRULONG),
                     ("Locked", NDRULONG), ("Connect", NDRUHYPER), ("Disconnect", NDRUHYPER), ("Logon", NDRUHYPER))

    class InformationLevel1(NDRSTRUCT):
        structure = (("State", NDRULONG), ("Flags", NDRULONG), ("Name", WCHAR33), ("Domain", WCHAR18),
                     ("User", WCHAR21), ("Connect", NDRUHYPER), ("Disconnect", NDRUHYPER), ("Logon", NDRUHYPER),
                     ("Input", NDRUHYPER), ("Length", NDRULONG), ("Bytes", PBYTES))

    class InformationEx(NDRSTRUCT):
        structure = (("Level", NDRULONG), ("Arm", union_of(InformationLevel1)))

    class SessionChange(NDRSTRUCT):
        structure = (("Session", NDRULONG), ("Event", NDRULONG))

    class Enum1(NDRSTRUCT):
        structure = (("Id", NDRULONG), ("State", NDRULONG), ("Name", WCHAR33))

    class Enum2(NDRSTRUCT):
        structure = (("Id", NDRULONG), ("State", NDRULONG), ("Name", WCHAR33), ("Source", NDRULONG), ("Full", NDRULONG),
                     ("Type", GUID))

    class Enumerated(NDRSTRUCT):
        structure = (("Level", NDRULONG), ("Arm", union_of(Enum1, Enum2)))

    class Environment1(NDRSTRUCT):
        structure = (("Id", NDRULONG), ("State", NDRULONG), ("Name", WCHAR33))

    class Environment2(NDRSTRUCT):
        structure = Environment1.structure + (("Session", NDRULONG), ("Host", WCHAR33), ("User", WCHAR33),
                                              ("Domain", WCHAR33), ("Farm", WCHAR33))

    class Environment(NDRSTRUCT):
        structure = (("Level", NDRULONG), ("Arm", union_of(Environment1, Environment2)))

    class EnvironmentEx1(NDRSTRUCT):
        structure = (("Id", NDRULONG), ("State", NDRULONG), ("Session", NDRULONG), ("Name", LPWSTR), ("Host", LPWSTR),
                     ("User", LPWSTR), ("Domain", LPWSTR), ("Farm", LPWSTR))

    class EnvironmentEx(NDRSTRUCT):
        structure = (("Level", NDRULONG), ("Arm", union_of(EnvironmentEx1)))

    class Listener1(NDRSTRUCT):
        structure = (("Id", NDRULONG), ("Listening", NDRULONG), ("Name", WCHAR33))

    class Listener(NDRSTRUCT):
        structure = (("Level", NDRULONG), ("Arm", union_of(Listener1)))

    class Characters(NDRUniConformantVaryingArray):
        item = "<H"

    class ProcessInformation(NDRSTRUCT):
        structure = tuple((name, kind) for names, kind in (
            ("Next threads", NDRULONG), ("Spare1 Spare2 Spare3 created user kernel", NDRUHYPER),
            ("NameLength NameMaximum", NDRUSHORT), ("Name", pointer_to(Characters)),
            ("Priority id parent handles session Spare4 PeakVirtual Virtual Faults peak set Pool1 Pool2 Pool3 Pool4 page "
             "peak_page Private", NDRULONG)) for name in names.split())

    class Process(NDRSTRUCT):
        structure = (("Information", pointer_to(ProcessInformation)), ("Length", NDRULONG), ("Bytes", PBYTES))


PROCESS_NUMBERS = ("id", "parent", "session", "threads", "handles", "peak", "set", "page", "peak_page")
PROCESS_TIMES = ("created", "user", "kernel")


def shown_number(name, value):
    return f"{name}={value}" if value < 0x10000 else f"{name}=0x{value:x}"


def shown_text(name, text):
    if text is None:
        return f"{name}=none"
    inside = "".join(letter if " " <= letter <= "~" else f"\\x{ord(letter):04x}" for letter in text)
    return f'{name}="{inside}"'


def shown_bytes(name, data):
    return f"{name}=none" if data is None else f"{name}={data.hex()}"


def shown_result(value):
    return shown_number("failed" if value >= 0x80000000 else "good", value)


@unittest.skipIf(NDRCALL is None, "needs python3-impacket")
class Decoders(unittest.TestCase):
    """Each test makes ROUNDS responses of one procedure."""

    @classmethod
    def setUpClass(cls):
        cls.driver = subprocess.Popen([os.environ["WTS_CODEC_DRIVER"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      text=True)

    @classmethod
    def tearDownClass(cls):
        cls.driver.stdin.close()
        cls.driver.stdout.close()
        cls.driver.wait(10)

    def setUp(self):
        self.random = random.Random(SEED)

    def number(self):
        return self.random.choice((0, 1, 7, 65535, 65536, 0x80000000, 0xFFFFFFFF, self.random.getrandbits(32)))

    def flag(self):
        return self.random.getrandbits(1)

    def time(self):
        return self.random.choice((0, 1, 0xFFFFFFFFFFFFFFFF, self.random.getrandbits(64)))

    def text(self, most=40):
        letters = "abcXYZ 09-_.\\\u00e4\u20ac\u4e2d\ud7ff"
        return "".join(self.random.choice(letters) for _ in range(self.random.randint(0, most)))

    def data(self):
        return self.random.choice((None, self.random.randbytes(self.random.randint(1, 50))))

    def result(self):
        return self.random.choice((0, 1, 0x10000000, self.random.getrandbits(31)))

    def fixed(self, count):
        """A text, and the bytes of its array: behind the NUL is noise."""
        text = self.text(count)
        units = (text.encode("utf-16-le") + b"\0\0" + self.random.randbytes(2 * count))[:2 * count]
        return text, units

    def set_text(self, owner, member):
        """Puts a text, or NULL, behind a pointer; gives it."""
        text = self.random.choice((None, self.text(), self.text()))
        owner[member] = NULL if text is None else text + "\0"
        return text

    def set_fixed(self, owner, member, count):
        text, units = self.fixed(count)
        owner[member] = units
        return text

    def set_data(self, owner, member, length):
        data = self.data()
        owner[member] = NULL if data is None else list(bytes([byte]) for byte in data)
        if length is not None:
            owner[length] = 0 if data is None else len(data)
        return data

    def check(self, interface, opnum, call, words):
        """The driver shows `words` for what impacket makes of `call`, and refuses it cut by its last byte."""
        stub = call.getData()
        for data, expected in ((stub, " ".join(words)), (stub[:-1], "malformed")):
            self.driver.stdin.write(f"{interface} {opnum} {data.hex()}\n")
            self.driver.stdin.flush()
            self.assertEqual(self.driver.stdout.readline().rstrip("\n"), expected, stub.hex())

    def test_user_name(self):
        for _ in range(ROUNDS):
            call = call_of(("User", LPWSTR), ("Domain", LPWSTR))()
            words = [shown_text(name.lower(), self.set_text(call, name)) for name in ("User", "Domain")]
            call["Result"] = self.result()
            self.check("session", 5, call, words + [shown_result(call["Result"])])

    def test_session_information(self):
        for _ in range(ROUNDS):
            call = call_of(("Information", SessionInformation))()
            own = call["Information"]
            words = [shown_text(name.lower(), self.set_text(own, name)) for name in ("User", "Domain", "Terminal")]
            own["State"], own["Locked"] = self.number(), self.flag()
            words += [shown_number("state", own["State"]), shown_number("locked", own["Locked"])]
            for name in ("Connect", "Disconnect", "Logon"):
                own[name] = self.time()
                words.append(shown_number(name.lower(), own[name]))
            call["Result"] = self.result()
            self.check("session", 12, call, words + [shown_result(call["Result"])])

    def test_session_information_ex(self):
        for _ in range(ROUNDS):
            call = call_of(("Information", InformationEx))()
            call["Information"]["Level"] = 1
            call["Information"]["Arm"]["tag"] = 1
            own = call["Information"]["Arm"]["Level1"]
            own["State"], own["Flags"] = self.number(), self.number()
            words = [shown_number("state", own["State"]), shown_number("flags", own["Flags"])]
            for name, count in (("Name", 33), ("Domain", 18), ("User", 21)):
                words.append(shown_text(name.lower(), self.set_fixed(own, name, count)))
            for name in ("Connect", "Disconnect", "Logon", "Input"):
                own[name] = self.time()
                words.append(shown_number(name.lower(), own[name]))
            words.append(shown_bytes("data", self.set_data(own, "Bytes", "Length")))
            call["Result"] = self.result()
            self.check("session", 17, call, words + [shown_result(call["Result"])])

    def rows(self, row_type, fill):
        """A call of an array of rows behind a pointer and its count, and the words of all rows."""
        call = call_of(("Rows", pointer_to(array_of(row_type))), ("Count", NDRULONG))()
        rows, words = [], []
        for _ in range(self.random.randint(1, 6)):
            row = row_type()
            words += fill(row)
            rows.append(row)
        call["Rows"] = rows
        call["Count"] = len(rows)
        call["Result"] = self.result()
        return call, words + [shown_result(call["Result"])]

    def test_session_changes(self):
        def fill(row):
            row["Session"], row["Event"] = self.number(), self.number()
            return [shown_number("session", row["Session"]), shown_number("event", row["Event"])]
        for _ in range(ROUNDS):
            self.check("notification", 2, *self.rows(SessionChange, fill))

    def test_enumeration(self):
        def fill(row):
            level = self.random.randint(1, 2)
            row["Level"] = level
            row["Arm"]["tag"] = level
            own = row["Arm"][f"Level{level}"]
            own["Id"], own["State"] = self.number(), self.number()
            words = [shown_number("id", own["Id"]), shown_number("state", own["State"]),
                     shown_text("name", self.set_fixed(own, "Name", 33))]
            if level == 2:
                own["Source"], own["Full"], own["Type"] = self.number(), self.flag(), self.random.randbytes(16)
            return words
        for _ in range(ROUNDS):
            self.check("enumeration", 5, *self.rows(Enumerated, fill))

    def test_all_sessions_ex(self):
        def fill(row):
            row["Level"] = 1
            row["Arm"]["tag"] = 1
            own = row["Arm"]["Level1"]
            own["Id"], own["State"], own["Session"] = self.number(), self.number(), self.number()
            words = [shown_number("level", 1), shown_number("environment", own["Id"]),
                     shown_number("state", own["State"]), shown_number("session", own["Session"])]
            return words + [shown_text(name.lower(), self.set_text(own, name))
                            for name in ("Name", "Host", "User", "Domain", "Farm")]
        for _ in range(ROUNDS):
            call, words = self.rows(EnvironmentEx, fill)
            self.check("enumeration", 11, call, ["given=1"] + words)

    def test_all_sessions(self):
        def fill(row):
            level = self.random.randint(1, 2)
            row["Level"] = level
            row["Arm"]["tag"] = level
            own = row["Arm"][f"Level{level}"]
            own["Id"], own["State"] = self.number(), self.number()
            name = self.set_fixed(own, "Name", 33)
            if level == 2:
                own["Session"] = self.number()
            others = [shown_text(member.lower(), self.set_fixed(own, member, 33) if level == 2 else None)
                      for member in ("Host", "User", "Domain", "Farm")]
            session = own["Session"] if level == 2 else own["Id"]
            return [shown_number("level", level), shown_number("environment", own["Id"]),
                    shown_number("state", own["State"]), shown_number("session", session),
                    shown_text("name", name)] + others
        for _ in range(ROUNDS):
            rows, words = self.rows(Environment, fill)
            call = call_of(("Level", NDRULONG), ("Rows", pointer_to(array_of(Environment))), ("Count", NDRULONG))()
            for member in ("Rows", "Count", "Result"):
                call.fields[member] = rows.fields[member]
            call["Level"] = self.random.randint(1, 2)
            self.check("enumeration", 10, call, [shown_number("given", call["Level"])] + words)

    def test_listeners(self):
        def fill(row):
            row["Level"] = 1
            row["Arm"]["tag"] = 1
            own = row["Arm"]["Level1"]
            own["Id"], own["Listening"] = self.number(), self.flag()
            return [shown_number("id", own["Id"]), shown_number("listening", own["Listening"]),
                    shown_text("name", self.set_fixed(own, "Name", 33))]
        for _ in range(ROUNDS):
            self.check("rcm_public", 8, *self.rows(Listener, fill))

    def test_data_and_time(self):
        for _ in range(ROUNDS):
            call = call_of(("Data", PBYTES), ("Length", NDRULONG), ("Time", NDRUHYPER))()
            words = [shown_bytes("data", self.set_data(call, "Data", "Length"))]
            call["Time"], call["Result"] = self.time(), self.result()
            words += [shown_number("time", call["Time"]), shown_result(call["Result"])]
            self.check("rcm_public", 9, call, words)

    def test_events_of_the_legacy_interface(self):
        class Call(NDRCALL):
            opnum = 16
            structure = (("Error", NDRULONG), ("Events", NDRULONG), ("Result", NDRUSMALL))
        for _ in range(ROUNDS):
            call = Call()
            call["Error"], call["Events"], call["Result"] = self.number(), self.number(), self.random.getrandbits(8)
            names = ("Events", "Result", "Error")
            self.check("legacy", 16, call, [shown_number(name.lower(), call[name]) for name in names])

    def sid(self):
        count = self.random.randint(0, 15)
        return bytes((1, count)) + self.random.randbytes(6 + 4 * count)

    def fill_process(self, row):
        information = ProcessInformation()
        for name, kind in ProcessInformation.structure:
            if kind is NDRULONG:
                information[name] = self.number()
            elif kind is NDRUHYPER:
                information[name] = self.time()
        name = self.random.choice((None, self.text() + "x"))
        units = [] if name is None else [int.from_bytes(name[i].encode("utf-16-le"), "little") for i in range(len(name))]
        information["NameLength"] = information["NameMaximum"] = 2 * len(units)
        information["Name"] = units if units else NULL
        row["Information"] = information
        sid = self.random.choice((None, self.sid()))
        row["Length"] = 0 if sid is None else len(sid)
        row["Bytes"] = NULL if sid is None else [bytes([byte]) for byte in sid]
        words = [shown_number(member, information[member]) for member in PROCESS_NUMBERS + PROCESS_TIMES]
        return words + [shown_text("name", name), shown_bytes("sid", sid)]

    def test_processes(self):
        class Call(NDRCALL):
            opnum = 70
            structure = (("Error", NDRULONG), ("Count", NDRULONG), ("Rows", pointer_to(array_of(Process))),
                         ("Result", NDRUSMALL))
        for _ in range(ROUNDS):
            rows, words = [], []
            for _ in range(self.random.randint(1, 6)):
                row = Process()
                words += self.fill_process(row)
                rows.append(row)
            call = Call()
            call["Error"], call["Count"], call["Rows"], call["Result"] = self.number(), len(rows), rows, 1
            self.check("legacy", 70, call, words + ["result=1", shown_number("error", call["Error"])])
