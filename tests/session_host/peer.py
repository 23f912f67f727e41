"""
impacket as the client of the session host: an independent DCE/RPC client for tests, TCP or named pipe over SMB,
with or without NTLM. Raw stubs only; impacket's own structures of this protocol are not used.
"""
from impacket.dcerpc.v5 import rpcrt, transport
from impacket.uuid import uuidtup_to_bin

from . import interfaces

NONE, CONNECT, INTEGRITY, PRIVACY = (rpcrt.RPC_C_AUTHN_LEVEL_NONE, rpcrt.RPC_C_AUTHN_LEVEL_CONNECT,
                                     rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY, rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY)
TIMEOUT = 30


class Fault(Exception):
    """A fault PDU; `code` is its status."""

    def __init__(self, code):
        super().__init__(f"{code:#010x}")
        self.code = code


class _Socket:
    """impacket's TCP transport reads on for ever at the end of the stream; this makes the end an error."""

    def __init__(self, socket):
        self._socket = socket

    def recv(self, length):
        data = self._socket.recv(length)
        if not data:
            raise ConnectionError("the host closed the connection")
        return data

    def __getattr__(self, name):
        return getattr(self._socket, name)


class Peer:
    """One connection, bound to one interface."""

    def __init__(self, binding, interface="legacy", user=None, password="", level=NONE, bind=True):
        self._transport = transport.DCERPCTransportFactory(binding)
        self._transport.set_connect_timeout(TIMEOUT)
        if user:
            self._transport.set_credentials(user, password, "WORKGROUP")
        self.dce = self._transport.get_dce_rpc()
        self.dce.connect()
        if isinstance(self._transport, transport.TCPTransport):
            self._transport._TCPTransport__socket = _Socket(self._transport.get_socket())
        if level != NONE:
            self.dce.set_auth_level(level)
        if bind:
            try:
                self.bind(interface)
            except BaseException:
                self.dce.disconnect()
                raise

    def bind(self, interface):
        self.dce.bind(syntax(interface))

    def call(self, opnum, stub=b""):
        self.send(opnum, stub)
        return self.receive()

    def send(self, opnum, stub=b""):
        self.dce.call(opnum, stub)

    def receive(self):
        try:
            return self.dce.recv()
        except rpcrt.DCERPCException as error:
            if error.error_code is None:
                raise Fault(_code(str(error))) from None
            raise Fault(error.error_code) from None

    def raw_answer(self):
        """The next bytes of the stream as they are; no more than one read gives."""
        return self._transport.recv(True, 0)

    def close(self):
        self.dce.disconnect()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.close()
        except OSError:
            pass


def _code(text):
    """impacket gives the name only for the codes it knows."""
    for code, name in rpcrt.rpc_status_codes.items():
        if name.strip() == text.strip():
            return code
    raise ValueError(text)


def syntax(interface):
    known = interfaces.by_name(interface)
    return uuidtup_to_bin((str(known.uuid) if known else interface, "1.0"))


def over_tcp(port, address="127.0.0.1", **options):
    return Peer(f"ncacn_ip_tcp:{address}[{port}]", **options)


def over_pipe(address, pipe="Ctx_WinStation_API_service", **options):
    return Peer(f"ncacn_np:{address}[\\pipe\\{pipe}]", **options)
