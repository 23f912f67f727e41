"""The RPC interfaces that the host serves, by UUID and by pipe."""
from . import enumeration, legacy, legacy_lists, notification, rcm, rcm_listener, session, tsvip

ALL = [legacy.INTERFACE, session.INTERFACE, notification.INTERFACE, enumeration.INTERFACE, rcm.INTERFACE,
       rcm_listener.INTERFACE, tsvip.INTERFACE]
# Each module of an interface registers its operations when it is read.
PARTS = [legacy_lists]


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
