package peers

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

var gnutlsNames = map[iana.Version]string{iana.SSL3: "VERS-SSL3.0", iana.TLS10: "VERS-TLS1.0", iana.TLS11: "VERS-TLS1.1", iana.TLS12: "VERS-TLS1.2", iana.TLS13: "VERS-TLS1.3", iana.DTLS10: "VERS-DTLS1.0", iana.DTLS12: "VERS-DTLS1.2"}

func init() {
	drivers[GnuTLS] = &driver{
		programs: []string{"gnutls-serv"},
		version:  []string{"gnutls-serv", "--version"},
		fields:   "Versions Ciphers Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits ALPN SNI NoEMS NoSecureRenegotiation Extra",
		versions: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13},
		certs:    append([]Cert{None}, allCerts...),
		sni:      []SNIPolicy{RejectUnknown},
		auths:    []ClientAuth{Asked, Optional, Required},
		prepare:  prepareGnuTLS,
	}
}

// priority returns j as a GnuTLS priority string, or nothing when no field
// asks for one. Ciphers is the string to begin with (NORMAL); Groups and
// SigAlgs are lists of names separated by colons, such as GROUP-SECP256R1 and
// SIGN-RSA-PSS-RSAE-SHA256, that replace all others.
func (j *job) priority() string {
	words := []string{orElse(j.Ciphers, "NORMAL")}
	if len(j.Versions) > 0 {
		words = append(words, "-VERS-ALL")
		for _, v := range j.Versions {
			words = append(words, "+"+gnutlsNames[v])
		}
	}
	for kind, list := range map[string]string{"GROUP": j.Groups, "SIGN": j.SigAlgs} {
		if list == "" {
			continue
		}
		words = append(words, "-"+kind+"-ALL")
		for name := range splitList(list) {
			words = append(words, "+"+name)
		}
	}
	if j.DHBits != 0 && j.Groups == "" {
		// A negotiated group (RFC 7919) would be used in place of the file.
		words = append(words, "-GROUP-FFDHE2048", "-GROUP-FFDHE3072", "-GROUP-FFDHE4096", "-GROUP-FFDHE6144", "-GROUP-FFDHE8192")
	}
	if j.NoEMS {
		words = append(words, "%NO_SESSION_HASH")
	}
	if j.NoSecureRenegotiation {
		words = append(words, "%DISABLE_SAFE_RENEGOTIATION")
	}
	if j.Cert == None && j.Ciphers == "" {
		words = append(words, "+ANON-ECDH", "+ANON-DH")
	}
	if len(words) == 1 && j.Ciphers == "" {
		return ""
	}
	slices.Sort(words[1:])
	// Removals come first: "-" sorts after "+" and before letters.
	slices.SortStableFunc(words[1:], func(a, b string) int { return int(b[0]) - int(a[0]) })
	return strings.Join(words, ":")
}

// prepareGnuTLS runs gnutls-serv, which listens on every address. Extra are
// flags.
func prepareGnuTLS(j *job) error {
	j.argv = []string{"gnutls-serv", "--http", "--port=" + j.port()}
	asks, err := j.clientAuth(map[ClientAuth][]string{
		Asked:    {"--x509cafile=$CA"},
		Optional: {"--x509cafile=$CA", "--verify-client-cert"},
		Required: {"--x509cafile=$CA", "--require-client-cert", "--verify-client-cert"},
	})
	if err != nil {
		return err
	}
	if asks == nil {
		asks = []string{"--disable-client-cert"} // it asks by itself
	}
	j.argv = append(j.argv, asks...)
	for _, p := range j.pairs() {
		j.argv = append(j.argv, "--x509certfile="+p.cert, "--x509keyfile="+p.key)
	}
	if p := j.priority(); p != "" {
		j.argv = append(j.argv, "--priority="+p)
	}
	dh, err := j.dhParams()
	if err != nil {
		return err
	}
	if dh != "" {
		j.argv = append(j.argv, "--dhparams="+dh)
	}
	for _, p := range j.ALPN {
		j.argv = append(j.argv, "--alpn="+p)
	}
	if len(j.ALPN) > 0 {
		j.argv = append(j.argv, "--alpn-fatal")
	}
	if j.SNI == RejectUnknown {
		j.argv = append(j.argv, "--sni-hostname="+Name, "--sni-hostname-fatal")
	}
	j.argv = append(j.argv, j.Extra...)
	return nil
}
