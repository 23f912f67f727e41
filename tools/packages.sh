# Sourced by the commands in this folder: installs Debian packages that are missing. Needs root only when one is.

# need_packages NAME...: returns when all are there, ends the script with one sentence when they cannot be had.
need_packages() {
    missing=""
    for package in "$@"; do
        state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
        [ "$state" = "install ok installed" ] || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    echo "installing:$missing"
    if [ "$(id -u)" -ne 0 ]; then
        echo "these packages are missing and only root can install them:$missing" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    # The lists may be absent or old: refresh them once, when the first try fails. $missing is a list of words.
    # shellcheck disable=SC2086
    apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 $missing >"$log" 2>&1 ||
        { apt-get update >>"$log" 2>&1 &&
            apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 $missing >>"$log" 2>&1; } ||
        { tail -n 20 "$log" >&2; echo "apt-get could not install:$missing" >&2; exit 1; }
    rm -f "$log"
}

BUILD_PACKAGES="cmake ninja-build gcc-mingw-w64-x86-64 gcc-mingw-w64-i686 llvm"
WINE_PACKAGES="wine wine64"
RELAY_PACKAGES="gcc libc6-dev samba-dev pkg-config"
PACKAGE_PACKAGES="debhelper dpkg-dev git lintian xz-utils python3"
# The relay, and for tests of it a server.
REMOTE_PACKAGES="$RELAY_PACKAGES samba python3 python3-impacket python3-samba iproute2"
# A domain controller of the test's own, for Kerberos.
KERBEROS_PACKAGES="samba-ad-dc samba-ad-provision winbind samba-dsdb-modules samba-vfs-modules krb5-user faketime"
# For examples and foreign projects in C++.
CXX_PACKAGES="g++-mingw-w64-x86-64 g++-mingw-w64-i686"
TEST_PACKAGES="$REMOTE_PACKAGES $PACKAGE_PACKAGES $CXX_PACKAGES $KERBEROS_PACKAGES libcmocka-dev valgrind cppcheck clang clang-tidy clang-format \
lld libclang-rt-dev libwine-dev ca-certificates xz-utils xvfb xdotool groff"
# Not installed by any command: where npm is there, one more test is run (tests/node).
# shellcheck disable=SC2034
OPTIONAL_PACKAGES="nodejs npm"
