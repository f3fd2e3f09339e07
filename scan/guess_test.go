package scan_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/scan"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// TestAnUpgradeThatNobodyNamedIsGuessedFromThePortOrTheGreeting holds a real NATS
// server, on its own port and on another.
func TestAnUpgradeThatNobodyNamedIsGuessedFromThePortOrTheGreeting(t *testing.T) {
	host := netip.MustParseAddr("127.0.53.3")
	usual := peers.StartAt(t, netip.AddrPortFrom(host, 4222), peers.NATS, peers.Config{StartTLS: "nats"})
	other := peers.StartOn(t, host, peers.NATS, peers.Config{StartTLS: "nats"})
	for _, tt := range []struct {
		server *peers.Server
		want   string
	}{
		{server: usual, want: "port 4222 is in use for NATS"},
		{server: other, want: "NATS answers: INFO, version "},
	} {
		r, err := scan.Run(t.Context(), scan.Options{
			Question: target.Question{Text: fmt.Sprintf("%s:%d", peers.Name, tt.server.Addr.Port()), Addrs: []netip.Addr{host}},
			Depth:    survey.DepthVersions, Now: time.Now(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Evidence.Target; got.StartTLS != "nats" || !strings.HasPrefix(got.Guess, tt.want) {
			t.Errorf("got %q from %q, want nats from %s", got.StartTLS, got.Guess, tt.want)
		}
		if got := r.Endpoints[0].Server.Versions(parley.Yes); len(got) != 2 {
			t.Errorf("accepts %v, want 1.2 and 1.3", got)
		}
	}
}
