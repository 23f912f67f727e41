"""
The sessions of the simulated host, its listeners, and the message boxes on their desktops. What is done to a session
changes it as a real server would, ends its processes, and tells those who wait for events.

Rights: everybody may do everything, but for what `deny` of a session says: {"bob": ["QUERY", "MSG"], "*": ["LOGOFF"]}.
"""
import itertools
import threading
import uuid

from . import clock, opaque

ACTIVE, CONNECTED, DISCONNECTED, LISTEN = 0, 1, 4, 6
SERVICES_TYPE, LISTENER_TYPE, DESKTOP_TYPE = 1, 2, 3
LOCKED, UNLOCKED, LOCK_UNKNOWN = 0, 1, 0xFFFFFFFF
CONSOLE, RDP = 0, 2
FIRST_LISTENER = 65536

TYPE_IDS = {SERVICES_TYPE: "88f5767d-d13f-404d-a348-8b8e030294a9", DESKTOP_TYPE: "0f0a4bf8-8362-435d-938c-222a518a8b78",
            5: "eddcc3ce-6e7e-4f4b-8439-3d9ad4c9440f", 6: "8dc86f1d-9969-4379-91c1-06fe1dc60575"}
RIGHTS = {"QUERY", "SET", "RESET", "SHADOW", "LOGON", "LOGOFF", "MSG", "CONNECT", "DISCONNECT"}


def check_rights(deny):
    """`deny` with the users in lower case; a right that does not exist is a mistake of the test."""
    wrong = {right for rights in deny.values() for right in rights} - RIGHTS
    if wrong:
        raise ValueError(f"no rights {sorted(wrong)}")
    return {user.lower(): set(rights) for user, rights in deny.items()}


class Securable:
    """A session or a listener: what is denied to whom."""
    deny = {}

    def allows(self, user, right):
        return not any(right in self.deny.get(who, ()) for who in (user.lower(), "*"))


# Facts of a session that a test may give, with what they are otherwise.
FACTS = {
    "name": "", "state": ACTIVE, "type": DESKTOP_TYPE, "user": "", "domain": "", "host": "", "farm": "",
    "lock": UNLOCKED, "connect_time": 0, "disconnect_time": 0, "logon_time": 0, "last_input_time": 0,
    "protocol": RDP,
    "client": None,             # fields of WINSTATIONCLIENT; None: no client
    "config": {},               # fields of WINSTATIONCONFIG; "flags": names of USERCONFIG's bits
    "output": {}, "input": {},  # PROTOCOLCOUNTERS by name
    "address": None,            # {"family": 2, "text": "192.0.2.7", "port": 50000} of the client
    "session_ip": None,         # the same of the session itself (TSVIPPublic)
    "certificates": [],         # hex
    "module": "", "license": "", "device_id": "", "channels": {},   # RpcQuerySessionData, hex
    "wd": {},                   # fields of WDCONFIG
    "password": None,           # what RpcConnect wants; None: anything
    "activity": None,           # a GUID
}


class Session(Securable):
    def __init__(self, identity, facts):
        self.id = identity
        self.gone = self.ending = False
        self.set({**FACTS, **facts})
        self.activity = self.activity or str(uuid.uuid4())

    def set(self, facts):
        unknown = set(facts) - set(FACTS) - {"deny"}
        if unknown:
            raise ValueError(f"a session has no {sorted(unknown)}")
        deny = check_rights(facts["deny"]) if "deny" in facts else self.deny
        self.__dict__.update(facts)
        self.deny = deny

    @property
    def is_console(self):
        return self.protocol == CONSOLE and self.type == DESKTOP_TYPE

    def client_bytes(self):
        return opaque.CLIENT.pack({"ProtocolType": self.protocol, **self.client})

    def config_bytes(self):
        values = {name: value for name, value in self.config.items() if name != "flags"}
        return opaque.CONFIG.pack({"Flags": opaque.flags(self.config.get("flags", ())), **values})

    def protocol_bytes(self, length):
        return opaque.protocol_status(self.output, self.input, self.protocol, length)

    def describe(self):
        facts = {name: getattr(self, name) for name in FACTS if name != "password"}
        return {"session": self.id, **facts, "deny": {user: sorted(rights) for user, rights in self.deny.items()}}


