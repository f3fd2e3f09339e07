package pairs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// means asks the server's software what its cipher string stands for.
func (s ServerSpec) means() (Means, error) {
	switch s.Stack {
	case peers.OpenSSL:
		return opensslMeans(s.Config)
	case peers.GnuTLS:
		return gnutlsMeans(s.Config)
	}
	return Means{}, nil
}

func opensslMeans(c peers.Config) (m Means, err error) {
	text, err := command([]string{"openssl", "ciphers", "-stdname", cipherString(c)})
	if err != nil {
		return m, fmt.Errorf("pairs: openssl ciphers: %w: %s", err, text)
	}
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(line, " ")
		if _, err := iana.ParseSuite(name); err != nil {
			return m, err
		}
		m.Suites = append(m.Suites, name)
	}
	return m, nil
}

// cipherString is what internal/peers gives OpenSSL for c.
func cipherString(c peers.Config) string {
	s := c.Ciphers
	if s == "" {
		s = "DEFAULT"
	}
	return fmt.Sprintf("%s:@SECLEVEL=%d", s, secLevel(c))
}

// secLevel is the security level at which the server runs: Debian's 2, or 0
// where the rest of c asks for what that forbids.
func secLevel(c peers.Config) int {
	switch {
	case c.SecLevel > 0:
		return c.SecLevel
	case c.SecLevel < 0:
		return 2
	case c.Cert == peers.RSA1024 || c.DHBits != 0 && c.DHBits < 2048:
		return 0
	}
	if slices.ContainsFunc(c.Versions, func(v iana.Version) bool { return v < iana.TLS12 }) {
		return 0
	}
	return 2
}

var (
	gnutlsSuite = regexp.MustCompile(`^TLS_\S+\s+0x([0-9a-f]{2}), 0x([0-9a-f]{2})\s`)
	gnutlsList  = regexp.MustCompile(`^(Protocols|Groups|PK-signatures): (.*)$`)
)

// gnutlsMeans asks gnutls-cli for the lists of a priority string.
func gnutlsMeans(c peers.Config) (m Means, err error) {
	text, err := command([]string{"gnutls-cli", "--list", "--priority", gnutlsPriority(c)})
	if err != nil {
		return m, fmt.Errorf("pairs: gnutls-cli --list: %w: %s", err, text)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if s := gnutlsSuite.FindStringSubmatch(line + " "); s != nil {
			suite, err := iana.ParseSuite(s[1] + s[2])
			if err != nil {
				return m, err
			}
			m.Suites = append(m.Suites, suite.String())
			continue
		}
		l := gnutlsList.FindStringSubmatch(line)
		if l == nil {
			continue
		}
		for _, word := range strings.Split(l[2], ", ") {
			switch l[1] {
			case "Protocols":
				if v, ok := strings.CutPrefix(word, "VERS-TLS"); ok {
					m.Versions = append(m.Versions, v)
				}
			case "Groups":
				m.Groups = append(m.Groups, strings.ToLower(strings.TrimPrefix(word, "GROUP-")))
			default:
				if name, ok := gnutlsSchemes[word]; ok && !slices.Contains(m.Schemes, name) {
					m.Schemes = append(m.Schemes, name)
				}
			}
		}
	}
	return m, nil
}

// gnutlsSchemes maps GnuTLS's names of signature algorithms.
var gnutlsSchemes = map[string]string{
	"SIGN-RSA-SHA1": "rsa_pkcs1_sha1", "SIGN-RSA-SHA256": "rsa_pkcs1_sha256", "SIGN-RSA-SHA384": "rsa_pkcs1_sha384", "SIGN-RSA-SHA512": "rsa_pkcs1_sha512",
	"SIGN-RSA-PSS-SHA256": "rsa_pss_pss_sha256", "SIGN-RSA-PSS-SHA384": "rsa_pss_pss_sha384", "SIGN-RSA-PSS-SHA512": "rsa_pss_pss_sha512",
	"SIGN-RSA-PSS-RSAE-SHA256": "rsa_pss_rsae_sha256", "SIGN-RSA-PSS-RSAE-SHA384": "rsa_pss_rsae_sha384", "SIGN-RSA-PSS-RSAE-SHA512": "rsa_pss_rsae_sha512",
	"SIGN-ECDSA-SHA1": "ecdsa_sha1", "SIGN-ECDSA-SHA256": "ecdsa_secp256r1_sha256", "SIGN-ECDSA-SHA384": "ecdsa_secp384r1_sha384", "SIGN-ECDSA-SHA512": "ecdsa_secp521r1_sha512",
	"SIGN-ECDSA-SECP256R1-SHA256": "ecdsa_secp256r1_sha256", "SIGN-ECDSA-SECP384R1-SHA384": "ecdsa_secp384r1_sha384", "SIGN-ECDSA-SECP521R1-SHA512": "ecdsa_secp521r1_sha512",
	"SIGN-EdDSA-Ed25519": "ed25519", "SIGN-EdDSA-Ed448": "ed448",
}

// gnutlsPriority is what internal/peers gives gnutls-serv for c.
func gnutlsPriority(c peers.Config) string {
	var drop, add []string
	if len(c.Versions) > 0 {
		drop = append(drop, "-VERS-ALL")
		for _, v := range c.Versions {
			add = append(add, "+VERS-TLS"+v.String())
		}
	}
	for _, l := range [][2]string{{"GROUP", c.Groups}, {"SIGN", c.SigAlgs}} {
		if l[1] != "" {
			drop = append(drop, "-"+l[0]+"-ALL")
			for _, name := range strings.Split(l[1], ":") {
				add = append(add, "+"+name)
			}
		}
	}
	if c.DHBits != 0 && c.Groups == "" {
		for _, bits := range []string{"2048", "3072", "4096", "6144", "8192"} {
			drop = append(drop, "-GROUP-FFDHE"+bits)
		}
	}
	slices.Sort(drop)
	slices.Sort(add)
	words := []string{"NORMAL"}
	if c.Ciphers != "" {
		words[0] = c.Ciphers
	}
	return strings.Join(slices.Concat(words, drop, add), ":")
}
