package lab

import (
	"crypto/tls"
	"slices"
	"testing"

	"github.com/parley-tls/parley/iana"
)

var terms13 = Terms{
	Versions: ecdhe13.Versions, Suites: ecdhe13.Suites, Schemes: ecdhe13.Schemes, Key: ecdhe13.Key,
	Groups: append(slices.Clone(groupsECDHE), iana.GroupSecp521r1),
}

// TestCryptoTLSAcceptsTheFlightOf13 lets a client that checks every byte and
// signature have the flight of each suite, group and kind of key.
func TestCryptoTLSAcceptsTheFlightOf13(t *testing.T) {
	t.Parallel()
	for _, suite := range terms13.Suites {
		for _, group := range terms13.Groups {
			for _, key := range []iana.KeyType{iana.KeyRSA, iana.KeyECDSA} {
				terms := terms13
				terms.Suites, terms.Groups, terms.Key = []iana.Suite{suite}, []iana.Group{group}, key
				target, err := shared.Script(t.Context(), terms)
				if err != nil {
					t.Fatal(err)
				}
				// X25519 alone has a key share; the others need a retry.
				c, err := tls.Dial("tcp", target.Address, &tls.Config{
					InsecureSkipVerify: true,
					CurvePreferences:   []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521},
				})
				if err != nil {
					t.Errorf("%v, %v, %v: %v", suite, group, key, err)
					continue
				}
				defer c.Close()
				s := c.ConnectionState()
				if s.CipherSuite != uint16(suite) || s.CurveID != tls.CurveID(group) {
					t.Errorf("selected %x and %v, want %v and %v", s.CipherSuite, s.CurveID, suite, group)
				}
			}
		}
	}
}

func TestScriptsRefuseWhat13DoesNotShare(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*Terms){
		"suite":  func(s *Terms) { s.Suites = []iana.Suite{iana.TLS_CHACHA20_POLY1305_SHA256} },
		"group":  func(s *Terms) { s.Groups = []iana.Group{iana.GroupSecp521r1} },
		"scheme": func(s *Terms) { s.Schemes = []iana.Scheme{iana.SchemeRSAPKCS1SHA256} },
		"key":    func(s *Terms) { s.Key = 0 },
	} {
		terms := terms13
		change(&terms)
		target, err := shared.Script(t.Context(), terms)
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(t, target.Address, today13).String(); got != "alert 40" {
			t.Errorf("without a common %s: %s, want alert 40", what, got)
		}
	}
}
