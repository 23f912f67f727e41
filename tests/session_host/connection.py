"""
One client connection: the stream of PDUs, bind and alter_context, authentication legs, reassembly of requests.
What happens with a whole request is in calls.py. One thread per connection; one call at a time.
"""
import os
import select
import socket
import struct
import time
import traceback

from . import interfaces, pdu, security
from .calls import patched, serve_call
from .interfaces.base import FAULT_ACCESS_DENIED, Drop, Gone

MAX_TRANSMIT = 5840          # what Windows proposes
MAX_STUB = 8 * 1024 * 1024
MIN_FRAGMENT = 1432          # C706: MustRecvFragSize


class Connection:
    def __init__(self, host, sock, listener, pipe=None, user=None):
        self.host, self.socket, self.listener, self.pipe = host, sock, listener, pipe
        self.number = next(host.numbers)
        self.pipe_user = user
        self.security = None            # once a bind carried authentication
        self.max_fragment = MAX_TRANSMIT
        self.group = 0
        self._served = interfaces.on_pipe(pipe)
        self._bound = {}                # presentation context id -> interface
        self._buffer = bytearray()
        self._ended = False
        self._releases = host.releases
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    @property
    def user(self):
        """Who calls: by RPC authentication, else by the pipe's session, else nobody."""
        if self.security and self.security.user:
            return self.security.user
        return self.pipe_user or "anonymous"

    @property
    def auth_level(self):
        return self.security.level if self.security else 1

    def log(self, event, **facts):
        self.host.log.write(event, connection=self.number, **facts)

    # --- life -----------------------------------------------------------------------------------------------

    def run(self):
        """The thread's main function."""
        self.host.join(self)
        self.log("connect", listener=self.listener, user=self.user)
        why, reset = "end of file", False
        try:
            self.act_early(self.host.rules.take("connect", listener=self.listener, connection=self.number))
            while True:
                raw = self._read_pdu()
                if raw is None:
                    break
                self._dispatch(pdu.parse(raw))
        except Drop as drop:
            why, reset = str(drop), drop.reset
        except (Gone, OSError, pdu.BadPdu) as error:
            why = f"{type(error).__name__}: {error}"
        except Exception as error:  # a mistake of the host's own: no test may pass over it
            why = f"internal error: {error!r}"
            self.log("error", problem=traceback.format_exc())
            traceback.print_exc()
        finally:
            self.close(reset)
            self.log("close", why=why)

    def close(self, reset=False):
        self.host.leave(self)
        if reset and self.socket.family != socket.AF_UNIX:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        os.close(self._wake)

    def shut(self):
        """Ends the connection from another thread."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def wake(self):
        os.eventfd_write(self._wake, 1)

    # --- bytes ----------------------------------------------------------------------------------------------

    def _receive(self):
        piece = self.socket.recv(65536)
        if not piece:
            self._ended = True
        self._buffer += piece
        return bool(piece)

    def _read_pdu(self):
        """The next whole PDU, or None at a clean end."""
        while True:
            length = pdu.frame_length(self._buffer)
            if length is not None and len(self._buffer) >= length:
                raw = bytes(self._buffer[:length])
                del self._buffer[:length]
                return raw
            if self._ended or not self._receive():
                if self._buffer:
                    raise pdu.BadPdu(f"stream ends inside a PDU ({len(self._buffer)} bytes)")
                return None

    def send(self, data):
        self.socket.sendall(data)

    def wait_until(self, condition, seconds=None):
        """
        Blocks until the condition holds (True) or the time is over (False). Raises Gone when the client closes or
        the host stops. What arrives meanwhile (a cancel, for instance) waits in the buffer.
        """
        timeout = Timeout(seconds)
        while not condition():
            if self.host.stopped:
                raise Gone("host stops")
            if self._ended:
                raise Gone("client closed during the call")
            ready, _, _ = select.select([self.socket, self._wake], [], [], timeout.left())
            if self.socket in ready:
                self._receive()
            if self._wake in ready:
                os.eventfd_read(self._wake)
            if not ready and timeout.over():
                return condition()
        return True

    def stall(self, parameters):
        """For ever, for `seconds`, or until the control command `release`, whichever comes first."""
        self.wait_until(lambda: self.host.releases != self._releases, parameters.get("seconds"))
        self._releases = self.host.releases

    # --- PDUs -----------------------------------------------------------------------------------------------

    def act_early(self, plan):
        """The actions that come before anything is done."""
        if plan.get("stall") is not None:
            self.stall(plan.get("stall"))
        if plan.get("drop") is not None:
            raise Drop("rule: drop", plan.get("drop").get("how") == "reset")

    def _dispatch(self, unit):
        self._releases = self.host.releases     # before any count, which a test may wait for and then release
        if unit.kind in (pdu.BIND, pdu.ALTER_CONTEXT):
            self._bind(unit)
        elif unit.kind == pdu.AUTH3:
            self._auth3(unit)
        elif unit.kind == pdu.REQUEST:
            self._request(unit)
        elif unit.kind in (pdu.CO_CANCEL, pdu.ORPHANED):
            self.log("ignored", pdu=unit.kind, call=unit.call)
        else:
            raise pdu.BadPdu(f"type {unit.kind} from a client")

    def _bind(self, unit):
        wanted = pdu.parse_bind(unit)
        names = [self._name(offer.abstract) for offer in wanted.offers]
        first = names[0] if names else None
        self.host.counts.total("binds")
        plan = self.host.rules.take("bind", interface=first, user=self.user, connection=self.number,
                                    listener=self.listener)
        self.log("bind" if unit.kind == pdu.BIND else "alter_context", interfaces=names,
                 auth_type=unit.auth.kind if unit.auth else 0, auth_level=unit.auth.level if unit.auth else 1,
                 rules=plan.names())
        self.act_early(plan)
        nak = plan.get("bind_nak")
        if nak is None and unit.auth and not security.known(self.host, unit.auth):
            nak = {"reason": security.NAK_UNKNOWN_AUTHENTICATION}
        if nak is not None:
            self._answer_bind(pdu.build(pdu.BIND_NAK, unit.call, pdu.bind_nak_body(nak.get("reason", 0))), plan)
            return
        if plan.get("fault") is not None:
            self.fault(unit.call, 0, plan.get("fault"))
            return
        token = self._leg(unit)
        if unit.auth and self.security.failed:
            self._refuse_bind(unit, plan)
            return
        results = [self._accept(offer, plan.get("reject")) for offer in wanted.offers]
        self._answer_bind(self._bind_ack(unit, wanted, results, token, plan), plan)

    def _refuse_bind(self, unit, plan):
        """An authentication that failed in its first leg, or in a later one."""
        if unit.kind == pdu.BIND:
            body = pdu.bind_nak_body(security.NAK_INVALID_CHECKSUM)
            self._answer_bind(pdu.build(pdu.BIND_NAK, unit.call, body), plan)
        else:
            self.fault(unit.call, 0, {"code": FAULT_ACCESS_DENIED})

    def _name(self, identity):
        interface = interfaces.by_name(str(identity))
        return interface.name if interface else str(identity)

    def _accept(self, offer, reject):
        """(result, reason) for one presentation context; remembers an accepted one."""
        if any(syntax.bytes_le[:8] == pdu.FEATURE_PREFIX for syntax, _ in offer.transfers):
            return pdu.NEGOTIATE_ACK, 0
        interface = self._served.get(offer.abstract)
        if reject is not None:
            return reject.get("result", pdu.PROVIDER_REJECTION), reject.get("reason", pdu.NO_ABSTRACT_SYNTAX)
        if interface is None or offer.version != (1, 0):
            return pdu.PROVIDER_REJECTION, pdu.NO_ABSTRACT_SYNTAX
        if pdu.NDR20 not in offer.transfers:
            return pdu.PROVIDER_REJECTION, pdu.NO_TRANSFER_SYNTAX
        self._bound[offer.context] = interface
        return pdu.ACCEPTANCE, 0

    def _bind_ack(self, unit, wanted, results, token, plan):
        first = unit.kind == pdu.BIND
        if first:
            self.group = wanted.group or next(self.host.groups)
            self.max_fragment = max(MIN_FRAGMENT, min(wanted.max_receive, MAX_TRANSMIT))
        address = (f"\\PIPE\\{self.pipe}" if self.pipe else str(self.socket.getsockname()[1])) if first else ""
        body = pdu.bind_ack_body(self.max_fragment, MAX_TRANSMIT, self.group, address, results)
        auth = None
        if token is not None and plan.get("no_token") is None:
            auth = pdu.Auth(unit.auth.kind, unit.auth.level, unit.auth.context, token)
        flags = pdu.FIRST | pdu.LAST
        if unit.flags & pdu.HEADER_SIGN and self.host.settings["header_sign"]:
            flags |= pdu.HEADER_SIGN
        kind = pdu.BIND_ACK if first else pdu.ALTER_CONTEXT_RESP
        self.log("bind_ack" if first else "alter_context_resp", results=results,
                 interfaces=[interface.name for interface in self._bound.values()])
        return pdu.build(kind, unit.call, body, auth, flags)

    def _leg(self, unit):
        """One step of the authentication; the token to send back, or None."""
        if not unit.auth:
            return None
        if self.security is None or unit.kind == pdu.BIND:
            self.security = security.start(self.host, unit.auth)
        refuse = self.host.rules.take("auth", user=self.user, connection=self.number, listener=self.listener)
        self.act_early(refuse)
        token = self.security.step(unit.auth.value, refuse.get("refuse") is not None)
        if self.security.finished:
            self.log("auth", user=self.security.claimed, result=self.security.failed or "ok")
        return token

    def _answer_bind(self, raw, plan):
        for _, change in plan.all("pdu"):
            raw = patched(raw, change)
        if plan.get("late") is not None:
            self.stall(plan.get("late"))
        if plan.get("drop_mid") is not None:
            self.send(raw[:plan.get("drop_mid").get("bytes", len(raw) // 2)])
            raise Drop("rule: drop_mid")
        self.send(raw)
        if plan.get("drop_after") is not None:
            raise Drop("rule: drop_after", plan.get("drop_after").get("how") == "reset")

    def _auth3(self, unit):
        if not unit.auth or not self.security:
            raise pdu.BadPdu("auth3 without a bind that began an authentication")
        self._leg(unit)
        if self.socket.family != socket.AF_UNIX:
            # auth3 has no answer; a client under Nagle's rule would wait 40 ms for our acknowledgement.
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def _request(self, unit):
        """Collects the fragments of one request, then serves it."""
        if not unit.flags & pdu.FIRST:
            raise pdu.BadPdu("request begins in the middle")
        first, stub, call = None, b"", unit.call
        while True:
            refused, body = self._open(unit)
            if refused:
                self.fault(call, 0, {"code": refused, "not_executed": True})
                return
            header, piece = pdu.parse_request(unit, body)
            first = first or header
            stub += piece
            if len(stub) > MAX_STUB:
                raise pdu.BadPdu("request too long")
            if unit.flags & pdu.LAST:
                break
            unit = self._next_fragment(call)
        serve_call(self, call, first, stub, self._bound.get(first.context))

    def _next_fragment(self, call):
        while True:
            raw = self._read_pdu()
            if raw is None:
                raise Gone("client closed between fragments")
            unit = pdu.parse(raw)
            if unit.kind == pdu.REQUEST and unit.call == call and not unit.flags & pdu.FIRST:
                return unit
            if unit.kind == pdu.ORPHANED and unit.call == call:
                raise Gone("call orphaned between fragments")
            if unit.kind not in (pdu.CO_CANCEL, pdu.ORPHANED):
                raise pdu.BadPdu(f"type {unit.kind}, call {unit.call} between fragments of call {call}")

    def _open(self, unit):
        """(0, plain body) or (fault code, None)."""
        if self.auth_level < self.host.settings["min_auth_level"]:
            return FAULT_ACCESS_DENIED, None
        if self.security is None:
            return (FAULT_ACCESS_DENIED, None) if unit.auth else (0, unit.body)
        return self.security.open(unit)

    def fault(self, call, context, parameters):
        """Sends a fault: `code`, `not_executed`. Never sealed: clients read the status as it stands."""
        code = int(str(parameters["code"]), 0)
        flags = pdu.FIRST | pdu.LAST | (pdu.DID_NOT_EXECUTE if parameters.get("not_executed") else 0)
        self.log("fault", call=call, code=f"{code:#010x}", not_executed=bool(parameters.get("not_executed")))
        self.send(pdu.build(pdu.FAULT, call, pdu.fault_body(context, code), flags=flags))


class Timeout:
    def __init__(self, seconds):
        self._end = None if seconds is None else time.monotonic() + seconds

    def left(self):
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def over(self):
        return self._end is not None and time.monotonic() >= self._end
