"""
Serving one whole request: log, scenario rules, strict decoding, the context check, the procedure, and the answer
with whatever the rules do to it. The order of these steps is the order in which a real server can fail.
"""
import os

from . import ndr, pdu
from .interfaces.base import (FAULT_BAD_STUB_DATA, FAULT_CONTEXT_MISMATCH, FAULT_OP_RANGE, FAULT_UNKNOWN_INTERFACE,
                              Call, Drop, Refused, RpcFault)
from .rules import number


def serve_call(connection, call, header, stub, interface):
    if interface is None:
        connection.log("request", call=call, context=header.context, opnum=header.opnum, interface=None)
        connection.fault(call, header.context, {"code": FAULT_UNKNOWN_INTERFACE, "not_executed": True})
        return
    Service(connection, call, header, interface).serve(stub)


class Service:
    """One request on its way through the host."""

    def __init__(self, connection, call, header, interface):
        self.connection, self.host = connection, connection.host
        self.call, self.header, self.interface = call, header, interface
        self.operation = interface.operations.get(header.opnum)
        self.plan = self.host.rules.take("call", interface=interface.name, opnum=header.opnum, user=connection.user,
                                         connection=connection.number, listener=connection.listener)

    def serve(self, stub):
        self._count("received")
        arguments, problem = self._decode(stub)
        try:
            self._before()
            if self.operation is None:
                raise RpcFault(FAULT_OP_RANGE, not_executed=True)
            if problem:
                raise RpcFault(FAULT_BAD_STUB_DATA)
            self._check_contexts(arguments)
            self._answer(self._run(arguments))
        except RpcFault as fault:
            self._count("faulted")
            self.connection.fault(self.call, self.header.context, fault.parameters)

    def _count(self, what):
        self.host.counts.request(self.interface.name, self.header.opnum, what)
        self.host.counted()

    def _decode(self, stub):
        """(arguments, None) or (None, what is wrong); logs the request either way."""
        arguments, problem, surplus, shown = None, None, 0, {}
        if self.operation:
            try:
                arguments, surplus = ndr.decode(self.operation.request, stub)
                shown = {name: "(secret)" if name in self.operation.secret else value
                         for name, value in arguments.items()}
            except ndr.BadStub as error:
                problem = str(error)
        self.connection.log("request", call=self.call, interface=self.interface.name, opnum=self.header.opnum,
                            name=self.operation.name if self.operation else None, arguments=shown, surplus=surplus,
                            problem=problem, length=len(stub), user=self.connection.user, rules=self.plan.names())
        return arguments, problem

    def _before(self):
        """Rules that act before the procedure could run."""
        plan, connection = self.plan, self.connection
        if plan.get("forget") is not None:
            self.host.contexts.forget_all()
        connection.act_early(plan)
        if plan.get("fault") is not None:
            raise scripted(plan.get("fault"))

    def _check_contexts(self, arguments):
        for name, kind in self.operation.request:
            if isinstance(kind, ndr.Handle) and not self.host.contexts.find(arguments[name], self.connection,
                                                                            kind.kind):
                raise RpcFault(FAULT_CONTEXT_MISMATCH)

    def _run(self, arguments):
        """The outputs of the call, by name."""
        refuse = self.plan.get("refuse")
        if refuse is not None:
            self._count("refused")
            return self.operation.refusal(number(refuse.get("status", 0)), arguments, {})
        self._count("executed")
        try:
            outputs = self.operation.run(Call(self.host, self.connection, self.operation, arguments))
            return self.operation.answer(outputs)
        except Refused as refusal:
            self._count("refused")
            return self.operation.refusal(refusal.status, arguments, refusal.outputs)

    def _answer(self, outputs):
        plan = self.plan
        if plan.get("fault_after") is not None:
            raise scripted(plan.get("fault_after"))
        if plan.get("late") is not None:
            self.connection.stall(plan.get("late"))
        if plan.get("drop_after") is not None:
            raise Drop("rule: drop_after", plan.get("drop_after").get("how") == "reset")
        stub = self._response_stub(outputs)
        self.connection.log("response", call=self.call, interface=self.interface.name, opnum=self.header.opnum,
                            length=len(stub), stub=stub, result=outputs.get("pResult", outputs.get("return")))
        raw = self._response_pdus(stub)
        self._count("answered")
        middle = plan.get("drop_mid")
        if middle is not None:
            self.connection.send(raw[:middle.get("bytes", len(raw) // 2)])
            raise Drop("rule: drop_mid")
        self.connection.send(raw)

    def _response_stub(self, outputs):
        for _, change in self.plan.all("field"):
            lie(outputs, change["name"], change["value"])
        rubbish = self.host.settings["padding"] or self.plan.get("padding") is not None
        stub = ndr.encode(self.operation.response, outputs, os.urandom if rubbish else bytes)
        return changed_stub(stub, self.plan.all("stub", "patch", "truncate", "append"))

    def _response_pdus(self, stub):
        """All fragments of the response, one after the other."""
        connection, plan = self.connection, self.plan
        size = self._fragment_size()
        pieces = [stub[start:start + size] for start in range(0, len(stub), size)] or [b""]
        raw = []
        for index, piece in enumerate(pieces):
            flags = (pdu.FIRST if index == 0 else 0) | (pdu.LAST if index == len(pieces) - 1 else 0)
            head = pdu.response_header(len(stub) - index * size, self.header.context)
            raw.append(self._protect(head, piece, flags))
        raw = b"".join(raw)
        for _, change in plan.all("pdu"):
            raw = patched(raw, change)
        return raw

    def _fragment_size(self):
        """Stub bytes per fragment: asked for, or what fits with header, trailer and token; a multiple of 16."""
        asked = self.plan.get("fragment")
        size = number(asked["size"]) if asked else self.host.settings["fragment"]
        security = self.connection.security
        trailer = pdu.TRAILER_LENGTH + security.token_room if security else 0
        room = self.connection.max_fragment - pdu.CALL_HEADER_LENGTH - trailer
        return min(size or room, room) // 16 * 16 or 16

    def _protect(self, head, piece, flags):
        security = self.connection.security
        if security is None or self.plan.get("unsealed") is not None:
            return pdu.build(pdu.RESPONSE, self.call, head + piece, flags=flags)
        raw = security.close(pdu.RESPONSE, self.call, head, piece, flags)
        if self.plan.get("bad_signature") is not None and security.signs:
            raw = raw[:-8] + bytes(byte ^ 0x5A for byte in raw[-8:])
        return raw


def scripted(parameters):
    """The fault that a rule asks for."""
    return RpcFault(number(parameters["code"]), bool(parameters.get("not_executed")))


def lie(outputs, name, value):
    """Another value for an output, or for a member inside it: "ppTsAllProcessesInfo.0.SizeOfSid"."""
    *path, last = [int(step) if step.isdigit() else step for step in name.split(".")]
    place = outputs
    for step in path:
        place = place[step]
    old = place[last]
    if isinstance(old, bytes):
        value = bytes.fromhex(value)
    elif isinstance(old, int):
        value = number(value)
    place[last] = value


def changed_stub(stub, changes):
    for action, change in changes:
        if action == "stub":
            stub = bytes.fromhex(change["hex"])
        elif action == "patch":
            stub = patched(stub, change)
        elif action == "truncate":
            stub = stub[:number(change["length"])]
        elif action == "append":
            stub += bytes.fromhex(change["hex"])
    return stub


def patched(raw, change):
    """`raw` with the bytes `hex` laid over it at `offset` (negative: from the end)."""
    new = bytes.fromhex(change["hex"])
    offset = number(change["offset"])
    offset = offset if offset >= 0 else len(raw) + offset
    return raw[:offset] + new + raw[offset + len(new):]
