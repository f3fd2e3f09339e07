package verify_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/verify"
)

// loopbackOnly refuses every address that is not on this machine.
type loopbackOnly struct{ net.Dialer }

func (d *loopbackOnly) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(address)
	if a, err := netip.ParseAddr(host); err != nil || !a.IsLoopback() {
		return nil, fmt.Errorf("a test dialled %s", address)
	}
	return d.Dialer.DialContext(ctx, network, address)
}

// real verifies a running server.
func real(t *testing.T, addr netip.AddrPort, ps ...*policies.Policy) *verify.Answer {
	t.Helper()
	a, err := verify.Run(t.Context(), verify.Options{
		Question: target.Question{Text: addr.String(), SNI: peers.Name}, Policies: ps, Now: time.Now(),
		Prober: func() *probe.Prober { return &probe.Prober{Dialer: &loopbackOnly{}} },
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const (
	intermediate = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:" +
		"ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
	gcm      = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
	gcm13    = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"
	three    = "X25519:P-256:P-384"
	nist     = "P-256:P-384"
	rsaOnly  = "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512"
	ecdsaAll = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512"
)

var (
	since12 = []iana.Version{iana.TLS12, iana.TLS13}
	since10 = []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13}
)

// configured are servers for each policy: one that is made for it, and others
// that lack one thing, with the demands that are not met.
var configured = []struct {
	policy string
	stack  peers.Stack
	config peers.Config
	broken string
}{
	{"modern", peers.Nginx, peers.Config{Versions: []iana.Version{iana.TLS13}, Groups: three, Cert: peers.ECDSAP256}, ""},
	{"modern", peers.Nginx, peers.Config{Versions: since12, Groups: three, Cert: peers.ECDSAP256, Ciphers: gcm}, "versions"},
	{"intermediate", peers.Apache, peers.Config{Versions: since12, Groups: three, Ciphers: intermediate}, ""},
	{"intermediate", peers.Apache, peers.Config{Versions: since12, Ciphers: intermediate}, "groups"},
	{"intermediate", peers.Nginx, peers.Config{Versions: since12, Groups: three, Ciphers: intermediate + ":AES128-SHA"}, "suites"},
	{"mozilla-intermediate-5.7", peers.Nginx, peers.Config{Versions: since12, Groups: three, Ciphers: intermediate}, ""},
	{"old", peers.Nginx, peers.Config{Versions: since10, Groups: three, Ciphers: intermediate + ":AES128-SHA"}, ""},
	{"old", peers.Nginx, peers.Config{Versions: since10, Groups: three, Ciphers: intermediate + ":CAMELLIA128-SHA"}, "suites"},
	{"pci", peers.Nginx, peers.Config{Versions: since12}, ""},
	{"pci", peers.OpenSSL, peers.Config{Versions: []iana.Version{iana.TLS11, iana.TLS12}}, "early-tls-1.1"},
	{"nist", peers.Nginx, peers.Config{Versions: since12, Groups: nist, Ciphers: gcm, Ciphers13: gcm13}, ""},
	{"nist", peers.Nginx, peers.Config{Versions: since12, Groups: three, Ciphers: gcm, Ciphers13: gcm13}, "groups"},
	{"bsi", peers.OpenSSL, peers.Config{Versions: since12, Groups: nist, Ciphers: gcm, Ciphers13: gcm13, Cert: peers.ECDSAP256, SigAlgs: ecdsaAll}, ""},
	{"bsi", peers.OpenSSL, peers.Config{Versions: since12, Groups: nist, Ciphers: gcm, Ciphers13: gcm13, SigAlgs: rsaOnly}, "rsa-bits"},
	{"nist", peers.Nginx, peers.Config{Versions: since12, Groups: nist, Ciphers: gcm + ":ECDHE-RSA-AES128-SHA", Ciphers13: gcm13}, ""},
	{"nist", peers.OpenSSL, peers.Config{Versions: since12, Groups: nist, Ciphers: gcm + ":ECDHE-RSA-AES128-SHA", Ciphers13: gcm13, Extra: []string{"-no_etm"}}, "encrypt-then-mac"},
	{"ncsc", peers.Apache, peers.Config{Versions: since12}, ""},
	{"ncsc", peers.Apache, peers.Config{Versions: since10}, "versions"},
	{"fips", peers.Nginx, peers.Config{Versions: since12, Groups: nist, Ciphers: gcm, Ciphers13: gcm13, SigAlgs: rsaOnly}, ""},
	{"fips", peers.Nginx, peers.Config{Versions: since12, Groups: three, Ciphers: gcm, SigAlgs: rsaOnly}, "suites-1.3 groups"},
}

func TestARealServerMeetsThePolicyThatItIsMadeFor(t *testing.T) {
	for i, tt := range configured {
		t.Run(fmt.Sprintf("%s %s %d", tt.policy, tt.stack, i), func(t *testing.T) {
			t.Parallel()
			peers.Need(t, tt.stack)
			p, err := policies.Get(tt.policy)
			if err != nil {
				t.Fatal(err)
			}
			a := real(t, peers.Start(t, tt.stack, tt.config).Addr, p)
			var broken, open []string
			for _, d := range a.Policies[0].Demands {
				switch {
				case d.Demand.Advice:
				case d.Met == parley.No:
					broken = append(broken, d.Demand.ID)
				case d.Met == parley.Unknown:
					open = append(open, d.Demand.ID+": "+d.Why)
				}
			}
			if got := strings.Join(broken, " "); got != tt.broken || len(open) > 0 {
				t.Errorf("not met: %q, want %q; unknown: %q", got, tt.broken, open)
				for _, d := range a.Policies[0].Demands {
					t.Logf("%s: %s %s", d.Demand.ID, d.Met, d.Why)
				}
			}
			if want := min(1, len(tt.broken)); a.Exit() != want {
				t.Errorf("exit %d, want %d", a.Exit(), want)
			}
		})
	}
}

func TestEveryPolicyHasAServerThatMeetsItAndOneThatDoesNot(t *testing.T) {
	t.Parallel()
	met, broken := map[string]bool{}, map[string]bool{}
	for _, tt := range configured {
		name := tt.policy
		if long := policies.Short()[name]; long != "" {
			name = long
		}
		if tt.broken == "" {
			met[name] = true
		} else {
			broken[name] = true
		}
	}
	for _, n := range policies.Names() {
		newest := slices.Contains([]string{"mozilla-modern-5.7", "mozilla-modern-5.8", "mozilla-intermediate-5.7", "mozilla-intermediate-5.8", "mozilla-old-5.7"}, n)
		if !newest && (!met[n] || !broken[n]) {
			t.Errorf("%s: met by a server %v, broken by one %v", n, met[n], broken[n])
		}
	}
}

// TestAMinimumTakesFewConnections holds that versions alone are asked for.
func TestAMinimumTakesFewConnections(t *testing.T) {
	t.Parallel()
	peers.Need(t, peers.Nginx)
	s := peers.Start(t, peers.Nginx, peers.Config{Versions: since12})
	a := real(t, s.Addr, policies.Min(iana.TLS12))
	if a.Exit() != 0 || a.Connections > 8 {
		t.Errorf("exit %d after %d connections, want 0 after 8 at most", a.Exit(), a.Connections)
	}
	if b := real(t, s.Addr, policies.Min(iana.TLS13)); b.Exit() != 1 {
		t.Errorf("exit %d for a minimum of 1.3, want 1", b.Exit())
	}
}

// TestTheParametersOfARealServerAreThoseThatItWasGiven compares lists whole.
func TestTheParametersOfARealServerAreThoseThatItWasGiven(t *testing.T) {
	t.Parallel()
	peers.Need(t, peers.Nginx)
	p, err := policies.Get("bsi")
	if err != nil {
		t.Fatal(err)
	}
	s := peers.Start(t, peers.Nginx, peers.Config{Versions: since12, Groups: "P-384:X25519:P-521", SigAlgs: "RSA-PSS+SHA384:RSA+SHA512"})
	server := real(t, s.Addr, p).Terms.Endpoints[0].Server
	for _, v := range since12 {
		col := server.Column(v)
		groups, schemes := col.Groups.Yes(), col.Schemes.Yes()
		slices.Sort(groups)
		slices.Sort(schemes)
		wantSchemes := []iana.Scheme{iana.SchemeRSAPKCS1SHA512, iana.SchemeRSAPSSRSAESHA384}
		if v == iana.TLS13 {
			wantSchemes = wantSchemes[1:]
		}
		if want := []iana.Group{iana.GroupSecp384r1, iana.GroupSecp521r1, iana.GroupX25519}; !slices.Equal(groups, want) || col.Groups.Complete != parley.Yes {
			t.Errorf("%s: groups %v, complete %s; want %v", v, groups, col.Groups.Complete, want)
		}
		if !slices.Equal(schemes, wantSchemes) || col.Schemes.Complete != parley.Yes {
			t.Errorf("%s: schemes %v, complete %s; want %v", v, schemes, col.Schemes.Complete, wantSchemes)
		}
	}
}
