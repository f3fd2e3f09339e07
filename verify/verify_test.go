package verify_test

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/verify"
)

// endpoint accepts the versions named, and refuses the others.
func endpoint(addr string, accepted ...iana.Version) verify.Endpoint {
	s := parley.Server{Scope: parley.Scope{Addr: netip.MustParseAddrPort(addr)}, Accepts: map[iana.Version]parley.Column{}}
	for _, v := range parley.AllVersions {
		s.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.No}}
	}
	for _, v := range accepted {
		s.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.Yes}}
	}
	return verify.Endpoint{Server: s}
}

// unreached is an endpoint of which nothing was learnt.
func unreached(addr, why string) verify.Endpoint {
	return verify.Endpoint{Server: parley.Server{Scope: parley.Scope{Addr: netip.MustParseAddrPort(addr)}}, Why: why}
}

// against are options of which each look finds the next of the terms, the last
// one for ever.
func against(terms ...*verify.Terms) verify.Options {
	return verify.Options{
		Question: target.Question{Text: "shop.example"}, Policies: []*policies.Policy{policies.Min(iana.TLS12)},
		Learn: func(context.Context, *verify.Options, policies.Depth) (*verify.Terms, error) {
			t := terms[0]
			if len(terms) > 1 {
				terms = terms[1:]
			}
			return t, nil
		},
	}
}

func found(ends ...verify.Endpoint) *verify.Terms {
	return &verify.Terms{Endpoints: ends, Connections: 8}
}

func TestADemandHoldsAtEveryAddress(t *testing.T) {
	t.Parallel()
	good := endpoint("192.0.2.1:443", iana.TLS12, iana.TLS13)
	old := endpoint("192.0.2.2:443", iana.TLS10, iana.TLS12)
	tests := []struct {
		name  string
		terms *verify.Terms
		exit  int
		why   string
	}{
		{"one that is good", found(good), 0, ""},
		{"one that is old", found(old), 1, "1.0 accepted"},
		{"one of two is old", found(good, old), 1, "1.0 accepted at 192.0.2.2:443"},
		{"both are old", found(old, endpoint("192.0.2.3:443", iana.TLS10, iana.TLS12)), 1, "1.0 accepted"},
		{"one of two does not answer", found(good, unreached("192.0.2.4:443", "no answer to the SYN")), 3, "no answer to the SYN at 192.0.2.4:443"},
		{"one is old and one does not answer", found(old, unreached("192.0.2.4:443", "no answer to the SYN")), 1, "1.0 accepted at 192.0.2.2:443"},
		{"no address", &verify.Terms{Why: "the name has no address"}, 3, "the name has no address"},
		{"none high enough", found(endpoint("192.0.2.5:443", iana.TLS11)), 1, "1.1 accepted"},
		{"1.2 is missing and 1.3 is not", found(endpoint("192.0.2.6:443", iana.TLS13)), 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := verify.Run(t.Context(), against(tt.terms))
			if err != nil {
				t.Fatal(err)
			}
			if got := a.Policies[0].Demands[0].Why; a.Exit() != tt.exit || got != tt.why {
				t.Errorf("exit %d, %q; want %d, %q", a.Exit(), got, tt.exit, tt.why)
			}
		})
	}
}

func TestAdviceDoesNotDecide(t *testing.T) {
	t.Parallel()
	p, err := policies.Read([]byte("demands:\n- versions: {only: [1.2]}\n- versions: {accept: [1.3]}\n  advice: yes\n"))
	if err != nil {
		t.Fatal(err)
	}
	o := against(found(endpoint("192.0.2.1:443", iana.TLS12)))
	o.Policies = []*policies.Policy{p}
	a, err := verify.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if a.Exit() != 0 || a.Policies[0].Demands[1].Met != parley.No {
		t.Errorf("exit %d, the advice is %s", a.Exit(), a.Policies[0].Demands[1].Met)
	}
}

