"""
User configuration from end to end: a program under Wine, our DLL, wts-relay, and accounts of Samba's domain controller,
by NTLM and by Kerberos, then of a standalone smbd. What is stored is judged without SAMR, by the directory itself, and
once by Samba's own SAMR client.
"""
import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

import run_unittest
from cli.test_output import faults
from cli.tool import Tool
from session_host import domain, smbd

from .program import RELAY, ROOT, Prefix, Program, once_a_helper_serves
from .proxy import Proxy
from .user_parameters import BITS, NUMBERS, TEXTS, first_write, properties, vectors

ADMINISTRATOR, PASSWORD = "Administrator", "Adm1n-Secret"
USERS = {"games": "Secret-1", "alice": "Secret-2"}
USERS_OF_SMBD = {"games": "Secret-1"}
ADDRESS, PROXY, ROOT_PASSWORD = "10.99.0.2", "127.0.0.3", "Secret-3"
UNTOUCHED = 3131
DENIED, INVALID_DATA, NOT_SUPPORTED, INVALID = 5, 13, 50, 87
LOGON_FAILURE, NO_SUCH_DOMAIN, UNAVAILABLE, NO_SUCH_USER, CANCELLED = 1326, 1355, 1722, 2221, 1818
DOMAIN_PASSWORD = 2
COMMAND_SECONDS = 60
SCHEMA = os.path.join(ROOT, "docs", "wts.schema.json")
STANDALONE = "WTS_STANDALONE_TEST_INSIDE"       # set where the standalone server has its place
SHADOW, USER = 14, 19
STRUCTURE_LENGTHS = {"A": 1100, "W": 2148}
SETTABLE = [*TEXTS, *NUMBERS, *BITS]
VECTORS = vectors()


def encoded(form, text):
    return text.encode("utf-16-le" if form == "W" else "cp1252")


def impacket_reads(address, account_domain, user):
    """The bytes of an account's userParameters, by impacket's SAMR client as the administrator."""
    from impacket.dcerpc.v5 import samr, transport
    pipe = transport.SMBTransport(address, filename="\\samr", username=ADMINISTRATOR, password=PASSWORD, domain=account_domain)
    pipe.set_connect_timeout(COMMAND_SECONDS)
    rpc = pipe.get_dce_rpc()
    rpc.connect()
    rpc.bind(samr.MSRPC_UUID_SAMR)
    server = samr.hSamrConnect(rpc)["ServerHandle"]
    sid = samr.hSamrLookupDomainInSamServer(rpc, server, account_domain)["DomainId"]
    accounts = samr.hSamrOpenDomain(rpc, server, domainId=sid)["DomainHandle"]
    number = samr.hSamrLookupNamesInDomain(rpc, accounts, (user,))["RelativeIds"]["Element"][0]
    account = samr.hSamrOpenUser(rpc, accounts, samr.USER_READ_ACCOUNT, number)["UserHandle"]
    level = samr.USER_INFORMATION_CLASS.UserParametersInformation
    text = samr.hSamrQueryInformationUser2(rpc, account, level)["Buffer"]["Parameters"]["Parameters"]
    rpc.disconnect()
    return text.encode("utf-16-le")


class UserConfigCase(unittest.TestCase):
    server = domain.HOST

    def setUp(self):
        self.trace = os.path.join(self.folder, self.id() + ".trace")

    def start(self, user=None, password=None, variables=None, **settings):
        program = Program(self.prefix, self.trace, variables, **{"relay": RELAY, **settings}).__enter__()
        self.addCleanup(program.__exit__)
        if user:
            self.assertEqual(program("store", self.server, DOMAIN_PASSWORD, user, password), "stored 1 error 0")
        return program

    def query(self, program, setting, form="W", user="games", server=None):
        """The bytes, or the last error of a query that failed; outputs are written on success only."""
        words = program("user_query", form, server or self.server, user, setting).split(" ")
        self.assertNotIn("touched", words)
        if words[:4] != ["result", "1", "error", str(UNTOUCHED)]:
            self.assertEqual(words[1], "0", words)
            return int(words[3])
        data = bytes.fromhex(words[6]) if len(words) > 6 else b""
        self.assertEqual(len(data), int(words[5]))
        return data

    def set_raw(self, program, setting, data, length, form="W", user="games", server=None):
        """0, or the last error."""
        line = program("user_set", form, server or self.server, user, setting, length,
                       data.hex() if data is not None else "-")
        _, result, _, error = line.split()
        self.assertEqual(result == "1", int(error) == UNTOUCHED, line)
        return 0 if result == "1" else int(error)

    def set(self, program, setting, value, form="W", **where):
        if setting in TEXTS:
            data, length = encoded(form, value + "\0behind"), len(value) + 7
        else:
            data, length = value.to_bytes(4, "little"), 4
        return self.set_raw(program, setting, data, length, form, **where)

    def value_of(self, setting, data, form):
        if setting in TEXTS:
            text = data.decode("utf-16-le" if form == "W" else "cp1252")
            self.assertEqual(text.find("\0"), len(text) - 1)
            return text[:-1]
        self.assertEqual(len(data), 4)
        return int.from_bytes(data, "little")


