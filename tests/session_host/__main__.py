"""
A simulated RD Session Host: [MS-TSTS] over DCE/RPC, on TCP ports and behind Samba's smbd. Its processes are real
children. It answers as the published protocol says, or misbehaves on command; it logs and counts every request.

Start:  python3 -m session_host [options]          (or: python3 path/to/session_host [options])

  --tcp ADDRESS:PORT       listen on a loopback TCP port, all interfaces; port 0: any free one. Repeatable
  --pipe-dir DIR           make the unix sockets DIR/<pipe, lower case> that smbd opens for its pipes
  --user NAME              an account for RPC authentication (NTLM, plain or in SPNEGO). Repeatable; each is
  --password-file FILE       followed by one of these two: a file with the password (one line),
  --nt-hash HEX              or its NT hash
  --gensec SMB_CONF        RPC authentication by Samba's library with the accounts and the key of a Samba server of this
                           machine, Kerberos too; instead of --user
  --contexts-shared        context handles are good on every connection, not only on their own
  --log FILE               JSON lines: connect, bind, bind_ack, auth, request, response, fault, close
  --control PORT|PATH      control channel: a port of 127.0.0.1 (0: any) or a unix socket
  --ready FILE             write the line that says where it listens to FILE, too (it always goes to stdout)
  --end-with-stdin         stop at the end of standard input (no orphan when the parent dies)

Ready line:  {"ready": true, "pid": N, "tcp": [{"address", "port"}], "pipes": [...], "control": {...}}

Control commands, one JSON object a line; the answer is {"ok": true, ...} or {"ok": false, "error": "..."}.
Numbers may be written as text: "0xC0000022".

  {"cmd": "spawn", "pid": N, "name": "x.exe", "session": 1, "owner": "DOM\\\\u", "sid": "S-1-5-..", "deny": ["user"],
           "parent": N, "create_time": N, "counters": {...}}        all optional
           starts a child; -> pid (wire), unix_pid, alive, ...
  {"cmd": "wait", "pid": N}    -> {"pid", "unix_pid", "alive", "exit_code", "unix_status"}; exit_code: 32 bits as
           asked for over the wire (null while alive), unix_status: what the child really returned (low 8 bits)
  {"cmd": "end", "pid": N, "code": C}             the process ends by itself
  {"cmd": "deny", "pid": N, "users": ["bob"]}     these may not end it ("*": nobody may): C0000022
  {"cmd": "processes"}                            the running ones
  {"cmd": "fill", "count": 32000, ...}            so many mere entries of the process list, which nobody may end

  Sessions: 0 Services, 1 Console (nobody), 2 alice over RDP, 3 bob disconnected; one listener, RDP-Tcp.
  {"cmd": "sessions"}                             all, with everything the host knows of them
  {"cmd": "session", "session": N, FACT: value, "deny": {"bob": ["QUERY", "MSG"], "*": ["LOGOFF"]}}
           makes or changes one, silently; facts and rights are listed in sessions.py
  {"cmd": "remove_session", "session": N}         silently
  {"cmd": "logon", "user": "dave", FACT: value}   a new session, with its events -> {"session": N, ...}
  {"cmd": "logoff", "session": N}, {"cmd": "disconnect_session", "session": N}, {"cmd": "lock", "session": N,
           "locked": true}                        as if done there, with their events
  {"cmd": "finish_logoffs"}                       ends those that a negative logoff_delay holds back
  {"cmd": "event", "name": NAME, "session": N}    an event without a change; names in events.py
  {"cmd": "listener", "name": NAME, "listening": true, "deny": {...}}
  {"cmd": "messages"}, {"cmd": "await_messages", "count": N}     message boxes -> {"messages": [{"message", "session",
           "title", "text", "style", "timeout", "waits", "user", "open", "response"}]}
  {"cmd": "answer", "message": N, "response": 6}  somebody presses a button
  {"cmd": "shutdowns"}                            what RpcWinStationShutdownSystem was asked for
  {"cmd": "rule", "match": {...}, "action": "...", "count": N, "skip": N, ...}    -> {"rule": id}
  {"cmd": "unrule", "rule": id}, {"cmd": "rules"}, {"cmd": "clear_rules"}
  {"cmd": "release"}           every stalled call goes on
  {"cmd": "set", "NAME": value}   settings: stopping (OpenServer answers C0000120), min_auth_level (1..6; calls below
           get fault 5), fragment (stub bytes per response fragment, 0: largest), padding (rubbish in NDR padding),
           header_sign (default true), unknown_pid_status (default 0xC000000B), contexts_shared,
           image_name_counts_nul (Length of image names includes the NUL), logoff_delay (seconds until a session is
           gone; below 0: held), logoff_result, message_answer (the answer to every box, at once), no_client_status
           (RpcGetClientData without a client), no_session_ip_status (RpcGetSessionIP without an address),
           protocol_length (bytes of protocol data), level_limit (highest level of enumerations), shutdown_denied
           (list of users)
  {"cmd": "forget"}            all context handles become void, as after a restart of the service
  {"cmd": "disconnect", "connection": N}          closes one connection, or all without a number
  {"cmd": "close_pipe", "pipe": NAME}, {"cmd": "open_pipe", "pipe": NAME}
  {"cmd": "requests"}          -> {"requests": [{"interface", "opnum", "received", "executed", "answered", "refused",
           "faulted"}], "connections", "open", "binds", "authentications"}
  {"cmd": "await_requests", "interface": I, "opnum": N, "what": "received", "count": N, "seconds": 60} -> {"reached"}
           what "blocked": calls that wait in their procedure now, for an event, an answer, a state
  {"cmd": "state"}             open connections with their users, number of contexts
  {"cmd": "reset"}             no rules, default settings, no children, counts zero; connections stay
  {"cmd": "stop"}

Rules. `match`: "on": "connect" | "bind" | "auth" | "call" (default); "interface" (short or IDL name or UUID),
"opnum", "user", "connection", "listener" ("tcp:127.0.0.1:PORT", "pipe:NAME"). `count`: for the next N events only;
`skip`: not for the first N. All rules that match an event act together. Actions:

  on call, before the procedure:
    stall {"seconds"}                   for ever, for a time, or until `release`; then goes on
    drop (drop_before) {"how": "reset"} close without doing it
    forget                              first void all context handles
    fault {"code", "not_executed"}      a fault; the flag 0x20 "did not execute"
    refuse {"status"}                   FALSE with this pResult (default 0), or this HRESULT; not executed
  on call, after the procedure:
    late {"seconds"}                    like stall
    fault_after {"code", ...}           executed, then a fault
    drop_after {"how"}                  executed, no answer
    drop_mid {"bytes"}                  the first bytes of the answer (default half), then close
    field {"name", "value"}             another value for an output parameter (bytes as hex), or for a member inside:
                                        "ppSessionData.1.Data.ExecEnvId"
    stub {"hex"}, patch {"offset", "hex"}, truncate {"length"}, append {"hex"}      change the response stub
    padding                             rubbish in the NDR padding
    fragment {"size"}                   stub bytes per fragment (rounded down to 16, at least 16)
    unsealed                            answer without the protection that was agreed
    bad_signature                       answer with a wrong signature
    pdu {"offset", "hex"}               change bytes of the finished PDUs (after protection)
  on bind:  stall, late, drop, drop_after, drop_mid, bind_nak {"reason"}, reject {"result", "reason"},
            fault {"code"}, no_token (omit the authentication token), pdu
  on auth:  refuse (as a wrong password), stall, drop
  on connect:  stall, drop
"""
import argparse
import json
import os
import signal
import sys
import threading

