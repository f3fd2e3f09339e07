package scan

import (
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// TestTheFullDepthComesToWhatTheServerWasTold holds what goes beyond versions and
// suites against the configurations of real servers.
func TestTheFullDepthComesToWhatTheServerWasTold(t *testing.T) {
	x25519, p256, p384, p521 := iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1
	for _, tt := range []struct {
		stack    peers.Stack
		c        peers.Config
		groups12 []iana.Group
		groups13 []iana.Group
		alpn     []string
		ems      parley.Truth
		fallback parley.Truth
	}{
		{stack: peers.OpenSSL, c: peers.Config{Versions: today, Groups: "X25519:P-384"}, groups12: []iana.Group{x25519, p384}, groups13: []iana.Group{x25519, p384}, ems: parley.Yes, fallback: parley.Yes},
		{stack: peers.OpenSSL, c: peers.Config{Versions: today, Groups: "P-256", NoEMS: true}, groups12: []iana.Group{p256}, groups13: []iana.Group{p256}, ems: parley.No, fallback: parley.Yes},
		{stack: peers.Nginx, c: peers.Config{Versions: classic, Groups: "P-521:P-256", ALPN: []string{"h2", "http/1.1"}}, groups12: []iana.Group{p521, p256}, alpn: []string{"h2", "http/0.9", "http/1.0", "http/1.1"}, ems: parley.Yes, fallback: parley.Yes},
		{
			stack: peers.Go, c: peers.Config{Versions: today, Groups: "X25519MLKEM768:CurveP256", ALPN: []string{"h2", "http/1.1"}},
			groups12: []iana.Group{p256}, groups13: []iana.Group{iana.GroupX25519MLKEM768, p256}, alpn: []string{"h2", "http/1.1"}, ems: parley.Yes, fallback: parley.Yes,
		},
		{stack: peers.Nginx, c: peers.Config{Versions: only12, Cert: peers.ECDSAP384, Groups: "X25519:P-384:P-521"}, groups12: []iana.Group{x25519, p384, p521}, ems: parley.Yes, fallback: parley.Unknown},
		{stack: peers.OpenSSL, c: peers.Config{Versions: only12, Cert: peers.ECDSAP521, Groups: "P-256:P-521:brainpoolP384r1", ALPN: []string{"irc", "sip/2"}}, groups12: []iana.Group{p256, p521, iana.GroupBrainpoolP384r1}, alpn: []string{"irc", "sip/2"}, ems: parley.Yes, fallback: parley.Unknown},
		{stack: peers.GnuTLS, c: peers.Config{Versions: today, Groups: "GROUP-SECP521R1:GROUP-X448:GROUP-SECP192R1:GROUP-SECP224R1"}, groups12: []iana.Group{p521, iana.GroupX448, iana.GroupSecp192r1, iana.GroupSecp224r1}, groups13: []iana.Group{p521, iana.GroupX448}, ems: parley.Yes, fallback: parley.Yes},
		{stack: peers.GnuTLS, c: peers.Config{Versions: only13, Groups: "GROUP-FFDHE3072:GROUP-FFDHE2048"}, groups13: []iana.Group{iana.GroupFFDHE3072, iana.GroupFFDHE2048}, ems: parley.Unknown, fallback: parley.Unknown},
		{stack: peers.GnuTLS, c: peers.Config{Versions: today, Groups: "GROUP-SECP256R1:GROUP-X25519"}, groups12: []iana.Group{p256, x25519}, groups13: []iana.Group{p256, x25519}, ems: parley.Yes, fallback: parley.Yes},
	} {
		t.Run(string(tt.stack)+" "+tt.c.Groups, func(t *testing.T) {
			s := peers.Start(t, tt.stack, tt.c)
			q := target.Question{Text: s.Addr.String(), SNI: peers.Name}
			res, err := Run(t.Context(), Options{Question: q, Depth: survey.DepthFull, Dialer: &onlyLoopback{}})
			if err != nil {
				t.Fatal(err)
			}
			got := &res.Endpoints[0].Server
			t.Logf("%d connections, %v", res.Connections, res.Elapsed)
			for v, want := range map[iana.Version][]iana.Group{iana.TLS12: tt.groups12, iana.TLS13: tt.groups13} {
				list := got.Accepts[v].Groups
				if !slices.Equal(slices.Sorted(slices.Values(list.Yes())), slices.Sorted(slices.Values(want))) || len(want) > 0 && list.Complete != parley.Yes {
					t.Errorf("%v: groups %v, complete %v; want %v", v, list.Yes(), list.Complete, want)
				}
			}
			if tt.alpn != nil && !slices.Equal(slices.Sorted(slices.Values(got.ALPN.Protocols)), tt.alpn) {
				t.Errorf("protocols %q, want %q", got.ALPN.Protocols, tt.alpn)
			}
			if got.EMS.Is != tt.ems || got.Fallback.Is != tt.fallback || len(tt.groups12) > 0 && got.Compression.Is != parley.No || got.Staples.Is != parley.No {
				t.Errorf("extended master secret %v, fallback %v, compression %v, staples %v", got.EMS.Is, got.Fallback.Is, got.Compression.Is, got.Staples.Is)
			}
		})
	}
}
