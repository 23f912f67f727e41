"""logind as the source: which session is looked at, every field of it, each change once and in order, and a logind that lies."""
import os
import unittest

import dbus

from .buses import LOGIN1, LOGIN1_PATH, MANAGER, PROPERTIES, SESSION, Logind, forge
from .helper_case import HelperCase
from .state import ABSENT, ANSWERS, LOGIND, LOST

OTHER_USER = 4242
CHANGES_COUNT = 1000
STORM = f"""for i in range(args[0] + 1):
    self.UpdateProperties("{SESSION}", dict(LockedHint=dbus.Boolean(i % 2 == 0), Type="t%d" % i))"""


def u64(value):
    return dbus.UInt64(value)


class LogindCase(HelperCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system.start()

    def logind(self, **settings):
        logind = Logind(self.system, **settings)
        self.addCleanup(logind.end)
        return logind


class FieldsTest(LogindCase):
    def test_every_field(self):
        logind = self.logind()
        logind.set(Name="jörg", LockedHint=True, Active=False, Remote=True, RemoteHost="2001:db8::1", Type="wayland",
                   Timestamp=u64(1764345600123456), IdleHint=True, IdleSinceHint=u64(1764345661000001))
        state = self.channel().ask()
        self.assertEqual(state, {"id": "c1", "user_id": os.getuid(), "user_name": "jörg", "locked": True, "active": False,
                                 "remote": True, "remote_host": "2001:db8::1", "type": "wayland",
                                 "logon_time": 1764345600123456, "idle": True, "idle_since": 1764345661000001})
        self.assertEqual((state.lock_source, state.presence[LOGIND]), (LOGIND, ANSWERS))

    def test_what_logind_leaves_empty_is_not_known(self):
        logind = self.logind()
        logind.set(Timestamp=u64(0), Type="", RemoteHost="", Name="x" * 256, IdleHint=False, IdleSinceHint=u64(5))
        state = self.channel().ask()
        self.assertEqual(state, {"id": "c1", "user_id": os.getuid(), "locked": False, "active": True, "remote": False,
                                 "idle": False})

    def test_each_change_is_told_once_in_order_with_the_state_after_it(self):
        logind = self.logind()
        channel = self.channel()
        state = channel.watch()
        logind.set(TTY="pts/9")
        logind.changed({}, invalidated=["Seat"])
        for values, wanted in (({"LockedHint": True}, {"locked": True}), ({"Active": False}, {"active": False}),
                               ({"IdleHint": True, "IdleSinceHint": u64(9)}, {"idle": True, "idle_since": 9}),
                               ({"LockedHint": False}, {"locked": False}), ({"Active": True}, {"active": True}),
                               ({"Remote": True, "RemoteHost": "peer"}, {"remote": True, "remote_host": "peer"})):
            logind.set(**values)
            state.update(wanted)
            self.assertEqual(channel.event(), state)
            logind.set(**values)
        self.assertEqual(channel.no_event(), state)

    def test_a_value_that_the_signal_does_not_hold_is_read(self):
        logind = self.logind()
        channel = self.channel()
        channel.watch()
        logind.object(logind.session()).Set(SESSION, "LockedHint", True, dbus_interface=PROPERTIES)
        self.assertTrue(channel.event()["locked"])

    def test_a_channel_that_only_reads_gets_no_event(self):
        logind = self.logind()
        channel = self.channel()
        self.assertFalse(channel.ask()["locked"])
        logind.lock(True)
        while not channel.no_event()["locked"]:
            pass


class OwnSessionTest(LogindCase):
    def own_session(self, **variables):
        """As a helper of its own finds it; on a busy machine the bus may answer later than a helper waits."""
        for _ in range(5):
            state = self.channel(**variables).ask()
            if "id" in state:
                break
        return state["id"]

    def test_the_process_before_the_variable_before_the_display(self):
        logind = self.logind(find=False)
        for session in ("c2", "c3"):
            logind.add(session, os.getuid())
        logind.put(f"{LOGIN1_PATH}/user/{os.getuid()}", "org.freedesktop.login1.User", "Display",
                   dbus.Struct(("c3", dbus.ObjectPath(logind.session("c3"))), signature="so"))
        self.assertEqual(self.own_session(), "c3")
        self.assertEqual(self.own_session(XDG_SESSION_ID="c2"), "c2")
        for wrong in ("gone", "../c2", "", "ü", "c2 "):
            self.assertEqual(self.own_session(XDG_SESSION_ID=wrong), "c3")
        logind.find("c1")
        self.assertEqual(self.own_session(XDG_SESSION_ID="c2"), "c1")
        # The service manager's own session is nobody's.
        logind.set("c1", Class="manager")
        self.assertEqual(self.own_session(XDG_SESSION_ID="c2"), "c2")

    def test_the_session_of_another_user_is_not_ours(self):
        logind = self.logind(find=False, session="c7", uid=OTHER_USER)
        channel = self.channel(XDG_SESSION_ID="c7")
        state = channel.watch()
        self.assertEqual((state, state.presence[LOGIND]), ({}, ABSENT))
        self.assertIn("no session", state.reason[LOGIND])
        logind.lock(True, "c7")
        self.assertEqual(channel.no_event(), {})
        # One of ours begins.
        logind.add("c8", os.getuid())
        logind.find("c8")
        logind.announce("SessionNew", "c8")
        self.assertEqual(channel.event()["id"], "c8")
        logind.lock(False, "c7")
        logind.set("c7", Active=False)
        self.assertTrue(channel.no_event()["active"])

    def test_a_session_that_ends_stays_as_it_was_last(self):
        logind = self.logind()
        channel = self.channel()
        channel.watch()
        logind.lock(True)
        self.assertTrue(channel.event()["locked"])
        logind.object().RemoveObject(logind.session(), dbus_interface="org.freedesktop.DBus.Mock")
        logind.announce("SessionRemoved", "c1")
        state = channel.event()
        self.assertEqual((state["locked"], state["id"], state.presence[LOGIND]), (True, "c1", LOST))


class LieTest(LogindCase):
    def test_values_of_other_types_are_not_known(self):
        logind = self.logind()
        for name, value in (("LockedHint", "yes"), ("Active", dbus.Int32(1)), ("IdleHint", dbus.Array([True], signature="b")),
                            ("User", "root"), ("Id", u64(1)), ("Timestamp", -1), ("Type", dbus.Struct(("a", 1)))):
            logind.put(logind.session(), SESSION, name, value)
        state = self.channel().ask()
        self.assertEqual(state, {"user_name": "tester", "remote": False})
        self.assertEqual((state.lock_source, state.presence[LOGIND]), (None, ANSWERS))

    def test_texts_that_are_too_long_are_not_known(self):
        logind = self.logind()
        for length in (255, 256, 20000):
            logind.put(logind.session(), SESSION, "Type", "x" * length)
            logind.put(logind.session(), SESSION, "RemoteHost", "\u00e9\u202e" * (length // 5))
            state = self.channel().ask()
            self.assertEqual((state.get("type"), state["locked"], state.presence[LOGIND]),
                             ("x" * 255 if length == 255 else None, False, ANSWERS))
            self.assertEqual("remote_host" in state, length < 20000)

    def test_signals_that_lie_change_nothing(self):
        logind = self.logind()
        channel = self.channel()
        before = channel.watch()
        for values in ({"LockedHint": "yes"}, {"LockedHint": dbus.Struct((True,))}, {"Active": u64(0)}, {"Unheard": True},
                       {"Timestamp": u64(2**63)}):
            logind.changed(values)
        logind.changed({"LockedHint": True}, interface="org.freedesktop.login1.User")
        for signature, values in (("", ()), ("b", (True,)), ("s", (SESSION,)), ("sa{sv}", (SESSION, dbus.Dictionary(
                {"Unheard": 1}, signature="sv"))), ("sas", (SESSION, dbus.Array(["LockedHint"], signature="s")))):
            logind.emit(logind.session(), PROPERTIES, "PropertiesChanged", signature, *values)
        for member in ("Lock", "Unlock", "PauseDevice", "Unheard"):
            logind.emit(logind.session(), SESSION, member, "")
        for member, signature, values in (("SessionNew", "", ()), ("SessionRemoved", "s", ("c1",)),
                                          ("SessionRemoved", "ss", ("c1", "c1")), ("Unheard", "u", (dbus.UInt32(1),))):
            logind.emit(LOGIN1_PATH, MANAGER, member, signature, *values)
        # A time that no clock has is not known; after what cannot be read the session is read anew.
        self.assertEqual(channel.event(), {name: value for name, value in before.items() if name != "logon_time"})
        self.assertEqual(channel.event(), before)
        logind.lock(True)
        self.assertTrue(channel.event()["locked"])
        channel.no_event()

    def test_signals_of_somebody_else_are_not_believed(self):
        logind = self.logind()
        channel = self.channel()
        channel.watch()
        worker, = channel.helper.workers()
        connection = self.system.connection
        own, = [name for name in connection.list_names() if name.startswith(":")
                and connection.call_blocking("org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                             "GetConnectionUnixProcessID", "s", (name,)) == worker]
        liar = forge(self.system, own, logind.session(), PROPERTIES, "PropertiesChanged", "sa{sv}as", SESSION,
                     {"LockedHint": True}, [])
        self.addCleanup(liar.close)
        liar = forge(self.system, own, LOGIN1_PATH, MANAGER, "SessionRemoved", "so", "c1", logind.session())
        self.addCleanup(liar.close)
        liar = forge(self.system, own, "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged", "sss", LOGIN1,
                     ":1.1", "")
        self.addCleanup(liar.close)
        logind.set(IdleHint=True)
        state = channel.event()
        self.assertEqual((state["locked"], state["idle"], state.presence[LOGIND]), (False, True, ANSWERS))
        channel.no_event()

    def test_a_path_of_another_type_is_no_session(self):
        logind = self.logind(find=False)
        for kind, value in (("s", "'c1'"), ("", ""), ("u", "7"), ("ao", "['/a']")):
            logind.method("GetSessionByPID", "u", kind, f"ret = {value}" if value else "")
            state = self.channel().ask()
            self.assertEqual((state, state.presence[LOGIND]), ({}, ABSENT))

    def test_a_thousand_changes_a_second_are_merged_and_the_last_state_arrives(self):
        logind = self.logind()
        channel = self.channel()
        channel.watch()
        service = logind.object(logind.session())
        service.AddMethod(SESSION, "Storm", "u", "", STORM, dbus_interface="org.freedesktop.DBus.Mock")
        service.Storm(dbus.UInt32(CHANGES_COUNT), dbus_interface=SESSION, timeout=60)
        count, state, known = 0, None, -1
        while known < CHANGES_COUNT:
            state, count = channel.event(), count + 1
            number = int(state["type"][1:])
            self.assertLess(known, number)
            self.assertEqual(state["locked"], number % 2 == 0)
            known = number
        self.assertTrue(state["locked"])
        self.assertLess(count, CHANGES_COUNT / 2)
        channel.no_event()


class CallsTest(LogindCase):
    def test_the_program_has_no_word_for_changing_a_session(self):
        with open(os.environ["WTS_SESSION"], "rb") as file:
            program = file.read()
        for word in (b"GetSessionByPID", b"GetActive", b"LockedHint"):
            self.assertIn(word, program)
        for word in (b"LockSession", b"UnlockSession", b"Terminate", b"Activate", b"PowerOff", b"Reboot", b"Suspend", b"Inhibit",
                     b"SetLockedHint", b"SetIdleHint", b"SetActive", b"SimulateUserActivity", b"KillSession", b"SwitchTo"):
            self.assertNotIn(word, program)

    def test_only_reading_methods_are_called(self):
        logind = self.logind(find=False)
        before = len(logind.calls())
        self.channel(XDG_SESSION_ID="c1").ask()
        logind.find("c1")
        self.channel().watch()
        called = set(logind.calls()[before:]) - {"AddMethod"}
        self.assertEqual(called, {"GetSessionByPID", "GetSession", "GetAll"})


if __name__ == "__main__":
    unittest.main()
