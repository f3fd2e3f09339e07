package scan

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// stops is a dialer whose connections hang once so many were made.
type stops struct {
	onlyLoopback
	after int32
	made  atomic.Int32
	hangs func()
}

func (d *stops) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if d.made.Add(1) > d.after {
		if d.hangs != nil {
			d.hangs()
		}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return d.onlyLoopback.DialContext(ctx, network, address)
}

func TestAScanThatIsCutSaysByWhatAndWhatIsOpen(t *testing.T) {
	t.Parallel()
	s := peers.Start(t, peers.Go, peers.Config{Versions: []iana.Version{iana.TLS11, iana.TLS12}})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, tt := range map[string]struct {
		o    Options
		want Cut
		open bool
	}{
		"whole":       {Options{Dialer: &onlyLoopback{}}, "", false},
		"connections": {Options{Dialer: &onlyLoopback{}, Most: 7}, CutConnections, true},
		"time":        {Options{Dialer: &stops{after: 6}, Timeout: 300 * time.Millisecond}, CutTime, true},
		"interrupted": {Options{Dialer: &stops{after: 6, hangs: cancel}}, CutInterrupted, true},
	} {
		o := tt.o
		o.Question, o.Pace = target.Question{Text: s.Addr.String(), SNI: peers.Name}, survey.PaceGentle
		under := t.Context()
		if name == "interrupted" {
			under = ctx
		}
		res, err := Run(under, o)
		if err != nil {
			t.Fatal(err)
		}
		e := &res.Endpoints[0]
		if got := e.Incomplete(res.Depth); e.Cut != tt.want || (got != "") != tt.open {
			t.Errorf("%s: cut by %q, open %q; want %q", name, e.Cut, got, tt.want)
		}
		for _, f := range e.Weaknesses() {
			if tt.open && f.ID == "weakness.rc4" && f.Is != parley.Unknown {
				t.Errorf("%s: %s is %s: %s", name, f.ID, f.Is, f.Why)
			}
		}
	}
}

func TestWhatIsIncompleteHangsOnTheDepth(t *testing.T) {
	t.Parallel()
	e := Endpoint{Server: parley.Server{Accepts: map[iana.Version]parley.Column{
		iana.TLS12: {Accepted: parley.Fact{Is: parley.Yes}}, iana.TLS13: {Accepted: parley.Fact{Is: parley.No}},
		iana.TLS10: {Accepted: parley.Fact{Is: parley.No}}, iana.SSL2: {Accepted: parley.Fact{Is: parley.No}},
	}}}
	const versions = "whether SSL3, 1.1 are accepted is not known"
	if got := e.Incomplete(survey.DepthVersions); got != versions {
		t.Errorf("got %q, want %q", got, versions)
	}
	if got, want := e.Incomplete(survey.DepthSuites), versions+"; the suites of 1.2 are not complete"; got != want || strings.Contains(got, "SSL2") {
		t.Errorf("got %q, want %q", got, want)
	}
}
