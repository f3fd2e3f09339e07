#!/bin/sh
# net.sh up|down: two network namespaces, parley-near and parley-far, whose
# loopback addresses meet over a pair of TUN devices. What listens in parley-far
# on 127.0.0.1 and 127.0.0.2 is reached from parley-near under these addresses.
set -e
near=parley-near
far=parley-far

down() {
	for n in $near $far; do
		if ip netns list | grep -q "^$n\b"; then ip netns del $n; fi
	done
}

case $1 in
up)
	down
	for n in $near $far; do
		ip netns add $n
		ip netns exec $n sysctl -qw net.ipv4.conf.all.route_localnet=1 net.ipv4.conf.default.route_localnet=1 \
			net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
		ip netns exec $n ip tuntap add dev t0 mode tun
		ip -n $n link set lo up
		ip -n $n addr del 127.0.0.1/8 dev lo
		ip -n $n link set t0 up
	done
	ip -n $near addr add 127.0.0.9/32 dev t0 scope global
	ip -n $near route add 127.0.0.1/32 dev t0 src 127.0.0.9
	ip -n $near route add 127.0.0.2/32 dev t0 src 127.0.0.9
	ip -n $far addr add 127.0.0.1/32 dev t0 scope global
	ip -n $far addr add 127.0.0.2/32 dev t0 scope global
	ip -n $far route add 127.0.0.9/32 dev t0 src 127.0.0.1
	;;
down) down ;;
*) echo "usage: $0 up|down" >&2; exit 2 ;;
esac
