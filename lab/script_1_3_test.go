package lab

import (
	"crypto/tls"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

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
				served(t, c)
				s := c.ConnectionState()
				if s.CipherSuite != uint16(suite) || s.CurveID != tls.CurveID(group) {
					t.Errorf("selected %x and %v, want %v and %v", s.CipherSuite, s.CurveID, suite, group)
				}
			}
		}
	}
}

// served asks for a page, which a script gives to who went through with it.
func served(t *testing.T, c *tls.Conn) {
	t.Helper()
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := c.Write([]byte("GET / HTTP/1.0\r\n\r\n")); err != nil {
		t.Error(err)
	}
	if page, err := io.ReadAll(c); err != nil || !strings.HasSuffix(string(page), "ok\n") {
		t.Errorf("%x: got %q and %v", c.ConnectionState().CipherSuite, page, err)
	}
}

// TestCryptoTLSGoesThroughWithScripts does the same up to 1.2, with every suite
// that crypto/tls has.
func TestCryptoTLSGoesThroughWithScripts(t *testing.T) {
	t.Parallel()
	for _, info := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		suite := iana.Suite(info.ID)
		facts, _ := suite.Info()
		terms := Terms{Suites: []iana.Suite{suite}, Groups: groupsECDHE, Schemes: schemesSHA2, Key: iana.KeyRSA, Versions: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12}}
		if facts.Auth == iana.AuthECDSA {
			terms.Key = iana.KeyECDSA
		}
		for _, terms.OmitEMS = range []bool{false, true} {
			target, err := shared.Script(t.Context(), terms)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range terms.Versions {
				if !suite.UsableAt(v) {
					continue
				}
				c, err := tls.Dial("tcp", target.Address, &tls.Config{
					InsecureSkipVerify: true, CipherSuites: []uint16{info.ID}, MinVersion: uint16(v), MaxVersion: uint16(v), DynamicRecordSizingDisabled: true,
				})
				if err != nil {
					t.Errorf("%v in %v: %v", suite, v, err)
					continue
				}
				served(t, c)
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
