package probe

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// ticketServer runs crypto/tls up to a version, with tickets that any of its
// connections can read. meets sees the connection of a hello with a ticket before the
// server answers it, and says whether the server reads the ticket.
func ticketServer(t *testing.T, most uint16, meets func(*net.TCPConn) (reads bool)) netip.AddrPort {
	t.Helper()
	shared := &tls.Config{Certificates: []tls.Certificate{certificate()}, MinVersion: tls.VersionTLS12, MaxVersion: most}
	shared.SetSessionTicketKeys([][32]byte{{1}})
	return serve(t, func(c *net.TCPConn) {
		cfg := shared.Clone()
		cfg.UnwrapSession = func(ticket []byte, s tls.ConnectionState) (*tls.SessionState, error) {
			if len(ticket) == 0 || !meets(c) {
				return nil, nil
			}
			return shared.DecryptTicket(ticket, s)
		}
		cfg.WrapSession = func(s tls.ConnectionState, state *tls.SessionState) ([]byte, error) {
			return shared.EncryptTicket(s, state)
		}
		s := tls.Server(c, cfg)
		if err := s.Handshake(); err == nil {
			io.Copy(io.Discard, s)
		} else if !errors.Is(err, net.ErrClosed) {
			untilClosed(c)
		}
	})
}

// resumeAt goes through a handshake, and offers the session that it is given.
func resumeAt(t *testing.T, p *Prober, addr netip.AddrPort, h *wire.ClientHello) (first, second parley.Reply) {
	t.Helper()
	base := wholly(attempt(addr, h), parley.StopFinished, nil)
	if first = p.Do(t.Context(), base); first.End != parley.EndStopped {
		t.Fatalf("first: %s\n%s", summary(first), items(first))
	}
	return first, p.Do(t.Context(), base.With(parley.ResumeSession))
}

func TestATicketIsTakenPassedOverOrRefused(t *testing.T) {
	alert := []byte{21, 3, 3, 0, 2, 2, byte(iana.AlertBadRecordMAC)}
	for name, x := range map[string]struct {
		meets   func(*net.TCPConn) bool
		want    string
		resumed parley.Truth
	}{
		"taken":            {func(*net.TCPConn) bool { return true }, "stopped", parley.Yes},
		"passed over":      {func(*net.TCPConn) bool { return false }, "stopped", parley.No},
		"refused by alert": {func(c *net.TCPConn) bool { c.Write(alert); c.CloseWrite(); return false }, "alert fatal bad_record_mac(20)", parley.Unknown},
		"closed":           {func(c *net.TCPConn) bool { c.CloseWrite(); return false }, "fin", parley.Unknown},
		"reset":            {func(c *net.TCPConn) bool { c.SetLinger(0); c.Close(); return false }, "rst", parley.Unknown},
	} {
		for _, v := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(name+" in "+iana.Version(v).String(), func(t *testing.T) {
				t.Parallel()
				h := classic("probe.example", iana.TLS12)
				if v == tls.VersionTLS13 {
					h = modern("probe.example")
				}
				addr := ticketServer(t, v, x.meets)
				first, second := resumeAt(t, prober(), addr, h)
				if got := first.Resumed(); got != parley.No {
					t.Errorf("the first handshake is resumed: %v, want no", got)
				}
				if got := summary(second); got != x.want {
					t.Errorf("got %s, want %s\n%s", got, x.want, items(second))
				}
				if got := second.Resumed(); got != x.resumed {
					t.Errorf("resumed: got %v, want %v\n%s", got, x.resumed, items(second))
				}
			})
		}
	}
}

