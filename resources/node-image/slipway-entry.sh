#!/bin/dash
# Entry of a node, the one child of tini: prepares mounts and sysctls, then keeps the node's processes running until
# SIGTERM. Each process has a log in /var/log/slipway and is started again, with a growing pause, when it ends.
set -u

CONFIG=/etc/slipway/node.json
STATE=/run/slipway
LOGS=/var/log/slipway
LOG_LIMIT=20000000
CONTAINERD=/run/containerd/containerd.sock

say() { echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) node: $*" >&2; }

# config KEY: a string of the flat JSON object that provisioning wrote; absent reads as empty.
config() { sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p" "$CONFIG" | head -n 1; }

# Docker mounts the root private and, without --privileged, /sys and the cgroups read-only.
prepare_mounts() {
  mount --make-rshared /
  mount -o remount,bind,rw /sys 2>/dev/null || true
  while read -r _ dir type _; do
    case $type in
      cgroup | cgroup2) mount -o remount,bind,rw "$dir" 2>/dev/null || say "$dir stays read-only" ;;
    esac
  done </proc/mounts
  [ -e /dev/kmsg ] || mknod -m 600 /dev/kmsg c 1 11 2>/dev/null || true
  [ -e /dev/fuse ] || mknod -m 666 /dev/fuse c 10 229 2>/dev/null || true
  [ -e /dev/net/tun ] || { mkdir -p /dev/net && mknod -m 666 /dev/net/tun c 10 200; } 2>/dev/null || true
}

# cgroup v2 forbids processes in a cgroup that delegates controllers: move ours to a leaf, then delegate all.
delegate_cgroups() {
  root=/sys/fs/cgroup
  [ -f $root/cgroup.controllers ] || return 0
  mkdir -p $root/slipway
  while read -r pid; do echo "$pid" >$root/slipway/cgroup.procs; done <$root/cgroup.procs 2>/dev/null
  for controller in $(cat $root/cgroup.controllers); do
    echo "+$controller" >$root/cgroup.subtree_control 2>/dev/null || say "cgroup controller $controller is not available"
  done
}

sysctl_if_there() { [ -w "/proc/sys/$1" ] && echo "$2" >"/proc/sys/$1"; }

prepare_network() {
  sysctl_if_there net/ipv4/ip_forward 1
  # Node ports answer on 127.0.0.1 too, and pods reach the engine's resolver below; the proxy's guard keeps others out.
  sysctl_if_there net/ipv4/conf/all/route_localnet 1
  # Strict reverse path checks would drop what comes back through another interface.
  sysctl_if_there net/ipv4/conf/all/rp_filter 0
  sysctl_if_there net/ipv4/conf/default/rp_filter 0
  sysctl_if_there fs/inotify/max_user_instances 8192
  sysctl_if_there fs/inotify/max_user_watches 1048576
  true
}

# port_of PROTOCOL: where Docker's resolver listens on 127.0.0.11, which is behind a redirect only this node sees.
port_of() {
  hex=$(sed -n 's/^ *[0-9]*: 0B00007F:\([0-9A-F]\{4\}\) .*/\1/p' "/proc/net/$1" | head -n 1)
  [ -n "$hex" ] && echo $((0x$hex))
}

# Pods with dnsPolicy Default and the cluster DNS itself need resolvers; 127.0.0.11 means nothing in a pod. They get a
# link-local address instead, which leads to Docker's resolver. A sealed node has none: no name leaves it.
prepare_resolv_conf() {
  if grep -q '"sealed"[[:space:]]*:[[:space:]]*true' "$CONFIG"; then
    grep -v '^nameserver' /etc/resolv.conf >$STATE/resolv.conf
    return 0
  fi
  if ! grep -q '^nameserver[[:space:]]*127\.0\.0\.11' /etc/resolv.conf; then
    cp /etc/resolv.conf $STATE/resolv.conf
    return 0
  fi
  ip address add 169.254.20.53/32 dev lo 2>/dev/null
  {
    echo 'add table ip slipway-dns'
    echo 'add chain ip slipway-dns incoming { type nat hook prerouting priority -110; }'
    for protocol in udp tcp; do
      port=$(port_of $protocol) && echo "add rule ip slipway-dns incoming ip daddr 169.254.20.53 $protocol dport 53 dnat to 127.0.0.11:$port"
    done
  } | nft -f - || say 'pods cannot reach the resolver of the container engine'
  sed 's/^nameserver.*/nameserver 169.254.20.53/' /etc/resolv.conf >$STATE/resolv.conf
}

# supervise NAME COMMAND...: runs the command again whenever it ends: at once the first time, at most 10 s later after
# failures in a row; ten quiet seconds count as success.
supervise() {
  name=$1
  shift
  (
    pause=0
    while [ ! -e $STATE/stopping ]; do
      began=$(date +%s)
      "$@" >>"$LOGS/$name.log" 2>&1 &
      child=$!
      echo $child >"$STATE/$name.pid"
      wait $child
      status=$?
      [ -e $STATE/stopping ] && break
      [ $(($(date +%s) - began)) -ge 10 ] && pause=0
      say "$name ended with status $status, starting again in $pause s"
      sleep $pause
      pause=$((pause == 0 ? 1 : pause * 2 > 10 ? 10 : pause * 2))
    done
  ) &
}

