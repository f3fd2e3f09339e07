package scan

import (
	"maps"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// mostOddHellos is how many connections odd hellos may take of a server that
// goes on with all of them.
const mostOddHellos = 26

// oddly are what servers do with odd hellos that they do not go on with.
type oddly map[parley.OddityID]string

// tolerant are real servers, and what they do with the odd hellos that they do not
// go on with: facts of these releases.
var tolerant = []struct {
	stack peers.Stack
	c     peers.Config
	does  oddly
}{
	{stack: peers.OpenSSL, c: peers.Config{Versions: today, Ciphers: mozilla}},
	{stack: peers.OpenSSL, c: peers.Config{Versions: only13}},
	{stack: peers.Nginx, c: peers.Config{Versions: today, Ciphers: mozilla, ALPN: []string{"h2", "http/1.1"}}},
	{stack: peers.Apache, c: peers.Config{Versions: classic, Ciphers: "ECDHE-RSA-AES128-SHA:AES128-SHA"}},
	{stack: peers.HAProxy, c: peers.Config{Versions: today, Ciphers: mozilla}},
	{stack: peers.GnuTLS, c: peers.Config{Versions: today}},
	{stack: peers.NSS, c: peers.Config{Versions: today, Ciphers: ":C02F:C030:009C:002F:1301"}},
	{stack: peers.PostgreSQL, c: peers.Config{Versions: today, StartTLS: "postgres"}},
	{stack: peers.Postfix, c: peers.Config{Versions: today, StartTLS: "smtp"}},
	{stack: peers.Slapd, c: peers.Config{Versions: today, StartTLS: "ldap"}},
	{stack: peers.Node20, c: peers.Config{Versions: today}},
	// Go reads a name with a dot at its end as one that breaks its format.
	{stack: peers.Go, c: peers.Config{Versions: today}, does: oddly{"trailing-dot": "refuses: alert 50 decode_error"}},
	// So does Java; and without a group that it knows, it selects one that was not offered.
	{stack: peers.Java, c: peers.Config{Versions: today}, does: oddly{"trailing-dot": "refuses: alert 47 illegal_parameter"}},
	{stack: peers.Java, c: peers.Config{Versions: only12, Ciphers: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}, does: oddly{
		"trailing-dot": "refuses: alert 47 illegal_parameter", "only-unknown-groups": "violates: answered with something malformed",
	}},
	// OpenSSL before 1.1.0 has room for 16 KiB, and one function that reads hellos for
	// SSL 2 too, which wants some bytes in the first record.
	{stack: peers.Node08, c: peers.Config{Versions: []iana.Version{iana.TLS10}, Ciphers: "AES128-SHA"}, does: oddly{
		"two-records": "refuses: closed without an alert",
	}},
	{stack: peers.Node012, c: peers.Config{Versions: classic, Ciphers: "AES128-SHA:AES128-GCM-SHA256"}, does: oddly{
		"two-records": "refuses: alert 47 illegal_parameter", "records-of-1": "refuses: reset",
	}},
	{stack: peers.Node8, c: peers.Config{Versions: only12, Ciphers: "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA"}, does: oddly{
		"two-records": "refuses: alert 47 illegal_parameter", "records-of-1": "refuses: reset",
	}},
}

// treatment is what was learned of odd hellos, but for those that a server went on
// with, and those that it could not be sent.
func treatment(s *parley.Server) oddly {
	out := oddly{}
	for _, t := range s.Tolerance {
		switch {
		case t.Outcome == parley.Refuses, t.Outcome == parley.Violates:
			out[t.ID] = t.Outcome.String() + ": " + t.Answer.Words()
		case t.Outcome != parley.Tolerates && t.Asked():
			out[t.ID] = "unknown: " + t.Why
		}
	}
	return out
}

// oddAttempts counts the connections that odd hellos took, and those of them that
// came to nothing.
func oddAttempts(e *parley.Evidence) (n, trouble int) {
	for _, r := range e.Replies {
		if a := e.Attempts[r.Attempt]; len(a.Odd) > 0 {
			n++
			if !a.Fine(r) {
				trouble++
			}
		}
	}
	return n, trouble
}

func TestARealServerTreatsOddHellosAsItIsKnownTo(t *testing.T) {
	green := map[parley.OddityID]bool{}
	for _, r := range tolerant {
		t.Run(string(r.stack), func(t *testing.T) {
			s := peers.Start(t, r.stack, r.c)
			q := target.Question{Text: s.Addr.String(), SNI: peers.Name, StartTLS: r.c.StartTLS}
			res, err := Run(t.Context(), Options{Question: q, Depth: survey.DepthFull, Dialer: &onlyLoopback{}})
			if err != nil {
				t.Fatal(err)
			}
			got := treatment(&res.Endpoints[0].Server)
			n, trouble := oddAttempts(res.Evidence)
			if !maps.Equal(got, r.does) {
				t.Errorf("%s:\n got %v\nwant %v", s.Version, got, r.does)
			}
			if trouble == 0 && n > mostOddHellos { // a machine with much to do resets or is late
				t.Errorf("%d connections, want at most %d", n, mostOddHellos)
			}
			t.Logf("%s: %d connections, %d in trouble", s.Version, n, trouble)
			for _, o := range res.Endpoints[0].Server.Tolerance {
				if o.Outcome == parley.Tolerates {
					green[o.ID] = true
				}
			}
		})
	}
	for _, o := range parley.Oddities {
		if !green[o.ID] && !t.Failed() {
			t.Errorf("no real server goes on with %s", o.ID)
		}
	}
}
