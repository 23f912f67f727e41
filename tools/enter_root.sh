#!/bin/sh
# Makes another root the root of this mount namespace and runs a command there, in the tree, as the first process of a PID
# namespace: whatever the command leaves behind ends with this script. Used by tools/in_root.
# usage: tools/enter_root.sh ROOT SCRATCH TREE COMMAND...
#   SCRATCH  a folder for what the command changes outside TREE; empty: it changes ROOT itself
#   TREE     becomes the folder wtsapi32 in root's home there
set -eu
root=$1
scratch=$2
tree=$3
shift 3
home=/root

if [ -n "$scratch" ]; then
    mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
    mount -t overlay overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" "$scratch/root"
    root=$scratch/root
else
    mount --bind "$root" "$root"
fi
mkdir -p "$root$home/wtsapi32"
mount --bind "$tree" "$root$home/wtsapi32"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"

# The old root is mounted over the new one, and taken away.
cd "$root"
pivot_root . .
umount -l .
cd "$home/wtsapi32"
status=0
# Not exec: this shell stays, as the one that collects the processes whose parents have ended.
env -i HOME="$home" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    sh -c 'ip link set lo up 2>/dev/null; exec "$@"' sh "$@" || status=$?
exit $status
