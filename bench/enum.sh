#!/bin/bash
# enum.sh measures what it takes to learn all versions and cipher suites of a
# server: parley scan beside public scanners, on three servers whose terms are
# known, at a round trip of 0 and of 50 ms. Root, Linux, Debian packages. It
# prints Markdown:
#
#   bench/enum.sh >> bench/RESULTS.md
#
# RUNS: runs of each row (default 3, the median is told; the slow ones run once).
# PEERS=no leaves the scanners out.
set -e
cd "$(dirname "$0")/.."
export GOTOOLCHAIN=local OPENSSL_CONF=/dev/null
dir=$(mktemp -d)
trap 'for p in "$dir"/*.pid; do kill "$(cat "$p")" 2>/dev/null || true; done; kill $(jobs -p) 2>/dev/null || true; bench/net.sh down; rm -rf "$dir"' EXIT

if [ "${PEERS:-yes}" = yes ]; then
	apt-get install -y --no-install-recommends sslscan nmap testssl.sh nginx-light openssl >"$dir/apt" 2>&1 || { tail "$dir/apt" >&2; exit 1; }
fi
go build -o "$dir/" ./bench/delaynet ./bench/measure ./cmd/parley

# The servers: eight suites of today behind one RSA certificate; all that OpenSSL
# 3 has behind RSA and ECDSA, TLS 1.0 to 1.3; TLS 1.0 alone.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/rsa.key" -out "$dir/rsa.crt" -days 90 -subj /CN=localhost 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$dir/ec.key" -out "$dir/ec.crt" -days 90 -subj /CN=localhost 2>/dev/null
openssl dhparam -dsaparam -out "$dir/dh.pem" 2048 2>/dev/null
modern=ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384
serve() { # serve NAMESPACE: nginx with the three of them, on 127.0.0.1
	mkdir "$dir/$1"
	cat >"$dir/$1/nginx.conf" <<N
worker_processes 2; pid $dir/$1.pid; error_log $dir/$1/error.log;
events { worker_connections 8192; }
http {
	access_log off;
	client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
	ssl_certificate $dir/rsa.crt; ssl_certificate_key $dir/rsa.key; ssl_dhparam $dir/dh.pem;
	server { listen 127.0.0.1:9441 ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers $modern; }
	server { listen 127.0.0.1:9442 ssl; ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0; ssl_prefer_server_ciphers on;
		ssl_certificate $dir/rsa.crt; ssl_certificate_key $dir/rsa.key; ssl_certificate $dir/ec.crt; ssl_certificate_key $dir/ec.key; }
	server { listen 127.0.0.1:9443 ssl; ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0; }
}
N
	ip netns exec "$1" /usr/sbin/nginx -p "$dir/$1" -c "$dir/$1/nginx.conf" 2>/dev/null
}

# truth PORT VERSION: how many suites the server's own configuration leaves.
truth() {
	local list=ALL:@SECLEVEL=0
	[ "$1" = 9441 ] && list=$modern
	case $2 in
	1.3) [ "$1" = 9443 ] && echo 0 || echo 3; return ;;
	1.2) [ "$1" = 9443 ] && { echo 0; return; } ;;
	*) [ "$1" = 9441 ] && { echo 0; return; } ;;
	esac
	# Those of keys that the server does not have, and of shared secrets, count not.
	local none='DSS|PSK|SRP'
	[ "$1" = 9442 ] || none="$none|ECDSA"
	openssl ciphers -s -"tls1$([ "$2" = 1.0 ] || echo "_${2#1.}")" "$list" | tr : '\n' | grep -v ^TLS_ | grep -cvE "$none" || true
}

# counts PORT: how many suites of 1.0 1.1 1.2 1.3 there are in truth.
counts() {
	local out=
	for v in 1.0 1.1 1.2 1.3; do
		n=$(truth "$1" $v)
		[ "$1" = 9443 ] && [ $v = 1.1 ] && n=0
		out="$out$n "
	done
	echo "${out% }"
}

