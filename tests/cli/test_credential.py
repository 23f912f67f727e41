"""
wts credential under Wine: a saved password lies in the prefix's user.reg, which Wine writes with the mode that the umask
leaves. The prefix is one of this test's own, whose modes it changes.
"""
import os
import shutil
import tempfile
import unittest

from end_to_end.program import Prefix

from .tool import Tool

SERVER = "rdsh01"


class SavedPasswordTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="wts-cli-", dir="/tmp")     # no folder above it is closed
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        os.chmod(cls.folder, 0o755)
        cls.prefix = Prefix(os.path.join(cls.folder, "prefix")).__enter__()
        cls.addClassCleanup(cls.prefix.__exit__)
        cls.wts = Tool(cls.prefix)
        before = os.umask(0o022)     # the server has it, whatever starts the test
        cls.addClassCleanup(os.umask, before)
        cls.write_registry()

    @classmethod
    def write_registry(cls):
        """Has Wine write its registry, by the end of its server; another is started."""
        cls.prefix.__exit__()
        cls.prefix.__enter__()

    @property
    def registry(self):
        return os.path.join(self.prefix.path, "user.reg")

    def setUp(self):
        for path, mode in ((self.folder, 0o755), (self.prefix.path, 0o755), (self.registry, 0o644)):
            os.chmod(path, mode)

    def add(self, *options):
        return self.wts("credential", "add", SERVER, "--user", "DOM\\alice", "--save", *options, input=b"secret\n")

    def assert_stored(self, result):
        self.assertEqual((result.status, result.out), (0, f"{SERVER}: DOM\\alice, saved\n"))
        self.assertIn(SERVER, self.wts("credential", "list").out)
        self.assertEqual(self.wts("credential", "remove", SERVER).status, 0)

    def assert_refused(self, result, reason):
        self.assertEqual((result.status, result.out), (64, ""))
        self.assertEqual(result.err, f"{SERVER}: credential not stored: {reason}: chmod 700 {self.prefix.path}; --force stores "
                                     "it all the same\n")
        self.assertNotIn(SERVER, self.wts("credential", "list").out)

    def test_others_may_read_it(self):
        for mode in (0o644, 0o640, 0o604, 0o666):
            os.chmod(self.registry, mode)
            self.assert_refused(self.add(), f"others may read {self.registry}, which would keep the password")

    def test_it_is_stored_where_a_folder_keeps_others_out(self):
        for folder in (self.folder, self.prefix.path):
            os.chmod(folder, 0o700)
            self.assert_stored(self.add())
            os.chmod(folder, 0o755)

    def test_a_folder_that_lets_the_group_in_keeps_nobody_out(self):
        os.chmod(self.prefix.path, 0o710)
        self.assertEqual(self.add().status, 64)

    def test_a_private_file_is_written_anew_for_others(self):
        os.chmod(self.registry, 0o600)
        self.assert_refused(self.add(), f"Wine writes {self.registry}, which would keep the password, anew for others to read")

    def test_force(self):
        self.assert_stored(self.add("--force"))

    def test_for_the_session_only_nothing_is_looked_at(self):
        result = self.wts("credential", "add", SERVER, "--user", "alice", input=b"secret\n")
        self.assertEqual((result.status, result.out, result.err), (0, f"{SERVER}: alice, for this logon session, which under Wine ends some seconds after the last "
                                                                       "program: --save keeps the password\n", ""))
        self.assertEqual(self.wts("credential", "remove", SERVER).status, 0)

    def test_what_cannot_be_meant_is_not_stored(self):
        for server, user, text, sentence in (
                ("", "x", b"p\n", "a server or pattern must be named"), ("a b", "x", b"p\n", "a b cannot be the name of a server: a name has no blank"),
                ("a/b", "x", b"p\n", "a name has no slash"), ("x" * 280, "x", b"p\n", "a name has at most 255 characters"),
                (SERVER, "", b"p\n", "--user needs NAME or DOMAIN\\NAME"), (SERVER, "D\\", b"p\n", "--user needs NAME"), (SERVER, "\\u", b"p\n", "--user needs NAME"),
                (SERVER, "a\\b\\c", b"p\n", "--user needs NAME"), (SERVER, "u", b"", "no password was given"), (SERVER, "u", b"\n", "no password was given"),
                (SERVER, "u", b"p" * 600 + b"\n", "the password is too long"), (SERVER, "u", b"p" * 5000, "the password is too long"),
                (SERVER, "u", b"\xff\n", "the password is not UTF-8 text"), (SERVER, "u", b"a\0b\n", "the password has a NUL in it")):
            with self.subTest(server=server, user=user, text=text):
                result = self.wts("credential", "add", server, "--user", user, input=text)
                self.assertEqual((result.status, result.out), (64, ""))
                self.assertIn(sentence, result.err)
        for action in ("remove", "list"):
            self.assertEqual(self.wts("credential", action, "").status, 64)
        result = self.wts("credential", "list")
        self.assertEqual((result.status, result.out, result.err), (0, "", "no password is stored\n"))
        result = self.wts("credential", "remove", "absent")
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertRegex(result.err, r"^absent: credential not removed, error 1168: .+ wts credential list shows the names that are stored\.\n$")

    def test_the_file_is_written_with_the_mode_that_the_umask_leaves(self):
        """What the refusal of a private file rests on; should Wine keep the mode one day, this says so."""
        self.write_registry()
        os.chmod(self.registry, 0o600)
        self.assertEqual(self.add("--force").status, 0)
        self.write_registry()
        self.assertEqual(os.stat(self.registry).st_mode & 0o777, 0o644)
        self.assertEqual(self.wts("credential", "remove", SERVER).status, 0)


if __name__ == "__main__":
    unittest.main()
