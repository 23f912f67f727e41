"""
The host's log: one JSON object a line, flushed at once, so that a test can read it while the host runs. Secrets
never get here: the interfaces name their secret parameters, the authentication code logs names only.
"""
import json
import threading
import time


def printable(value):
    """JSON form of decoded arguments: bytes as hex, long ones cut."""
    if isinstance(value, (bytes, bytearray)):
        text = bytes(value[:512]).hex()
        return text if len(value) <= 512 else f"{text}... ({len(value)} bytes)"
    if isinstance(value, dict):
        return {name: printable(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [printable(item) for item in value]
    return value


class Log:
    def __init__(self, path=None):
        self._file = open(path, "a", encoding="utf-8") if path else None
        self._lock = threading.Lock()

    def write(self, event, **facts):
        if not self._file:
            return
        line = json.dumps({"time": round(time.time(), 6), "event": event, **printable(facts)})
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()

    def close(self):
        if self._file:
            self._file.close()