func TestWithoutATicketThereIsNothingToResume(t *testing.T) {
	t.Parallel()
	addr := goServer(t, &tls.Config{MaxVersion: tls.VersionTLS12, SessionTicketsDisabled: true})
	_, second := resumeAt(t, prober(), addr, classic("probe.example", iana.TLS12))
	if got, want := summary(second), "local-error: make the hello: no session to resume"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestASessionOf13IsOfferedInTheSecondHelloToo(t *testing.T) {
	t.Parallel()
	addr := goServer(t, &tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP384}})
	_, second := resumeAt(t, prober(), addr, modern("probe.example"))
	if second.End != parley.EndStopped || second.Resumed() != parley.Yes {
		t.Errorf("resumed: %v, %s\n%s", second.Resumed(), summary(second), items(second))
	}
	if m, ok := second.Events[0].Item.Message.(*wire.ServerHello); !ok || !m.IsHelloRetryRequest() {
		t.Errorf("there was no HelloRetryRequest\n%s", items(second))
	}
}

func TestAHelloThatAsksForNoTicketOffersNone(t *testing.T) {
	t.Parallel()
	h := modern("probe.example")
	h.SetPSKModes(nil)
	_, second := resumeAt(t, prober(), goServer(t, &tls.Config{}), h)
	if second.End != parley.EndLocal {
		t.Errorf("got %s, want nothing to resume", summary(second))
	}
}

// TestAPaddedHelloKeepsItsLengthWithATicket: a ticket takes the place of padding, as in browsers.
func TestAPaddedHelloKeepsItsLengthWithATicket(t *testing.T) {
	t.Parallel()
	h := modern("probe.example")
	h.Pad(1800)
	before := len(h.Message())
	x := &run{p: prober(), resumes: session{ticket: &wire.NewSessionTicket{Ticket: make([]byte, 100)}, psk: pskOf(t)}}
	if e := x.bind(h, &keys.Transcript{}); e != nil {
		t.Fatal(e.detail)
	}
	if got := len(h.Message()); got != before {
		t.Errorf("%d bytes, want %d", got, before)
	}
	if last := h.Extensions[len(h.Extensions)-1].Type; last != iana.ExtPreSharedKey {
		t.Errorf("the last extension is %v, want pre_shared_key (RFC 8446, Section 4.2.11)", last)
	}
}

func pskOf(t *testing.T) *keys.PSK {
	t.Helper()
	s, err := keys.NewSchedule(iana.TLS_AES_128_GCM_SHA256)
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.Session(&keys.Transcript{})
	if err != nil {
		t.Fatal(err)
	}
	psk, err := session.PSK(nil)
	if err != nil {
		t.Fatal(err)
	}
	return psk
}

func TestRealServersTakeTheirTickets(t *testing.T) {
	realServer(t)
	for _, x := range []struct {
		stack    peers.Stack
		versions []iana.Version
	}{
		{peers.OpenSSL, []iana.Version{iana.TLS12, iana.TLS13}},
		{peers.Nginx, []iana.Version{iana.TLS12, iana.TLS13}},
		{peers.Apache, []iana.Version{iana.TLS12, iana.TLS13}},
		{peers.HAProxy, []iana.Version{iana.TLS12, iana.TLS13}},
		{peers.GnuTLS, []iana.Version{iana.TLS12, iana.TLS13}},
		{peers.NSS, []iana.Version{iana.TLS12, iana.TLS13}},
		{peers.Java, []iana.Version{iana.TLS12, iana.TLS13}},
		{peers.Go, []iana.Version{iana.TLS12, iana.TLS13}},
		{peers.Node20, []iana.Version{iana.TLS12, iana.TLS13}},
	} {
		for _, v := range x.versions {
			t.Run(string(x.stack)+" "+v.String(), func(t *testing.T) {
				cfg := peers.Config{Versions: []iana.Version{v}}
				if x.stack == peers.NSS {
					cfg.Extra = []string{"-u"} // it gives no tickets otherwise
				}
				s := peers.Start(t, x.stack, cfg)
				h := classic(peers.Name, iana.TLS12)
				if v == iana.TLS13 {
					h = modern(peers.Name)
				}
				_, second := resumeAt(t, patient(), s.Addr, plainALPN(h))
				if second.End != parley.EndStopped || second.Resumed() != parley.Yes {
					t.Errorf("resumed: %v, %s\n%s", second.Resumed(), summary(second), items(second))
				}
			})
		}
	}
}
