#!/bin/bash
# bulk.sh measures parley scan -f over 5,000 loopback addresses, beside a bare
# loop that connects, sends one hello and reads one record. It prints Markdown:
# client processor time for each endpoint, and the ratio. Linux; no root.
#
#   bench/bulk.sh [ADDRESSES]
#
# RUNS: runs of each (default 3); the median counts.
set -e
cd "$(dirname "$0")/.."
export GOTOOLCHAIN=local
n=${1:-5000}
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$dir"' EXIT
go build -o "$dir/" ./bench/bulk ./bench/measure ./cmd/parley
ulimit -n "$(ulimit -Hn)"

list() { # PORT
	for ((i = 0; i < n; i++)); do echo "127.1.$((i / 250)).$((i % 250 + 1)):$1"; done
}

# row LABEL COMMAND...: the run with the median of processor time, as a row.
row() {
	local label=$1
	shift
	for ((r = 0; r < ${RUNS:-3}; r++)); do "$dir/measure" -bound 5m "$@"; done | sort -t'|' -k2 -n | sed -n "$(((${RUNS:-3} + 1) / 2))p" |
		awk -F' *[|] *' -v l="$label" -v n="$n" '{ printf "%s | %.0f | %.0f | %s | %s | %s\n", l, $2 / n * 1e6, n / $1, $3, $4, $5 }' | tee -a "$dir/rows"
}

echo "# What a scan of many costs"
echo
echo "$(date -u +%F), $(go version | cut -d' ' -f3), Linux $(uname -r | cut -d- -f1), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)."
echo
echo "what | µs of client processor time an endpoint | endpoints/s | MiB | connections | exit"
echo "--- | --- | --- | --- | --- | ---"
port=$((20000 + RANDOM % 9000))
for kind in "1.3" "1.2" "1.3 refused"; do
	port=$((port + 1))
	options=(-max "${kind%% *}")
	[ "$kind" = "${kind% *}" ] || options+=(-refuse)
	"$dir/bulk" -serve "$port" "${options[@]}" &
	list "$port" >"$dir/list"
	until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done
	row "floor, $kind" -- "$dir/bulk" -floor "$dir/list"
	row "parley, $kind" -said "$dir/said" -- "$dir/parley" scan -f "$dir/list" -o "$dir/lines"
	[ "$(wc -l <"$dir/lines")" = "$n" ] || { echo "bulk.sh: $(wc -l <"$dir/lines") lines for $n targets" >&2; exit 1; }
	kill %%
	wait %% 2>/dev/null || true
done
echo
awk -F' [|] ' '/^floor/ { f = $2 } /^parley/ { sub("parley, ", "", $1); printf "%s: parley takes %.2f times the floor.\n", $1, $2 / f }' "$dir/rows"
