package peers

import (
	"os"
	"slices"
	"strings"
)

func init() {
	drivers[Postfix] = &driver{
		programs: []string{"/usr/lib/postfix/sbin/master"},
		root:     true,
		version:  []string{"/usr/sbin/postconf", "-d", "mail_version"},
		fields:   "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits NoEMS Plain StartTLS Extra",
		versions: openssl3Versions,
		certs:    allCerts,
		starttls: []string{"smtp"},
		auths:    []ClientAuth{Asked, Required},
		prepare:  preparePostfix,
	}
	drivers[Dovecot] = &driver{
		programs: []string{"/usr/sbin/dovecot", "/usr/lib/dovecot/imap-login", "/usr/lib/dovecot/pop3-login", "/usr/lib/dovecot/managesieve-login", "/usr/lib/dovecot/lmtp"},
		root:     true,
		version:  []string{"/usr/sbin/dovecot", "--version"},
		fields:   "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits SecLevel NoEMS Plain StartTLS Extra",
		versions: openssl3Versions,
		certs:    []Cert{RSA2048, RSA1024, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521, Ed25519, Both},
		starttls: []string{"imap", "pop3", "sieve", "lmtp"},
		auths:    []ClientAuth{Asked},
		prepare:  prepareDovecot,
	}
}

// preparePostfix makes a queue, a data directory and a configuration of their
// own, so that /etc/postfix and /var/spool/postfix play no part. Without
// StartTLS the port is SMTP inside TLS. Extra are lines of main.cf.
func preparePostfix(j *job) error {
	for _, d := range []string{"queue", "data"} {
		if err := os.Mkdir(j.path(d), 0o755); err != nil {
			return err
		}
	}
	for _, d := range []string{"active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "pid", "private", "public", "saved", "trace"} {
		if err := os.Mkdir(j.path("queue/"+d), 0o755); err != nil {
			return err
		}
	}
	j.user = "postfix"
	for _, d := range []string{"data", "queue/private", "queue/public", "queue/incoming", "queue/active", "queue/maildrop"} {
		if err := j.chown(j.path(d)); err != nil {
			return err
		}
	}
	j.user = ""
	tls, err := j.postfixTLS()
	if err != nil {
		return err
	}
	main := append([]string{
		"compatibility_level = 3.6", "queue_directory = " + j.path("queue"), "data_directory = " + j.path("data"),
		"mail_owner = postfix", "setgid_group = postdrop", "myhostname = " + Name, "mydestination =",
		"inet_interfaces = " + j.host(), "inet_protocols = ipv4", "smtpd_peername_lookup = no",
		"maillog_file = " + j.path("mail.log"), "maillog_file_prefixes = " + j.dir,
		"smtpd_tls_loglevel = 1", "alias_maps =", "alias_database =",
		"import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C OPENSSL_CONF=" + j.path("openssl.cnf"),
	}, tls...)
	if _, err := j.write("main.cf", strings.Join(append(main, j.Extra...), "\n")+"\n"); err != nil {
		return err
	}
	if _, err := j.write("master.cf", j.addr.String()+` inet n - n - - smtpd
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
cleanup unix n - n - 0 cleanup
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
`); err != nil {
		return err
	}
	j.logs = []string{j.path("mail.log")}
	j.env = append(j.env, "MAIL_CONFIG="+j.dir)
	// master closes every descriptor there could be before it begins.
	j.argv = []string{"/bin/sh", "-c", `ulimit -n 256; exec /usr/lib/postfix/sbin/master -c "$0" -d`, j.dir}
	return j.useOpenSSLConf()
}

func (j *job) postfixTLS() ([]string, error) {
	if j.Plain {
		return []string{"smtpd_tls_security_level = none"}, nil
	}
	lines := []string{"smtpd_tls_security_level = may"}
	if j.StartTLS == "" {
		lines = append(lines, "smtpd_tls_wrappermode = yes")
	}
	var chain []string
	for _, p := range j.pairs() {
		chain = append(chain, p.key, p.cert)
	}
	lines = append(lines, "smtpd_tls_chain_files = "+strings.Join(chain, ", "))
	if len(j.Versions) > 0 {
		lines = append(lines, "smtpd_tls_protocols = "+j.versionWords(", "), "smtpd_tls_mandatory_protocols = "+j.versionWords(", "))
	}
	if j.Ciphers != "" {
		lines = append(lines, "smtpd_tls_ciphers = medium", "smtpd_tls_mandatory_ciphers = medium", "tls_medium_cipherlist = "+j.Ciphers)
	}
	if j.Groups != "" {
		lines = append(lines, "tls_eecdh_auto_curves = "+strings.ReplaceAll(j.Groups, ":", " "))
	}
	asks, err := j.clientAuth(map[ClientAuth][]string{
		Asked:    {"smtpd_tls_CAfile = $CA", "smtpd_tls_ask_ccert = yes"},
		Required: {"smtpd_tls_CAfile = $CA", "smtpd_tls_req_ccert = yes"},
	})
	if err != nil {
		return nil, err
	}
	lines = append(lines, asks...)
	if j.ClientAuth == Required {
		lines[0] = "smtpd_tls_security_level = encrypt" // or it will not require one
	}
	dh, err := j.dhParams()
	if dh != "" {
		lines = append(lines, "smtpd_tls_dh1024_param_file = "+dh)
	}
	return lines, err
}

