"""The installer of Wine prefixes, on a small imitation of one: what it refuses, and what is left when it is interrupted."""
import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from install.fake_wine import FakePrefix, MARK, WINES_OWN

STEPS = ("replace", "link", "unlink")     # of os: each changes the prefix, or completes a change
NEVER = 10 ** 6


def run_child(fake, words, step, action):
    """Runs the installer in a child that calls `action` at its step number `step`. Returns how the child ended."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 99
    try:
        module = fake.load()
        module.TOOLS = module.TOOLS[:1]     # one name is as many steps as another
        left = [step]

        def counted(function):
            def wrapper(*arguments, **options):
                left[0] -= 1
                if left[0] == 0:
                    action()
                return function(*arguments, **options)
            return wrapper
        for name in STEPS:
            setattr(os, name, counted(getattr(os, name)))
        shutil.copyfile = counted(shutil.copyfile)
        subprocess.run = counted(subprocess.run)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            status = module.main([*words, "--prefix", str(fake.prefix)])
        if status == 0 and left[0] > 0:
            status = 98     # it was through before the step came
    except SystemExit as end:
        status = end.code
    finally:
        os._exit(status)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def interrupt():
    os.kill(os.getpid(), signal.SIGTERM)

TOOLS = ("tskill", "qprocess", "qwinsta", "quser", "qappsrv", "msg", "logoff", "tsdiscon", "rwinsta", "query", "reset")

class InstallerTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)

    def make(self, **options):
        folder = tempfile.mkdtemp(dir=self._folder.name)
        return FakePrefix(folder, **options)

    def run_installer(self, fake, *words):
        done = subprocess.run([fake.release / "install-wine", "--prefix", fake.prefix, *words], env=fake.environment(),
                              capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def check_installed(self, fake, version=b"1"):
        for path, width in (("system32", b"x64"), ("syswow64", b"x86")):
            for name in ("wtsapi32.dll", "wts.exe", "wts-message.exe"):
                self.assertEqual(fake.place(f"{path}/{name}").read_bytes(),
                                 MARK + b" " + width + b" " + name.encode() + b" " + version)
        self.assertIn('"wtsapi32"="native,builtin"', (fake.prefix / "user.reg").read_text())

    def check_tools(self, fake):
        """By a second name of the same file, which takes no room."""
        for folder in ("system32", "syswow64"):
            program = fake.place(f"{folder}/wts.exe").stat()
            for name in TOOLS:
                self.assertEqual(fake.place(f"{folder}/{name}.exe").stat().st_ino, program.st_ino)

    def check_refused(self, fake, sentence, *words):
        before = fake.content()
        status, out, err = self.run_installer(fake, *words)
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(err, sentence)
        self.assertEqual(err.count("\n"), 1)
        self.assertEqual(fake.content(), before)

    def test_installs_and_takes_everything_out_again(self):
        fake = self.make()
        before = fake.content()
        self.assertEqual(self.run_installer(fake)[0], 0)
        self.check_installed(fake)
        self.check_tools(fake)
        self.assertEqual(self.run_installer(fake, "--uninstall")[0], 0)
        self.assertEqual(fake.content(), before)

    def test_a_tool_of_somebody_else_is_not_overwritten(self):
        fake = self.make()
        fake.place("system32/msg.exe").write_bytes(b"somebody's")
        self.check_refused(fake, "msg.exe is neither Wine's own nor of this project")

    def test_a_second_run_changes_nothing(self):
        fake = self.make()
        self.run_installer(fake)
        once = fake.content()
        status, out, _ = self.run_installer(fake)
        self.assertEqual(status, 0)
        self.assertIn("installed already", out)
        self.assertEqual(fake.content(), once)
        self.run_installer(fake, "--uninstall")
        status, out, _ = self.run_installer(fake, "--uninstall")
        self.assertEqual(status, 0)
        self.assertIn("nothing is installed", out)

    def test_a_newer_version_replaces_an_older_one(self):
        fake = self.make()
        before = fake.content()
        self.run_installer(fake)
        fake.make_release(b"2")
        self.assertEqual(self.run_installer(fake)[0], 0)
        self.check_installed(fake, b"2")
        self.run_installer(fake, "--uninstall")
        self.assertEqual(fake.content(), before)

    def test_a_wine_that_put_its_own_back_is_installed_over(self):
        fake = self.make()
        self.run_installer(fake)
        newer = fake.place("syswow64/wtsapi32.dll").parent.parent / "system32/wtsapi32.dll"
        newer.write_bytes(b"MZ" + bytes(62) + b"Wine builtin DLL\0 of a newer Wine")
        self.assertEqual(self.run_installer(fake)[0], 0)
        self.check_installed(fake)
        self.run_installer(fake, "--uninstall")
        self.assertIn(b"of a newer Wine", newer.read_bytes())

    def test_uninstalling_leaves_what_a_newer_wine_put_there(self):
        fake = self.make()
        self.run_installer(fake)
        place = fake.place("system32/wtsapi32.dll")
        place.write_bytes(b"MZ" + bytes(62) + b"Wine builtin DLL\0 of a newer Wine")
        self.assertEqual(self.run_installer(fake, "--uninstall")[0], 0)
        self.assertIn(b"of a newer Wine", place.read_bytes())

    def make_older(self):
        """A prefix of an older Wine, and what the newer one, which runs here, would have in it."""
        fake = self.make()
        for name in ("system32", "syswow64"):
            fake.place(name + "/wtsapi32.dll").write_bytes(b"MZ" + bytes(62) + b"Wine builtin DLL\0 of an older Wine")
        fake.set_update(1)
        return fake

    def check_has_the_newer_wines(self, fake):
        self.assertEqual(fake.place("system32/wtsapi32.dll").read_bytes(), WINES_OWN)
        self.assertEqual(fake.place("syswow64/wtsapi32.dll").read_bytes(), WINES_OWN + b"32")
        self.assertFalse((fake.prefix / "wtsapi32").exists())

    def test_where_a_newer_wine_has_updated_the_prefix_its_own_dll_comes(self):
        fake = self.make_older()
        self.run_installer(fake)
        fake.set_update(2)
        self.assertIn("installed already", self.run_installer(fake)[1])
        self.assertEqual(self.run_installer(fake, "--uninstall")[0], 0)
        self.check_has_the_newer_wines(fake)

    def test_our_dll_laid_there_by_hand_is_taken_over_and_wines_comes_back(self):
        fake = self.make()
        place = fake.place("system32/wtsapi32.dll")
        wines = place.read_bytes()
        place.write_bytes(MARK + b"by hand")
        self.assertEqual(self.run_installer(fake)[0], 0)
        self.check_installed(fake)
        self.assertEqual(self.run_installer(fake, "--uninstall")[0], 0)
        self.assertEqual(place.read_bytes(), wines)

    def test_links_to_the_files_of_wine_are_put_back_as_links(self):
        fake = self.make()
        place = fake.place("system32/wtsapi32.dll")
        shared = fake.folder / "shared.dll"
        place.rename(shared)
        place.symlink_to(shared)
        before, wines = fake.content(), shared.read_bytes()
        self.assertEqual(self.run_installer(fake)[0], 0)
        self.check_installed(fake)
        self.assertFalse(place.is_symlink())
        self.assertEqual(shared.read_bytes(), wines)
        self.run_installer(fake, "--uninstall")
        self.assertEqual(fake.content(), before)

    def test_a_prefix_of_32_bits_gets_the_32_bit_files(self):
        fake = self.make(arch="win32")
        before = fake.content()
        self.assertEqual(self.run_installer(fake)[0], 0)
        self.assertIn(b"x86", fake.place("system32/wtsapi32.dll").read_bytes())
        self.assertFalse(fake.place("syswow64").exists())
        self.run_installer(fake, "--uninstall")
        self.assertEqual(fake.content(), before)

    def test_a_prefix_without_the_32_bit_half_gets_the_64_bit_files_only(self):
        fake = self.make()
        for path in fake.place("syswow64").iterdir():
            path.unlink()
        self.assertEqual(self.run_installer(fake)[0], 0)
        self.assertEqual(list(fake.place("syswow64").iterdir()), [])

    def test_for_one_program_only(self):
        fake = self.make()
        before = fake.content()
        self.assertEqual(self.run_installer(fake, "--app", "Notepad.exe")[0], 0)
        registry = (fake.prefix / "user.reg").read_text()
        self.assertIn(r"[Software\\Wine\\AppDefaults\\notepad.exe\\DllOverrides]", registry)
        self.assertIn(r"[Software\\Wine\\AppDefaults\\wts.exe\\DllOverrides]", registry)
        self.assertNotIn(r"[Software\\Wine\\DllOverrides]", registry)
        self.assertEqual(self.run_installer(fake, "--app", "calc.exe")[0], 0)
        self.assertEqual(self.run_installer(fake, "--uninstall", "--app", "notepad.exe")[0], 0)
        registry = (fake.prefix / "user.reg").read_text()
        self.assertNotIn("notepad.exe", registry)
        self.assertIn(r"[Software\\Wine\\AppDefaults\\wts.exe\\DllOverrides]", registry)
        self.assertIn(MARK, fake.place("system32/wtsapi32.dll").read_bytes())
        self.assertEqual(self.run_installer(fake, "--uninstall", "--app", "calc.exe")[0], 0)
        self.assertEqual(fake.content(), before)
        self.run_installer(fake)
        self.check_refused(fake, "not installed for calc.exe", "--uninstall", "--app", "calc.exe")

    def test_the_override_of_somebody_else_comes_back(self):
        fake = self.make()
        with open(fake.prefix / "user.reg", "a", encoding="utf-8") as file:
            file.write('[Software\\\\Wine\\\\DllOverrides] 1\n"wtsapi32"="builtin"\n"riched20"="native"\n')
        before = fake.content()
        self.run_installer(fake)
        self.check_installed(fake)
        self.run_installer(fake, "--uninstall")
        self.assertEqual(fake.content(), before)

    def test_a_dry_run_changes_nothing(self):
        fake = self.make()
        before = fake.content()
        status, out, _ = self.run_installer(fake, "--dry-run")
        self.assertEqual((status, out.count("would put"), out.count("would set")), (0, 6 + 2 * len(TOOLS), 1))
        self.assertEqual(fake.content(), before)
        self.run_installer(fake)
        installed = fake.content()
        status, out, _ = self.run_installer(fake, "--uninstall", "--dry-run")
        self.assertEqual((status, out.count("would take"), out.count("would reset")), (0, 6 + 2 * len(TOOLS), 1))
        self.assertEqual(fake.content(), installed)

    def test_refuses_a_prefix_in_use(self):
        fake = self.make()
        (fake.prefix / "in_use").touch()
        self.check_refused(fake, "is in use")
        self.check_refused(fake, "is in use", "--uninstall")

    def test_refuses_a_file_that_it_does_not_know(self):
        for name in ("wtsapi32.dll", "wts.exe"):
            fake = self.make()
            fake.place("syswow64/" + name).write_bytes(b"MZ of somebody else")
            self.check_refused(fake, f"{name} is neither Wine's own nor of this project")

    def test_refuses_what_is_no_prefix_and_a_damaged_record(self):
        fake = self.make()
        status, _, err = self.run_installer(fake, "--prefix", fake.folder / "nowhere")
        self.assertEqual(status, 1)
        self.assertIn("is no Wine prefix; make one with", err)
        self.run_installer(fake)
        (fake.prefix / "wtsapi32/state.json").write_text("{")
        self.check_refused(fake, "damaged")
        self.check_refused(fake, "damaged", "--uninstall")

    def test_a_registry_that_cannot_be_changed_undoes_the_installation(self):
        fake = self.make()
        (fake.prefix / "broken").touch()
        before = fake.content()
        status, _, err = self.run_installer(fake)
        self.assertEqual(status, 1)
        self.assertIn("the registry is broken", err)
        self.assertEqual(fake.content(), before)

    def test_wrong_usage(self):
        fake = self.make()
        for words in (["--app"], ["--app", "a/b.exe"], ["--app", "notepad"], ["--nonsense"], ["word"]):
            status, out, err = self.run_installer(fake, *words)
            self.assertEqual((status, out), (64, ""), words)
            self.assertIn("usage:", err)

    def stop_at_each_step(self, prepare, words, action, check, make=None):
        """Stops the installer at its first step, at its second ..., each time in a new prefix, which `check` then judges."""
        for step in range(1, NEVER):
            fake = (make or self.make)()
            before = fake.content()
            prepare(fake)
            status = run_child(fake, words, step, action)
            if status in (0, 98):
                self.assertGreater(step, 5)
                return
            with self.subTest(step=step):
                self.assertEqual(status, -signal.SIGKILL if action is die else 130)
                check(fake, before)
            shutil.rmtree(fake.folder)

    def complete(self, fake, *words):
        """In a child that has the installer's modules already: after each step another Python would take most of the time."""
        self.assertEqual(run_child(fake, words, NEVER, die), 98)

    def upgrade(self, fake):
        self.complete(fake)
        fake.make_release(b"2")

    def check_is_as_before(self, fake, before):
        self.assertEqual(fake.content(), before)

    def check_next_run_takes_out(self, fake, before):
        self.complete(fake, "--uninstall")
        self.assertEqual(fake.content(), before)

    def check_next_run_completes(self, fake, before):
        self.complete(fake)
        self.check_installed(fake, b"2" if b"2" in (fake.release / "bin/x64/wts.exe").read_bytes()[-1:] else b"1")
        self.check_next_run_takes_out(fake, before)

    def test_killed_at_any_step_the_next_run_completes_it(self):
        self.stop_at_each_step(lambda fake: None, [], die, self.check_next_run_completes)

    def test_killed_at_any_step_uninstalling_takes_it_out(self):
        self.stop_at_each_step(lambda fake: None, [], die, self.check_next_run_takes_out)

    def test_interrupted_at_any_step_nothing_is_left(self):
        self.stop_at_each_step(lambda fake: None, [], interrupt, self.check_is_as_before)

    def test_an_upgrade_killed_at_any_step_is_completed_by_the_next_run(self):
        self.stop_at_each_step(self.upgrade, [], die, self.check_next_run_completes)

    def test_taking_out_killed_at_any_step_is_completed_by_the_next_run(self):
        for action in (die, interrupt):
            self.stop_at_each_step(self.complete, ["--uninstall"], action, self.check_next_run_takes_out)

    def test_taking_out_of_an_updated_prefix_killed_at_any_step_is_completed_by_the_next_run(self):
        def prepare(fake):
            self.complete(fake)
            fake.set_update(2)

        def check(fake, _):
            self.complete(fake, "--uninstall")
            self.check_has_the_newer_wines(fake)
        self.stop_at_each_step(prepare, ["--uninstall"], die, check, self.make_older)


if __name__ == "__main__":
    unittest.main()
