#!/bin/bash
# The part of tools/demo --channel that runs in network, mount and process namespaces of its own: xrdp with a client, and in the
# session that it opens a program under Wine, which talks to the client through virtual channels. What xrdp and the session
# write lies in a private folder, in memory, or under a private copy of what they read: no user, no service, no file stays.
# usage: demo_channel.sh BUILD_X64 BUILD_HOST FOLDER
set -eu
x64=$(realpath "$1") host=$(realpath "$2") folder=$(realpath "$3") tools=$(realpath "$(dirname "$0")")
client=$(command -v xfreerdp3 || command -v xfreerdp)
unpacked=$tools/../build/xrdp/root # by xrdp.sh, where xrdp is not installed
log=$folder/session.log

ip link set lo up
etc=/etc layers=/etc # where xrdp's files are, and what /etc is made of
if [ -d "$unpacked" ]; then
    mount -t overlay -o "ro,lowerdir=$unpacked/usr:/usr" none /usr
    etc=$unpacked/etc layers=$unpacked/etc:/etc
fi
for place in /run /tmp /var/log; do "$tools/mount_private.sh" "$place" 1777; done
mkdir -p -m 1777 /tmp/.X11-unix
mkdir -p -m 3777 /run/xrdp/sockdir
mkdir -p "$folder/home" "$folder/etc"
cp -a "$etc/xrdp" /etc/passwd /etc/shadow "$folder/etc/"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$folder/etc/hosts"
# The session is root's, with a home and a password that only these namespaces know.
hash=$(openssl passwd -6 demo)
sed -i "s|^root:[^:]*:|root:$hash:|" "$folder/etc/shadow"
sed -i "s|^\(root:.*\):[^:]*:\([^:]*\)$|\1:$folder/home:\2|" "$folder/etc/passwd"
grep -q '^xrdp:' "$folder/etc/passwd" || echo 'xrdp:x:34566:34566::/run/xrdp:/usr/sbin/nologin' >>"$folder/etc/passwd"
rm -f "$folder"/etc/xrdp/*.pem
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=xrdp -keyout "$folder/etc/xrdp/key.pem" -out "$folder/etc/xrdp/cert.pem" 2>/dev/null
[ -e "$folder/etc/xrdp/rsakeys.ini" ] || xrdp-keygen xrdp "$folder/etc/xrdp/rsakeys.ini" >/dev/null

options="/bpp:24 /rdp2tcp:$tools/demo_channel_client.py"
case $client in *3) options="/bpp:24 -gfx" ;; esac # with FreeRDP 3 the dynamic channel alone is shown
sed -i "0,/^port=/s|^port=.*|port=tcp://127.0.0.1:3389|; s|^autorun=.*|autorun=Xvnc|; s|^\[Channels\]|&\nrdp2tcp=true|" \
    "$folder/etc/xrdp/xrdp.ini"
cat >"$folder/etc/xrdp/startwm.sh" <<END
#!/bin/sh
exec >"$log" 2>&1 </dev/null
export WINEPREFIX="$folder/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="wtsapi32=n;mscoree,mshtml=" WTSAPI32_HELPERS="$host"
export WINE="${WINE:-}" WINESERVER="${WINESERVER:-}"
export DEMO_BORDERS="$folder/borders"
[ -n "\$WINE" ] || unset WINE WINESERVER
"$tools/../tests/wine/wine_up.sh"
cd "$x64"
echo "The dynamic channel ECHO, which the client answers:"
timeout 60 \${WINE:-/usr/lib/wine/wine64} echo_channel.exe && echo done >>"$folder/passed"
case "$options" in
*/rdp2tcp*)
    echo "The static channel rdp2tcp, which a program of the client answers:"
    timeout 60 \${WINE:-/usr/lib/wine/wine64} echo_channel.exe rdp2tcp static && echo done >>"$folder/passed" ;;
*) echo done >>"$folder/passed" ;;
esac
echo "A channel that the client does not have:"
timeout 60 \${WINE:-/usr/lib/wine/wine64} echo_channel.exe NOSUCH || true
touch "$folder/over"
sleep 1000
END
chmod 755 "$folder/etc/xrdp/startwm.sh"
mount -t overlay -o "ro,lowerdir=$folder/etc:$layers" none /etc

export DEMO_BORDERS="$folder/borders"
xrdp-sesman -n >"$folder/sesman.log" 2>&1 </dev/null &
xrdp -n >"$folder/xrdp.log" 2>&1 </dev/null &
Xvfb :90 >"$folder/xvfb.log" 2>&1 </dev/null &
for _ in $(seq 100); do [ -S /tmp/.X11-unix/X90 ] && break; sleep 0.1; done
# shellcheck disable=SC2086
DISPLAY=:90 HOME=$folder/home "$client" /v:127.0.0.1 /u:root /p:demo /cert:ignore /size:800x600 /echo $options \
    >"$folder/client.log" 2>&1 </dev/null &
for _ in $(seq 180); do [ -e "$folder/over" ] && break; sleep 1; done
if [ ! -e "$folder/over" ]; then
    echo "the session did not come to its end; its log and those of xrdp and the client are in $folder" >&2
    exit 1
fi
cat "$log"
[ ! -s "$folder/borders" ] || printf 'What the client got through rdp2tcp, in messages of so many bytes:\n%s\n' \
    "$(tr ' ' '\n' <"$folder/borders" | uniq -c | awk 'NF == 2 { printf "%s%s", (NR > 1 ? ", " : ""), ($1 > 1 ? $1 " times " $2 : $2) }')"
[ "$(wc -l <"$folder/passed")" -eq 2 ]
