package check_test

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// TestASessionIsResumedBeforeAServerIsFoundToDoSo: the silence of a healthy server
// says something only if a ticket was offered, and taken.
func TestASessionIsResumedBeforeAServerIsFoundToDoSo(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"resume-sessions", "resume-sessions-of-1.3"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			resumesOnce(t, atFault(t, fault))
		})
	}
}

func resumesOnce(t *testing.T, o check.Options) {
	t.Helper()
	a, err := check.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if a.Result.Verdict != parley.VerdictOK {
		t.Errorf("got %s, want ok", answer(a))
	}
	offered, taken := 0, 0
	for _, r := range a.Evidence.Replies {
		if a.Evidence.Attempts[r.Attempt].Resume {
			if offered++; r.Resumed() == parley.Yes {
				taken++
			}
		}
	}
	if offered != 1 || taken != 1 {
		t.Errorf("%d tickets offered and %d taken, want one\n%s", offered, taken, trail(a))
	}
}

// A server that keeps sessions and gives no ticket, up to 1.2.
func TestASessionIsResumedByItsIDWhereNoTicketIsGiven(t *testing.T) {
	for _, stack := range []peers.Stack{peers.OpenSSL, peers.Nginx} {
		t.Run(string(stack), func(t *testing.T) {
			t.Parallel()
			peers.Need(t, stack)
			c := peers.Config{Versions: ids(iana.TLS12), Extra: []string{"-no_ticket"}}
			if stack == peers.Nginx {
				c.Extra = []string{"ssl_session_tickets off;", "ssl_session_cache shared:ids:1m;"}
			}
			o := options(t, pair{}, peers.Start(t, stack, c).Addr)
			o.Resume = true
			resumesOnce(t, o)
		})
	}
}
