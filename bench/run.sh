#!/bin/bash
# run.sh measures parley check from another network namespace, with a round trip
# of 50 ms that the handshake of TCP pays too, and public scanners beside it on
# the same failing endpoints. Root, Linux, Debian packages. It prints Markdown:
#
#   bench/run.sh > bench/RESULTS.md
#
# RUNS: runs of each fault (default 3). PEERS=no leaves the scanners out.
set -e
cd "$(dirname "$0")/.."
export GOTOOLCHAIN=local
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; bench/net.sh down; rm -rf "$dir"' EXIT

if [ "${PEERS:-yes}" = yes ]; then
	apt-get install -y --no-install-recommends sslscan nmap testssl.sh >"$dir/apt" 2>&1 || { tail "$dir/apt" >&2; exit 1; }
fi
go build -o "$dir/" ./bench/delaynet ./bench/faults ./bench/verdicts ./bench/measure ./cmd/parley
bench/net.sh up
"$dir/delaynet" -a parley-near -b parley-far -delay 25ms >"$dir/delay" &
mkfifo "$dir/hold"
ip netns exec parley-far "$dir/faults" <"$dir/hold" >"$dir/places" &
exec 9>"$dir/hold"
tries=0
until [ "$(wc -l <"$dir/places")" = "$("$dir/parley" lab | grep -c '^[a-z].* ')" ] || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done

echo "# What a check costs"
echo
echo "$(date -u +%F), $(go version | cut -d' ' -f3), Linux $(uname -r | cut -d- -f1), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)."
echo "Made by bench/run.sh. Walls hold for this machine and its load; connections, processor time,"
echo "memory and ratios are what to compare."
echo
echo "## Time to a verdict, round trip 50 ms"
echo
echo "First verdict: from when on the leading cause no longer changed. Median of ${RUNS:-3} runs."
echo
over=0
ip netns exec parley-near "$dir/verdicts" -n "${RUNS:-3}" <"$dir/places" || over=1

# place FAULT: where it listens.
place() { sed -n "s/^{\"Fault\":\"$1\",\"Target\":{\"Address\":\"\([^\"]*\)\".*/\1/p" "$dir/places"; }
# measure BOUND COMMAND...: the cells of a row, from the near side.
measure() { local bound=$1; shift; ip netns exec parley-near "$dir/measure" -bound "$bound" -said "$dir/said" "$@"; }

echo
echo "## Memory and processor, one plain child process"
echo
echo "| fault | wall s | CPU s | memory MiB | connections | exit |"
echo "|---|---|---|---|---|---|"
for f in serve-today accept-only-1.0 answer-http never-answer load-no-certificate; do
	row=$(measure 30s "$dir/parley" check "$(place $f)" --proxy none)
	echo "| $f | $row |"
	[ "$(echo "$row" | awk -F' [|] ' '{print ($3 < 40)}')" = 1 ] || { echo; echo "**over 40 MiB**"; over=1; }
done

peer() { # peer NAME FAULT BOUND COMMAND...
	local name=$1 f=$2 bound=$3; shift 3
	local row says
	row=$(measure "$bound" "$@")
	says=$(sed 's/\x1b\[[0-9;]*m//g' "$dir/said" | grep -aiE "$pattern" | head -1 | tr -s ' \t|' '   ' | sed "s/^ //; s/$(place $f)/TARGET/g" | cut -c1-90)
	[ "$name" = parley ] && ours=$(echo "$row" | cut -d' ' -f1)
	echo "| $f | $name | $row | $(echo "$row" | awk -v o="$ours" '{printf "%.1f", $1/o}') | ${says:+\`}${says:-nothing}${says:+\`} |"
}

if [ "${PEERS:-yes}" = yes ]; then
	echo
	echo "## Other tools on the same failing endpoints, round trip 50 ms"
	echo
	echo "$(dpkg-query -W -f '${Package} ${Version}; ' sslscan nmap testssl.sh)a command is killed after 60 s. Last column: the first line that says anything about the failure."
	echo
	echo "| fault | command | wall s | CPU s | memory MiB | connections | exit | wall, parley = 1 | says |"
	echo "|---|---|---|---|---|---|---|---|---|"
	for f in answer-http accept-only-1.0 reset-every-hello never-answer refuse-every-server-name load-no-certificate; do
		at=$(place $f)
		pattern='^(problem|unknown)'; peer parley $f 30s "$dir/parley" check "$at" --proxy none
		pattern='error|could not|cannot|unable|TLSv1.[0-3] +enabled'; peer sslscan $f 60s sslscan --no-colour "$at"
		pattern='TLSv1\.[0-3]:|least strength|error|fail'; peer "nmap ssl-enum-ciphers" $f 60s nmap -Pn -n --unprivileged -sT -p "${at##*:}" --script ssl-enum-ciphers "${at%:*}"
		pattern="doesn't seem|cannot connect|fatal|offered \(deprecated\)|not offered and|error|oops"; peer "testssl -p" $f 60s testssl --warnings batch --color 0 --quiet --nodns none -p "$at"
	done
fi

echo
echo "## Benchmarks"
echo
echo '    go test ./bench -run "^$" -bench . -count 3'
echo
go test ./bench -run '^$' -bench . -count 3 | grep ^Benchmark | sed 's/^/    /'
exit $over
