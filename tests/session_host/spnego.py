"""
SPNEGO (RFC 4178, [MS-SPNG]) around one NTLM acceptor. NTLM is the only mechanism served; when the client signs
the list of mechanisms, the signature is checked and answered.
"""
from . import ntlm

SPNEGO_OID = bytes.fromhex("2b0601050502")
NTLM_OID = bytes.fromhex("2b06010401823702020a")
COMPLETED, INCOMPLETE = 0, 1

OCTETS, OID, ENUMERATED, SEQUENCE, APPLICATION = 0x04, 0x06, 0x0A, 0x30, 0x60
CONTEXT = 0xA0


def wrap(tag, content):
    """One DER element."""
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def unwrap(data, tag=None):
    """(tag, content, rest) of the first DER element."""
    try:
        found, length, start = data[0], data[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[2:start], "big")
    except IndexError:
        raise ntlm.Refused("SPNEGO token too short") from None
    if start + length > len(data) or tag not in (None, found):
        raise ntlm.Refused(f"SPNEGO element {found:#x} of {length} bytes")
    return found, data[start:start + length], data[start + length:]


def fields(content):
    """The context-tagged members of a SEQUENCE, by number."""
    _, rest, _ = unwrap(content, SEQUENCE)
    found = {}
    while rest:
        tag, value, rest = unwrap(rest)
        found[tag - CONTEXT] = value
    return found


class Acceptor:
    """Same use as ntlm.Acceptor."""

    def __init__(self, inner):
        self._inner = inner
        self._mechanisms = None         # the list as the client sent it; that is what gets signed
        self._named = False

    @property
    def user(self):
        return self._inner.user

    @property
    def claimed(self):
        return self._inner.claimed

    @property
    def keys(self):
        return self._inner.keys

    def step(self, token, refuse=False):
        """One leg; returns the token to answer with. Raises ntlm.Refused."""
        if self._mechanisms is None:
            inner, mic = self._first(token), None
        else:
            inner, mic = self._next(token)
        if inner is None:
            return self._answer(INCOMPLETE)
        reply = self._inner.step(inner, refuse)
        if not self.keys:
            return self._answer(INCOMPLETE, reply)
        return self._complete(mic)

    def _first(self, token):
        """NegTokenInit: the NTLM token in it, or None when the client hoped for another mechanism."""
        _, content, _ = unwrap(token, APPLICATION)
        _, identity, rest = unwrap(content, OID)
        if identity != SPNEGO_OID:
            raise ntlm.Refused("not SPNEGO")
        members = fields(unwrap(rest, CONTEXT)[1])
        if 0 not in members:
            raise ntlm.Refused("no mechanism list")
        self._mechanisms = members[0]
        offered, rest = [], unwrap(members[0], SEQUENCE)[1]
        while rest:
            _, identity, rest = unwrap(rest, OID)
            offered.append(identity)
        if NTLM_OID not in offered:
            raise ntlm.Refused("NTLM is not offered")
        if offered[0] == NTLM_OID and 2 in members:
            return unwrap(members[2], OCTETS)[1]
        return None

    @staticmethod
    def _next(token):
        """NegTokenResp: (NTLM token, signature of the mechanism list or None)."""
        members = fields(unwrap(token, CONTEXT + 1)[1])
        if 2 not in members:
            raise ntlm.Refused("no response token")
        mic = unwrap(members[3], OCTETS)[1] if 3 in members else None
        return unwrap(members[2], OCTETS)[1], mic

    def _complete(self, mic):
        if mic is None:
            return self._answer(COMPLETED)
        if not self.keys.verify(self._mechanisms, mic):
            raise ntlm.Refused("wrong signature of the mechanism list")
        reply = self._answer(COMPLETED, mic=self.keys.sign(self._mechanisms))
        self.keys.restart_ciphers()
        return reply

    def _answer(self, state, token=None, mic=None):
        content = wrap(CONTEXT, wrap(ENUMERATED, bytes([state])))
        if not self._named:
            content += wrap(CONTEXT + 1, wrap(OID, NTLM_OID))
            self._named = True
        if token is not None:
            content += wrap(CONTEXT + 2, wrap(OCTETS, token))
        if mic is not None:
            content += wrap(CONTEXT + 3, wrap(OCTETS, mic))
        return wrap(CONTEXT + 1, wrap(SEQUENCE, content))
