#!/bin/sh
# mmdebstrap extract hook: keeps of the unpacked packages what a node runs, and writes the few files that maintainer
# scripts would have written. Nothing of the target is executed, so an arm64 image builds on amd64 too.
# usage: prune-rootfs.sh ROOTFS RESOURCE_DIR NODE_BINARY
set -eu
root=$1 resources=$2 node=$3

mkdir -p "$root/usr/share/slipway"
(cd "$root/var/cache/apt/archives" && ls) | grep '\.deb$' | sed -e 's/_[a-z0-9]*\.deb$//' -e 's/%3a/:/' >"$root/usr/share/slipway/packages" || true

cd "$root"
# Test and helper programs of runc and containerd, plugins nobody configures.
rm -f usr/sbin/pidfd-kill usr/sbin/recvtty usr/sbin/sd-helper usr/sbin/remap-rootfs usr/sbin/seccompagent usr/sbin/fs-idmap
rm -f usr/bin/pidfd-kill usr/bin/recvtty usr/bin/sd-helper usr/bin/remap-rootfs usr/bin/seccompagent usr/bin/fs-idmap
rm -f usr/bin/containerd-stress usr/bin/containerd-shim usr/bin/containerd-shim-runc-v1
rm -rf usr/lib/containerd usr/lib/cni.d usr/lib/*-linux-gnu/gconv usr/lib/*-linux-gnu/perl-base
rm -f usr/lib/*-linux-gnu/libcrun.a usr/lib/*-linux-gnu/libcrun.la
find usr/lib/cni -type f ! -name host-local ! -name portmap ! -name ptp -delete

# What only people and package managers read.
for dir in man doc locale info lintian bash-completion zsh fish i18n bug perl perl5 debconf menu pixmaps common-licenses base-files; do
  rm -rf "usr/share/$dir"
done
rm -rf usr/include usr/games usr/lib/systemd usr/lib/tmpfiles.d usr/lib/sysusers.d
rm -rf etc/init.d etc/systemd etc/default etc/cron.d etc/cron.daily etc/cron.weekly etc/cron.monthly

# The certificate bundle, without update-ca-certificates.
mkdir -p etc/ssl/certs
find usr/share/ca-certificates -name '*.crt' | sort | xargs cat >etc/ssl/certs/ca-certificates.crt
rm -rf usr/share/ca-certificates etc/ca-certificates etc/ca-certificates.conf

printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' >etc/passwd
printf 'root:x:0:\nnogroup:x:65534:\n' >etc/group
printf 'hosts: files dns\npasswd: files\ngroup: files\n' >etc/nsswitch.conf
printf '127.0.0.1 localhost\n' >etc/hosts
: >etc/resolv.conf
: >etc/hostname
: >etc/machine-id

mkdir -p root tmp run proc sys dev mnt opt/cni usr/local/bin usr/local/sbin var/lib var/log/pods var/tmp etc/cni/net.d
# For what the top layer brings; it consists of files only, as `docker import` takes no directory twice.
rm -rf etc/containerd
mkdir -p etc/containerd opt/slipway/images opt/slipway/manifests
chmod 1777 tmp var/tmp
ln -sfn /usr/lib/cni opt/cni/bin
rm -rf var/run var/lock
ln -sfn /run var/run
ln -sfn /run/lock var/lock

# BusyBox fills in for every program that no package brought; dash is the shell, being twice as fast to start.
while read -r applet; do
  [ -e "usr/bin/$applet" ] || [ -e "usr/sbin/$applet" ] || ln -s busybox "usr/bin/$applet"
done <"$resources/busybox-applets.txt"
ln -sfn dash usr/bin/sh

install -m 755 "$node" usr/local/bin/node
ldconfig -r "$root"
