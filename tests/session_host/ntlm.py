"""
An NTLM acceptor ([MS-NLMP]): NTLMv2 with extended session security only. Key derivation, signing and sealing
come from impacket, RC4 from python3-pycryptodome. Accounts are a table of user name (lower case) to NT hash.
"""
import hmac
import os
import struct
import time

from impacket import ntlm
from Cryptodome.Cipher import ARC4

SIGNATURE_LENGTH = 16
EPOCH_DIFFERENCE = 116444736000000000
AV_FLAG_MIC = 2
MIC_OFFSET, MIC_LENGTH = 72, 16

REQUIRED = ntlm.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY | ntlm.NTLMSSP_NEGOTIATE_UNICODE
GRANTED = (REQUIRED | ntlm.NTLMSSP_NEGOTIATE_NTLM | ntlm.NTLMSSP_NEGOTIATE_SIGN | ntlm.NTLMSSP_NEGOTIATE_SEAL |
           ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH | ntlm.NTLMSSP_NEGOTIATE_128 | ntlm.NTLMSSP_NEGOTIATE_56 |
           ntlm.NTLMSSP_NEGOTIATE_ALWAYS_SIGN | ntlm.NTLMSSP_REQUEST_TARGET)


class Refused(Exception):
    """The log-on failed; the text is for the log and holds no secret."""


def nt_hash(password):
    return ntlm.compute_nthash(password)


class Keys:
    """Signing and sealing of both directions after a successful log-on."""

    def __init__(self, flags, session_key):
        self._flags, self._session_key = flags, session_key
        self._in = self._direction("Client")
        self._out = self._direction("Server")

    def restart_ciphers(self):
        """SPNEGO's own signatures leave the cipher streams as new, but count ([MS-SPNG] 3.3.5.1)."""
        for way, mode in ((self._in, "Client"), (self._out, "Server")):
            way["cipher"] = self._direction(mode)["cipher"]

    def _direction(self, mode):
        cipher = ARC4.new(ntlm.SEALKEY(self._flags, self._session_key, mode))
        return {"sign": ntlm.SIGNKEY(self._flags, self._session_key, mode), "cipher": cipher, "number": 0}

    def decrypt(self, data):
        return self._in["cipher"].decrypt(data)

    def encrypt(self, data):
        return self._out["cipher"].encrypt(data)

    def verify(self, message, signature):
        return hmac.compare_digest(self._mac(self._in, message), bytes(signature))

    def sign(self, message):
        return self._mac(self._out, message)

    def _mac(self, way, message):
        mac = ntlm.MAC(self._flags, way["cipher"].encrypt, way["sign"], way["number"], message)
        way["number"] += 1
        return mac.getData()


class Acceptor:
    def __init__(self, accounts, server="RDSH", domain="WORKGROUP"):
        self._accounts, self._server, self._domain = accounts, server, domain
        self._negotiate = self._challenge = None
        self._nonce = os.urandom(8)
        self._flags = 0
        self.claimed = None             # who the client says it is
        self.user = None                # the same, once proved
        self.keys = None

    def step(self, token, refuse=False):
        """Takes a NEGOTIATE (gives the CHALLENGE) or an AUTHENTICATE (gives None). Raises Refused."""
        if token[:8] != b"NTLMSSP\0" or len(token) < 12:
            raise Refused("not an NTLM message")
        kind, = struct.unpack_from("<I", token, 8)
        if kind == 1 and self._challenge is None:
            return self._step_negotiate(token)
        if kind == 3 and self._challenge is not None and self.keys is None:
            self._step_authenticate(token, refuse)
            return None
        raise Refused(f"NTLM message {kind} out of order")

    def _step_negotiate(self, token):
        wanted, = struct.unpack_from("<I", token, 12)
        if wanted & REQUIRED != REQUIRED:
            raise Refused("client without Unicode or extended session security")
        self._flags = wanted & GRANTED | ntlm.NTLMSSP_NEGOTIATE_TARGET_INFO | ntlm.NTLMSSP_TARGET_TYPE_SERVER
        self._negotiate = token
        self._challenge = self._build_challenge()
        return self._challenge

    def _build_challenge(self):
        """CHALLENGE_MESSAGE, [MS-NLMP] 2.2.1.2, without VERSION."""
        name = self._server.encode("utf-16-le")
        info = ntlm.AV_PAIRS()
        info[ntlm.NTLMSSP_AV_HOSTNAME] = name
        info[ntlm.NTLMSSP_AV_DOMAINNAME] = self._domain.encode("utf-16-le")
        info[ntlm.NTLMSSP_AV_DNS_HOSTNAME] = self._server.lower().encode("utf-16-le")
        info[ntlm.NTLMSSP_AV_TIME] = struct.pack("<Q", int(time.time() * 10**7) + EPOCH_DIFFERENCE)
        pairs = info.getData()
        start = 56
        return (b"NTLMSSP\0" + struct.pack("<IHHI", 2, len(name), len(name), start) +
                struct.pack("<I", self._flags) + self._nonce + bytes(8) +
                struct.pack("<HHI", len(pairs), len(pairs), start + len(name)) + bytes(8) + name + pairs)

    def _step_authenticate(self, token, refuse):
        response = _field(token, 20)
        domain, user, exchanged = (_field(token, offset) for offset in (28, 36, 52))
        flags, = struct.unpack_from("<I", token, 60)
        self.claimed = user.decode("utf-16-le", "replace")
        secret = self._accounts.get(self.claimed.lower())
        if secret is None:
            raise Refused("unknown user")
        if len(response) < 16 + 28:
            raise Refused("no NTLMv2 response")
        base = self._check_proof(secret, domain, response)
        if base is None or refuse:
            raise Refused("wrong password")
        self._flags &= flags
        key = base
        if self._flags & ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH:
            key = ARC4.new(base).decrypt(exchanged)
        self._check_mic(token, response, key)
        self.keys, self.user = Keys(self._flags, key), self.claimed

    def _check_proof(self, secret, domain, response):
        """Session base key, or None when the response was made with another password."""
        proof, blob = response[:16], response[16:]
        key = ntlm.NTOWFv2(self.claimed, "", domain.decode("utf-16-le", "replace"), secret)
        expected = ntlm.hmac_md5(key, self._nonce + blob)
        return ntlm.hmac_md5(key, expected) if hmac.compare_digest(expected, proof) else None

    def _check_mic(self, token, response, key):
        """A client that says it sent a MIC must have sent a right one ([MS-NLMP] 3.2.5.1.2)."""
        pairs = ntlm.AV_PAIRS(response[16 + 28:])
        entry = pairs[ntlm.NTLMSSP_AV_FLAGS]
        if not entry or not struct.unpack("<I", entry[1])[0] & AV_FLAG_MIC:
            return
        blank = token[:MIC_OFFSET] + bytes(MIC_LENGTH) + token[MIC_OFFSET + MIC_LENGTH:]
        expected = ntlm.hmac_md5(key, self._negotiate + self._challenge + blank)
        if not hmac.compare_digest(expected, token[MIC_OFFSET:MIC_OFFSET + MIC_LENGTH]):
            raise Refused("wrong message integrity code")


def _field(token, offset):
    """A length/maximum/offset descriptor's bytes."""
    if len(token) < offset + 8:
        raise Refused("NTLM message too short")
    length, _, start = struct.unpack_from("<HHI", token, offset)
    if start + length > len(token):
        raise Refused("NTLM field outside its message")
    return token[start:start + length]
