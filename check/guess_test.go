package check_test

import (
	"fmt"
	"net/netip"
	"slices"
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

// TestAURLSaysHowTLSBeginsInEachProtocol checks real servers of the protocols
// that no pair has, and the twin of a SQL Server, by URL alone.
func TestAURLSaysHowTLSBeginsInEachProtocol(t *testing.T) {
	for _, tt := range []struct {
		url      string
		stack    peers.Stack
		starttls string
	}{
		{url: "irc://%s", stack: peers.InspIRCd, starttls: "irc"},
		{url: "lmtp://%s", stack: peers.Dovecot, starttls: "lmtp"},
		{url: "managesieve://%s", stack: peers.Dovecot, starttls: "sieve"},
		{url: "mssql://%s", stack: peers.TDSTwin, starttls: "mssql"},
		{url: "sqlserver://me:secret@%s/shop?encrypt=strict", stack: peers.TDSTwin},
		{url: "nats://%s", stack: peers.NATS, starttls: "nats"},
		{url: "nntp://%s", stack: peers.INN, starttls: "nntp"},
		{url: "rdp://%s", stack: peers.Xrdp, starttls: "rdp"},
		{url: "vnc://%s", stack: peers.TigerVNC, starttls: "vnc"},
		{url: "xmpp://%s", stack: peers.Prosody, starttls: "xmpp"},
		{url: "xmpp-server://%s", stack: peers.Prosody, starttls: "xmpp-server"},
		{url: "mqtts://%s", stack: peers.Mosquitto},
		{url: "rediss://%s", stack: peers.Redis},
	} {
		t.Run(tt.url, func(t *testing.T) {
			s := peers.Start(t, tt.stack, peers.Config{StartTLS: tt.starttls})
			a, err := check.Run(t.Context(), check.Options{
				Target: fmt.Sprintf(tt.url, fmt.Sprint(peers.Name, ":", s.Addr.Port())), Addrs: []netip.Addr{s.Addr.Addr()}, Panel: clients.Panel(), Now: time.Now(),
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range a.Result.Findings {
				if f.Phase <= parley.PhaseHello { // nobody trusts the certificate
					t.Errorf("%s finds %s: %v", s.Version, f.Cause, f.Because)
				}
			}
			if completed := slices.ContainsFunc(a.Evidence.Replies, func(r parley.Reply) bool {
				return r.AnswerTo(a.Evidence.Attempts[r.Attempt]).Accepted()
			}); !completed || a.Evidence.Target.StartTLS != tt.starttls {
				t.Errorf("%s, by %q: no answer completes", s.Version, a.Evidence.Target.StartTLS)
			}
		})
	}
}
