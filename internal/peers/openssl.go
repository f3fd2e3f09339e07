package peers

import (
	"encoding/pem"
	"fmt"
	"os"
	"strings"

	"github.com/parley-tls/parley/iana"
)

var (
	openssl3Versions = []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13}
	allCerts         = []Cert{RSA2048, RSA1024, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521, Ed25519, Both}
	opensslVersion   = []string{"openssl", "version"}
)

// opensslNames are the versions in the words of SSL_CONF and of nearly every
// server built on OpenSSL.
var opensslNames = map[iana.Version]string{iana.SSL2: "SSLv2", iana.SSL3: "SSLv3", iana.TLS10: "TLSv1", iana.TLS11: "TLSv1.1", iana.TLS12: "TLSv1.2", iana.TLS13: "TLSv1.3", iana.DTLS10: "DTLSv1", iana.DTLS12: "DTLSv1.2"}

// versionWords joins the versions of j in OpenSSL's words.
func (j *job) versionWords(sep string) string {
	var words []string
	for _, v := range j.Versions {
		words = append(words, opensslNames[v])
	}
	return strings.Join(words, sep)
}

// lowersLevel reports whether OpenSSL 3.0 at Debian's security level 2 would
// refuse what the other fields ask for: it knows no signature that is strong
// enough for TLS 1.0 and 1.1, and wants 2,048 bits of RSA and DH.
func (c Config) lowersLevel() bool {
	if c.SecLevel != 0 {
		return false
	}
	for _, v := range c.Versions {
		if v.Before(iana.TLS12) {
			return true
		}
	}
	if chain, err := ChainOf(c.Chain); err == nil && chain.Weak {
		return true
	}
	return c.Cert == RSA1024 || c.DHBits != 0 && c.DHBits < 2048
}

// level returns OpenSSL's "@SECLEVEL=n", or nothing for the stack's own.
func (c Config) level() string {
	switch {
	case c.SecLevel > 0:
		return fmt.Sprintf("@SECLEVEL=%d", c.SecLevel)
	case c.lowersLevel():
		return "@SECLEVEL=0"
	}
	return ""
}

// ciphersOr returns the cipher string of j with its security level; base is
// what the stack uses when it is not told.
func (j *job) ciphersOr(base string) string {
	s := j.Ciphers
	if s == "" && j.level() != "" {
		s = base
	}
	if j.level() != "" {
		s += ":" + j.level()
	}
	return s
}

// useOpenSSLConf gives the server its own openssl.cnf in place of Debian's,
// which sets the security level 2 and TLS 1.2 as the least version. Most
// servers have no directive for groups, signature algorithms or the extended
// master secret, but all read this file (SSL_CONF_cmd(3)).
func (j *job) useOpenSSLConf() error {
	lines := []string{
		"openssl_conf = init", "[init]", "ssl_conf = modules", "[modules]", "system_default = tls", "[tls]",
		"CipherString = " + orElse(j.ciphersOr("DEFAULT"), "DEFAULT:@SECLEVEL=2"),
	}
	if len(j.Versions) > 0 {
		lines = append(lines, "Protocol = -ALL,"+j.versionWords(","))
	} else if !j.lowersLevel() {
		lines = append(lines, "MinProtocol = TLSv1.2")
	}
	for _, l := range [][2]string{{"Ciphersuites", j.Ciphers13}, {"Groups", j.Groups}, {"SignatureAlgorithms", j.SigAlgs}} {
		if l[1] != "" {
			lines = append(lines, l[0]+" = "+l[1])
		}
	}
	if j.NoEMS {
		lines = append(lines, "Options = -ExtendedMasterSecret")
	}
	conf, err := j.write("openssl.cnf", strings.Join(lines, "\n")+"\n")
	j.env = append(j.env, "OPENSSL_CONF="+conf)
	return err
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func init() {
	drivers[OpenSSL] = &driver{
		programs: []string{"openssl"},
		version:  opensslVersion,
		fields:   "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits SecLevel ALPN SNI NoEMS Extra",
		versions: openssl3Versions,
		certs:    append([]Cert{None}, allCerts...),
		sni:      []SNIPolicy{RejectUnknown},
		auths:    []ClientAuth{Asked, Optional, Required},
		prepare:  prepareOpenSSL,
	}
}

func prepareOpenSSL(j *job) error {
	if err := j.useOpenSSLConf(); err != nil {
		return err
	}
	j.argv = []string{"openssl", "s_server", "-accept", j.addr.String(), "-www"}
	if pairs := j.pairs(); pairs == nil {
		j.argv = append(j.argv, "-nocert")
	} else {
		above, err := j.aboveLeaf(pairs[0].cert)
		if err != nil {
			return err
		}
		j.argv = append(j.argv, "-cert", pairs[0].cert, "-key", pairs[0].key)
		if above != "" {
			j.argv = append(j.argv, "-cert_chain", above)
		}
		for _, p := range pairs[1:] {
			j.argv = append(j.argv, "-dcert", p.cert, "-dkey", p.key)
		}
	}
	if j.SNI == RejectUnknown {
		j.argv = append(j.argv, "-servername", Name, "-servername_fatal", "-cert2", j.certPath, "-key2", j.keyPath)
	}
	dh, err := j.dhParams()
	if err != nil {
		return err
	}
	if dh != "" {
		j.argv = append(j.argv, "-dhparam", dh)
	}
	if len(j.ALPN) > 0 {
		j.argv = append(j.argv, "-alpn", strings.Join(j.ALPN, ","))
	}
	asks, err := j.clientAuth(map[ClientAuth][]string{
		Asked:    {"-verify", "1", "-CAfile", "$CA"},
		Optional: {"-verify", "1", "-CAfile", "$CA", "-verify_return_error"},
		Required: {"-Verify", "1", "-CAfile", "$CA", "-verify_return_error"},
	})
	if err != nil {
		return err
	}
	j.argv = append(append(j.argv, asks...), j.Extra...)
	return nil
}

// aboveLeaf writes what follows the leaf in a chain to a file of its own and
// returns its path, or nothing: s_server would send the leaf twice.
func (j *job) aboveLeaf(chain string) (string, error) {
	text, err := os.ReadFile(chain)
	if err != nil {
		return "", err
	}
	_, rest := pem.Decode(text)
	if next, _ := pem.Decode(rest); next == nil {
		return "", nil
	}
	return j.write("above.pem", string(rest))
}

// curveName returns a group by the name of its curve, for what was written
// before OpenSSL 1.1.1 knew NIST's names.
func curveName(group string) string {
	switch group {
	case "P-256":
		return "prime256v1"
	case "P-384":
		return "secp384r1"
	case "P-521":
		return "secp521r1"
	}
	return group
}
