#!/bin/sh
# Mounts an empty file system in memory over PLACE, in a mount namespace of the caller's own. The tree that this script belongs to
# stays visible when it lies below PLACE.
# usage: tools/mount_private.sh PLACE MODE
set -eu
place=$1
mode=$2
top=$(cd "$(dirname "$0")/.." && pwd -P)
exec 9<"$top"
mount -t tmpfs -o "mode=$mode" none "$place"
case "$top" in
    "$place"/*)
        mkdir -p "$top"
        mount --no-canonicalize --bind /proc/self/fd/9 "$top" # canonical, it would name the empty folder
        ;;
esac
