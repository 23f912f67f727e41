#!/bin/sh
# A prefix in which one Wine installed the DLL, opened by a newer Wine. Run by tools/trial --newer-wine, each half in the root of
# a release; FOLDER holds release/, the unpacked archive, and gets prefix/.
# usage: newer_wine.sh make|use FOLDER
set -eu
folder=$(cd "$2" && pwd)
. "$(dirname "$0")/../../tools/packages.sh"
find_wine
export WINEPREFIX="$folder/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" DISPLAY=
system32=$WINEPREFIX/drive_c/windows/system32

fail() {
    echo "$1" >&2
    exit 1
}

wine_run() {
    timeout 300 "$WINE" "$@"
}

loaded() {
    WINEDEBUG=-all,+loaddll wine_run "$@" 2>&1 | tr -d '\r' | grep -io 'wtsapi32\.dll.*: [nb][a-z]*$' | sed 's/.*: //' | head -n 1
}

if [ "$1" = make ]; then
    mkdir -p "$WINEPREFIX"
    wine_run wineboot -i
    "$WINESERVER" -w
    python3 "$folder/release/install-wine"
    wine_run wts sessions
    [ "$(loaded wts sessions)" = native ] || fail "not ours under the older Wine"
    "$WINESERVER" -w
    "$WINE" --version
    exit
fi
"$WINE" --version
before=$(sha256sum "$system32/kernel32.dll")
wine_run wts sessions
[ "$(sha256sum "$system32/kernel32.dll")" != "$before" ] || fail "the newer Wine did not update the prefix"
[ "$(loaded wts sessions)" = native ] || fail "not ours under the newer Wine"
"$WINESERVER" -w
python3 "$folder/release/install-wine" | grep 'installed already' || fail "the second installation found something to do"
cp "$folder/release/bin/x64/wts.exe" "$folder/stranger.exe"
python3 "$folder/release/install-wine" --uninstall
[ "$(loaded "$folder/stranger.exe" sessions)" = builtin ] || fail "not Wine's after the removal"
"$WINESERVER" -w
[ ! -e "$system32/wts.exe" ] && [ ! -e "$WINEPREFIX/wtsapi32" ] || fail "files are left"
# What stands there now is the newer Wine's, as in a prefix that never had ours.
mv "$system32/wtsapi32.dll" "$folder/left.dll"
wine_run wineboot -u
"$WINESERVER" -w
cmp "$system32/wtsapi32.dll" "$folder/left.dll" || fail "the DLL that was put back is the older Wine's"
echo "done: the prefix of the older Wine works with the newer one, and is clean after the removal"
