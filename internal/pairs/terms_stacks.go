package pairs

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// ffdhe are the groups of RFC 7919.
var ffdhe = []iana.Group{0x0100, 0x0101, 0x0102, 0x0103, 0x0104}

// opensslLists follows OpenSSL 3.0: SSL_CTX_set1_groups(3), and the order of
// its own signature algorithms.
func opensslLists(c peers.Config, m Means) (lists, error) {
	l, err := lists{}.parse(Means{Suites: m.Suites})
	if err != nil {
		return l, err
	}
	level := secLevel(c)
	l.versions = versionsOr(c, iana.TLS12, iana.TLS13)
	if len(c.Versions) == 0 && level == 0 {
		l.versions = []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13}
	}
	if level > 0 {
		l.versions = keep(l.versions, func(v iana.Version) bool { return v >= iana.TLS12 })
	}
	if c.Ciphers13 != "" {
		l.suites = keep(l.suites, func(s iana.Suite) bool { return !s.TLS13() })
		if err := parseAll(&l.suites, fields(c.Ciphers13), iana.ParseSuite); err != nil {
			return l, err
		}
	}
	if err := parseAll(&l.groups, fields(c.Groups), iana.ParseGroup); err != nil {
		return l, err
	}
	if c.Groups == "" {
		l.groups = slices.Concat([]iana.Group{iana.GroupX25519, iana.GroupSecp256r1, iana.GroupX448, iana.GroupSecp521r1, iana.GroupSecp384r1}, ffdhe)
	}
	l.schemes = []iana.Scheme{
		0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0303, 0x0301,
	}
	if level == 0 {
		l.schemes = append(l.schemes, 0x0203, 0x0201)
	}
	if c.SigAlgs != "" {
		l.schemes = nil
		for _, w := range fields(c.SigAlgs) {
			if hash, ok := strings.CutPrefix(w, "RSA-PSS+"); ok {
				// One word stands for both kinds of key.
				hash = strings.ToLower(hash)
				if err := parseAll(&l.schemes, []string{"rsa_pss_rsae_" + hash, "rsa_pss_pss_" + hash}, iana.ParseScheme); err != nil {
					return l, err
				}
			} else if err := parseAll(&l.schemes, []string{w}, iana.ParseScheme); err != nil {
				return l, err
			}
		}
	}
	return l, nil
}

// goLists follows crypto/tls of Go 1.26: versions from 1.2, no RSA key
// exchange and no 3DES by default.
func goLists(c peers.Config) (lists, error) {
	l := lists{
		versions: versionsOr(c, iana.TLS12, iana.TLS13),
		suites:   []iana.Suite{0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014},
		schemes:  []iana.Scheme{0x0804, 0x0403, 0x0807, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0503, 0x0603},
	}
	if c.Ciphers != "" {
		l.suites = l.suites[:3]
		if err := parseAll(&l.suites, fields(c.Ciphers), iana.ParseSuite); err != nil {
			return l, err
		}
	}
	known := map[string]iana.Group{
		"X25519MLKEM768": iana.GroupX25519MLKEM768, "SecP256r1MLKEM768": 0x11eb, "SecP384r1MLKEM1024": 0x11ed,
		"X25519": iana.GroupX25519, "CurveP256": iana.GroupSecp256r1, "CurveP384": iana.GroupSecp384r1, "CurveP521": iana.GroupSecp521r1,
	}
	// The order is crypto/tls's own, whatever the configuration says.
	for _, name := range []string{"X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024", "X25519", "CurveP256", "CurveP384", "CurveP521"} {
		if c.Groups == "" || slices.Contains(fields(c.Groups), name) {
			l.groups = append(l.groups, known[name])
		}
	}
	return l, nil
}

// javaLists follows SunJSSE of OpenJDK 17.
func javaLists(c peers.Config) (lists, error) {
	l := lists{
		versions: versionsOr(c, iana.TLS12, iana.TLS13),
		suites: []iana.Suite{
			0x1302, 0x1301, 0x1303, 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xcca8, 0xc02f, 0x009f, 0xccaa, 0x00a3, 0x009e, 0x00a2,
			0xc024, 0xc028, 0xc023, 0xc027, 0x006b, 0x006a, 0x0067, 0x0040, 0xc00a, 0xc014, 0xc009, 0xc013, 0x0039, 0x0038, 0x0033, 0x0032,
			0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f,
		},
		schemes: []iana.Scheme{
			0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601,
			0x0402, 0x0303, 0x0301, 0x0302, 0x0203, 0x0201, 0x0202,
		},
	}
	if c.Ciphers != "" || c.Ciphers13 != "" {
		l.suites = nil
		if err := parseAll(&l.suites, fields(c.Ciphers13+","+c.Ciphers), iana.ParseSuite); err != nil {
			return l, err
		}
	}
	if c.SigAlgs != "" {
		l.schemes = nil
		if err := parseAll(&l.schemes, fields(c.SigAlgs), iana.ParseScheme); err != nil {
			return l, err
		}
	}
	l.groups = slices.Concat([]iana.Group{iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1, iana.GroupX448}, ffdhe)
	if c.Groups != "" {
		l.groups = nil
		return l, parseAll(&l.groups, fields(c.Groups), iana.ParseGroup)
	}
	return l, nil
}

// nssLists follows NSS 3.87: its order of suites is its own, -c enables only.
func nssLists(c peers.Config) (lists, error) {
	l := lists{
		versions: versionsOr(c, iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13),
		suites: []iana.Suite{
			0x1301, 0x1303, 0x1302, 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030, 0xc00a, 0xc009, 0xc013, 0xc023, 0xc027, 0xc014,
			0x009e, 0xccaa, 0x009f, 0x0033, 0x0032, 0x0067, 0x0039, 0x0038, 0x006b, 0x0016, 0x0013,
			0x009c, 0x009d, 0x002f, 0x003c, 0x0035, 0x003d, 0x000a, 0x0005, 0x0004,
		},
		schemes: []iana.Scheme{0x0403, 0x0503, 0x0603, 0x0203, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201},
	}
	if c.Ciphers != "" {
		var on []iana.Suite
		if err := parseAll(&on, fields(c.Ciphers), iana.ParseSuite); err != nil {
			return l, err
		}
		l.suites = keep(l.suites, func(s iana.Suite) bool { return slices.Contains(on, s) })
	}
	if c.SigAlgs != "" {
		l.schemes = nil
		if err := parseAll(&l.schemes, fields(c.SigAlgs), iana.ParseScheme); err != nil {
			return l, err
		}
	}
	l.groups = slices.Concat([]iana.Group{iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1}, ffdhe)
	if c.Groups != "" {
		l.groups = nil
		for _, w := range fields(c.Groups) {
			if bits, ok := strings.CutPrefix(w, "FF"); ok {
				w = "ffdhe" + bits
			} else if bits, ok := strings.CutPrefix(w, "P"); ok {
				w = "P-" + bits
			}
			if err := parseAll(&l.groups, []string{w}, iana.ParseGroup); err != nil {
				return l, err
			}
		}
	}
	return l, nil
}