# found SCANNER: what its output, on stdin, says of the same.
found() {
	sed 's/\x1b\[[0-9;]*m//g' | case ${1%,} in
	parley) awk '/^suite: 1\./ {n[$2]++} END {print n["1.0"]+0, n["1.1"]+0, n["1.2"]+0, n["1.3"]+0}' ;;
	sslscan) awk '/^(Preferred|Accepted) / {n[$2]++} END {print n["TLSv1.0"]+0, n["TLSv1.1"]+0, n["TLSv1.2"]+0, n["TLSv1.3"]+0}' ;;
	nmap) awk '/TLSv1\.[0-3]: *$/ {v=$2} /^\|  +TLS_/ {n[v]++} END {print n["TLSv1.0:"]+0, n["TLSv1.1:"]+0, n["TLSv1.2:"]+0, n["TLSv1.3:"]+0}' ;;
	testssl) sed 's/^ *TLS 1/TLSv1/; s/^TLSv1 /TLSv1.0 /' | awk '/^ *TLSv1/ {v=$1} /^ *x[0-9a-f]+ / {n[v]++} END {print n["TLSv1"]+n["TLSv1.0"]+0, n["TLSv1.1"]+0, n["TLSv1.2"]+0, n["TLSv1.3"]+0}' ;;
	esac
}

# row NAMESPACE SERVER PORT NAME RUNS COMMAND...: a row of the table.
row() {
	local ns=$1 server=$2 port=$3 name=$4 runs=$5; shift 5
	for _ in $(seq "$runs"); do ip netns exec "$ns" "$dir/measure" -bound 200s -said "$dir/said" "$@"; done | sort -n | sed -n "$((runs / 2 + 1))p" >"$dir/row"
	local cells got
	cells=$(cat "$dir/row")
	got=$(found "${name%% *}" <"$dir/said")
	[ "$name" = parley ] && ours=${cells%% *}
	[ "$got" = "$(counts "$port")" ] && got="$got, exact" || got="$got of $(counts "$port")"
	echo "| $server | $name | $cells | $(echo "$cells" | awk -v o="$ours" '{printf "%.1f", (o > 0 ? $1/o : 0)}') | $got |"
}

table() { # table NAMESPACE
	echo "| server | command | wall s | CPU s | memory MiB | connections | exit | wall, parley = 1 | suites of 1.0 1.1 1.2 1.3 |"
	echo "|---|---|---|---|---|---|---|---|---|"
	for s in "8 suites:9441" "wide open:9442" "1.0 alone:9443"; do
		local name=${s%:*} port=${s##*:} at=127.0.0.1:${s##*:} n=${RUNS:-3}
		row "$1" "$name" "$port" parley "$n" "$dir/parley" scan "$at" --plain --proxy none
		row "$1" "$name" "$port" "parley --gentle" "$n" "$dir/parley" scan "$at" --plain --proxy none --gentle
		row "$1" "$name" "$port" "parley --fast" "$n" "$dir/parley" scan "$at" --plain --proxy none --fast
		[ "${PEERS:-yes}" = yes ] || continue
		row "$1" "$name" "$port" "sslscan, suites alone" 1 sslscan --no-colour --no-groups --no-heartbleed --no-compression --no-renegotiation --no-fallback --no-check-certificate "$at"
		row "$1" "$name" "$port" "nmap ssl-enum-ciphers" 1 nmap -Pn -n --unprivileged -sT -p "$port" --script ssl-enum-ciphers 127.0.0.1
		row "$1" "$name" "$port" "testssl -E" 1 testssl --warnings batch --color 0 --quiet --nodns none -E "$at"
	done
}

bench/net.sh up
ip netns add parley-alone 2>/dev/null || true
trap 'for p in "$dir"/*.pid; do kill "$(cat "$p")" 2>/dev/null || true; done; kill $(jobs -p) 2>/dev/null || true; bench/net.sh down; ip netns del parley-alone; rm -rf "$dir"' EXIT
ip -n parley-alone link set lo up
"$dir/delaynet" -a parley-near -b parley-far -delay 25ms >"$dir/delay" &
serve parley-far
serve parley-alone

echo
echo "# What versions and cipher suites cost"
echo
echo "$(date -u +%F), $(go version | cut -d' ' -f3), Linux $(uname -r | cut -d- -f1), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)."
echo "Made by bench/enum.sh, median of ${RUNS:-3} runs of parley. Truth is what the server's own configuration leaves, by \`openssl ciphers\`."
echo
echo "## Round trip 50 ms"
echo
table parley-near
echo
echo "## Round trip 0"
echo
table parley-alone
