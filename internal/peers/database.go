package peers

import (
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/parley-tls/parley/iana"
)

func init() {
	const all = "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits SecLevel NoEMS Plain "
	one := []Cert{RSA2048, RSA1024, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521, Ed25519}
	drivers[PostgreSQL] = &driver{
		programs: []string{postgresBin + "postgres", postgresBin + "initdb"},
		version:  []string{postgresBin + "postgres", "--version"},
		fields:   all + "StartTLS Extra",
		versions: openssl3Versions,
		certs:    one,
		starttls: []string{"postgres"},
		auths:    []ClientAuth{Optional, Required},
		prepare:  preparePostgreSQL,
	}
	drivers[MariaDB] = &driver{
		programs: []string{"/usr/sbin/mariadbd"},
		version:  []string{"/usr/sbin/mariadbd", "--version"},
		fields:   "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile SecLevel NoEMS Plain StartTLS Extra",
		versions: openssl3Versions,
		certs:    one,
		starttls: []string{"mysql"},
		prepare:  prepareMariaDB,
	}
	drivers[Redis] = &driver{
		programs: []string{"/usr/bin/redis-server"},
		version:  []string{"/usr/bin/redis-server", "--version"},
		fields:   all + "Extra",
		versions: openssl3Versions,
		certs:    one,
		auths:    []ClientAuth{Optional, Required},
		prepare:  prepareRedis,
	}
	drivers[Mosquitto] = &driver{
		programs: []string{"/usr/sbin/mosquitto"},
		version:  []string{"/usr/sbin/mosquitto", "-h"},
		// It has dhparamfile, but lets OpenSSL choose the size all the same.
		fields:   strings.Replace(all, "DHBits ", "", 1) + "Extra",
		versions: []iana.Version{iana.TLS11, iana.TLS12, iana.TLS13},
		certs:    one,
		auths:    []ClientAuth{Required},
		prepare:  prepareMosquitto,
	}
	drivers[Slapd] = &driver{
		programs: []string{"/usr/sbin/slapd"},
		version:  []string{"/usr/sbin/slapd", "-VV"},
		fields:   "Versions Ciphers Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits NoEMS NoSecureRenegotiation Plain StartTLS Extra",
		versions: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13},
		certs:    one,
		starttls: []string{"ldap"},
		auths:    []ClientAuth{Asked, Optional, Required},
		prepare:  prepareSlapd,
	}
}

const postgresBin = "/usr/lib/postgresql/15/bin/"

// postgresTemplate is an empty cluster: initdb takes longer than the server's
// start. It is made where Debian's account may go and kept with the rest.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	return cached("postgresql-15", func(dir string) error {
		work, err := os.MkdirTemp("", "peer")
		if err != nil {
			return err
		}
		defer os.RemoveAll(work)
		if err := os.Chmod(work, 0o755); err != nil {
			return err
		}
		j := &job{stack: PostgreSQL, dir: work, user: "postgres"}
		if err := j.chown(work); err != nil {
			return err
		}
		data := j.path("data")
		if err := j.command(postgresBin+"initdb", "-D", data, "-U", "peers", "--auth=trust", "--no-sync", "--no-instructions", "--no-locale", "-E", "UTF8"); err != nil {
			return err
		}
		return os.CopyFS(dir, os.DirFS(data))
	})
})