if __package__ in (None, ""):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    __package__ = "session_host"

from session_host import control, gensec, ntlm  # noqa: E402
from session_host.host import Host  # noqa: E402
from session_host.listeners import Listeners  # noqa: E402


class _Secret(argparse.Action):
    """Joins each password or hash to the --user before it."""

    def __call__(self, parser, options, value, option=None):
        if not options.user or len(options.secrets) >= len(options.user):
            parser.error(f"{option} without a --user before it")
        options.secrets.append(bytes.fromhex(value) if option == "--nt-hash" else _hash_of_file(value))


def _hash_of_file(path):
    with open(path, encoding="utf-8") as file:
        return ntlm.nt_hash(file.read().rstrip("\r\n"))


def _options(arguments):
    parser = argparse.ArgumentParser(prog="session_host", description="Simulated RD Session Host; see __main__.py.")
    parser.add_argument("--tcp", action="append", default=[], metavar="ADDRESS:PORT")
    parser.add_argument("--pipe-dir", metavar="DIR")
    parser.add_argument("--user", action="append", default=[], metavar="NAME")
    parser.add_argument("--password-file", action=_Secret, metavar="FILE")
    parser.add_argument("--nt-hash", action=_Secret, metavar="HEX")
    parser.add_argument("--gensec", metavar="SMB_CONF")
    parser.add_argument("--contexts-shared", action="store_true")
    parser.add_argument("--log", metavar="FILE")
    parser.add_argument("--control", metavar="PORT|PATH")
    parser.add_argument("--ready", metavar="FILE")
    parser.add_argument("--end-with-stdin", action="store_true")
    parser.set_defaults(secrets=[])
    options = parser.parse_args(arguments)
    if len(options.secrets) != len(options.user):
        parser.error("each --user needs a --password-file or --nt-hash")
    if not options.tcp and not options.pipe_dir:
        parser.error("nothing to listen on: --tcp or --pipe-dir")
    return options


def _announce(options, facts):
    line = json.dumps({"ready": True, "pid": os.getpid(), **facts})
    if options.ready:
        with open(options.ready + ".new", "w", encoding="utf-8") as file:
            file.write(line + "\n")
        os.rename(options.ready + ".new", options.ready)
    print(line, flush=True)


def _watch_stdin(host):
    while os.read(0, 4096):
        pass
    host.stop()


def main(arguments=None):
    options = _options(arguments)
    accounts = {name.lower(): secret for name, secret in zip(options.user, options.secrets)}
    samba = gensec.Settings(options.gensec) if options.gensec else None
    host = Host(options.log, options.contexts_shared, accounts, samba)
    listeners = Listeners(host, options.pipe_dir)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=host.stop).start())
    tcp = [listeners.add_tcp(*_address(text)) for text in options.tcp]
    pipes = listeners.add_pipes() if options.pipe_dir else []
    where = control.serve(options.control, control.Commands(host, listeners)) if options.control else None
    _announce(options, {"tcp": tcp, "pipes": pipes, "control": where})
    if options.end_with_stdin:
        threading.Thread(target=_watch_stdin, args=(host,), daemon=True).start()
    try:
        host.wait_until(lambda: host.stopped, None)
    except KeyboardInterrupt:
        pass
    host.stop()     # also when another thread began it: no child may outlive this program
    listeners.close()
    host.log.close()


def _address(text):
    address, _, port = text.rpartition(":")
    return address.strip("[]") or "127.0.0.1", int(port)


if __name__ == "__main__":
    main()
