"""
Context handles of all connections. By default a handle is good on the connection it was opened on and nowhere
else; with `shared` on every connection. A handle of another kind is no handle (type-strict). All of a
connection's contexts run down with it.
"""
import threading
import uuid

from .ndr import NULL_HANDLE


class Context:
    def __init__(self, kind, value, connection):
        self.kind, self.value, self.connection = kind, value, connection


class Contexts:
    def __init__(self, shared=False):
        self.shared = shared
        self._lock = threading.Lock()
        self._by_handle = {}

    def create(self, kind, value, connection):
        handle = bytes(4) + uuid.uuid4().bytes
        with self._lock:
            self._by_handle[handle] = Context(kind, value, connection)
        return handle

    def find(self, handle, connection, kind=None):
        """The context, or None when the handle is not good on this connection."""
        with self._lock:
            context = self._by_handle.get(handle) if handle != NULL_HANDLE else None
        if context is None or (kind and context.kind != kind):
            return None
        return context if self.shared or context.connection is connection else None

    def remove(self, handle):
        with self._lock:
            self._by_handle.pop(handle, None)

    def forget_all(self):
        """As after a restart of the service behind the pipe: every handle given out is void."""
        with self._lock:
            count = len(self._by_handle)
            self._by_handle.clear()
        return count

    def run_down(self, connection):
        with self._lock:
            stale = [handle for handle, context in self._by_handle.items() if context.connection is connection]
            for handle in stale:
                del self._by_handle[handle]
        return len(stale)

    def count(self):
        with self._lock:
            return len(self._by_handle)
