package target

import (
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/probe"
)

// mailPort listens on a port in use for SMTP, on an address of its own, and runs
// a script for each connection: it says a line, reads, says the next.
func mailPort(t *testing.T, addr string, says ...string) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				c.SetDeadline(time.Now().Add(5 * time.Second))
				for _, s := range says {
					io.WriteString(c, s)
					c.Read(make([]byte, 4096))
				}
			}()
		}
	}()
	return netip.MustParseAddrPort(addr)
}

func TestAnUpgradeIsGuessedFromThePortIfTheServerGoesAlong(t *testing.T) {
	const host = "127.0.53.1"
	mail := []string{"220 x ESMTP\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n", "\x15\x03\x03\x00\x02\x02\x28"}
	for _, tt := range []struct {
		name, addr     string
		says           []string
		q              Question
		upgrade, guess string
		asked          int
	}{
		{name: "SMTP", addr: host + ":2525", says: mail, q: Question{Text: host + ":2525"}, upgrade: "smtp", guess: "port 2525 is in use for SMTP", asked: 1},
		{name: "SMTP without it", addr: host + ":2525", says: []string{"220 x ESMTP\r\n", "250 x\r\n"}, q: Question{Text: host + ":2525"}, asked: 1},
		{name: "what waits for a hello", addr: host + ":2525", q: Question{Text: host + ":2525"}, asked: 1},
		{name: "a port of no fixed use", addr: host + ":2526", says: mail, q: Question{Text: host + ":2526"}},
		{name: "a scheme", addr: host + ":2525", says: mail, q: Question{Text: "tls://" + host + ":2525"}},
		{name: "another upgrade", addr: host + ":2525", says: mail, q: Question{Text: host + ":2525", StartTLS: "imap"}, upgrade: "imap"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr := mailPort(t, tt.addr, tt.says...)
			target, err := tt.q.Target()
			if err != nil {
				t.Fatal(err)
			}
			p := &probe.Prober{Silence: 300 * time.Millisecond}
			tt.q.Guess(t.Context(), p, &target, ScopeOf(target, addr, ""))
			asked, _ := p.Connections(addr)
			if target.StartTLS != tt.upgrade || target.Guess != tt.guess || asked != tt.asked {
				t.Errorf("got %q from %q, asked %d times; want %q from %q, %d", target.StartTLS, target.Guess, asked, tt.upgrade, tt.guess, tt.asked)
			}
		})
	}
}

func TestAnUpgradeIsGuessedFromWhatAnswers(t *testing.T) {
	said := []parley.Reply{{End: parley.EndSilence}, {End: parley.EndPlaintext, Plain: []byte("* OK IMAP4rev1 ready\r\n")}}
	for _, tt := range []struct {
		q             Question
		replies       []parley.Reply
		upgrade, says string
	}{
		{q: Question{Text: "mail.example:1430"}, replies: said, upgrade: "imap",
			says: "IMAP answers: * OK IMAP4rev1 ready, so STARTTLS came first; for TLS from the first byte: tls://mail.example:1430"},
		{q: Question{Text: "mail.example:1430"}, replies: said[:1]},
		{q: Question{Text: "tls://mail.example:1430"}, replies: said},
	} {
		target, err := tt.q.Target()
		if err != nil {
			t.Fatal(err)
		}
		if tt.q.GuessSpoken(&target, tt.replies); target.StartTLS != tt.upgrade || Guessed(target) != tt.says {
			t.Errorf("%s: got %q, %q; want %q, %q", tt.q.Text, target.StartTLS, Guessed(target), tt.upgrade, tt.says)
		}
	}
}