// preparePostgreSQL copies the template. The server refuses root, so it runs
// as Debian's account. Extra are settings, name=value.
func preparePostgreSQL(j *job) error {
	template, err := postgresTemplate()
	if err != nil {
		return err
	}
	j.user = "postgres"
	data := j.path("data")
	if err := os.CopyFS(data, os.DirFS(template)); err != nil {
		return err
	}
	for _, name := range []string{data, j.keyPath} {
		if name == "" {
			continue
		}
		mode := os.FileMode(0o600)
		if name == data {
			mode = 0o700
		}
		if err := os.Chmod(name, mode); err != nil {
			return err
		}
	}
	settings := []string{"listen_addresses=" + j.host(), "port=" + j.port(), "unix_socket_directories=", "fsync=off",
		"log_connections=on", "shared_buffers=1MB", "max_connections=20", "autovacuum=off", "max_wal_senders=0", "wal_level=minimal"}
	if !j.Plain {
		settings = append(settings, "ssl=on", "ssl_cert_file="+j.certPath, "ssl_key_file="+j.keyPath)
		if len(j.Versions) > 0 {
			settings = append(settings, "ssl_min_protocol_version="+opensslNames[slices.Min(j.Versions)], "ssl_max_protocol_version="+opensslNames[slices.Max(j.Versions)])
		}
		if ciphers := j.ciphersOr("HIGH:MEDIUM:+3DES:!aNULL"); ciphers != "" {
			settings = append(settings, "ssl_ciphers="+ciphers)
		}
		dh, err := j.dhParams()
		if err != nil {
			return err
		}
		asks, err := j.clientAuth(map[ClientAuth][]string{Optional: {"ssl_ca_file=$CA"}, Required: {"ssl_ca_file=$CA"}})
		if err != nil {
			return err
		}
		settings = append(settings, asks...)
		if j.ClientAuth == Required {
			// Asked for in the handshake either way; who may connect is decided after it.
			if err := os.WriteFile(j.path("data/pg_hba.conf"), []byte("hostssl all all all trust clientcert=verify-ca\n"), 0o600); err != nil {
				return err
			}
		}
		for _, l := range [][2]string{{"ssl_ecdh_curve", curveName(j.Groups)}, {"ssl_dh_params_file", dh}} {
			if l[1] != "" {
				settings = append(settings, l[0]+"="+l[1])
			}
		}
	}
	j.argv = []string{postgresBin + "postgres", "-D", data}
	for _, s := range append(settings, j.Extra...) {
		j.argv = append(j.argv, "-c", s)
	}
	if err := j.useOpenSSLConf(); err != nil {
		return err
	}
	return j.chown(j.dir)
}

// prepareMariaDB starts without the system tables, which a handshake does not
// need. Extra are flags.
func prepareMariaDB(j *job) error {
	if err := os.Mkdir(j.path("data"), 0o755); err != nil {
		return err
	}
	j.argv = []string{"/usr/sbin/mariadbd", "--no-defaults", "--datadir=" + j.path("data"), "--socket=" + j.path("sock"),
		"--pid-file=" + j.path("pid"), "--bind-address=" + j.host(), "--port=" + j.port(), "--skip-grant-tables", "--skip-networking=0",
		"--skip-name-resolve", "--skip-log-bin", "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M", "--innodb-fast-shutdown=2",
		"--innodb-flush-method=nosync", "--aria-log-file-size=8M", "--performance-schema=0", "--log-warnings=9"}
	if os.Geteuid() == 0 {
		j.argv = append(j.argv, "--user=root")
	}
	if j.Plain {
		j.argv = append(j.argv, "--skip-ssl")
	} else {
		j.argv = append(j.argv, "--ssl-cert="+j.certPath, "--ssl-key="+j.keyPath)
		var words []string
		for _, v := range j.Versions {
			words = append(words, haproxyVersion(v)) // TLSv1.0 here too
		}
		if len(words) > 0 {
			j.argv = append(j.argv, "--tls-version="+strings.Join(words, ","))
		}
		if ciphers := j.ciphersOr("DEFAULT"); ciphers != "" || j.Ciphers13 != "" {
			j.argv = append(j.argv, "--ssl-cipher="+strings.Trim(j.Ciphers13+":"+orElse(ciphers, "DEFAULT"), ":"))
		}
	}
	j.argv = append(j.argv, j.Extra...)
	return j.useOpenSSLConf()
}

