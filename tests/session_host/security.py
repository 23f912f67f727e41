"""
Authentication of one connection at RPC level: which types are known, the legs, and protecting PDUs. The
cryptography is in ntlm.py; SPNEGO's wrapping is in spnego.py. A host that was given a Samba server's smb.conf leaves
all of it to gensec.py.
"""
from . import gensec, ntlm, pdu, spnego
from .interfaces.base import FAULT_ACCESS_DENIED, FAULT_SEC_PKG_ERROR

NTLM, SPNEGO = 10, 9
CONNECT, CALL, PACKET, INTEGRITY, PRIVACY = 2, 3, 4, 5, 6
NAK_UNKNOWN_AUTHENTICATION, NAK_INVALID_CHECKSUM = 8, 9


def known(host, auth):
    return auth.kind in (gensec.KINDS if host.gensec else (NTLM, SPNEGO)) and CONNECT <= auth.level <= PRIVACY


def start(host, auth):
    """The server side of one authentication."""
    return gensec.Security(host, auth) if host.gensec else Security(host, auth)


class Security:
    token_room = ntlm.SIGNATURE_LENGTH

    def __init__(self, host, auth):
        self.kind, self.level, self.context = auth.kind, auth.level, auth.context
        self.failed = None              # why, once an authentication was refused
        acceptor = ntlm.Acceptor(host.accounts)
        self._acceptor = spnego.Acceptor(acceptor) if auth.kind == SPNEGO else acceptor
        self._counts = host.counts

    @property
    def user(self):
        return self._acceptor.user

    @property
    def claimed(self):
        return self._acceptor.claimed

    @property
    def signs(self):
        return self.level >= PACKET

    @property
    def finished(self):
        return bool(self.failed or self.keys)

    @property
    def keys(self):
        return self._acceptor.keys

    def step(self, token, refuse=False):
        """One leg. Returns the token for the answer or None; a failure shows in `failed`."""
        try:
            reply = self._acceptor.step(token, refuse)
        except ntlm.Refused as error:
            self.failed = str(error)
            return None
        if self.keys:
            self._counts.total("authentications")
        return reply

    def open(self, unit):
        """Checks and unseals a request: (0, body without padding) or (fault code, None)."""
        if self.failed or not self.keys:
            return FAULT_ACCESS_DENIED, None
        if unit.auth is None:
            return (0, unit.body) if self.level == CONNECT else (FAULT_ACCESS_DENIED, None)
        if (unit.auth.kind, unit.auth.level, unit.auth.context) != (self.kind, self.level, self.context):
            return FAULT_ACCESS_DENIED, None
        body = self._verified(unit) if self.signs else unit.body
        if body is None:
            return FAULT_SEC_PKG_ERROR, None
        return 0, body[:len(body) - unit.auth.pad_length]

    def _verified(self, unit):
        start = 8 + (16 if unit.flags & pdu.OBJECT_UUID else 0)
        plain = unit.body
        tail = unit.raw[pdu.HEADER_LENGTH + len(unit.body):-len(unit.auth.value)]
        if self.level == PRIVACY:
            plain = plain[:start] + self.keys.decrypt(plain[start:])
        message = unit.raw[:pdu.HEADER_LENGTH] + plain + tail
        return plain if self.keys.verify(message, unit.auth.value) else None

    def close(self, kind, call, head, piece, flags):
        """A protected PDU: `head` stays readable, `piece` is sealed at level privacy."""
        if not self.signs:
            return pdu.build(kind, call, head + piece, flags=flags)
        padding = -len(piece) % 16
        auth = pdu.Auth(self.kind, self.level, self.context, bytes(ntlm.SIGNATURE_LENGTH), padding)
        raw = pdu.build(kind, call, head + piece + bytes(padding), auth, flags)
        message = raw[:-ntlm.SIGNATURE_LENGTH]
        start, end = pdu.HEADER_LENGTH + len(head), len(message) - pdu.TRAILER_LENGTH
        data = message[start:end]
        if self.level == PRIVACY:
            data = self.keys.encrypt(data)
        return message[:start] + data + message[end:] + self.keys.sign(message)
