"""
Private D-Bus buses of a test, and on them python3-dbusmock's logind and a ScreenSaver. Nothing of the machine's own buses
is touched.
"""
import os
import signal
import subprocess

import dbus
import dbus.lowlevel

from waiting import until

PYTHON = "/usr/bin/python3"     # python3-dbusmock is Debian's
MOCK = "org.freedesktop.DBus.Mock"
LOGIN1, LOGIN1_PATH, MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
SESSION, PROPERTIES = "org.freedesktop.login1.Session", "org.freedesktop.DBus.Properties"
SAVER, SAVER_PATH = "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>{kind}</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
{more}</policy></busconfig>"""


class Bus:
    """A bus daemon whose address stays, so that it can end and come back."""

    def __init__(self, folder, kind):
        self.path, self.kind = os.path.join(folder, kind), kind
        self.address, self.process, self.connection = "unix:path=" + self.path, None, None

    def start(self, policy=""):
        """`policy`: more rules of the configuration."""
        config = self.path + ".conf"
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(kind=self.kind, path=self.path, more=policy))
        self.process = subprocess.Popen(["dbus-daemon", "--config-file=" + config, "--nofork", "--nopidfile"],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connection = until(self._connect, "the bus answers")
        return self

    def _connect(self):
        try:
            connection = dbus.bus.BusConnection(self.address)
            connection.set_exit_on_disconnect(False)
            return connection
        except dbus.DBusException:
            return None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """The daemon dies and leaves its socket behind."""
        end(self.process)
        self.connection.close()

    def end(self):
        if self.process:
            self.kill()


def end(process):
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()


class Mock:
    """A service that python3-dbusmock plays."""

    def __init__(self, bus, name, path, *words):
        self.bus, self.name, self.path = bus, name, path
        variables = {"PATH": os.environ["PATH"], "DBUS_SYSTEM_BUS_ADDRESS": bus.address,
                     "DBUS_SESSION_BUS_ADDRESS": bus.address}
        self.log = os.path.join(os.path.dirname(bus.path), name + ".log")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([PYTHON, "-m", "dbusmock", *words], stdin=subprocess.DEVNULL, env=variables,
                                            stdout=log, stderr=subprocess.STDOUT)
        until(lambda: bus.connection.name_has_owner(name), f"{name} is on the bus")

    def object(self, path=None):
        return self.bus.connection.get_object(self.name, path or self.path, introspect=False)

    def emit(self, path, interface, member, signature, *values):
        self.object(path).EmitSignal(interface, member, signature, dbus.Array(values, signature="v"), dbus_interface=MOCK)

    def calls(self):
        """The names of the methods that were called."""
        with open(self.log, encoding="utf-8") as file:
            return [line.split()[1] for line in file if len(line.split()) > 1 and line.split()[0].replace(".", "").isdigit()]

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        end(self.process)


class Logind(Mock):
    """With one session, c1, of this user, which `find` makes logind find by the process."""

    def __init__(self, bus, find=True, session="c1", uid=None, name="tester"):
        super().__init__(bus, LOGIN1, LOGIN1_PATH, "--system", "--template", "logind")
        if session:
            self.add(session, os.getuid() if uid is None else uid, name)
        # The template's own fails on every number.
        self.method("GetUser", "u", "o", f'ret = "{LOGIN1_PATH}/user/%d" % args[0]')
        if find:
            self.find(session)
        # logind has its sessions before it has its name.
        self.announce("SessionNew", session)

    def method(self, name, takes, gives, code):
        self.object().AddMethod(MANAGER, name, takes, gives, code, dbus_interface=MOCK)

    def find(self, session):
        """GetSessionByPID gives this session."""
        self.method("GetSessionByPID", "u", "o", f'ret = "{self.session(session)}"')

    def announce(self, member, session):
        """SessionNew or SessionRemoved, which the mock does not send by itself."""
        self.emit(LOGIN1_PATH, MANAGER, member, "so", session, dbus.ObjectPath(self.session(session)))

    def add(self, session, uid, name="tester"):
        self.object().AddSession(session, "seat0", dbus.UInt32(uid), name, True, dbus_interface=MOCK)

    @staticmethod
    def session(session="c1"):
        return f"{LOGIN1_PATH}/session/{session}"

    def set(self, session="c1", **values):
        """Properties, with the signal that tells of them."""
        self.object(self.session(session)).UpdateProperties(SESSION, dbus.Dictionary(values, signature="sv"),
                                                            dbus_interface=MOCK)

    def put(self, path, interface, name, value):
        """One property, of any type."""
        self.object(path).Set(interface, name, value, dbus_interface=PROPERTIES)

    def lock(self, is_locked, session="c1"):
        self.object(self.session(session)).SetLockedHint(is_locked, dbus_interface=SESSION)

    def changed(self, values, session="c1", invalidated=(), interface=SESSION):
        """The signal alone, with whatever it says."""
        self.emit(self.session(session), PROPERTIES, "PropertiesChanged", "sa{sv}as", interface,
                  dbus.Dictionary(values, signature="sv"), dbus.Array(invalidated, signature="s"))


class ScreenSaver(Mock):
    def __init__(self, bus, path=SAVER_PATH, is_active=False, signature="b"):
        super().__init__(bus, SAVER, path, SAVER, path, SAVER)
        value = repr(is_active)
        self.object().AddMethod(SAVER, "GetActive", "", signature, f"ret = {value}", dbus_interface=MOCK)

    def activate(self, is_active):
        self.emit(self.path, SAVER, "ActiveChanged", "b", dbus.Boolean(is_active))


def forge(bus, destination, path, interface, member, signature, *values):
    """A signal of somebody else to one program, past all subscriptions."""
    connection = dbus.bus.BusConnection(bus.address)
    connection.set_exit_on_disconnect(False)
    message = dbus.lowlevel.SignalMessage(path, interface, member)
    message.set_destination(destination)
    message.append(*values, signature=signature)
    connection.send_message(message)
    connection.flush()
    return connection
