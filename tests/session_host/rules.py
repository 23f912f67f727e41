"""
Scenario control: rules that make the host misbehave. A rule says on what (connect, bind, auth, call), for whom,
how often, and what to do. All rules that match one event act together. The list of actions is in __main__.py.
"""
import itertools
import threading

from . import interfaces

EVENTS = {
    "connect": {"drop", "stall"},
    "bind": {"drop", "drop_after", "stall", "late", "bind_nak", "reject", "fault", "no_token", "pdu", "drop_mid"},
    "auth": {"drop", "stall", "refuse"},
    "call": {"drop", "drop_after", "drop_mid", "stall", "late", "fault", "fault_after", "refuse", "field", "stub",
             "patch", "truncate", "append", "padding", "fragment", "forget", "unsealed", "bad_signature", "pdu"},
}
ALIASES = {"drop_before": "drop", "forget_contexts": "forget"}
MATCH_KEYS = {"on", "interface", "opnum", "user", "connection", "listener"}


def number(value):
    """A JSON number, or text such as "0xC0000022"."""
    return int(value, 0) if isinstance(value, str) else int(value)


class Rule:
    def __init__(self, identity, command):
        self.id = identity
        match = dict(command.get("match", {}))
        self.event = match.pop("on", "call")
        self.action = ALIASES.get(command["action"], command["action"])
        self.left = command.get("count")
        self.skip = command.get("skip", 0)
        self.parameters = {name: value for name, value in command.items()
                           if name not in ("cmd", "match", "action", "count", "skip")}
        self.match = match
        self._check()

    def _check(self):
        if self.event not in EVENTS or self.action not in EVENTS[self.event]:
            raise ValueError(f"no action {self.action!r} on {self.event!r}")
        unknown = set(self.match) - MATCH_KEYS
        if unknown:
            raise ValueError(f"cannot match by {sorted(unknown)}")
        if "interface" in self.match:
            interface = interfaces.by_name(self.match["interface"])
            if interface is None:
                raise ValueError(f"no interface {self.match['interface']!r}")
            self.match["interface"] = interface.name
        if "opnum" in self.match:
            self.match["opnum"] = number(self.match["opnum"])

    def applies(self, event, facts):
        if event != self.event or self.left == 0:
            return False
        if any(facts.get(name) != wanted for name, wanted in self.match.items()):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True

    def describe(self):
        return {"rule": self.id, "on": self.event, "match": self.match, "action": self.action, "left": self.left,
                **self.parameters}


class Plan:
    """The rules that act on one event."""

    def __init__(self, rules):
        self.rules = rules

    def get(self, action):
        """Parameters of the first rule with this action, or None."""
        for rule in self.rules:
            if rule.action == action:
                return rule.parameters
        return None

    def all(self, *actions):
        """(action, parameters) in the order of the rules."""
        return [(rule.action, rule.parameters) for rule in self.rules if rule.action in actions]

    def names(self):
        return [rule.action for rule in self.rules]


class Rules:
    def __init__(self):
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._rules = []

    def add(self, command):
        rule = Rule(next(self._numbers), command)
        with self._lock:
            self._rules.append(rule)
        return rule

    def remove(self, identity):
        with self._lock:
            before = len(self._rules)
            self._rules = [rule for rule in self._rules if rule.id != identity]
            return before - len(self._rules)

    def clear(self):
        with self._lock:
            self._rules.clear()

    def take(self, event, **facts):
        """The plan for one event; counts of its rules go down."""
        with self._lock:
            return Plan([rule for rule in self._rules if rule.applies(event, facts)])

    def describe(self):
        with self._lock:
            return [rule.describe() for rule in self._rules]