func TestWaitLooksAgainUntilAllIsMetOrTheTimeIsOver(t *testing.T) {
	t.Parallel()
	down := found(unreached("192.0.2.1:443", "connection refused"))
	old := found(endpoint("192.0.2.1:443", iana.TLS10, iana.TLS12))
	good := found(endpoint("192.0.2.1:443", iana.TLS12))
	tests := []struct {
		name        string
		terms       []*verify.Terms
		wait        time.Duration
		exit, looks int
		atMost      time.Duration
	}{
		{"met at once", []*verify.Terms{good}, 90 * time.Second, 0, 1, 0},
		{"met after a restart", []*verify.Terms{old, down, down, good}, 90 * time.Second, 0, 4, 10 * time.Second},
		{"never met", []*verify.Terms{down, old}, 90 * time.Second, 1, 21, 90 * time.Second},
		{"never reached", []*verify.Terms{down}, 3 * time.Second, 3, 3, 3 * time.Second},
		{"without a wait", []*verify.Terms{old, good}, 0, 1, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := against(tt.terms...)
				o.Wait = tt.wait
				a, err := verify.Run(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				if a.Exit() != tt.exit || a.Looks != tt.looks || a.Elapsed > tt.atMost || a.Connections != 8*tt.looks {
					t.Errorf("exit %d after %d looks, %v, %d connections; want %d after %d", a.Exit(), a.Looks, a.Elapsed, a.Connections, tt.exit, tt.looks)
				}
			})
		})
	}
}

func TestAWaitThatIsBrokenOffTellsWhatWasKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := against(found(endpoint("192.0.2.1:443", iana.TLS10)))
		o.Wait = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		a, err := verify.Run(ctx, o)
		if err != nil || a.Exit() != 1 || a.Elapsed > 11*time.Second {
			t.Errorf("got %+v, %v", a, err)
		}
	})
}

func TestATargetThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := verify.Run(t.Context(), verify.Options{Question: target.Question{Text: "http://shop.example"}}); err == nil {
		t.Error("http:// is taken for a target")
	}
}

func TestWhatToChangeIsWhatTheDemandSays(t *testing.T) {
	t.Parallel()
	suites := func(e verify.Endpoint, ids ...iana.Suite) verify.Endpoint {
		c := e.Server.Accepts[iana.TLS12]
		c.Suites = parley.Listed(ids...)
		e.Server.Accepts[iana.TLS12] = c
		return e
	}
	tests := []struct {
		name, demand string
		end          verify.Endpoint
		kind         parley.IntentKind
		plain        string
	}{
		{"versions that settings say", "versions: {only: [1.2, 1.3]}", endpoint("192.0.2.1:443", iana.TLS10), parley.AcceptVersions, "accept 1.2 and 1.3 and no other version"},
		{"versions that no setting here says", "versions: {only: [1.3]}", endpoint("192.0.2.1:443", iana.TLS12), 0, "accept 1.3 and no other version"},
		{"old versions refused", "versions: {refuse: [1.0]}", endpoint("192.0.2.1:443", iana.TLS10), parley.AcceptVersions, "accept 1.2 and 1.3 and no other version"},
		{"a suite", "suites: {refuse: [rc4]}", suites(endpoint("192.0.2.1:443", iana.TLS12), 0x0005), 0, "take out TLS_RSA_WITH_RC4_128_SHA"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := policies.Read([]byte("demands:\n- " + tt.demand + "\n"))
			if err != nil {
				t.Fatal(err)
			}
			o := against(found(tt.end))
			o.Policies = []*policies.Policy{p}
			a, err := verify.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			in := a.Policies[0].Demands[0].Intents()
			if len(in) != 1 || in[0].Kind != tt.kind || in[0].Plain != tt.plain {
				t.Errorf("got %+v, want %s %q", in, tt.kind, tt.plain)
			}
		})
	}
}

func TestTheLoginOfAProxyIsInNoAnswer(t *testing.T) {
	t.Parallel()
	o := against(found(endpoint("192.0.2.1:443", iana.TLS12)))
	o.Proxies = []string{"http://anna:secret@127.0.0.1:3128"}
	a, err := verify.Run(t.Context(), o)
	if err != nil || len(a.Target.Proxies) != 1 || a.Target.Proxies[0] != "http://127.0.0.1:3128" {
		t.Errorf("got %q, %v", a.Target.Proxies, err)
	}
}
