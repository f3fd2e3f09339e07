package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
)

// The bounds of a check, for one way to one address.
const (
	healthyConnections = 10
	mostRounds         = 7
	// shapeRounds are those of what is found by the shape of hellos and by TTLs,
	// of which one thing has to be known before the next is asked.
	shapeRounds = 9
)

// TestEveryFaultIsDiagnosedWithinBounds counts connections and rounds, which
// make the time that a check takes far away.
func TestEveryFaultIsDiagnosedWithinBounds(t *testing.T) {
	t.Parallel()
	for _, f := range lab.All() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			o := atFault(t, f.Name)
			o.Prober.Silence = time.Second // as long as all attempts but the first wait at a far server
			a, err := check.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			used := map[parley.Scope]int{}
			for _, r := range a.Evidence.Replies {
				used[a.Evidence.Attempts[r.Attempt].Scope]++
			}
			most := check.Connections
			if f.Want == (lab.Want{}) {
				most = healthyConnections
			}
			all := 0
			for s, n := range used {
				all += n
				if n > most {
					t.Errorf("%d connections to %v %s, want at most %d", n, s.Addr, s.Via, most)
				}
			}
			// A silence that turns out to have been waited for too briefly is no reply, and is asked again.
			if a.Connections < all || a.Connections > most*len(used) {
				t.Errorf("%d connections, and %d replies", a.Connections, all)
			}
			if a.Peak > probe.DefaultMaxOpen {
				t.Errorf("%d connections at once, want at most %d", a.Peak, probe.DefaultMaxOpen)
			}
			rounds := mostRounds
			if family, _, _ := strings.Cut(string(f.Want.Cause), "."); family == "middlebox" || family == "tolerance" {
				rounds = shapeRounds
			}
			if a.Rounds > rounds {
				t.Errorf("%d rounds, want at most %d", a.Rounds, rounds)
			}
			t.Logf("%d connections, %d at once, %d rounds", all, a.Peak, a.Rounds)
		})
	}
}
