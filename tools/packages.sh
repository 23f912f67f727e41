# Sourced by the commands in this folder: installs Debian packages that are missing. Needs root only when one is.

# Installed by packages of ours, and not wanted running.
SERVICES="smbd nmbd winbind samba-ad-dc xrdp xrdp-sesman"

# install_packages NAME...: by apt, without starting a service, now or at the next start of the machine.
install_packages() {
    new=""
    for service in $SERVICES; do
        [ -e "/etc/init.d/$service" ] || [ -e "/usr/lib/systemd/system/$service.service" ] || new="$new $service"
    done
    # What apt asks before it starts a service: an answer of our own, where the machine has none.
    policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then
        policy=""
    else
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        trap 'rm -f "$policy"' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
    fi
    export DEBIAN_FRONTEND=noninteractive
    status=0
    # The lists may be absent or old: refresh them once, when the first try fails.
    apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" ||
        { apt-get update && apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"; } || status=$?
    if [ -n "$policy" ]; then
        rm -f "$policy"
        trap - EXIT INT TERM
    fi
    for service in $new; do
        [ ! -e "/etc/init.d/$service" ] || update-rc.d "$service" disable
        [ ! -e "/usr/lib/systemd/system/$service.service" ] || ! command -v systemctl >/dev/null ||
            systemctl disable "$service.service"
    done
    return $status
}

# is_installed NAME[:ARCHITECTURE]: without an architecture, for programs of this machine's own. The same package may be there for
# another one, too, or alone.
is_installed() {
    case "$1" in
        *:*) architecture=${1#*:} ;;
        *) architecture=$(dpkg --print-architecture) ;;
    esac
    dpkg-query -W -f '${Architecture} ${Status}\n' "$1" 2>/dev/null | grep -Eqx "(all|$architecture) [a-z]+ ok installed"
}

# need_packages NAME...: returns when all are there, ends the script with one sentence when they cannot be had. A machine
# without dpkg is left alone: README says what to install there.
need_packages() {
    command -v dpkg-query >/dev/null || return 0
    missing=""
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    echo "installing:$missing"
    if [ "$(id -u)" -ne 0 ]; then
        echo "these packages are missing and only root can install them:$missing" >&2
        exit 1
    fi
    log=$(mktemp)
    # $missing is a list of words; in a shell of its own, which has its own traps.
    # shellcheck disable=SC2086
    (install_packages $missing) >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; echo "apt-get could not install:$missing" >&2; exit 1; }
    rm -f "$log"
}

# find_wine: sets WINE and WINESERVER; Debian keeps the 64-bit ones apart.
find_wine() {
    wine_folders=/usr/lib/wine:/usr/lib/x86_64-linux-gnu/wine # the second: Debian's sid
    WINE=$(PATH=$wine_folders:$PATH && { command -v wine64 || command -v wine; }) &&
        WINESERVER=$(PATH=$wine_folders:$PATH && command -v wineserver) ||
        { echo "Wine is not installed" >&2; exit 1; }
    export WINE WINESERVER
}

BUILD_PACKAGES="cmake ninja-build gcc-mingw-w64-x86-64 gcc-mingw-w64-i686 llvm"
WINE_PACKAGES="wine wine64"
# To build the helpers.
HELPER_PACKAGES="gcc libc6-dev samba-dev pkg-config libsystemd-dev"
PACKAGE_PACKAGES="build-essential debhelper dpkg-dev git lintian xz-utils python3"
# The relay, and for tests of it a server.
REMOTE_PACKAGES="$HELPER_PACKAGES samba python3 python3-impacket python3-samba iproute2"
# A domain controller of the test's own, for Kerberos.
KERBEROS_PACKAGES="samba-ad-dc samba-ad-provision winbind samba-dsdb-modules samba-vfs-modules krb5-user faketime smbclient"
# Buses of the tests' own, with a logind that is played.
BUS_PACKAGES="dbus-daemon python3-dbusmock libsystemd0"
# Beside xrdp itself (tools/xrdp.sh), in namespaces of the test's own. The client has its version in the name of its package.
FREERDP_PACKAGE=freerdp3-x11
case "$(cat /etc/debian_version 2>/dev/null)" in 12.*) FREERDP_PACKAGE=freerdp2-x11 ;; esac
XRDP_PACKAGES="tigervnc-standalone-server $FREERDP_PACKAGE xvfb xauth openssl iproute2 python3"
# For examples and foreign projects in C++.
CXX_PACKAGES="g++-mingw-w64-x86-64 g++-mingw-w64-i686"
TEST_PACKAGES="$REMOTE_PACKAGES $BUS_PACKAGES $PACKAGE_PACKAGES $CXX_PACKAGES $KERBEROS_PACKAGES $XRDP_PACKAGES libcmocka-dev valgrind cppcheck clang clang-tidy clang-format \
lld libclang-rt-dev libwine-dev strace ca-certificates xz-utils xvfb xdotool groff"
# Not installed by any command: where npm is there, one more test is run (tests/node).
# shellcheck disable=SC2034
OPTIONAL_PACKAGES="nodejs npm"
