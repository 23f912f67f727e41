#!/bin/sh
# What a new user does, by README, in a minimal root of a release: has a Wine prefix and a program, installs the packages and the
# DLL, sees sessions, ends programs on two servers, sends a message, and removes everything. Prints each command and what it
# answered; ends with exit status 1 at the first answer that is not the expected one. Run by tools/trial.
# usage: new_user.sh FOLDER     (the packages, and sessions.exe: examples/sessions.c linked with the compiler's own import library)
set -eu
# It installs and removes packages: nowhere but in a root that is thrown away.
tr '\0' ' ' </proc/1/cmdline | grep -q 'enter_root\.sh ' || { echo "only in a root: use tools/trial" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
answer=$(mktemp)
export DEBIAN_FRONTEND=noninteractive

# user COMMAND [EXPECTED...]: one line as a user types it; each EXPECTED is an extended expression that its output must have.
# STATUS is the exit status that it must have.
STATUS=0
user() {
    line=$1
    shift
    printf '$ %s\n' "$line"
    status=0
    # A file: a pipe would end only with the last program of Wine, and passwords that are not saved with it.
    timeout 1500 sh -c "$line" >"$answer" 2>&1 </dev/null || status=$?
    output=$(cat "$answer")
    [ -z "$output" ] || printf '%s\n' "$output" | tail -n "${LINES_SHOWN:-12}" | sed 's/^/    /'
    if [ $status -ne $STATUS ]; then
        printf 'exit status %s\n%s\n' "$status" "$output"
        exit 1
    fi
    for expected in "$@"; do
        printf '%s\n' "$output" | grep -Eq -- "$expected" || { printf '%s\nexpected: %s\n' "$output" "$expected"; exit 1; }
    done
}

servers_part() {
    user "echo \$PASSWORD | wts credential add rdsh01 --user games --save" "rdsh01"
    user "echo \$PASSWORD | wts credential add rdsh02 --user games --save" "rdsh02"
    user "wts check rdsh01" "logon +done" "call +done"
    user "wts sessions --server rdsh01,rdsh02" "rdsh01 +2 +RDP-Tcp#0 +Active +DOM.alice" "rdsh02 +2 "
    STATUS=64
    user "wts kill notepad --server rdsh01,rdsh02 --exit-code 7" "--yes"
    STATUS=0
    user "wts kill notepad --server rdsh01,rdsh02 --exit-code 7 --yes" "rdsh01: .*ended" "rdsh02: .*ended"
    user "wts message alice 'Save your work, please.' --server rdsh01" "alice|session 2"
}

if [ "$1" = --servers ]; then
    servers_part
    exit
fi

folder=$(cd "$1" && pwd)
echo "# before: a machine with Wine, a prefix and a program that needs the API"
LINES_SHOWN=2
user "apt-get update"
user "apt-get install -y --no-install-recommends wine wine64"
user "WINEDLLOVERRIDES=mscoree,mshtml= wineboot -i"
user "wineserver -w"
LINES_SHOWN=12
cp "$folder/sessions.exe" "$HOME/"
before=$(wine "$HOME/sessions.exe" 2>/dev/null || true)
wineserver -w
printf '%s\n' "$before" | grep -q Services && { echo "Wine's own DLL lists what it never did: $before"; exit 1; }

echo "# installed"
cd "$folder"
LINES_SHOWN=3
user "apt-get install -y ./wtsapi32-wine_*.deb ./wts-relay_*.deb ./wts-session_*.deb"
LINES_SHOWN=12
user "wtsapi32-install" "installed in .*; .wine wts sessions. shows"
user "wine wts sessions 2>/dev/null" "0 +Services +Disconnected" "1 +Console +Active"
user "wine ~/sessions.exe 2>/dev/null" "^0 Services" "^1 Console active"
user "wts sessions" "1 +Console +Active"

echo "# two servers (in their place: samba and the simulated session host)"
LINES_SHOWN=1
user "apt-get install -y --no-install-recommends samba python3-impacket python3-samba iproute2"
LINES_SHOWN=12
printf '127.0.0.2 rdsh01\n127.0.0.3 rdsh02\n' >>/etc/hosts
wineserver -k || true
python3 "$here/two_servers.py" "$here/new_user.sh" --servers

echo "# removed"
wineserver -w
user "wtsapi32-install --uninstall" "taken out of"
after=$(wine "$HOME/sessions.exe" 2>/dev/null || true)
wineserver -w
[ "$after" = "$before" ] || { echo "not as before: $after"; exit 1; }
[ ! -e "$HOME/.wine/wtsapi32" ] && [ ! -e "$HOME/.wine/drive_c/windows/system32/wts.exe" ] || { echo "files are left"; exit 1; }
LINES_SHOWN=3
user "apt-get purge -y wtsapi32-wine wts-relay wts-session"
for place in /usr/lib/wtsapi32 /usr/libexec/wtsapi32 /usr/bin/wts /usr/bin/wtsapi32-install /usr/share/doc/wtsapi32-wine; do
    [ ! -e "$place" ] || { echo "left: $place"; exit 1; }
done
echo "done: installed, used and removed"
