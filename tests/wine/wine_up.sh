#!/bin/sh
# Makes the private Wine prefix when there is none, and warms its server, so that no test waits for it. The server is
# started before anything else and holds none of the caller's pipes.
# usage: WINEPREFIX=... wine_up.sh; WINE and WINESERVER name the programs
# shellcheck disable=SC2086
set -eu
# shellcheck source=tests/wine/same_addresses.sh
. "$(dirname "$0")/same_addresses.sh"
mkdir -p "$WINEPREFIX"
exec >"$WINEPREFIX.log" 2>&1 </dev/null
: "${WINE:=/usr/lib/wine/wine64}" "${WINESERVER:=/usr/lib/wine/wineserver}"
if [ -f "$WINEPREFIX/begun" ] && [ ! -f "$WINEPREFIX/ready" ]; then
    # We were interrupted: wineboot would take this for a prefix, and programs would miss their libraries (exit status 53).
    "$WINESERVER" -k || true
    rm -rf "$WINEPREFIX"
    mkdir -p "$WINEPREFIX"
fi
[ -f "$WINEPREFIX/ready" ] || touch "$WINEPREFIX/begun"
"$WINESERVER" -p || test $? -eq 2 # 2: it runs already
if [ ! -f "$WINEPREFIX/ready" ]; then
    $same_addresses timeout 300 "$WINE" wineboot -i
    # A crash must end the program, not wait for a debugger; windows need no display.
    for view in 64 32; do
        $same_addresses timeout 60 "$WINE" reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' /v Debugger /d false /f "/reg:$view"
    done
    $same_addresses timeout 60 "$WINE" reg add 'HKCU\Software\Wine\Drivers' /v Graphics /d null /f
    "$WINESERVER" -k
    "$WINESERVER" -w
    "$WINESERVER" -p
    touch "$WINEPREFIX/ready"
fi
$same_addresses timeout 60 "$WINE" cmd /c exit
