package check_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/transcript"
)

// layers checks an edge, a fault of the lab, against an origin, another one.
func layers(t *testing.T, edge, origin string) *check.Answer {
	t.Helper()
	l := lab.New()
	t.Cleanup(l.Close)
	o := atFaultOf(t, l, edge)
	o.Connect, o.Compare, o.SNI = o.Target, true, lab.Name
	if origin != "" {
		o.Connect = atFaultOf(t, l, origin).Target
	}
	a, err := check.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func compared(a *check.Answer) string {
	var views []*causes.View
	for _, s := range a.Result.Scopes {
		views = append(views, s.View)
	}
	return causes.Compared(views)
}

func TestAnEdgeIsComparedWithItsOrigin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, edge, origin string
		cause              parley.CauseID // empty: all is fine
		says               string         // of the finding, or of the note
	}{
		{name: "the edge refuses", edge: "accept-only-1.0", origin: "serve-today", cause: "edge.answers-instead", says: "The edge stops clients: alert 70 protocol_version."},
		{name: "the origin refuses", edge: "serve-today", origin: "accept-only-1.0", cause: "edge.answers-instead", says: "The origin stops clients: alert 70 protocol_version."},
		{name: "both refuse", edge: "accept-only-1.0", origin: "accept-only-1.0", cause: "version.server-too-old"},
		{name: "the origin listens to nobody", edge: "serve-today", origin: "refuse-connections", cause: "network.refused"},
		{name: "both go through", edge: "serve-today", origin: "serve-ecdsa", says: "Edge and origin differ in the certificate"},
		{name: "the name leads to the origin", edge: "serve-today", says: "there is no edge"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := layers(t, tt.edge, tt.origin)
			var says string
			if len(a.Result.Findings) > 0 {
				f := a.Result.Findings[0]
				for _, r := range f.Because {
					says += r.Text + " "
				}
				if f.Cause != tt.cause || len(a.Result.Findings) > 1 {
					t.Errorf("got %s, %d findings, want %s alone\n%s", f.Cause, len(a.Result.Findings), tt.cause, trail(a))
				}
			} else if says = compared(a); tt.cause != "" {
				t.Errorf("nothing is found, want %s\n%s", tt.cause, trail(a))
			}
			if !strings.Contains(says, tt.says) {
				t.Errorf("got %q, want %q in it", says, tt.says)
			}
		})
	}
}

func TestWhichAddressIsTheOriginIsWrittenDown(t *testing.T) {
	t.Parallel()
	a := layers(t, "serve-today", "accept-only-1.0")
	d, err := transcript.Parse(transcript.FromEvidence(a.Evidence).String())
	if err != nil {
		t.Fatal(err)
	}
	got := d.Target.Origin
	if want := a.Evidence.Target.Origin; len(got) != 1 || len(want) != 1 || got[0] != want[0] {
		t.Errorf("the transcript says %v, the evidence %v", got, want)
	}
}

func TestAProxyIsAskedForTheOriginByItsAddress(t *testing.T) {
	t.Parallel()
	l := lab.New()
	t.Cleanup(l.Close)
	o := atFaultOf(t, l, "serve-today")
	o.Connect, o.Compare, o.Proxies = atFaultOf(t, l, "serve-ecdsa").Target, true, []string{"http://127.0.0.1:1"}
	o.Now = time.Now()
	a, err := check.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	origin := netip.MustParseAddrPort(o.Connect)
	for _, s := range a.Result.Scopes {
		if s.Scope.Addr == origin && s.Scope.Host != o.Connect {
			t.Errorf("the proxy is asked for %s, want %s", s.Scope.Host, o.Connect)
		}
	}
}

func TestAComparisonNeedsAnOrigin(t *testing.T) {
	t.Parallel()
	if _, err := check.Run(t.Context(), check.Options{Target: "127.0.0.1:1", Compare: true}); err == nil || !strings.Contains(err.Error(), "--connect") {
		t.Errorf("got %v, want that --connect is missing", err)
	}
}
