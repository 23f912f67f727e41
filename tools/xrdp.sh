#!/bin/sh
# Gets xrdp for tests and benchmarks. Installing its package would add a user and services to the machine, so it is only downloaded
# and unpacked into build/xrdp; the libraries that it needs are installed. Does nothing where the package is installed.
# usage: tools/xrdp.sh
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/xrdp
[ -f "$out/ready" ] && exit 0
PATH=$PATH:/usr/sbin command -v xrdp >/dev/null && exit 0
. tools/packages.sh
rm -rf "$out"
mkdir -p "$out"
cd "$out"
get() { apt-get -o APT::Sandbox::User=root download xrdp; }
get >log 2>&1 || { apt-get update && get; } >>log 2>&1 ||
    { tail -n 20 log >&2; echo "apt-get could not download: xrdp" >&2; exit 1; }
dpkg-deb -x xrdp_*.deb root
# shellcheck disable=SC2046
need_packages $(dpkg-deb -f xrdp_*.deb Depends | tr ',' '\n' | sed -nE 's/^ *(lib[^ :(]*).*/\1/p')
rm xrdp_*.deb
touch ready
