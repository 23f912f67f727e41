"""
What an RPC interface of the host is: its identity, the pipes it answers on, and its operations, each with the
layout of both stubs and the function that does the work. The two return conventions: docs/wire.md#return-values.
"""
import dataclasses
import uuid

from .. import ndr

# NTSTATUS and HRESULT values the interfaces answer with.
STATUS_UNSUCCESSFUL = 0xC0000001
STATUS_INVALID_CID = 0xC000000B
STATUS_INVALID_PARAMETER = 0xC000000D
STATUS_ACCESS_DENIED = 0xC0000022
STATUS_BUFFER_TOO_SMALL = 0xC0000023
STATUS_PROCESS_IS_TERMINATING = 0xC000010A
STATUS_CANCELLED = 0xC0000120
STATUS_PRIVILEGE_NOT_HELD = 0xC0000061
E_FAIL = 0x80004005
E_NOT_FOUND = 0x80070002
E_ACCESS_DENIED = 0x80070005
E_INVALID_PARAMETER = 0x80070057
E_INSUFFICIENT_BUFFER = 0x8007007A
E_WAIT_TIMEOUT = 0x80070102
E_WRONG_PASSWORD = 0x8007052E
E_INVALID_STATE = 0x8007139F

# Fault codes.
FAULT_ACCESS_DENIED = 0x00000005
FAULT_BAD_STUB_DATA = 0x000006F7
FAULT_SEC_PKG_ERROR = 0x00000721
FAULT_CONTEXT_MISMATCH = 0x1C00001A
FAULT_OP_RANGE = 0x1C010002
FAULT_UNKNOWN_INTERFACE = 0x1C010003
FAULT_PROTOCOL = 0x1C01000B


# Return conventions: BOOLEAN (one byte) with an NTSTATUS in pResult; HRESULT; no return value.
BOOLEAN, HRESULT, NOTHING = "boolean", "hresult", "nothing"
RETURN_VALUES = {BOOLEAN: [("return", ndr.U8)], HRESULT: [("return", ndr.U32)], NOTHING: []}


class Refused(Exception):
    """The procedure ran and says no: `status` goes into pResult (FALSE) or is the HRESULT. `outputs` as they are."""

    def __init__(self, status, **outputs):
        super().__init__(f"{status:#010x}")
        self.status, self.outputs = status, outputs


class RpcFault(Exception):
    """The procedure raised an exception: a fault PDU."""

    def __init__(self, code, not_executed=False):
        super().__init__(f"{code:#010x}")
        self.parameters = {"code": code, "not_executed": not_executed}


class Drop(Exception):
    """End this connection now. `reset`: with RST instead of FIN (TCP only)."""

    def __init__(self, why, reset=False):
        super().__init__(why)
        self.reset = reset


class Gone(Exception):
    """The connection went away, or the host stops, while a call was blocked."""


@dataclasses.dataclass
class Operation:
    interface: str
    opnum: int
    name: str
    request: list
    response: list
    run: object
    convention: str
    secret: tuple = ()

    def answer(self, outputs):
        """Every output, with success where the procedure said nothing."""
        values = {name: kind.zero() for name, kind in self.response}
        if self.convention == BOOLEAN:
            values["return"] = 1
        values.update(outputs)
        return values

    def refusal(self, status, arguments, outputs):
        """The outputs of a refused call: nothing, but handles come back as they were."""
        values = {name: kind.zero() for name, kind in self.response}
        for name, kind in self.response:
            if isinstance(kind, ndr.Handle) and name in arguments:
                values[name] = arguments[name]
        values.update(outputs)
        if self.convention == BOOLEAN:
            values["pResult"], values["return"] = status, 0
        else:
            values["return"] = status
        return values


class Interface:
    """One RPC interface, version 1.0. `convention`: what its calls return, BOOLEAN, HRESULT or NOTHING."""

    def __init__(self, name, idl_name, identity, pipes, convention):
        self.name, self.idl_name, self.uuid = name, idl_name, uuid.UUID(identity)
        self.pipes, self.convention, self.operations = [pipe.lower() for pipe in pipes], convention, {}

    def operation(self, opnum, name, request, response, secret=()):
        """
        Decorator: `function(call)` returns the outputs that are not zero. The return value is added to the
        response here. `secret` names parameters that never reach the log.
        """
        tail = RETURN_VALUES[self.convention]
        if self.convention == BOOLEAN and not any(name == "pResult" for name, _ in response):
            tail = [("pResult", ndr.U32)] + tail

        def register(function):
            self.operations[opnum] = Operation(self.name, opnum, name, request, response + tail, function,
                                                self.convention, secret)
            return function

        return register


class Call:
    """One request in work: what a procedure may look at and what it may do."""

    def __init__(self, host, connection, operation, arguments):
        self.host, self.connection, self.operation = host, connection, operation
        self.arguments = arguments

    def __getitem__(self, name):
        return self.arguments[name]

    @property
    def user(self):
        return self.connection.user

    def context(self, name):
        """The object behind a handle parameter; it was checked before the procedure started."""
        return self.host.contexts.find(self.arguments[name], self.connection).value

    def open_context(self, kind, value):
        return self.host.contexts.create(kind, value, self.connection)

    def close_context(self, name):
        self.host.contexts.remove(self.arguments[name])
        return ndr.NULL_HANDLE

    def wait_until(self, condition, seconds=None):
        """Blocks; the test can see it by `await_requests` with what: "blocked"."""
        self.host.count_blocked(self.operation, 1)
        try:
            return self.connection.wait_until(condition, seconds)
        finally:
            self.host.count_blocked(self.operation, -1)

    def session(self, identity, right):
        """A session that is there and on which the caller has the right."""
        session = self.host.sessions.find(identity)
        if session is None:
            raise Refused(E_NOT_FOUND)
        return self.allowed(session, right)

    def opened(self, name, right):
        """The same of the session behind a handle parameter."""
        session = self.context(name)
        if session.gone:
            raise Refused(E_NOT_FOUND)
        return self.allowed(session, right)

    def allowed(self, securable, right):
        if right and not securable.allows(self.user, right):
            raise Refused(E_ACCESS_DENIED)
        return securable
