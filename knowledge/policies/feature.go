package policies

import (
	"fmt"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Feature is something that a server does or does not do, by the word that the
// JSON contract has for it.
type Feature string

// features are the words that a policy may use of what a server does, and where
// its terms say so. Those that hold below 1.3 alone are of no matter to a server
// that accepts nothing else.
var features = []struct {
	name   Feature
	yes    string // in words
	no     string
	oldest iana.Version // among the versions that it is about
	newest iana.Version
	fact   func(*parley.Server) parley.Fact
	// suites are those that it is about, of which one at least is accepted; nil: it
	// is about any.
	suites func(iana.SuiteInfo) bool
}{
	{"extended_master_secret", "extended_master_secret is answered", "extended_master_secret is not answered", iana.TLS10, iana.TLS12,
		func(s *parley.Server) parley.Fact { return s.EMS }, nil},
	{"renegotiation_info", "renegotiation_info is answered", "renegotiation_info is not answered", iana.SSL3, iana.TLS12,
		func(s *parley.Server) parley.Fact { return s.Renegotiation }, nil},
	{"compression", "records are compressed", "records are not compressed", iana.SSL3, iana.TLS12,
		func(s *parley.Server) parley.Fact { return s.Compression }, nil},
	{"encrypt_then_mac", "encrypt_then_mac is answered", "encrypt_then_mac is not answered", iana.TLS10, iana.TLS12,
		func(s *parley.Server) parley.Fact { return s.Extensions[iana.ExtEncryptThenMAC] },
		func(i iana.SuiteInfo) bool { return i.CBC }},
	{"ocsp_staple", "an OCSP response is stapled", "no OCSP response is stapled", iana.TLS10, iana.TLS12,
		func(s *parley.Server) parley.Fact { return s.Staples }, nil},
	{"server_order", "the server's order of suites decides", "the client's order of suites decides", iana.SSL3, iana.TLS13,
		func(s *parley.Server) parley.Fact { return parley.Fact{Is: s.ServerOrder} }, nil},
}

// Features returns the words that a policy may use of what a server does.
func Features() []Feature {
	var all []Feature
	for _, f := range features {
		all = append(all, f.name)
	}
	return all
}

func (f Feature) find() int {
	for i := range features {
		if features[i].name == f {
			return i
		}
	}
	return -1
}

// words says what is wanted of the feature.
func (f Feature) words(want parley.Truth) string {
	i := f.find()
	switch {
	case i < 0:
		return string(f)
	case want == parley.Yes:
		return features[i].yes
	}
	return features[i].no
}

func parseFeature(text string) (Feature, error) {
	f := Feature(strings.ToLower(text))
	if f.find() < 0 {
		var all []string
		for _, k := range Features() {
			all = append(all, string(k))
		}
		return "", fmt.Errorf("%q is no feature: want one of %s", text, strings.Join(all, ", "))
	}
	return f, nil
}
