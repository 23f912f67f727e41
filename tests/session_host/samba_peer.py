"""
python3-samba (libdcerpc) as the client of the session host: the raw connection for stubs of any interface, and the
credentials that every Samba client wants. A raw connection works without seal only: Samba has no table of the
interface, and crashes for want of one.
"""
from samba import credentials, param
from samba.dcerpc import ClientConnection

from . import interfaces


def account(user, password, domain="WORKGROUP"):
    """Credentials for NTLM, and NTLM only."""
    who = credentials.Credentials()
    who.set_username(user)
    who.set_password(password)
    who.set_domain(domain)
    who.set_workstation("CLIENT")
    who.set_kerberos_state(credentials.DONT_USE_KERBEROS)
    return who


def settings():
    """Samba's own defaults; the machine's smb.conf is not read."""
    return param.LoadParm()


def over_pipe(address, user, password, interface="legacy", pipe="Ctx_WinStation_API_service"):
    """Use: .request(opnum, stub) -> response stub; errors are samba.NTSTATUSError."""
    identity = (str(interfaces.by_name(interface).uuid), 1)
    return ClientConnection(f"ncacn_np:{address}[\\pipe\\{pipe}]", identity, settings(), account(user, password))
