"""
A helper that a test plays: the DLL starts a small program, which hands its standard input, the socket to the DLL, to
the test and stays until it is ended. So the process is a real one, and each frame is the test's.
"""
import os
import select
import shutil
import signal
import socket
import tempfile
import time

from . import codec

PATIENCE = 60
PROGRAM = """#!/usr/bin/python3 -IS
import os, socket
test = socket.socket(socket.AF_UNIX)
test.connect({address!r})
socket.send_fds(test, [str(os.getpid()).encode()], [0])
os.close(0), os.close(2)
test.recv(1)
"""
SECRET_LENGTH = 16 * 4096


class PlayedHelpers:
    """with PlayedHelpers() as helpers: `path` is the program; next() is the helper that was started next."""

    def __init__(self, name="wts-relay"):
        self._name, self._started = name, []

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="played-helper-")
        self.path = os.path.join(self.folder, self._name)
        address = os.path.join(self.folder, "socket")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(address)
        self._listener.listen(16)
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(PROGRAM.format(address=address))
        os.chmod(self.path, 0o755)
        return self

    def __exit__(self, *_):
        for helper in self._started:
            helper.close()
        self._listener.close()
        shutil.rmtree(self.folder)

    def next(self, ready=True, seconds=PATIENCE):
        """The next helper, after HELLO; it says READY unless told otherwise."""
        if not select.select([self._listener], [], [], seconds)[0]:
            raise TimeoutError("no helper was started")
        connection, _ = self._listener.accept()
        data, descriptors, _, _ = socket.recv_fds(connection, 64, 1)
        helper = PlayedHelper(int(data), socket.socket(fileno=descriptors[0]), connection)
        self._started.append(helper)
        helper.hello = helper.receive(codec.HELLO)
        if ready:
            helper.say_ready()
        return helper

    def was_started(self, seconds=0.0):
        """Whether another one waits to be taken by next()."""
        return bool(select.select([self._listener], [], [], seconds)[0])


class PlayedHelper:
    """One process, and the socket to the DLL."""

    def __init__(self, pid, to_dll, to_program):
        self.pid, self.socket, self._program = pid, to_dll, to_program
        self.secrets = os.memfd_create("secrets")
        os.ftruncate(self.secrets, SECRET_LENGTH)
        self._data, self._is_closed = b"", False

    def say_ready(self, **options):
        self.send(codec.ready(self.pid if "secret" in options else os.getpid(),
                              **{"secret": (self.secrets, SECRET_LENGTH), **options}))

    def send(self, *frames, piece=None):
        """Sends frames, or bytes; in pieces of `piece` bytes, each by itself, when it is given."""
        whole = b"".join(map(bytes, frames))
        step = piece or max(len(whole), 1)
        for start in range(0, len(whole), step):
            self._send(whole[start:start + step])
            if piece:
                time.sleep(0.0005)

    def _send(self, rest):
        while rest:
            if not select.select([], [self.socket], [], PATIENCE)[1]:
                raise TimeoutError("the DLL reads nothing")
            rest = rest[self.socket.send(rest):]

    def receive(self, kind=None, seconds=PATIENCE):
        """The next frame, which must be of `kind`; None at the end of the socket."""
        while True:
            frame, self._data = codec.take(self._data)
            if frame is not None:
                assert kind in (None, frame.kind), frame
                return frame
            if not select.select([self.socket], [], [], seconds)[0]:
                raise TimeoutError("the DLL is silent")
            try:
                more = self.socket.recv(1 << 20)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self._data += more

    def is_silent(self, seconds):
        return not self._data and not select.select([self.socket], [], [], seconds)[0]

    def has_ended(self):
        """Reads to the end of the socket."""
        while self.receive() is not None:
            pass
        return True

    def accept(self, **options):
        """Takes an OPEN and lets it succeed; the OPEN."""
        frame = self.receive(codec.OPEN)
        self.send(codec.opened(frame.channel, **options))
        return frame

    def answer(self, stub=b"", seconds=PATIENCE, **options):
        """Takes a REQUEST of the duty RPC and answers it; the REQUEST."""
        frame = self.receive(codec.REQUEST, seconds)
        self.send(codec.reply(frame.channel, frame.serial, payload=codec.rpc_reply(stub), **options))
        return frame

    def kill(self):
        """Ends the process without a word; the socket does not end by that."""
        os.kill(self.pid, signal.SIGKILL)

    def close(self):
        if self._is_closed:
            return
        self._is_closed = True
        self._program.close()
        self.socket.close()
        os.close(self.secrets)
