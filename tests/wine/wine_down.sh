#!/bin/sh
# Ends the server of the private prefix, and with it every process in it.
: "${WINESERVER:=/usr/lib/wine/wineserver}"
"$WINESERVER" -k
"$WINESERVER" -w
exit 0
