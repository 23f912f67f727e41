"""
A private Samba domain controller of Debian's packages for tests of Kerberos: realm LAB.TEST, one host, users of the
test's own, in network, mount and host name namespaces of its own. Its smbd's pipes lead to whatever listens in
`pipe_dir`, as the session host does. Needs root. namespace_command() starts a program in such namespaces.
"""
import os
import shutil
import signal
import socket
import subprocess
import time

from tree import MOUNT_PRIVATE

from . import smbd

REALM, DOMAIN, HOST, ADDRESS = "LAB.TEST", "LAB", "dc1.lab.test", "10.99.0.1"
UNREGISTERED, FOREIGN = "other.lab.test", "host.elsewhere.test"     # names of the same host that no KDC knows
PORTS = (88, 389, 445, 464)
START_SECONDS, STOP_SECONDS, COMMAND_SECONDS = 60, 60, 120
INSIDE = "WTS_DOMAIN_TEST_INSIDE"

# The name of this machine is another, for the controller must count as a remote one. libwbclient has the path of
# winbindd's socket compiled in, hence a /run/samba of our own.
SETUP = f"""
set -e
ip link set lo up; ip address add {ADDRESS}/32 dev lo; hostname client1
mkdir -p /run/samba; mount -t tmpfs none /run/samba; "$0" /mnt 755
{{ echo 127.0.0.1 localhost; echo {ADDRESS} {HOST} dc1; echo {ADDRESS} {UNREGISTERED} {FOREIGN}; }} >/mnt/hosts
: >/mnt/resolv.conf; : >/mnt/smb.conf
mount --bind /mnt/hosts /etc/hosts; mount --bind /mnt/resolv.conf /etc/resolv.conf
mount --bind /mnt/smb.conf /etc/samba/smb.conf
exec "$@"
"""

SMB_CONF = """[global]
  netbios name = DC1
  realm = {realm}
  workgroup = {domain}
  server role = active directory domain controller
  server services = s3fs, rpc, ldap, cldap, kdc, winbindd
  interfaces = {address}/32
  bind interfaces only = yes
  dns update command = /bin/true
  nsupdate command = /bin/true
  ldap server require strong auth = no
  load printers = no
  printing = bsd
  printcap name = /dev/null
  disable spoolss = yes
  log level = 1
  max log size = 0
  log file = {folder}/samba.log
  private dir = {folder}/private
  lock directory = {folder}
  state directory = {folder}/state
  cache directory = {folder}/cache
  pid directory = {folder}/pid
  ncalrpc dir = {folder}/ncalrpc
  binddns dir = {folder}/bind-dns
  ntp signd socket directory = {folder}/ntp
"""

KRB5_CONF = """[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  rdns = false
[realms]
  {realm} = {{
    kdc = {kdc}
  }}
[domain_realm]
  .lab.test = {realm}
  lab.test = {realm}
"""


def missing():
    """Which program is not installed, in one line; None when all are there. (Root is another matter.)"""
    for tool, package in (("samba", "samba-ad-dc"), ("samba-tool", "samba-common-bin"), ("kinit", "krb5-user"),
                          ("winbindd", "winbind"), ("faketime", "faketime"), ("unshare", "util-linux")):
        if not find(tool):
            return f"{tool} is not installed (package {package})"
    if not os.path.exists("/usr/share/samba/setup/provision.ldif"):
        return "no templates for a domain (package samba-ad-provision)"
    return None


def find(tool):
    return shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def namespace_command(*command):
    """`command` in namespaces of its own, where a domain controller may take every port."""
    return ["unshare", "-n", "-m", "-u", "--", "env", f"{INSIDE}=1", "sh", "-c", SETUP, MOUNT_PRIVATE, *command]


def inside():
    return os.environ.get(INSIDE) == "1" and smbd.inside()


class Domain:
    """
    with Domain(folder, {"games": "Secret-1"}) as domain: domain.kinit("games", cache)

    users   password by name; made in the directory, no Unix account is wanted
    """

    def __init__(self, folder, users, realm=REALM):
        self.folder, self.users, self.realm = os.path.abspath(folder), users, realm
        self.configuration = os.path.join(self.folder, "smb.conf")
        self.krb5_conf = os.path.join(self.folder, "krb5.conf")
        self._process = None

    @property
    def pipe_dir(self):
        return os.path.join(self.folder, "ncalrpc", "np")

    def start(self):
        if not inside():
            raise RuntimeError("a domain controller would take this machine's ports; use namespace_command()")
        self._provision()
        self.write_krb5_conf(self.krb5_conf)
        self._process = subprocess.Popen(
            [find("samba"), "-F", "--no-process-group", "-s", self.configuration], start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=open(os.path.join(self.folder, "samba.out"), "wb"),
            stderr=subprocess.STDOUT)
        end = time.monotonic() + START_SECONDS
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"samba did not start; see {self.folder}/samba.out")
            time.sleep(0.05)
        return self

    def _run(self, *command, **options):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=COMMAND_SECONDS,
                              check=False, **options)
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stdout.decode(errors='replace')}")

    def _provision(self):
        """The directory of the domain with its users; then our own smb.conf over what was made."""
        os.makedirs(self.folder, exist_ok=True)
        nothing = os.path.join(self.folder, "empty.conf")
        with open(nothing, "w", encoding="utf-8"):
            pass
        self._run(find("samba-tool"), "domain", "provision", "-s", nothing, f"--targetdir={self.folder}",
                  f"--realm={self.realm}", f"--domain={DOMAIN}", "--adminpass=Adm1n-Secret", f"--host-ip={ADDRESS}",
                  "--host-name=dc1", "--dns-backend=NONE", "--server-role=dc")
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(SMB_CONF.format(realm=self.realm, domain=DOMAIN, address=ADDRESS, folder=self.folder))
        for name in ("cache", "pid", "ntp"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        for name, password in self.users.items():
            self._run(find("samba-tool"), "user", "create", name, password, "-s", self.configuration,
                      "-H", os.path.join(self.folder, "private", "sam.ldb"))

    def write_krb5_conf(self, path, kdc=ADDRESS):
        with open(path, "w", encoding="utf-8") as file:
            file.write(KRB5_CONF.format(realm=self.realm, kdc=kdc))

    def _ready(self):
        """All ports accept, and the folder of the pipes was made."""
        try:
            for port in PORTS:
                socket.create_connection((ADDRESS, port), 1).close()
        except OSError:
            return False
        return os.path.isdir(self.pipe_dir)

    def kinit(self, user, cache, *options):
        """A ticket for a user of the domain, in the file `cache`."""
        self._run(find("kinit"), *options, "-c", f"FILE:{cache}", f"{user}@{self.realm}",
                  input=self.users[user].encode() + b"\n", env={**os.environ, "KRB5_CONFIG": self.krb5_conf})

    def stop(self):
        """Ends the controller with all its processes."""
        if self._process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(STOP_SECONDS)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                pass
        self._process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
