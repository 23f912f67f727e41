#!/bin/sh
# Makes a minimal root of a Debian release that holds git besides. The mirror, its key and how to reach it are what apt of
# this machine is configured with. Used by tools/in_root.
# usage: tools/make_root.sh SUITE FOLDER
set -eu
suite=$1
folder=$2

# Prints the address of the first entry for Debian itself; nothing when apt has no lists yet.
mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | head -n 1
}

mirror=$(mirror)
if [ -z "$mirror" ]; then
    apt-get update
    mirror=$(mirror)
fi
[ -n "$mirror" ] || { echo "apt of this machine knows no mirror of Debian" >&2; exit 1; }
# Entries come as "Signed-By: FILE" and as "[signed-by=FILE]". Without one debootstrap takes the distribution's own key.
entries=$(grep -rlsF "${mirror%/}" /etc/apt/sources.list /etc/apt/sources.list.d | head -n 1)
key=$(sed -nE 's/.*[Ss]igned-[Bb]y[:=] *([^] ]+).*/\1/p' "$entries" | head -n 1)

debootstrap --variant=minbase --include=git ${key:+--keyring="$key"} "$suite" "$folder" "$mirror"
# A proxy, and what this machine forgives in the age of the lists.
apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries)' >"$folder/etc/apt/apt.conf.d/90machine" || true
# Certificates that this machine trusts besides the distribution's, for downloads through a proxy of its own.
mkdir -p "$folder/usr/local/share/ca-certificates"
find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$folder/usr/local/share/ca-certificates" {} +
# No package may start a service.
printf '#!/bin/sh\nexit 101\n' >"$folder/usr/sbin/policy-rc.d"
chmod 755 "$folder/usr/sbin/policy-rc.d"