class Listener(Securable):
    def __init__(self, identity, name, listening=True, deny=None):
        self.id, self.name, self.listening = identity, name, listening
        self.deny = check_rights(deny or {})

    def describe(self):
        return {"id": self.id, "name": self.name, "listening": self.listening}


class MessageBox:
    """A message on the desktop of a session, until somebody answers or its time is over."""

    def __init__(self, identity, session, user, facts):
        self.id, self.session, self.user, self.facts = identity, session, user, facts
        self.response = None
        self.closed = False

    def describe(self):
        return {"message": self.id, "session": self.session.id, "user": self.user, "response": self.response,
                "open": not self.closed, **self.facts}


def default_sessions():
    """Services, the console at its log-on screen, alice active over RDP, bob disconnected."""
    begin = clock.now() - 36000000000
    alice = {"name": "RDP-Tcp#0", "state": ACTIVE, "user": "alice", "domain": "DOM", "host": "CLIENT1",
             "connect_time": begin, "logon_time": begin + 10, "last_input_time": begin + 1000,
             "client": {"ClientName": "CLIENT1", "Domain": "DOM", "UserName": "alice", "ClientAddressFamily": 2,
                        "ClientAddress": "192.0.2.7", "HRes": 1920, "VRes": 1080, "ColorDepth": 8,
                        "ClientDirectory": "C:\\Windows\\System32\\mstscax.dll", "ClientBuildNumber": 22621,
                        "ClientHardwareId": 0, "ClientProductId": 1, "EncryptionLevel": 2, "OutBufLength": 530},
             "config": {"UserName": "alice", "Domain": "DOM", "Shadow": 1,
                        "flags": ["AutoClientDrives", "AutoClientLpts"]},
             "output": {"Bytes": 5000, "Frames": 50, "CompressedBytes": 500},
             "input": {"Bytes": 3000, "Frames": 30, "CompressedBytes": 300},
             "address": {"family": 2, "text": "192.0.2.7", "port": 50000}}
    bob = {"state": DISCONNECTED, "user": "bob", "domain": "DOM", "connect_time": begin, "logon_time": begin + 10,
           "disconnect_time": begin + 5000}
    return {0: {"name": "Services", "state": DISCONNECTED, "type": SERVICES_TYPE, "protocol": CONSOLE,
                "lock": LOCK_UNKNOWN},
            1: {"name": "Console", "state": CONNECTED, "protocol": CONSOLE, "connect_time": begin},
            2: alice, 3: bob}


