package probe

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// TestASecondHelloIsTakenAsTheStackTakesIt: OpenSSL 3 has renegotiation by the client
// off by default, 1.0 and the servers of GnuTLS and Java have it on, and Go knows none.
func TestASecondHelloIsTakenAsTheStackTakesIt(t *testing.T) {
	for _, tt := range []struct {
		stack peers.Stack
		c     peers.Config
		want  parley.Again
		alert iana.Alert
	}{
		{stack: peers.OpenSSL, want: parley.AgainRefused},
		{stack: peers.OpenSSL, c: peers.Config{Extra: []string{"-client_renegotiation"}}, want: parley.AgainAccepted},
		{stack: peers.Nginx, want: parley.AgainRefused},
		{stack: peers.Apache, want: parley.AgainRefused},
		{stack: peers.HAProxy, want: parley.AgainRefused},
		{stack: peers.GnuTLS, want: parley.AgainAccepted},
		{stack: peers.NSS, want: parley.AgainAccepted},
		{stack: peers.Java, want: parley.AgainAccepted},
		{stack: peers.Node010, want: parley.AgainAccepted},
		{stack: peers.Node20, want: parley.AgainAccepted},
		{stack: peers.Go, want: parley.AgainAlert, alert: iana.AlertUnexpectedMessage},
	} {
		t.Run(string(tt.stack), func(t *testing.T) {
			tt.c.Versions = []iana.Version{iana.TLS12}
			s := peers.Start(t, tt.stack, tt.c)
			a := wholly(attempt(s.Addr, classic(peers.Name, iana.TLS12)), parley.StopAgain, nil)
			p := prober()
			p.Silence = 20 * time.Second // Java's first handshake is slow on a busy machine
			r := p.Do(t.Context(), a)
			if got, alert := r.Again(); got != tt.want || alert != tt.alert {
				t.Errorf("%s: %v %v, want %v %v: %s\n%s", s.Version, got, alert, tt.want, tt.alert, summary(r), items(r))
			}
			if ans := r.AnswerTo(a); !ans.Accepted() || ans.Choice.Version != iana.TLS12 {
				t.Errorf("the first handshake: %+v", ans)
			}
		})
	}
}

func TestIn13NobodyAsksForAnotherHandshake(t *testing.T) {
	t.Parallel()
	a := wholly(attempt(goServer(t, &tls.Config{}), modern("probe.example")), parley.StopAgain, nil)
	r := prober().Do(t.Context(), a)
	if got, _ := r.Again(); got != parley.AgainUnknown || r.End != parley.EndStopped {
		t.Errorf("got %v: %s\n%s", got, summary(r), items(r))
	}
}

func TestASessionIsResumedByItsID(t *testing.T) {
	for stack, want := range map[peers.Stack]parley.Truth{peers.OpenSSL: parley.Yes, peers.GnuTLS: parley.Yes, peers.Java: parley.Yes, peers.Nginx: parley.No} {
		t.Run(string(stack), func(t *testing.T) {
			s := peers.Start(t, stack, peers.Config{Versions: []iana.Version{iana.TLS12}})
			h := classic(peers.Name, iana.TLS12)
			h.RemoveExtension(iana.ExtSessionTicket)
			first, second := resumeAt(t, prober(), s.Addr, h)
			if first.Resumed() != parley.No || second.Resumed() != want || second.End != parley.EndStopped {
				t.Errorf("resumed %v, then %v, want %v: %s\n%s", first.Resumed(), second.Resumed(), want, summary(second), items(second))
			}
		})
	}
}
