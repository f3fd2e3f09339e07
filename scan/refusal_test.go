package scan

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// TestAServerOfPreSharedKeysIsNotSaidToRefuse13: it accepts 1.3 from who has the key.
func TestAServerOfPreSharedKeysIsNotSaidToRefuse13(t *testing.T) {
	t.Parallel()
	peers.Need(t, peers.OpenSSL)
	s := peers.Start(t, peers.OpenSSL, peers.Config{Cert: peers.None, SecLevel: 1, Extra: []string{"-psk", "1a2b3c"}})
	for _, depth := range []survey.Depth{survey.DepthVersions, survey.DepthSuites} {
		res, err := Run(t.Context(), Options{Question: target.Question{Text: s.Addr.String(), SNI: peers.Name}, Depth: depth, Dialer: &onlyLoopback{}})
		if err != nil {
			t.Fatal(err)
		}
		got := &res.Endpoints[0].Server
		if is := got.Column(iana.TLS12).Accepted.Is; is != parley.Yes {
			t.Errorf("%v: 1.2 accepted: %v", depth, is)
		}
		if a := got.Column(iana.TLS13).Accepted; a.Is != parley.Unknown || !strings.Contains(a.Why, "pre-shared key") {
			t.Errorf("%v: 1.3 accepted: %v, %q; want that it may want a pre-shared key", depth, a.Is, a.Why)
		}
	}
}

// TestARefusedNameIsTheReason: which of the answers came first does not matter.
func TestARefusedNameIsTheReason(t *testing.T) {
	t.Parallel()
	peers.Need(t, peers.Nginx)
	s := peers.Start(t, peers.Nginx, peers.Config{Versions: only12, SNI: peers.RejectUnknown})
	for range 5 {
		res, err := Run(t.Context(), Options{Question: target.Question{Text: s.Addr.String(), SNI: "b.test"}, Depth: survey.DepthVersions, Dialer: &onlyLoopback{}})
		if err != nil {
			t.Fatal(err)
		}
		e := &res.Endpoints[0]
		if is := e.Server.Column(iana.TLS12).Accepted.Is; is != parley.Unknown || res.Exit() != 3 {
			t.Errorf("1.2 accepted: %v, exit %d; want unknown, 3", is, res.Exit())
		}
		if got, want := e.Answer.Stands(), "the server refuses the name: alert 112 unrecognized_name"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestSilenceIsNoRefusalAndAResetIs holds both against servers that meet hellos of
// some versions so.
func TestSilenceIsNoRefusalAndAResetIs(t *testing.T) {
	t.Parallel()
	l := lab.New()
	defer l.Close()
	for _, tt := range []struct {
		fault string
		v     iana.Version
		is    parley.Truth
		why   string
	}{
		{"ignore-hellos-with-1.3", iana.TLS13, parley.Unknown, "no answer"},
		{"reset-hellos-with-1.3", iana.TLS13, parley.No, "refused by a reset"},
		{"reset-hellos-below-1.2", iana.TLS10, parley.No, "refused by a reset"},
	} {
		f, err := lab.Get(tt.fault)
		if err != nil {
			t.Fatal(err)
		}
		to, err := f.Start(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		res, err := Run(t.Context(), Options{Question: target.Question{Text: to.Address, SNI: lab.Name}, Depth: survey.DepthVersions, Dialer: &onlyLoopback{}})
		if err != nil {
			t.Fatal(err)
		}
		got := res.Endpoints[0].Server.Column(tt.v).Accepted
		if got.Is != tt.is || got.Why != tt.why {
			t.Errorf("%s: %v accepted: %v, %q; want %v, %q", tt.fault, tt.v, got.Is, got.Why, tt.is, tt.why)
		}
	}
}