// prepareRedis passes everything as flags; Extra too.
func prepareRedis(j *job) error {
	j.argv = []string{"/usr/bin/redis-server", "--bind", j.host(), "--save", "", "--appendonly", "no", "--dir", j.dir, "--loglevel", "verbose"}
	if j.Plain {
		j.argv = append(j.argv, "--port", j.port())
	} else {
		dh, err := j.dhParams()
		if err != nil {
			return err
		}
		ca := ""
		if j.ClientAuth != NotAsked {
			if ca, err = j.clientCAFile(); err != nil {
				return err
			}
		}
		j.argv = append(j.argv, "--port", "0", "--tls-port", j.port(), "--tls-cert-file", j.certPath, "--tls-key-file", j.keyPath)
		for _, l := range [][2]string{
			{"--tls-auth-clients", map[ClientAuth]string{NotAsked: "no", Optional: "optional", Required: "yes"}[j.ClientAuth]},
			{"--tls-ca-cert-file", ca}, {"--tls-protocols", j.versionWords(" ")}, {"--tls-ciphers", j.ciphersOr("DEFAULT:!MEDIUM")}, {"--tls-ciphersuites", j.Ciphers13}, {"--tls-dh-params-file", dh},
		} {
			if l[1] != "" {
				j.argv = append(j.argv, l[0], l[1])
			}
		}
	}
	j.argv = append(j.argv, j.Extra...)
	return j.useOpenSSLConf()
}

// prepareMosquitto writes one listener. Extra are lines of mosquitto.conf.
func prepareMosquitto(j *job) error {
	lines := []string{"listener " + j.port() + " " + j.host(), "allow_anonymous true", "persistence false", "log_dest stdout"}
	if os.Geteuid() == 0 {
		lines = append(lines, "user root")
	}
	if !j.Plain {
		lines = append(lines, "certfile "+j.certPath, "keyfile "+j.keyPath)
		if len(j.Versions) > 0 {
			// tls_version is the least one; openssl.cnf excludes the others.
			lines = append(lines, "tls_version "+strings.ToLower(opensslNames[slices.Min(j.Versions)]))
		}
		asks, err := j.clientAuth(map[ClientAuth][]string{
			Required: {"cafile $CA", "require_certificate true"},
		})
		if err != nil {
			return err
		}
		lines = append(lines, asks...)
		for _, l := range [][2]string{{"ciphers", j.ciphersOr("DEFAULT")}, {"ciphers_tls1.3", j.Ciphers13}} {
			if l[1] != "" {
				lines = append(lines, l[0]+" "+l[1])
			}
		}
	}
	conf, err := j.write("mosquitto.conf", strings.Join(append(lines, j.Extra...), "\n")+"\n")
	if err != nil {
		return err
	}
	j.argv = []string{"/usr/sbin/mosquitto", "-c", conf, "-v"}
	return j.useOpenSSLConf()
}

// prepareSlapd serves an empty directory: LDAP inside TLS, or StartTLS. It is
// built with GnuTLS, so Ciphers is a priority string. Extra are lines of
// slapd.conf.
func prepareSlapd(j *job) error {
	lines := []string{"pidfile " + j.path("pid"), "modulepath /usr/lib/ldap", "include /etc/ldap/schema/core.schema"}
	scheme := "ldaps"
	if j.Plain || j.StartTLS != "" {
		scheme = "ldap"
	}
	if !j.Plain {
		lines = append(lines, "TLSCertificateFile "+j.certPath, "TLSCertificateKeyFile "+j.keyPath)
		dh, err := j.dhParams()
		if err != nil {
			return err
		}
		asks, err := j.clientAuth(map[ClientAuth][]string{
			Asked:    {"TLSCACertificateFile $CA", "TLSVerifyClient allow"},
			Optional: {"TLSCACertificateFile $CA", "TLSVerifyClient try"},
			Required: {"TLSCACertificateFile $CA", "TLSVerifyClient demand"},
		})
		if err != nil {
			return err
		}
		lines = append(lines, asks...)
		for _, l := range [][2]string{{"TLSCipherSuite", j.priority()}, {"TLSDHParamFile", dh}} {
			if l[1] != "" {
				lines = append(lines, l[0]+" "+l[1])
			}
		}
	}
	conf, err := j.write("slapd.conf", strings.Join(append(lines, j.Extra...), "\n")+"\n")
	if err != nil {
		return err
	}
	j.argv = []string{"/usr/sbin/slapd", "-f", conf, "-h", scheme + "://" + j.addr.String() + "/", "-d", "stats"}
	return nil
}
