"""The RPC interfaces that the host serves, by UUID and by pipe."""
from . import legacy

ALL = [legacy.INTERFACE]


def on_pipe(pipe):
    """Interfaces that answer on a pipe (lower case, without \\PIPE\\); None: a TCP port, which serves all."""
    return {interface.uuid: interface for interface in ALL if pipe is None or pipe in interface.pipes}


def pipes():
    return sorted({pipe for interface in ALL for pipe in interface.pipes})


def by_name(name):
    """An interface by its short name, its IDL name or its UUID; None when unknown."""
    wanted = name.lower()
    for interface in ALL:
        if wanted in (interface.name, interface.idl_name.lower(), str(interface.uuid)):
            return interface
    return None