class Controller:
    """What all tests at the domain controller share, started once."""

    @classmethod
    def start(cls):
        cls.folder = tempfile.mkdtemp(prefix="user-config-")
        cls.domain = domain.Domain(os.path.join(cls.folder, "domain"), dict(USERS)).start()
        cls.domain.users[ADMINISTRATOR] = PASSWORD
        cls.prefix = Prefix().__enter__()
        cls.directory = cls.open_directory()

    @classmethod
    def open_directory(cls):
        from samba.auth import system_session
        from samba.param import LoadParm
        from samba.samdb import SamDB
        parameters = LoadParm()
        parameters.load(cls.domain.configuration)
        path = os.path.join(cls.domain.folder, "private", "sam.ldb")
        return SamDB(url=path, session_info=system_session(), lp=parameters)

    @classmethod
    def stop(cls):
        cls.prefix.__exit__()
        cls.domain.stop()
        shutil.rmtree(cls.folder)


class ControllerCase(UserConfigCase):
    def setUp(self):
        self.folder, self.prefix = Controller.folder, Controller.prefix
        super().setUp()
        for user in USERS:
            self.plant(None, user)

    def program(self, user=f"{domain.DOMAIN}\\{ADMINISTRATOR}", password=PASSWORD, **settings):
        return self.start(user, password, **settings)

    def entry(self, user):
        found, = Controller.directory.search(expression=f"(sAMAccountName={user})", attrs=["userParameters"])
        return found

    def stored(self, user="games"):
        """The attribute's bytes as the directory has them; b"" for none."""
        entry = self.entry(user)
        return bytes(entry["userParameters"][0]) if "userParameters" in entry else b""

    def plant(self, value, user="games"):
        import ldb
        entry = self.entry(user)
        if value is None and "userParameters" not in entry:
            return
        flag = ldb.FLAG_MOD_DELETE if value is None else ldb.FLAG_MOD_REPLACE
        message = ldb.Message(entry.dn)
        message["userParameters"] = ldb.MessageElement([] if value is None else [value], flag, "userParameters")
        Controller.directory.modify(message)