class Sessions:
    def __init__(self, host):
        self._host = host
        self._lock = threading.RLock()
        self._clear()

    def _clear(self):
        self.by_id = {identity: Session(identity, facts) for identity, facts in default_sessions().items()}
        self.listeners = [Listener(FIRST_LISTENER, "RDP-Tcp")]
        self.messages = {}
        self.shutdowns = []
        self._message_numbers = itertools.count(1)

    def clear(self):
        """Back to the default; open boxes close without an answer."""
        with self._lock:
            for box in self.messages.values():
                box.closed = True
            for session in self.by_id.values():
                session.gone = True
            self._clear()

    # --- looking ---

    def find(self, identity):
        return self.by_id.get(identity)

    def listener(self, name):
        return next((one for one in self.listeners if one.name.lower() == name.lower()), None)

    def visible(self, user):
        """Those that the caller may query, by id."""
        with self._lock:
            return [self.by_id[identity] for identity in sorted(self.by_id)
                    if self.by_id[identity].allows(user, "QUERY")]

    def counters(self):
        """TS_COUNTER values by id (docs/wire.md#legacy-behaviour)."""
        with self._lock:
            sessions = list(self.by_id.values())
        states = [session.state for session in sessions]
        logged_on = [session for session in sessions if session.user]
        return {1: len(sessions), 2: sum(session.disconnect_time > 0 for session in sessions), 3: 0,
                4: states.count(ACTIVE), 5: states.count(DISCONNECTED), 6: states.count(CONNECTED), 7: len(logged_on),
                8: sum(session.is_console for session in logged_on),
                9: sum(not session.is_console for session in logged_on), 10: 0,
                11: sum(session.ending for session in sessions), 12: len(logged_on)}

    # --- doing ---

    def happen(self, name, session):
        """Tells an event. Every blocked call looks again."""
        self._host.events.happen(name, session.id)
        self._host.changed()

    def put(self, identity, facts):
        """A session as it is, new or changed; nobody is told. Returns it."""
        with self._lock:
            session = self.by_id.get(identity)
            if session:
                session.set(facts)
            else:
                session = self.by_id[identity] = Session(identity, facts)
        self._host.changed()
        return session

    def remove(self, session):
        """Gone as if it had never been; nobody is told."""
        with self._lock:
            session.gone = True
            del self.by_id[session.id]
        self._host.changed()

    def put_listener(self, name, facts):
        """A listener, new or changed: "listening", "deny"."""
        with self._lock:
            found = self.listener(name)
            if found is None:
                found = Listener(FIRST_LISTENER + len(self.listeners), name)
                self.listeners.append(found)
            found.listening = facts.get("listening", found.listening)
            found.deny = check_rights(facts["deny"]) if "deny" in facts else found.deny
        return found

    def logon(self, facts):
        """A user arrives over RDP: a session of its own, with the events of it."""
        with self._lock:
            identity = next(number for number in itertools.count(2) if number not in self.by_id)
            now = clock.now()
            session = self.by_id[identity] = Session(identity, {
                "name": f"RDP-Tcp#{identity}", "connect_time": now, "logon_time": now, "last_input_time": now, **facts})
        for name in ("create", "connect", "logon"):
            self.happen(name, session)
        return session

    def disconnect(self, session):
        with self._lock:
            session.state, session.disconnect_time = DISCONNECTED, clock.now()
            if not session.is_console:
                session.name, session.client = "", None
        self.happen("console_disconnect" if session.is_console else "disconnect", session)

    def connect(self, session, target):
        """The client of `session` goes over to `target`."""
        with self._lock:
            taken = session.name, session.client, session.address
        if session.state != DISCONNECTED:
            self.disconnect(session)
        with self._lock:
            target.name, target.client, target.address = taken
            target.state, target.connect_time = ACTIVE, clock.now()
        self.happen("connect", target)

    def lock(self, session, locked):
        session.lock = LOCKED if locked else UNLOCKED
        self.happen("lock" if locked else "unlock", session)

    def logoff(self, session):
        """
        Ends a session, after `logoff_delay` seconds (below 0: when the test says so). It stays visible until then.
        """
        session.ending = True
        delay = self._host.settings["logoff_delay"]
        if delay == 0:
            self.finish_logoff(session)
        elif delay > 0:
            timer = threading.Timer(delay, self.finish_logoff, (session,))
            timer.daemon = True
            timer.start()

    def finish_logoff(self, session):
        with self._lock:
            if session.gone:
                return
            console = session.is_console
            session.ending, session.gone = False, not console
            if console:
                session.set({"user": "", "domain": "", "state": CONNECTED, "logon_time": 0})
            else:
                del self.by_id[session.id]
        self._host.processes.end_session(session.id)
        for box in list(self.messages.values()):
            box.closed = box.closed or box.session is session
        self.happen("logoff", session)
        if not console:
            self.happen("terminate", session)

    def finish_logoffs(self):
        ending = [session for session in list(self.by_id.values()) if session.ending]
        for session in ending:
            self.finish_logoff(session)
        return len(ending)

    # --- messages ---

    def show(self, session, user, facts):
        with self._lock:
            box = MessageBox(next(self._message_numbers), session, user, facts)
            self.messages[box.id] = box
            box.response = self._host.settings["message_answer"]
        self._host.changed()
        return box

    def answer(self, identity, response):
        box = self.messages[identity]
        if box.closed:
            raise ValueError(f"message {identity} is closed")
        box.response = response
        self._host.changed()
        return box


DEFAULTS = {
    "logoff_delay": 0,          # seconds from a log-off to the end of the session; below 0: until `finish_logoffs`
    "logoff_result": 0x10000000,    # what RpcLogoff was seen to give on success
    "message_answer": None,     # answers every message box at once, e.g. 6
    "no_client_status": 0x8007139F,     # RpcGetClientData of a session without a client
    "no_session_ip_status": 0x80070032,     # RpcGetSessionIP of a session without an address of its own
    "protocol_length": opaque.PROTOCOL_STATUS_EX_LENGTH,    # bytes of protocol data; 1816 was seen from Windows 11
    "level_limit": 3,           # the highest level of an enumeration; a higher one is lowered
    "shutdown_denied": [],      # users without SeRemoteShutdownPrivilege
}