await_file() {
  while [ ! -e "$1" ]; do sleep 0.02; done
}

# The images that a node cannot pull: imported once, as there is no registry.
import_images() {
  while ! have=$(ctr -n k8s.io images ls -q 2>/dev/null); do sleep 0.05; done
  for archive in /opt/slipway/images/*.tar; do
    name=$(cat "${archive%.tar}.name")
    echo "$have" | grep -qx "$name" || ctr -n k8s.io images import --local --label io.cri-containerd.pinned=pinned "$archive" >/dev/null ||
      say "cannot import $name"
  done
}

# The agent may be up already: neither its link-local address (DNS) nor the pod bridge's is the node's.
address() { ip -4 -o address show scope global | sed -n '/ cni/d; /inet 169\.254\./d; s/.* inet \([0-9.]*\)\/.*/\1/p' | head -n 1; }

start_control_plane() {
  # By name: the certificate of the server says no address, which another start of the node may change.
  issuer="https://kubernetes.default.svc.$(config clusterDomain)"
  supervise kube-apiserver slipway-node kube-apiserver \
    --advertise-address="$(address)" --secure-port=6443 --data-dir=/var/lib/slipway/apiserver \
    --service-cluster-ip-range="$(config serviceCIDR)" \
    --client-ca-file=$PKI/ca.crt --tls-cert-file=$PKI/apiserver.crt --tls-private-key-file=$PKI/apiserver.key \
    --kubelet-certificate-authority=$PKI/ca.crt \
    --kubelet-client-certificate=$PKI/apiserver-kubelet-client.crt --kubelet-client-key=$PKI/apiserver-kubelet-client.key \
    --requestheader-client-ca-file=$PKI/front-proxy-ca.crt --requestheader-allowed-names=front-proxy-client \
    --proxy-client-cert-file=$PKI/front-proxy-client.crt --proxy-client-key-file=$PKI/front-proxy-client.key \
    --service-account-key-file=$PKI/sa.pub --service-account-signing-key-file=$PKI/sa.key \
    --service-account-issuer="$issuer" --service-account-jwks-uri="$issuer/openid/v1/jwks" \
    --authorization-mode=Node,RBAC --openapi-descriptions=/opt/slipway/openapi-descriptions.json.gz
  supervise controllers slipway-node controllers --kubeconfig=/etc/kubernetes/controller-manager.conf \
    --cluster-cidr="$(config clusterCIDR)" --service-cluster-ip-range="$(config serviceCIDR)" --root-ca-file=$PKI/ca.crt \
    --service-account-private-key-file=$PKI/sa.key \
    --cluster-signing-cert-file=$PKI/ca.crt --cluster-signing-key-file=$PKI/ca.key \
    --use-service-account-credentials=true --scheduler-kubeconfig=/etc/kubernetes/scheduler.conf
}

start_agent() {
  (
    await_file $CONTAINERD
    import_images
    : >$STATE/images-ready
  ) &
  supervise agent slipway-node agent
}

# Copy and truncate: the writers append, so a log may lose a line while it is cut, and nobody must reopen a file.
cut_logs() {
  for log in "$LOGS"/*.log; do
    [ -f "$log" ] && [ "$(stat -c %s "$log")" -gt $LOG_LIMIT ] || continue
    cp "$log" "$log.1" && : >"$log"
  done
}

terminate() {
  for name in "$@"; do
    [ -f "$STATE/$name.pid" ] && kill -TERM "$(cat "$STATE/$name.pid")" 2>/dev/null
  done
}

# await_end TENTHS PID...: waits until none of the processes is left, at most so long.
await_end() {
  tenths=$1
  shift
  while [ "$tenths" -gt 0 ]; do
    alive=
    for pid in "$@"; do [ -d "/proc/$pid" ] && alive=1; done
    [ -z "$alive" ] && return 0
    sleep 0.1
    tenths=$((tenths - 1))
  done
}

pid_of() { cat "$STATE/$1.pid" 2>/dev/null; }

# Kubelet first, so that it does not restart what ends; then the pods; the API server last, so that all can report.
stop_all() {
  say 'stopping'
  : >$STATE/stopping
  terminate agent controllers
  await_end 15 $(pid_of agent) $(pid_of controllers)
  pods=$(cat /run/containerd/io.containerd.runtime.v2.task/k8s.io/*/init.pid 2>/dev/null)
  [ -n "$pods" ] && kill -TERM $pods 2>/dev/null
  await_end 30 $pods
  terminate kube-apiserver
  await_end 20 $(pid_of kube-apiserver)
  terminate containerd
  await_end 10 $(pid_of containerd)
  say 'stopped'
}

stopping=
trap 'stopping=1' TERM INT

[ -r $CONFIG ] || {
  say "$CONFIG is missing: a node is made by Slipway, which writes it"
  exit 78
}
PKI=/etc/kubernetes/pki
mkdir -p $STATE $LOGS /run/containerd /var/lib/containerd /var/lib/kubelet /var/log/pods /etc/cni/net.d
prepare_mounts
delegate_cgroups
supervise containerd containerd --config /etc/containerd/config.toml --log-level warn
prepare_network
prepare_resolv_conf
[ "$(config role)" = control-plane ] && start_control_plane
start_agent
say "$(config nodeName) is up"

while [ -z "$stopping" ]; do
  sleep 30 &
  wait $!
  cut_logs
done
stop_all