class NtlmTest(ControllerCase):
    def test_defaults_of_an_account_without_settings(self):
        program = self.program()
        for form, width in (("W", 2), ("A", 1)):
            for setting in range(19):
                data = self.query(program, setting, form)
                if setting in TEXTS:
                    self.assertEqual(data, bytes(width), setting)
                else:
                    self.assertEqual(data, int(setting in (2, 3, 7, 8, 9, SHADOW)).to_bytes(4, "little"), setting)
            data = self.query(program, USER, form)
            expected = b"".join(number.to_bytes(4, "little") for number in (0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0))
            self.assertEqual(data, expected.ljust(STRUCTURE_LENGTHS[form], b"\0"))
        self.assertEqual(self.stored(), b"")

    def test_each_class_is_stored_and_read_back(self):
        program = self.program()
        for number, setting in enumerate(SETTABLE):
            form = "WA"[number % 2]
            values = ("C:\\run it.exe", "", "x" * 256) if setting in TEXTS else (0, 1, 2) if setting in (12, SHADOW) \
                else (0, 1) if setting in BITS else (600000, 0xFFFFFFFF)
            for value in values:
                self.plant(None)
                self.assertEqual(self.set(program, setting, value, form), 0, (setting, value))
                self.assertEqual(self.stored(), first_write({setting: value}), (setting, value))
                for other in "WA":
                    self.assertEqual(self.value_of(setting, self.query(program, setting, other), other), value)

    def test_a_text_that_no_code_page_has(self):
        program = self.program()
        self.assertEqual(self.set(program, 15, "\\\\fs\\\u4e2d\u6587"), 0)
        stored = dict((name, value) for _, name, value in properties(self.stored())[1])
        wide = bytes.fromhex(stored["CtxWFProfilePathW"].decode())
        self.assertEqual(wide, "\\\\fs\\\u4e2d\u6587\0".encode("utf-16-le"))
        self.assertEqual(bytes.fromhex(stored["CtxWFProfilePath"].decode()), b"\\\\fs\\??\0")
        self.assertEqual(self.value_of(15, self.query(program, 15), "W"), "\\\\fs\\\u4e2d\u6587")
        self.assertEqual(self.value_of(15, self.query(program, 15, "A"), "A"), "\\\\fs\\??")

    def test_the_structure_is_set_and_read_in_both_forms(self):
        program = self.program()
        numbers = (0, 0, 0, 1, 2, 3, 0, 1, 0, 1, 1, 4, 1)
        texts = (("C:\\a.exe", 261), ("C:\\b", 261), ("\\\\fs\\p", 261), ("\\\\fs\\h", 261), ("H:", 4))
        for form, width in (("W", 2), ("A", 1)):
            self.plant(None)
            data = b"".join(number.to_bytes(4, "little") for number in numbers)
            data += b"".join(encoded(form, text).ljust(count * width, b"\0") for text, count in texts)
            data = data.ljust(STRUCTURE_LENGTHS[form], b"\0")
            self.assertEqual(self.set_raw(program, USER, data, len(data) // width, form), 0)
            self.assertEqual(self.query(program, USER, form), data)
            settings = {2: 0, 3: 0, 4: 1, 5: 2, 6: 3, 7: 0, 8: 1, 9: 0, 10: 1, 11: 1, 14: 4, 0: "C:\\a.exe", 1: "C:\\b",
                        15: "\\\\fs\\p", 16: "\\\\fs\\h", 17: "H:"}
            self.assertEqual(self.stored(), first_write(settings))
            self.assertEqual(self.value_of(18, self.query(program, 18), "W"), 1)
            self.assertEqual(self.set_raw(program, USER, data, len(data) // width - 1, form), INVALID)
            self.assertEqual(self.set_raw(program, USER, b"\1" + data[1:], len(data) // width, form), INVALID)

    def test_lengths_as_programs_pass_them(self):
        program = self.program()
        three = (3).to_bytes(4, "little")
        for form, least in (("W", 2), ("A", 4)):
            for length, error in ((least - 1, INVALID), (least, 0), (4, 0), (8, 0)):
                self.assertEqual(self.set_raw(program, SHADOW, three, length, form), error, (form, length))
            text = encoded(form, "abcdef")
            for length, value in ((3, "abc"), (0, "")):
                self.assertEqual(self.set_raw(program, 15, text, length, form), 0)
                self.assertEqual(self.value_of(15, self.query(program, 15), "W"), value)

    def test_what_is_refused_before_anything_is_sent(self):
        program = self.program()
        before = self.stored()
        for form in "WA":
            self.assertEqual(self.set(program, 15, "x" * 257, form), INVALID)
            for setting, value in ((12, 3), (SHADOW, 5), (18, 1), (20, 1)):
                self.assertEqual(self.set(program, setting, value, form), INVALID, setting)
            self.assertEqual(self.set_raw(program, SHADOW, None, 4, form), INVALID)
            for setting in (20, 4294967295):
                self.assertEqual(self.query(program, setting, form), INVALID)
            self.assertEqual(self.query(program, SHADOW, form, user="-"), INVALID)
            self.assertEqual(self.set(program, SHADOW, 1, form, user="-"), INVALID)
            for here in ("-", "localhost", "\\\\.", "client1"):
                self.assertEqual(self.query(program, SHADOW, form, server=here), NOT_SUPPORTED, here)
                self.assertEqual(self.set(program, SHADOW, 1, form, server=here), NOT_SUPPORTED, here)
        self.assertEqual(self.stored(), before)
        self.assertNotIn("SAMR", program.trace())

    def test_what_others_keep_stays(self):
        program = self.program()
        for name in ("foreign", "lt_dial", "lt_default", "all"):
            before = VECTORS[name]
            self.plant(before)
            self.assertEqual(self.set(program, SHADOW, 3), 0, name)
            after = self.stored()
            place = [i for i in range(len(before)) if before[i] != after[i]]
            self.assertEqual((len(after), len(place)), (len(before), 1), name)
            front, found, behind = properties(before)
            expected = [(kind, key, b"03000000" if key == "CtxShadow" else value) for kind, key, value in found]
            self.assertEqual(properties(after), (front, expected, behind))
        for name in ("dialonly", "shorttext"):
            self.plant(VECTORS[name])
            self.assertEqual(self.set(program, SHADOW, 3), 0, name)
            front = VECTORS[name] + " ".encode("utf-16-le") * (48 - len(VECTORS[name]) // 2)
            self.assertEqual(self.stored(), first_write({SHADOW: 3}, front), name)

    def test_what_would_be_lost_is_not_written(self):
        program = self.program()
        for name in ("longtext", "cut", "countbig", "sign", "namelen"):
            self.plant(VECTORS[name])
            self.assertEqual(self.set(program, SHADOW, 3), INVALID_DATA, name)
            self.assertEqual(self.stored(), VECTORS[name])
            self.assertEqual(self.value_of(SHADOW, self.query(program, SHADOW), "W"), 1)

    def test_a_value_that_would_be_too_long(self):
        program = self.program()
        value = VECTORS["present"] + b"x\0" * ((32766 - len(VECTORS["present"])) // 2)
        self.plant(value)
        self.assertEqual(self.set(program, SHADOW, 3), INVALID)
        self.assertEqual(self.stored(), value)

    def test_names(self):
        program = self.program()
        for user in ("games", "GAMES", "LAB\\games", "lab\\games"):
            self.assertEqual(len(self.query(program, SHADOW, user=user)), 4, user)
        for user, error in (("nosuch", NO_SUCH_USER), ("Domain~Users", NO_SUCH_USER), ("LAB\\nosuch", NO_SUCH_USER),
                            ("OTHER\\games", NO_SUCH_DOMAIN), ("Builtin\\games", NO_SUCH_DOMAIN),
                            ("games@lab.test", NO_SUCH_USER), ("lab.test\\games", NO_SUCH_DOMAIN)):
            self.assertEqual(self.query(program, SHADOW, user=user), error, user)
            self.assertEqual(self.set(program, SHADOW, 1, user=user), error, user)
        for server in (f"\\\\{domain.HOST}", domain.HOST.upper()):
            self.assertEqual(len(self.query(program, SHADOW, server=server)), 4)
            self.assertEqual(len(self.query(program, SHADOW, "A", server=server)), 4)
        self.assertEqual(self.query(program, SHADOW, server="no-such-host.lab.test"), UNAVAILABLE)
        self.assertEqual(self.query(program, SHADOW, server="\\\\\\" + domain.HOST), UNAVAILABLE)

    def test_a_wrong_password(self):
        program = self.program(password="wrong")
        self.assertEqual(self.query(program, SHADOW), LOGON_FAILURE)
        self.assertEqual(self.set(program, SHADOW, 1), LOGON_FAILURE)

    def test_an_ordinary_user(self):
        """He reads settings and writes none, not even his own."""
        self.plant(VECTORS["twice"])
        self.plant(VECTORS["twice"], "alice")
        program = self.program(f"{domain.DOMAIN}\\games", USERS["games"])
        self.assertEqual(self.value_of(SHADOW, self.query(program, SHADOW), "W"), 2)
        self.assertEqual(self.set(program, SHADOW, 1), DENIED)
        self.assertEqual(self.value_of(SHADOW, self.query(program, SHADOW, user="alice"), "W"), 2)
        self.assertEqual(self.set(program, SHADOW, 1, user="alice"), DENIED)
        self.assertEqual((self.stored(), self.stored("alice")), (VECTORS["twice"], VECTORS["twice"]))

    def test_sambas_own_client_reads_what_was_written(self):
        program = self.program()
        self.assertEqual(self.set(program, 15, "\\\\fs\\profile"), 0)
        stored = self.stored()
        rid = subprocess.run(["rpcclient", "-s", Controller.domain.configuration, "-U", f"{ADMINISTRATOR}%{PASSWORD}",
                              domain.HOST, "-c", "lookupnames games"], stdout=subprocess.PIPE, check=True,
                             timeout=COMMAND_SECONDS).stdout.decode()
        number = re.search(r"S-1-5-21-[\d-]+-(\d+)", rid).group(1)
        # The dump goes to the standard error output, and is longer than the value.
        shown = subprocess.run(["rpcclient", "-s", Controller.domain.configuration, "-U", f"{ADMINISTRATOR}%{PASSWORD}",
                                domain.HOST, "-c", f"queryuser {number} 20"], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, check=True, timeout=COMMAND_SECONDS).stdout.decode(errors="replace")
        rows = re.findall(r"^\[[0-9A-Fa-f]+\] ((?:[0-9A-Fa-f]{2} +)+)", shown, flags=re.M)
        dumped = bytes.fromhex("".join("".join(rows).split()))
        self.assertEqual(dumped[:len(stored)], stored, shown)
        # And what another program wrote is read: Samba's tools show the attribute in base64.
        exported = subprocess.run([domain.find("samba-tool"), "user", "show", "games", "-H",
                                   os.path.join(Controller.domain.folder, "private", "sam.ldb"), "-s",
                                   Controller.domain.configuration], stdout=subprocess.PIPE, check=True,
                                  timeout=COMMAND_SECONDS).stdout.decode()
        text = re.search(r"^userParameters:: ((?:.+\n(?: .+\n)*))", exported, flags=re.M).group(1)
        self.assertEqual(base64.b64decode("".join(text.split())), stored)

    def test_impackets_client_reads_what_was_written(self):
        """A client of another implementation, which takes the answer apart by its own NDR engine."""
        program = self.program()
        self.assertEqual(self.set(program, 0, "C:\\app\\\u4e2d.exe"), 0)
        self.assertEqual(self.set(program, SHADOW, 3), 0)
        read = impacket_reads(domain.ADDRESS, domain.DOMAIN, "games")
        self.assertEqual(read, self.stored())
        self.assertEqual(read, first_write({0: "C:\\app\\\u4e2d.exe", SHADOW: 3}))
        for name in ("all", "foreign", "longtext"):
            self.plant(VECTORS[name])
            self.assertEqual(impacket_reads(domain.ADDRESS, domain.DOMAIN, "games"), VECTORS[name], name)


class CommandTest(ControllerCase):
    """wts user-config, at the domain controller."""

    def setUp(self):
        super().setUp()
        self.program()      # its credential is in the prefix then
        self.wts = Tool(self.prefix, WTSAPI32_RELAY=RELAY)

    def command(self, *words):
        return self.wts("user-config", *words, "--server", domain.HOST)

    def test_an_account_is_shown(self):
        self.plant(VECTORS["all"], "alice")
        with open(SCHEMA, encoding="utf-8") as file:
            schema = json.load(file)["$defs"]["user-config"]
        for user in ("games", "nosuch", "alice"):
            rows = self.command(user, "--json").json
            self.assertEqual(faults(schema, rows), [], user)
        row, = rows
        self.assertEqual(row.pop("server", domain.HOST), domain.HOST)
        self.assertEqual(row, {
            "account": "alice", "initial_program": "C:\\app\\run.exe", "working_directory": "C:\\work",
            "inherit_initial_program": True, "allow_logon": True, "connection_timeout_ms": 600000,
            "disconnection_timeout_ms": 60000, "idle_timeout_ms": 1800000, "client_drives": True, "client_printers": True,
            "client_default_printer": True, "end_broken_session": True, "reconnect_same_client": True, "callback": 2,
            "callback_number": "555-1234", "shadowing": 4, "profile_path": "\\\\fs\\prof\\games",
            "home_directory": "\\\\fs\\home\\games", "home_drive": "H:", "remote_home": True})

    def test_settings_are_written(self):
        row, = self.command("games", "--set", "allow_logon=false", "idle_timeout_ms=5", "profile_path=\\\\fs\\p=q", "callback=1",
                            "--json").json
        self.assertEqual((row["allow_logon"], row["idle_timeout_ms"], row["profile_path"], row["callback"]),
                         (False, 5, "\\\\fs\\p=q", 1))
        self.assertEqual(properties(self.stored())[1],
                         properties(first_write({3: 0, 6: 5, 15: "\\\\fs\\p=q", 12: 1}))[1])

    def test_wrong_usage_and_failures(self):
        for words in ((), ("games", "alice"), ("games", "shadowing=1"), ("games", "--set", "nonsense=1"),
                      ("games", "--set", "remote_home=1"), ("games", "--set", "allow_logon=2"),
                      ("games", "--set", "shadowing=x"), ("games", "--set", "shadowing")):
            result = self.command(*words)
            self.assertEqual((result.status, result.out), (64, ""), words)
        self.assertEqual(self.stored(), b"")
        for words, sentence in ((("nosuch",), "nosuch: settings not read, error 2221"),
                                (("games", "--set", "shadowing=5"), "games: shadowing not set, error 87"),
                                (("OTHER\\games",), "settings not read, error 1355")):
            result = self.command(*words)
            self.assertEqual(result.status, 2, result)
            self.assertIn(sentence, result.err)
        here = self.wts("user-config", "games")
        self.assertEqual(here.status, 2)
        self.assertIn("error 50", here.err)

    def test_the_examples_run(self):
        lines = re.findall(r"^  wts (.+)$", self.wts("help", "user-config").out.split("\nexamples:\n")[1], flags=re.M)
        self.assertTrue(lines)
        for line in lines:
            result = self.wts(*line.replace("dc1", domain.HOST).split())
            self.assertEqual(result.status, 0, result)
        self.assertEqual(properties(self.stored("alice"))[1], properties(first_write({6: 1800000, SHADOW: 0}))[1])


class KerberosTest(ControllerCase):
    def program_of(self, user):
        cache = os.path.join(self.folder, self.id() + ".cache")
        Controller.domain.kinit(user, cache)
        return self.start(variables={"KRB5CCNAME": f"FILE:{cache}", "KRB5_CONFIG": Controller.domain.krb5_conf})

    def test_an_administrator_sets_and_reads(self):
        program = self.program_of(ADMINISTRATOR)
        self.assertEqual(self.set(program, 6, 1800000), 0, program.trace())
        self.assertEqual(self.stored(), first_write({6: 1800000}))
        self.assertEqual(self.value_of(6, self.query(program, 6), "W"), 1800000)
        self.assertIn("Kerberos", program.trace())

    def test_an_ordinary_user_does_not_set(self):
        self.plant(VECTORS["twice"])
        program = self.program_of("games")
        self.assertEqual(self.set(program, SHADOW, 1), DENIED)
        self.assertEqual(self.value_of(SHADOW, self.query(program, SHADOW), "W"), 2)
        self.assertEqual(self.stored(), VECTORS["twice"])


class StandaloneTest(UserConfigCase):
    """smbd checks the access that a handle was opened with, and its account domain is its own name."""
    server = ADDRESS

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="user-config-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        # An address of its own, so that a proxy has a place beside it.
        subprocess.run(["ip", "address", "replace", ADDRESS + "/32", "dev", "lo"], check=True, timeout=COMMAND_SECONDS)
        cls.smbd = smbd.Smbd(os.path.join(cls.folder, "smbd"), {**USERS_OF_SMBD, "root": ROOT_PASSWORD},
                             {"rpc start on demand helpers": "yes", "interfaces": ADDRESS + "/32",
                              "bind interfaces only": "yes"}, ADDRESS).start()
        cls.addClassCleanup(cls.smbd.stop)
        cls.prefix = Prefix().__enter__()
        cls.addClassCleanup(cls.prefix.__exit__)

    def stored(self, user):
        shown = subprocess.run([domain.find("pdbedit"), "-s", self.smbd.configuration, "-v", "-u", user],
                               stdout=subprocess.PIPE, check=True, timeout=COMMAND_SECONDS).stdout.decode()
        text = re.search(r"^Munged dial: *(\S*)", shown, flags=re.M).group(1)
        return base64.b64decode(text)

    def test_the_owner_reads_and_root_writes(self):
        root = self.start("root", ROOT_PASSWORD)
        self.assertEqual(self.set(root, SHADOW, 4), 0, root.trace())
        self.assertEqual(self.stored("games"), first_write({SHADOW: 4}))
        self.assertEqual(self.value_of(SHADOW, self.query(root, SHADOW), "W"), 4)
        self.assertEqual(self.value_of(SHADOW, self.query(root, SHADOW, user="RDSH\\games"), "W"), 4)
        self.assertEqual(self.query(root, SHADOW, user="WORKGROUP\\games"), NO_SUCH_DOMAIN)
        self.assertEqual(self.query(root, SHADOW, user="nosuch"), NO_SUCH_USER)
        games = self.start("games", USERS_OF_SMBD["games"])
        self.assertEqual(self.value_of(SHADOW, self.query(games, SHADOW), "W"), 4)
        self.assertEqual(self.set(games, SHADOW, 1), DENIED)
        self.assertEqual(self.stored("games"), first_write({SHADOW: 4}))

    def test_a_server_that_stops_is_waited_for_until_the_deadline(self):
        # The server starts a helper for the first call, which may take longer than the short deadlines.
        patient = self.start("root", ROOT_PASSWORD)
        self.assertEqual(len(self.query(patient, SHADOW)), 4)
        program = self.start("root", ROOT_PASSWORD, connect_timeout_ms=1000, call_timeout_ms=1000)
        self.smbd.stop_answering()
        self.addCleanup(self.smbd.answer_again)
        self.assertIn(once_a_helper_serves(lambda: self.query(program, SHADOW)), (UNAVAILABLE, CANCELLED))
        self.assertIn(once_a_helper_serves(lambda: self.set(program, SHADOW, 1)), (UNAVAILABLE, CANCELLED))

    def stopped_after(self, messages, act):
        """What act() gives when all of smbd stops behind so many of its messages on the way; None: it said fewer."""
        seen, lock = [], threading.Lock()

        def stop(_message):
            with lock:      # whatever comes once act() is back stops nothing any more
                seen.append(None)
                if len(seen) == messages:
                    self.smbd.stop_answering()
        with Proxy((PROXY, smbd.PORT), (ADDRESS, smbd.PORT), change=stop):
            try:
                outcome = act()
            finally:
                with lock:
                    was_stopped = len(seen) >= messages
                    seen += [None] * messages
                    self.smbd.answer_again()
        return outcome if was_stopped else None

    def test_a_server_that_stops_between_two_calls(self):
        """SIGSTOP after each of its messages in turn: between the calls of SAMR and while handles are closed; some on the
        way in."""
        patient = self.start("root", ROOT_PASSWORD)
        self.assertEqual(self.set(patient, SHADOW, 2), 0)     # the server's helpers run from now on
        program = self.start(connect_timeout_ms=1000, call_timeout_ms=1000)
        self.assertEqual(program("store", PROXY, DOMAIN_PASSWORD, "root", ROOT_PASSWORD), "stored 1 error 0")
        outcomes = []

        def change():
            began = time.monotonic()
            outcomes.append(self.set(program, SHADOW, 4, server=PROXY))
            self.assertLess(time.monotonic() - began, 2 * (1 + 1), outcomes)
            return outcomes[-1]
        messages = 1
        while (outcome := self.stopped_after(messages, lambda: once_a_helper_serves(change))) is not None:
            self.assertIn(outcome, (0, UNAVAILABLE, CANCELLED))
            written = self.stored("games")
            self.assertIn(written, (first_write({SHADOW: 2}), first_write({SHADOW: 4})))
            if outcome == 0:
                self.assertEqual(written, first_write({SHADOW: 4}))
            self.assertEqual(self.set(patient, SHADOW, 2), 0)
            messages += 3 if outcome == UNAVAILABLE else 1      # the way in has tests of its own
        self.assertIn(UNAVAILABLE, outcomes)
        self.assertIn(CANCELLED, outcomes)
        self.assertEqual(self.value_of(SHADOW, self.query(patient, SHADOW), "W"), 4)


class StandaloneBed:
    """A namespace as smbd's, in which the other tests of this module are not wanted."""
    missing = staticmethod(smbd.missing)

    @staticmethod
    def inside():
        return STANDALONE in os.environ

    @staticmethod
    def namespace_command(*command):
        return smbd.namespace_command("env", f"{STANDALONE}=1", *command)


def setUpModule():
    if domain.inside():
        unittest.addModuleCleanup(Controller.stop)
        Controller.start()


def load_tests(_loader, _tests, _pattern):
    # Kerberos first: a stored credential would be used in place of a ticket.
    suites = [] if StandaloneBed.inside() else [run_unittest.load(__name__, domain, KerberosTest, NtlmTest, CommandTest)]
    if not domain.inside():
        suites.append(run_unittest.load(__name__, StandaloneBed, StandaloneTest))
    return unittest.TestSuite(suites)


if __name__ == "__main__":
    unittest.main()
