#!/bin/sh
# Run inside a root that tools/in_root has made, with the network: installs what tools/test needs, so that it needs no network
# afterwards. May be run again, for what is new.
set -eu
cd "$(dirname "$0")/.."
. tools/packages.sh
dpkg --add-architecture i386
apt-get update
# shellcheck disable=SC2086
need_packages $BUILD_PACKAGES $WINE_PACKAGES $TEST_PACKAGES $OPTIONAL_PACKAGES xrdp
# On sid the two architectures are not always in step.
(need_packages wine32:i386) || tools/wine32.sh || echo "32-bit Wine cannot be installed: those tests will not be run"
apt-get clean
update-ca-certificates

# What builds and tests would download goes into the caches that they look into first.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake --preset x64 -B "$scratch/build"
mkdir "$scratch/node"
cp tests/node/package.json tests/node/package-lock.json "$scratch/node"
cd "$scratch/node"
NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm ci --force --ignore-scripts --no-audit --no-fund ||
    echo "npm cannot install Node for Windows: that test will not be run"
