"""
Changes of sessions, for whoever waits for one: RpcWaitAsyncNotification of the LSM and RpcWinStationWaitSystemEvent
of the Legacy interface, whose masks are not numbered alike (docs/wire.md#legacy-behaviour,
docs/wire.md#termsrv-notification).
"""
import threading
import weakref

ALL_SESSIONS = 0xFFFFFFFF
STATE_CHANGE, FLUSH = 0x80, 0x80000000

# name -> (notification bit, event bits)
CHANGES = {
    "create": (0x1, 0x1 | STATE_CHANGE), "connect": (0x2, 0x8 | STATE_CHANGE), "disconnect": (0x4, 0x10 | STATE_CHANGE),
    "logon": (0x8, 0x20 | STATE_CHANGE), "logoff": (0x10, 0x40 | STATE_CHANGE), "shadow_start": (0x20, STATE_CHANGE),
    "shadow_stop": (0x40, STATE_CHANGE), "terminate": (0x80, 0x2 | STATE_CHANGE),
    "console_connect": (0x100, 0x8 | STATE_CHANGE), "console_disconnect": (0x200, 0x10 | STATE_CHANGE),
    "lock": (0x400, 0), "unlock": (0x800, 0), "desktop_ready": (0x1000, 0), "rename": (0, 0x4 | STATE_CHANGE),
    "licence": (0, 0x100),
}


class Subscription:
    """One RpcRegisterAsyncNotification: what happened and was not fetched yet."""

    def __init__(self, session_id, mask):
        self.session_id, self.mask = session_id, mask
        self.pending = []

    def offer(self, session_id, bit):
        if self.session_id in (ALL_SESSIONS, session_id) and self.mask & bit:
            self.pending.append((session_id, bit))

    def take(self):
        taken, self.pending = self.pending, []
        return taken


class SystemWait:
    """What an opened server handle waits for; from its first wait on nothing is lost between two waits."""

    def __init__(self):
        self.waiting = self.cancelled = False
        self.mask = self.happened = 0

    def begin(self, mask):
        """False when a wait is under way already."""
        if self.waiting:
            return False
        self.waiting, self.cancelled, self.mask = True, False, mask
        return True

    def end(self):
        """The events of the mask; all that happened until now is then forgotten."""
        flags = self.happened & self.mask
        self.happened = 0
        self.waiting = False
        return flags

    @property
    def ready(self):
        return self.cancelled or bool(self.happened & self.mask)


class Events:
    """Those who wait; a context that has run down drops out by itself."""

    def __init__(self):
        self._lock = threading.Lock()
        self._subscriptions = weakref.WeakSet()
        self._waits = weakref.WeakSet()

    def subscribe(self, session_id, mask):
        subscription = Subscription(session_id, mask)
        with self._lock:
            self._subscriptions.add(subscription)
        return subscription

    def join(self, wait):
        with self._lock:
            self._waits.add(wait)

    def happen(self, name, session_id):
        """One change; the caller then wakes the blocked calls."""
        notification, event = CHANGES[name]
        with self._lock:
            for subscription in self._subscriptions:
                subscription.offer(session_id, notification)
            for wait in self._waits:
                wait.happened |= event
