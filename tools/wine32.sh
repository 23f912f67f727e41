#!/bin/sh
# Gets the 32-bit half of the installed Wine, for running the 32-bit tests in Wine's experimental WoW64 mode. Nothing is
# installed: the package is only downloaded and unpacked into build/wine32. Exit status 1 when it cannot be had.
# usage: tools/wine32.sh
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/wine32
[ -f "$out/ready" ] && exit 0
[ -d /usr/lib/i386-linux-gnu/wine/i386-unix ] && exit 0 # the package wine32 is installed
private=$out/apt
rm -rf "$out"
mkdir -p "$private/lists/partial" "$private/cache/archives/partial"
options="-o APT::Architectures=amd64,i386 -o Dir::State::lists=$private/lists -o Dir::Cache=$private/cache -o Acquire::Languages=none -o APT::Sandbox::User=root"
version=$(dpkg-query -W -f '${Version}' libwine)
cd "$private"
# $options is a list of words.
# shellcheck disable=SC2086
apt-get $options update >"$out/log" 2>&1 || true # some lists may fail: what counts is whether the package is found
# shellcheck disable=SC2086
apt-get $options download "libwine:i386=$version" >>"$out/log" 2>&1
dpkg-deb -x "$private"/libwine_*_i386.deb "$out/root"
rm -rf "$private"
touch "$out/ready"
