package check_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
)

// TestAPortThatUpgradesIsAskedThatWayUnlessTheQuestionIsAboutAClient holds a real
// NATS server on its own port.
func TestAPortThatUpgradesIsAskedThatWayUnlessTheQuestionIsAboutAClient(t *testing.T) {
	addr := netip.MustParseAddrPort("127.0.53.2:4222")
	peers.StartAt(t, addr, peers.NATS, peers.Config{StartTLS: "nats"})
	for _, tt := range []struct {
		name  string
		guess bool
		want  string
	}{
		{name: "a guess", guess: true, want: "nats from port 4222 is in use for NATS: []"},
		{name: "none", want: " from : [plaintext.starttls-required]"},
	} {
		a, err := check.Run(t.Context(), check.Options{
			Target: peers.Name + ":4222", Addrs: []netip.Addr{addr.Addr()}, Panel: clients.Panel(), Guess: tt.guess, Now: time.Now(),
		})
		if err != nil {
			t.Fatal(err)
		}
		found := []parley.CauseID{}
		for _, f := range a.Result.Findings {
			if f.Phase <= parley.PhaseHello { // nobody trusts the certificate
				found = append(found, f.Cause)
			}
		}
		if got := fmt.Sprintf("%s from %s: %v", a.Evidence.Target.StartTLS, a.Evidence.Target.Guess, found); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		if a.Connections > check.Connections {
			t.Errorf("%s: %d connections", tt.name, a.Connections)
		}
	}
}