// prepareDovecot serves IMAP inside TLS, or what StartTLS says. Extra are
// lines of dovecot.conf.
func prepareDovecot(j *job) error {
	dh, err := j.dhParams()
	if err != nil {
		return err
	}
	listener := func(kind, name, port string, extra string) string {
		return "service " + kind + "-login {\ninet_listener " + name + " {\nport = " + port + "\n" + extra + "}\n}\n"
	}
	lines := []string{
		"base_dir = " + j.path("run"), "state_dir = " + j.path("run"), "listen = " + j.host(), "protocols = " + j.dovecotProtocols(),
		"log_path = " + j.path("dovecot.log"), "verbose_ssl = yes", "mail_location = maildir:" + j.path("mail"),
		"disable_plaintext_auth = no", "ssl_client_ca_dir = /etc/ssl/certs",
		"import_environment = TZ OPENSSL_CONF=" + j.path("openssl.cnf"),
		"passdb {\ndriver = static\nargs = password=peers\n}",
		"userdb {\ndriver = static\nargs = uid=nobody gid=nogroup home=" + j.path("home") + "\n}",
	}
	if j.Plain {
		lines = append(lines, "ssl = no")
	} else {
		pairs := j.pairs()
		lines = append(lines, "ssl = yes", "ssl_cert = <"+pairs[0].cert, "ssl_key = <"+pairs[0].key)
		if len(pairs) > 1 {
			lines = append(lines, "ssl_alt_cert = <"+pairs[1].cert, "ssl_alt_key = <"+pairs[1].key)
		}
		asks, err := j.clientAuth(map[ClientAuth][]string{
			Asked: {"ssl_ca = <$CA", "ssl_require_crl = no", "ssl_verify_client_cert = yes"},
		})
		if err != nil {
			return err
		}
		lines = append(lines, asks...)
		if len(j.Versions) > 0 {
			// There is no greatest version: openssl.cnf excludes the others.
			lines = append(lines, "ssl_min_protocol = "+opensslNames[slices.Min(j.Versions)])
		}
		if ciphers := j.ciphersOr("ALL:!aNULL:!eNULL"); ciphers != "" {
			lines = append(lines, "ssl_cipher_list = "+ciphers)
		}
		for _, l := range [][2]string{{"ssl_cipher_suites", j.Ciphers13}, {"ssl_curve_list", j.Groups}} {
			if l[1] != "" {
				lines = append(lines, l[0]+" = "+l[1])
			}
		}
		if dh != "" {
			lines = append(lines, "ssl_dh = <"+dh)
		}
	}
	kind, name, other, extra := "imap", "imaps", "imap", "ssl = yes\n"
	if j.StartTLS == "pop3" {
		kind, other = "pop3", "pop3s"
	}
	if j.StartTLS != "" || j.Plain {
		name, extra = kind, ""
		other = kind + "s"
	}
	switch j.StartTLS {
	case "sieve":
		lines = append(lines, listener("managesieve", "sieve", j.port(), ""))
	case "lmtp":
		lines = append(lines, "service lmtp {\ninet_listener lmtp {\nport = "+j.port()+"\n}\n}")
	default:
		rest := map[string]string{"imap": "pop3", "pop3": "imap"}[kind]
		lines = append(lines, listener(kind, name, j.port(), extra), listener(kind, other, "0", ""),
			listener(rest, rest, "0", ""), listener(rest, rest+"s", "0", ""))
	}
	conf, err := j.write("dovecot.conf", strings.Join(append(lines, j.Extra...), "\n")+"\n")
	if err != nil {
		return err
	}
	j.logs = []string{j.path("dovecot.log")}
	j.argv = []string{"/usr/sbin/dovecot", "-F", "-c", conf}
	return j.useOpenSSLConf()
}

// dovecotProtocols are those of a server: one where another listens than that of
// IMAP or POP3.
func (j *job) dovecotProtocols() string {
	switch j.StartTLS {
	case "sieve", "lmtp":
		return j.StartTLS
	}
	return "imap pop3"
}
