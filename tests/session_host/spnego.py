"""
SPNEGO (RFC 4178) around one NTLM acceptor, with the message classes of impacket. NTLM is the only mechanism;
the mechanism list is signed when the client signs it.
"""
from impacket import spnego

from . import ntlm

NTLM_MECHANISM = spnego.TypesMech["NTLMSSP - Microsoft NTLM Security Support Provider"]
ACCEPT_COMPLETED, ACCEPT_INCOMPLETE = b"\x00", b"\x01"


class Acceptor:
    def __init__(self, inner):
        self._inner = inner
        self._started = False
        self._mechanisms = b""

    @property
    def user(self):
        return self._inner.user

    @property
    def keys(self):
        return self._inner.keys

    def step(self, token, refuse=False):
        raise ntlm.Refused("SPNEGO is not served")
