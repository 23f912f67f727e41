"""xrdp as the source: sockets that come and go as those of xrdp-chansrv do, and an xrdp-sesadmin of the test's own."""
import os
import shutil
import socket
import time
import unittest

from .helper_case import NO_BUS, PROGRAM, HelperCase
from .state import ABSENT, ANSWERS, GATHER_SECONDS, LOST, SILENT, XRDP

SESADMIN = os.environ["WTS_SESADMIN"]
WAITING, SOUND, API = "xrdp_chansrv_socket", "xrdp_chansrv_audio_out_socket", "xrdpapi"
LIST = """Session ID: 7
\tSession type: Xorg
\tScreen size: 800x600, color depth 16
\tDisplay: :11
Session ID: 8
\tDisplay: :10
\tUser: tester
\tSession type: Xvnc
\tScreen size: 1280x1024, color depth 24
\tStarted: Sat Nov 28 16:31:35 2026
\tStart IP address: 192.0.2.7
"""
REMOTE = {"remote": True, "protocol": 2, "display": 10}


class XrdpCase(HelperCase):
    def setUp(self):
        self.sockets = {}
        self.place = os.path.join(self.folder, "sockdir")
        os.mkdir(self.place)
        self.addCleanup(shutil.rmtree, self.place, True)
        self.lister(None)

    def socket(self, kind, number=10):
        one = socket.socket(socket.AF_UNIX)
        one.bind(f"{self.place}/{kind}_{number}")
        self.addCleanup(one.close)

    def remove(self, kind, number=10):
        os.unlink(f"{self.place}/{kind}_{number}")

    def leave(self):
        """The client goes."""
        self.remove(SOUND)
        self.socket(WAITING)

    def come(self):
        self.remove(WAITING)
        self.socket(SOUND)

    def lister(self, script):
        """xrdp-sesadmin of the test; None: it is not installed."""
        if script is None:
            if os.path.exists(SESADMIN):
                os.unlink(SESADMIN)
            return
        with open(SESADMIN + ".new", "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(SESADMIN + ".new", 0o755)
        os.rename(SESADMIN + ".new", SESADMIN)

    def xrdp(self, program=PROGRAM, display=":10.0", **variables):
        return self.channel(program=program, system=NO_BUS, DISPLAY=display,
                            **{"XRDP_SOCKET_PATH": self.place, **variables})


class ConnectionTest(XrdpCase):
    def test_the_client_comes_and_goes(self):
        self.socket(API), self.socket(SOUND)
        channel = self.xrdp()
        state = channel.watch()
        self.assertEqual((state, state.presence[XRDP]), ({**REMOTE, "connected": True}, ANSWERS))
        for turn in range(3):
            self.leave()
            self.assertEqual(channel.event(), {**REMOTE, "connected": False}, turn)
            self.come()
            self.assertEqual(channel.event(), {**REMOTE, "connected": True}, turn)
        channel.no_event()

    def test_without_a_client(self):
        self.socket(API), self.socket(WAITING)
        self.assertEqual(self.xrdp().ask(), {**REMOTE, "connected": False})

    def test_sockets_of_other_displays_and_users_do_not_count(self):
        self.socket(SOUND)
        channel = self.xrdp()
        channel.watch()
        self.socket(WAITING, 11), self.socket(WAITING, 1), self.socket(WAITING, 100)
        os.mkdir(f"{self.place}/{WAITING}_10")
        if os.getuid() == 0:
            os.rmdir(f"{self.place}/{WAITING}_10")
            self.socket("foreign")
            os.chown(f"{self.place}/foreign_10", 4242, 4242)
            os.rename(f"{self.place}/foreign_10", f"{self.place}/{WAITING}_10")
        self.assertEqual(channel.no_event(), {**REMOTE, "connected": True})

    def test_without_any_socket_the_last_is_kept(self):
        channel = self.xrdp()
        state = channel.watch()
        self.assertEqual((state, state.presence[XRDP]), (REMOTE, SILENT))
        self.socket(WAITING)
        self.assertEqual(channel.event(), {**REMOTE, "connected": False})
        self.remove(WAITING)
        state = channel.event()
        self.assertEqual((state, state.presence[XRDP]), ({**REMOTE, "connected": False}, LOST))
        self.assertIn(self.place, state.reason[XRDP])

    def test_no_xrdp_session(self):
        self.socket(SOUND)
        for variables in ({"XRDP_SOCKET_PATH": ""}, {"XRDP_SOCKET_PATH": None}, {"XRDP_SOCKET_PATH": "relative"},
                          {"XRDP_SOCKET_PATH": "/nonexistent"}, {"XRDP_SOCKET_PATH": "/" + "a" * 300}, {"DISPLAY": None},
                          {"DISPLAY": "host:10"}, {"DISPLAY": ":"}, {"DISPLAY": ":1x"}, {"DISPLAY": ":65536"}):
            channel = self.channel(system=NO_BUS, **{"XRDP_SOCKET_PATH": self.place, "DISPLAY": ":10", **variables})
            state = channel.ask()
            self.assertEqual((state, state.presence[XRDP]), ({}, ABSENT), variables)
            self.assertTrue(state.reason[XRDP])
            channel.helper.end()


class DetailsTest(XrdpCase):
    def xrdp(self, **settings):
        return super().xrdp(program=os.environ["WTS_SESSION_WITH_SESADMIN"], **settings)

    def test_screen_start_and_address(self):
        self.socket(SOUND)
        self.lister(f"test \"$*\" = -c=list || exit 1\ncat <<'END'\n{LIST}END\n")
        start = int(time.mktime(time.strptime("2026-11-28 16:31:35", "%Y-%m-%d %H:%M:%S"))) * 1000000
        self.assertEqual(self.xrdp().ask(), {**REMOTE, "connected": True, "screen": (1280, 1024, 24),
                                             "logon_time": start, "address": bytes((192, 0, 2, 7))})

    def test_a_client_that_comes_back_may_have_another_screen(self):
        self.socket(WAITING)
        self.lister(f"cat <<'END'\n{LIST}END\n")
        channel = self.xrdp()
        self.assertEqual(channel.watch()["screen"], (1280, 1024, 24))
        self.lister(f"cat <<'END'\n{LIST.replace('1280x1024', '640x480')}END\n")
        self.remove(WAITING), self.socket(SOUND)
        self.assertTrue(channel.event_until(lambda state: state["screen"] == (640, 480, 24))["connected"])

    def test_a_lister_that_is_of_no_use(self):
        self.socket(SOUND)
        for script in ("exec sleep 1000", "exit 1", "echo No sessions.", "yes Session ID: 8", "kill -9 $$",
                       "head -c 100000 /dev/urandom", "exec >&-; exec sleep 1000"):
            self.lister(script)
            channel = self.xrdp()
            self.assertEqual(self.within(GATHER_SECONDS, channel.ask), {**REMOTE, "connected": True}, script)
            channel.helper.end()

    def test_a_lister_that_hangs_ends_with_the_channel(self):
        self.socket(SOUND)
        path = os.path.join(self.folder, "pid")
        self.lister(f"echo $$ >{path}.new; mv {path}.new {path}; exec sleep 1000")
        channel = self.xrdp()
        channel.ask()
        with open(path, encoding="ascii") as file:
            self.assertFalse(os.path.exists(f"/proc/{int(file.read())}"))


if __name__ == "__main__":
    unittest.main()
