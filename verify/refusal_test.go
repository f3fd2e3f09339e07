package verify_test

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/verify"
)

// TestWhatIsNotARefusalMeetsNoDemand: servers that accept what the demand forbids,
// or what it asks for, from others than parley.
func TestWhatIsNotARefusalMeetsNoDemand(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		stack  peers.Stack
		config peers.Config
		sni    string
		p      *policies.Policy
		why    string
	}{
		{"a server of pre-shared keys", peers.OpenSSL, peers.Config{Cert: peers.None, SecLevel: 1, Extra: []string{"-psk", "1a2b3c"}}, peers.Name, policies.Max(iana.TLS12), "pre-shared key"},
		{"a name that is refused", peers.Nginx, peers.Config{Versions: []iana.Version{iana.TLS12}, SNI: peers.RejectUnknown}, "b.test", policies.Min(iana.TLS12), "refuses the name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			peers.Need(t, tt.stack)
			s := peers.Start(t, tt.stack, tt.config)
			a, err := verify.Run(t.Context(), verify.Options{
				Question: target.Question{Text: s.Addr.String(), SNI: tt.sni}, Policies: []*policies.Policy{tt.p},
				Prober: func() *probe.Prober { return &probe.Prober{Dialer: &loopbackOnly{}} },
			})
			if err != nil {
				t.Fatal(err)
			}
			told := ""
			for _, d := range a.Policies[0].Demands {
				told += d.Met.String() + " " + d.Why + "\n"
			}
			if a.Exit() != 3 || !strings.Contains(told, tt.why) {
				t.Errorf("exit %d, want 3, and %q in\n%s", a.Exit(), tt.why, told)
			}
		})
	}
}

// TestAServerThatWantsANameMeetsItsDemands: hellos of SSL 2 and 3 cannot name a host,
// and are refused for that.
func TestAServerThatWantsANameMeetsItsDemands(t *testing.T) {
	t.Parallel()
	peers.Need(t, peers.HAProxy)
	s := peers.Start(t, peers.HAProxy, peers.Config{Versions: []iana.Version{iana.TLS12, iana.TLS13}, SNI: peers.RequireName})
	a, err := verify.Run(t.Context(), verify.Options{
		Question: target.Question{Text: s.Addr.String(), SNI: peers.Name}, Policies: []*policies.Policy{policies.Min(iana.TLS12)},
		Prober: func() *probe.Prober { return &probe.Prober{Dialer: &loopbackOnly{}} },
	})
	if err != nil {
		t.Fatal(err)
	}
	if a.Exit() != 0 {
		t.Errorf("exit %d, want 0: %+v", a.Exit(), a.Policies[0].Demands)
	}
}

// TestVersionsOfDTLSAreNamedAsSuch: DTLS has no 1.1.
func TestVersionsOfDTLSAreNamedAsSuch(t *testing.T) {
	t.Parallel()
	over := func(accepted, refused []iana.Version) verify.Endpoint {
		e := endpoint("192.0.2.1:5684")
		e.Server.Scope.Transport = parley.TransportDTLS
		for _, v := range accepted {
			e.Server.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.Yes}}
		}
		for _, v := range refused {
			e.Server.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.No}}
		}
		return e
	}
	for _, tt := range []struct {
		name string
		end  verify.Endpoint
		why  string
	}{
		{"an old one", over([]iana.Version{iana.DTLS10, iana.DTLS12}, []iana.Version{iana.DTLS13}), "DTLS1.0 accepted"},
		{"one that is not known", over([]iana.Version{iana.DTLS12}, []iana.Version{iana.DTLS13}), "whether DTLS1.0 is accepted was not learnt"},
	} {
		a, err := verify.Run(t.Context(), against(found(tt.end)))
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Policies[0].Demands[0]; got.Why != tt.why {
			t.Errorf("%s: %q, want %q", tt.name, got.Why, tt.why)
		}
		for _, d := range a.Policies[0].Demands {
			for _, in := range d.Intents() {
				if strings.Contains(in.Plain, " 1.2") {
					t.Errorf("%s: the fix says %q", tt.name, in.Plain)
				}
			}
		}
	}
}
