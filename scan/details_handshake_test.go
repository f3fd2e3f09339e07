package scan

import (
	"fmt"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// sessionsOf tells in a line what is known of sessions: below 1.3 what is given and
// taken, and the lifetime in seconds; in 1.3 how many tickets of which lifetime come,
// how much early data they offer, and how a session is resumed.
func sessionsOf(s *parley.Server) string {
	x := &s.Details.Sessions
	text := func(gives, takes parley.Fact) string { return gives.Is.String() + "/" + takes.Is.String() }
	return fmt.Sprintf("ticket %s %d, id %s; %d tickets %d, early %d, dhe %s alone %s", text(x.Tickets, x.TakesTicket), x.Hint, text(x.IDs, x.TakesID),
		x.Count, x.Lifetime, x.EarlyMost, x.WithDHE.Is, x.Alone.Is)
}

// TestSessionsAreThoseOfTheServer holds what is learnt of sessions against what servers
// are told, and against the defaults of their software.
func TestSessionsAreThoseOfTheServer(t *testing.T) {
	for _, tt := range []struct {
		stack peers.Stack
		extra []string
		want  string
	}{
		{stack: peers.OpenSSL, want: "ticket yes/yes 7200, id yes/yes; 2 tickets 7200, early 0, dhe yes alone no"},
		{stack: peers.OpenSSL, extra: []string{"-no_ticket", "-num_tickets", "3", "-allow_no_dhe_kex"}, want: "ticket no/no 0, id yes/yes; 3 tickets 7200, early 0, dhe yes alone yes"},
		{stack: peers.OpenSSL, extra: []string{"-max_early_data", "1000", "-num_tickets", "1"}, want: "ticket yes/yes 7200, id yes/yes; 1 tickets 7200, early 1000, dhe yes alone no"},
		{stack: peers.Nginx, want: "ticket yes/yes 300, id yes/no; 2 tickets 300, early 0, dhe yes alone no"},
		{stack: peers.Nginx, extra: []string{"ssl_session_tickets off;", "ssl_session_cache shared:all:1m;", "ssl_session_timeout 20m;", "ssl_early_data on;"}, want: "ticket no/no 0, id yes/yes; 2 tickets 1200, early 16384, dhe yes alone no"},
		{stack: peers.Apache, want: "ticket yes/yes 300, id no/no; 2 tickets 300, early 0, dhe yes alone no"},
		{stack: peers.Apache, extra: []string{"SSLSessionTickets off"}, want: "ticket no/no 0, id no/no; 2 tickets 300, early 0, dhe no alone no"},
		{stack: peers.HAProxy, want: "ticket yes/yes 7200, id yes/yes; 2 tickets 7200, early 0, dhe yes alone no"},
		{stack: peers.GnuTLS, want: "ticket yes/yes 21600, id yes/yes; 2 tickets 21600, early 0, dhe yes alone no"},
		{stack: peers.GnuTLS, extra: []string{"--noticket"}, want: "ticket no/no 0, id yes/yes; 0 tickets 0, early 0, dhe no alone no"},
		{stack: peers.GnuTLS, extra: []string{"--earlydata", "--maxearlydata=4096"}, want: "ticket yes/yes 21600, id yes/yes; 2 tickets 21600, early 4096, dhe yes alone no"},
		{stack: peers.NSS, want: "ticket no/no 0, id yes/yes; 0 tickets 0, early 0, dhe no alone no"},
		{stack: peers.NSS, extra: []string{"-u"}, want: "ticket yes/yes 172800, id yes/yes; 1 tickets 172800, early 0, dhe yes alone no"},
		{stack: peers.Java, want: "ticket yes/yes 86400, id yes/yes; 1 tickets 86400, early 0, dhe yes alone no"},
		{stack: peers.Go, want: "ticket yes/yes 0, id no/no; 1 tickets 604800, early 0, dhe yes alone no"},
		{stack: peers.Node20, want: "ticket yes/yes 7200, id yes/no; 2 tickets 7200, early 0, dhe yes alone no"},
		{stack: peers.Dovecot, want: "ticket yes/no 7200, id yes/no; 2 tickets 7200, early 0, dhe no alone no"},
	} {
		t.Run(fmt.Sprint(tt.stack, tt.extra), func(t *testing.T) {
			c := peers.Config{Versions: today, Extra: tt.extra}
			if tt.stack == peers.Dovecot {
				c.StartTLS = "imap"
			}
			s := inFull(t, peers.Start(t, tt.stack, c), c.StartTLS)
			if got := sessionsOf(s); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestASecondHandshakeIsTakenAsTheServerTakesIt also says which extensions are answered.
func TestASecondHandshakeIsTakenAsTheServerTakesIt(t *testing.T) {
	limit, length, alpn, name := iana.ExtRecordSizeLimit, iana.ExtMaxFragmentLength, iana.ExtALPN, iana.ExtServerName
	for _, tt := range []struct {
		stack peers.Stack
		c     peers.Config
		again parley.Again
		// has and lacks are extensions that 1.3 answers, or not; both versions do where below is set.
		has, lacks []iana.ExtensionType
	}{
		{stack: peers.OpenSSL, again: parley.AgainRefused, has: []iana.ExtensionType{length}, lacks: []iana.ExtensionType{limit, alpn, iana.ExtECH}},
		{stack: peers.OpenSSL, c: peers.Config{Extra: []string{"-client_renegotiation"}, ALPN: []string{"h2"}}, again: parley.AgainAccepted, has: []iana.ExtensionType{length, alpn}},
		{stack: peers.Nginx, c: peers.Config{ALPN: []string{"h2", "http/1.1"}}, again: parley.AgainRefused, has: []iana.ExtensionType{length, alpn, name}, lacks: []iana.ExtensionType{limit}},
		{stack: peers.GnuTLS, again: parley.AgainAccepted, has: []iana.ExtensionType{length, limit}, lacks: []iana.ExtensionType{alpn}},
		{stack: peers.NSS, again: parley.AgainAccepted, has: []iana.ExtensionType{limit}, lacks: []iana.ExtensionType{length}},
		{stack: peers.Java, again: parley.AgainAccepted, has: []iana.ExtensionType{length}, lacks: []iana.ExtensionType{limit}},
		{stack: peers.Go, c: peers.Config{ALPN: []string{"h2"}}, again: parley.AgainAlert, has: []iana.ExtensionType{alpn, name}, lacks: []iana.ExtensionType{length, limit}},
		{stack: peers.Node20, again: parley.AgainAccepted, has: []iana.ExtensionType{length}},
		{stack: peers.HAProxy, again: parley.AgainRefused, has: []iana.ExtensionType{length, name}},
	} {
		t.Run(string(tt.stack), func(t *testing.T) {
			tt.c.Versions = today
			s := inFull(t, peers.Start(t, tt.stack, tt.c), "")
			if d := s.Details.Again; d.Answer != tt.again || d.Secure != parley.Yes {
				t.Errorf("a second hello: %v, secure %v; want %v", d.Answer, d.Secure, tt.again)
			}
			for _, x := range tt.has {
				if s.Details.Answers[x].Is != parley.Yes || s.Extensions[x].Is != parley.Yes && x != alpn {
					t.Errorf("%v: 1.3 %v, 1.2 %v; want yes", x, s.Details.Answers[x].Is, s.Extensions[x].Is)
				}
			}
			for _, x := range tt.lacks {
				if s.Details.Answers[x].Is != parley.No {
					t.Errorf("%v: 1.3 %v, want no", x, s.Details.Answers[x].Is)
				}
			}
			// None of the stacks compresses certificates as Debian builds them.
			if got := s.Details.Compressions; len(got.Yes()) > 0 || got.Complete != parley.Yes {
				t.Errorf("compresses %v, complete %v", got.Yes(), got.Complete)
			}
			if s.EMS.Is != parley.Yes || s.Renegotiation.Is != parley.Yes || s.Compression.Is != parley.No {
				t.Errorf("extended master secret %v, renegotiation_info %v, compression %v", s.EMS.Is, s.Renegotiation.Is, s.Compression.Is)
			}
		})
	}
}
