"""
Authentication by Samba's gensec with the accounts and the key of a Samba server on this machine: NTLM, SPNEGO and
Kerberos. Samba's Python can sign packets but not seal them, so the two functions that can are called by ctypes in the
private library that Python has loaded already, which is libgensec-samba4 in 4.17 and libgensec-private-samba in 4.22.
"""
import ctypes
import threading

from . import pdu
from .interfaces.base import FAULT_ACCESS_DENIED, FAULT_SEC_PKG_ERROR

KINDS = (9, 10, 16)     # SPNEGO, NTLM, Kerberos
CONNECT, INTEGRITY, PRIVACY = 2, 5, 6
MORE_PROCESSING = 0xC0000016


class _Blob(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class _Library:
    """gensec_seal_packet and gensec_unseal_packet. PyDLL: Samba's memory is not made for threads."""

    def __init__(self):
        gensec = ctypes.PyDLL(_loaded("libgensec-samba4", "libgensec-private-samba"))
        talloc = ctypes.PyDLL(_loaded("libpytalloc-util"))
        self.pointer = talloc._pytalloc_get_ptr
        self.pointer.restype, self.pointer.argtypes = ctypes.c_void_p, [ctypes.py_object]
        self.seal, self.unseal = gensec.gensec_seal_packet, gensec.gensec_unseal_packet
        common = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t]
        self.seal.restype = self.unseal.restype = ctypes.c_uint32
        self.seal.argtypes = [*common[:1], ctypes.c_void_p, *common[1:], ctypes.POINTER(_Blob)]
        self.unseal.argtypes = [*common, ctypes.POINTER(_Blob)]


def _loaded(*names):
    """The path of a library that this process has loaded, under one of the names."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        for line in file:
            path = line.rstrip("\n").partition("/")
            if path[1] and path[2].rpartition("/")[2].startswith(names):
                return "/" + path[2]
    raise RuntimeError(f"Samba's Python module has loaded none of {', '.join(names)}")


class Settings:
    """What all connections of a host share: the server's smb.conf, its account, the library."""

    def __init__(self, configuration):
        from samba import auth, credentials, gensec, param
        self._credentials, self._gensec = credentials, gensec
        self.lp = param.LoadParm(configuration)
        self.auth = auth.AuthContext(lp_ctx=self.lp)
        self.lock = threading.Lock()
        self.library = _Library()

    def start(self, kind, level):
        """A new server side of one authentication."""
        machine = self._credentials.Credentials()
        machine.guess(self.lp)
        machine.set_machine_account(self.lp)
        settings = {"lp_ctx": self.lp, "target_hostname": "dc1"}
        server = self._gensec.Security.start_server(settings=settings, auth_context=self.auth)
        server.set_credentials(machine)
        server.want_feature(self._gensec.FEATURE_SIGN_PKT_HEADER)
        server.start_mech_by_authtype(kind, level)
        return server


class Security:
    """One connection's authentication; serves like security.Security."""
    token_room = 128    # a Kerberos token for sealing has 76 bytes

    def __init__(self, host, auth):
        self.kind, self.level, self.context = auth.kind, auth.level, auth.context
        self.failed = self.user = self.claimed = None
        self.finished = False
        self._counts, self._settings = host.counts, host.gensec
        self._server = self._settings.start(auth.kind, auth.level)

    @property
    def signs(self):
        return self.level >= INTEGRITY

    def step(self, token, refuse=False):
        from samba import NTSTATUSError
        try:
            done, reply = self._server.update(token)
        except NTSTATUSError as error:
            self.failed, self.finished = f"{error.args[0] & 0xFFFFFFFF:#010x} {error.args[1]}", True
            return None
        if refuse:
            self.failed, self.finished = "rule: refuse", True
            return None
        if done:
            self.claimed = self.user = self._server.session_info().info.account_name
            self.finished = True
            self._counts.total("authentications")
        return reply or None

    def open(self, unit):
        """Checks and unseals a request: (0, body without padding) or (fault code, None)."""
        if self.failed or not self.user or unit.auth is None or \
                (unit.auth.kind, unit.auth.level, unit.auth.context) != (self.kind, self.level, self.context):
            return FAULT_ACCESS_DENIED, None
        body = unit.body
        if self.signs:
            body = self._verified(unit)
        if body is None:
            return FAULT_SEC_PKG_ERROR, None
        return 0, body[:len(body) - unit.auth.pad_length]

    def _verified(self, unit):
        start = pdu.CALL_HEADER_LENGTH + (16 if unit.flags & pdu.OBJECT_UUID else 0)
        end = pdu.HEADER_LENGTH + len(unit.body)
        message = ctypes.create_string_buffer(unit.raw[:-len(unit.auth.value)], len(unit.raw) - len(unit.auth.value))
        token = ctypes.create_string_buffer(unit.auth.value, len(unit.auth.value))
        blob = _Blob(ctypes.addressof(token), len(unit.auth.value))
        data = ctypes.addressof(message) + start
        if self.level != PRIVACY:
            return self._checked(unit, message.raw, start, end)
        status = self._settings.library.unseal(self._native(), data, end - start, ctypes.addressof(message),
                                               len(message), ctypes.byref(blob))
        return message.raw[pdu.HEADER_LENGTH:end] if status == 0 else None

    def _checked(self, unit, message, start, end):
        from samba import NTSTATUSError
        try:
            self._server.check_packet(message[start:end], message, unit.auth.value)
        except NTSTATUSError:
            return None
        return message[pdu.HEADER_LENGTH:end]

    def _native(self):
        return self._settings.library.pointer(self._server)

    def close(self, kind, call, head, piece, flags):
        """A protected PDU: `head` stays readable, `piece` is sealed at level privacy."""
        if not self.signs:
            return pdu.build(kind, call, head + piece, flags=flags)
        padding = -len(piece) % 16
        length = self._server.sig_size(len(piece) + padding)
        auth = pdu.Auth(self.kind, self.level, self.context, bytes(length), padding)
        raw = pdu.build(kind, call, head + piece + bytes(padding), auth, flags)[:-length]
        start, end = pdu.HEADER_LENGTH + len(head), len(raw) - pdu.TRAILER_LENGTH
        if self.level != PRIVACY:
            return raw + self._server.sign_packet(raw[start:end], raw)
        message, blob = ctypes.create_string_buffer(raw, len(raw)), _Blob()
        native = self._native()
        status = self._settings.library.seal(native, native, ctypes.addressof(message) + start, end - start,
                                             ctypes.addressof(message), len(raw), ctypes.byref(blob))
        if status:
            raise RuntimeError(f"gensec_seal_packet: {status:#010x}")
        return message.raw + ctypes.string_at(blob.data, blob.length)
