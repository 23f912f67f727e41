#!/bin/sh
# Runs a test program under Wine and insists that it really ran: a Wine that cannot start a program may exit with 0.
# usage: run.sh PROGRAM [ARGUMENT...]; WINE names the program to run it with
# shellcheck source=tests/wine/same_addresses.sh
. "$(dirname "$0")/same_addresses.sh"
output=$(mktemp)
# shellcheck disable=SC2086
$same_addresses timeout 280 "$WINE" "$@" >"$output" 2>&1
status=$?
cat "$output"
if [ $status -eq 0 ] && ! grep -q 'test(s) run' "$output"; then
    echo "the program printed no test result"
    status=1
fi
rm -f "$output"
exit $status
