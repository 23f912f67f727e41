"""
WTSSendMessage in front of a person: the box is on the screen, keys answer it, its time ends it, and without waiting it
outlives the caller.
"""
import os
import signal
import tempfile
import unittest

from desktop.scene import Desktop, Screen, answer, copy_programs, numbers
from waiting import until

OWN_SESSION = "0xffffffff"
OK, CANCEL, RETRY, YES, NO, CONTINUE, TIMEOUT, ASYNC = 1, 2, 4, 6, 7, 11, 32000, 32001
UNTOUCHED, NOT_SUPPORTED = 77, 50


def succeeded(response):
    return {"result": 1, "error": 0xDEADBEEF, "response": response}


def failed(error):
    return {"result": 0, "error": error, "response": UNTOUCHED}


class Message(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.screen = cls.enterClassContext(Screen())
        cls.desktop = cls.enterClassContext(Desktop(cls.screen))

    def box(self, title, *, form="W", style=0, timeout=0, prefix=()):
        """A caller who waits, and whose box is on the screen."""
        caller = self.desktop.start(*prefix, form, OWN_SESSION, style, timeout, 1, title, "Shall we?")
        self.screen.await_window(title)
        return caller

    def test_the_box_is_on_the_screen(self):
        before = self.screen.colors()
        ground = max(before, key=before.get)

        def is_painted():
            """A box covers the ground, with a face, an edge and letters on it."""
            now = self.screen.colors()
            return before[ground] - now[ground] > 4000 and len(now) > len(before) + 5

        self.assertFalse(is_painted())
        caller = self.box("seen")
        until(is_painted, "a box in the picture of the screen")
        self.screen.press("Return")
        self.assertEqual(answer(caller), succeeded(OK))
        until(lambda: not is_painted(), "a screen without the box")

    def test_the_pressed_button_is_the_answer(self):
        for style, key, response in ((0x001, "Escape", CANCEL), (0x003, "n", NO), (0x004, "y", YES),
                                     (0x102, "Return", RETRY), (0x005, "Return", RETRY), (0x206, "Return", CONTINUE),
                                     (0x200000, "Return", OK), (0x41031, "Return", OK)):
            with self.subTest(style=hex(style)):
                caller = self.box(f"style {style:x}", style=style)
                self.screen.press(key)
                self.assertEqual(answer(caller), succeeded(response))

    def test_both_forms_show_exactly_the_bytes_given(self):
        for form in "WA":
            with self.subTest(form=form):
                caller = self.box(f"Grüße {form}", form=form)
                self.screen.press("Return")
                self.assertEqual(answer(caller), succeeded(OK))

    def test_time_ends_the_box(self):
        for form in "WA":
            with self.subTest(form=form):
                caller = self.box(f"late {form}", form=form, timeout=3)
                self.assertEqual(answer(caller), succeeded(TIMEOUT))
                self.screen.await_end(f"late {form}")

    def test_without_waiting_the_box_outlives_the_caller(self):
        self.assertEqual(self.desktop.send("A", OWN_SESSION, 1, 0, 0, "outlives", "me"), succeeded(ASYNC))
        self.assertIsNotNone(self.screen.find("outlives"))
        self.screen.press("Return")
        self.screen.await_end("outlives")

    def test_time_ends_a_box_that_nobody_waits_for(self):
        self.assertEqual(self.desktop.send("W", OWN_SESSION, 0, 3, 0, "alone", "now"), succeeded(ASYNC))
        self.screen.await_end("alone")

    def test_the_box_holds_nothing_that_children_of_the_caller_inherit(self):
        self.assertEqual(self.desktop.send("holding", "W", OWN_SESSION, 0, 0, 0, "empty-handed", "x"),
                         {**succeeded(ASYNC), "closed": 1})
        self.assertIsNotNone(self.screen.find("empty-handed"))
        self.screen.press("Return")
        self.screen.await_end("empty-handed")

    def service(self, title, waits, during):
        """The call made by a service, which has no desktop that anybody sees; `during` is done when the box is there."""
        with tempfile.TemporaryDirectory() as folder:
            result = os.path.join(folder, "result")
            caller = self.desktop.start("service", "sender", "Z:" + result, "W", OWN_SESSION, 4, 0, waits, title, "?")
            window = self.screen.await_window(title)
            if waits:
                during(window)
            caller.communicate(timeout=60)
            with open(result, encoding="ascii") as file:
                got = numbers(file.read())
            if not waits:
                during(window)
            self.screen.await_end(title)
            return got

    def test_a_service_is_answered_from_the_desktop_of_the_session(self):
        self.assertEqual(self.service("from below", 1, lambda _: self.screen.press("n")), succeeded(NO))
        self.assertEqual(self.service("from below too", 0, lambda _: self.screen.press("y")), succeeded(ASYNC))

    def test_an_ended_program_has_answered_nothing(self):
        def end(window):
            os.kill(self.screen.pid_of(window), signal.SIGKILL)
        self.assertEqual(self.service("struck", 1, end), failed(NOT_SUPPORTED))

    def test_without_the_program_only_waiting_works(self):
        with tempfile.TemporaryDirectory() as folder:
            copy_programs(folder, "sender.exe", "wtsapi32.dll")
            self.assertEqual(self.desktop.send("W", OWN_SESSION, 0, 0, 0, "no program", "x", folder=folder),
                             failed(NOT_SUPPORTED))
            self.assertEqual(self.desktop.send("W", OWN_SESSION, 0, 1, 1, "no program", "x", folder=folder),
                             succeeded(TIMEOUT))

    def test_without_a_display_nothing_is_shown(self):
        for waits in (0, 1):
            with self.subTest(waits=waits):
                self.assertEqual(self.desktop.send("W", OWN_SESSION, 0, 0, waits, "unseen", "x", display=""),
                                 failed(NOT_SUPPORTED))


if __name__ == "__main__":
    unittest.main()
