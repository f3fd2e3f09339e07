#!/bin/bash
# full.sh measures the full assessment of a server: parley scan --depth full beside
# testssl.sh with all its tests, on nginx with eight cipher suites, at a round trip of
# 50 ms and of 0. Root, Linux, Debian packages. It prints Markdown:
#
#   bench/full.sh >> bench/RESULTS.md
#
# RUNS: runs of parley (default 3, the median is told; testssl.sh runs once).
# PEERS=no leaves testssl.sh out.
set -e
cd "$(dirname "$0")/.."
export GOTOOLCHAIN=local OPENSSL_CONF=/dev/null
dir=$(mktemp -d)
trap 'for p in "$dir"/*.pid; do kill "$(cat "$p")" 2>/dev/null || true; done; kill $(jobs -p) 2>/dev/null || true; bench/net.sh down; ip netns del parley-alone 2>/dev/null || true; rm -rf "$dir"' EXIT

if [ "${PEERS:-yes}" = yes ]; then
	apt-get install -y --no-install-recommends testssl.sh nginx-light openssl >"$dir/apt" 2>&1 || { tail "$dir/apt" >&2; exit 1; }
fi
go build -o "$dir/" ./bench/delaynet ./bench/measure ./cmd/parley

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/rsa.key" -out "$dir/rsa.crt" -days 90 -subj /CN=localhost 2>/dev/null
openssl dhparam -dsaparam -out "$dir/dh.pem" 2048 2>/dev/null
suites=ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384
serve() { # serve NAMESPACE
	mkdir "$dir/$1"
	cat >"$dir/$1/nginx.conf" <<N
worker_processes 2; pid $dir/$1.pid; error_log $dir/$1/error.log;
events { worker_connections 8192; }
http {
	access_log off;
	client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
	ssl_certificate $dir/rsa.crt; ssl_certificate_key $dir/rsa.key; ssl_dhparam $dir/dh.pem;
	server { listen 127.0.0.1:9441 ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers $suites; }
}
N
	ip netns exec "$1" /usr/sbin/nginx -p "$dir/$1" -c "$dir/$1/nginx.conf" 2>/dev/null
}

# row NAMESPACE RTT NAME RUNS COMMAND...: a row of the table.
row() {
	local ns=$1 rtt=$2 name=$3 runs=$4; shift 4
	for _ in $(seq "$runs"); do ip netns exec "$ns" "$dir/measure" -bound 900s -said "$dir/said" "$@"; done | sort -n | sed -n "$((runs / 2 + 1))p" >"$dir/row"
	local cells
	cells=$(cat "$dir/row")
	[ "$name" = "parley --depth full" ] && ours=$cells
	echo "| $rtt | $name | $cells | $(printf '%s\n%s\n' "$ours" "$cells" | awk -F'|' 'NR == 1 {wall = $1; n = $4} NR == 2 {printf "%.1f | %.1f", $1 / wall, $4 / n}') |"
}

bench/net.sh up
ip netns add parley-alone 2>/dev/null || true
ip -n parley-alone link set lo up
"$dir/delaynet" -a parley-near -b parley-far -delay 25ms >"$dir/delay" &
serve parley-far
serve parley-alone

echo
echo "# What a full assessment costs"
echo
echo "$(date -u +%F), $(go version | cut -d' ' -f3), Linux $(uname -r | cut -d- -f1), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)."
echo "Made by bench/full.sh, median of ${RUNS:-3} runs of parley, on nginx with eight suites."
echo
echo "| round trip | command | wall s | CPU s | memory MiB | connections | exit | wall, parley = 1 | connections, parley = 1 |"
echo "|---|---|---|---|---|---|---|---|---|"
for at in "parley-near:50 ms" "parley-alone:0"; do
	row "${at%%:*}" "${at#*:}" "parley --depth full" "${RUNS:-3}" "$dir/parley" scan 127.0.0.1:9441 --sni localhost --depth full --plain --proxy none
	[ "${PEERS:-yes}" = yes ] || continue
	row "${at%%:*}" "${at#*:}" testssl.sh 1 testssl --warnings batch --color 0 --quiet --nodns none --ip 127.0.0.1 localhost:9441
done
