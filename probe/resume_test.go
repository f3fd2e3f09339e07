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

// resumable is a hello up to 1.2 that asks for a ticket.
func resumable(name string) *wire.ClientHello {
	h := classic(name, iana.TLS12)
	h.SetExtension(iana.ExtSessionTicket, nil)
	return h
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
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := ticketServer(t, tls.VersionTLS12, x.meets)
			first, second := resumeAt(t, prober(), addr, resumable("probe.example"))
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

func TestWithoutATicketThereIsNothingToResume(t *testing.T) {
	t.Parallel()
	addr := goServer(t, &tls.Config{MaxVersion: tls.VersionTLS12, SessionTicketsDisabled: true})
	_, second := resumeAt(t, prober(), addr, resumable("probe.example"))
	if got, want := summary(second), "local-error: make the hello: no session to resume"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRealServersTakeTheirTickets(t *testing.T) {
	realServer(t)
	for _, stack := range []peers.Stack{peers.OpenSSL, peers.Nginx, peers.Apache, peers.HAProxy, peers.GnuTLS, peers.NSS, peers.Go, peers.Node20} {
		t.Run(string(stack), func(t *testing.T) {
			cfg := peers.Config{Versions: []iana.Version{iana.TLS12}}
			if stack == peers.NSS {
				cfg.Extra = []string{"-u"} // it gives no tickets otherwise
			}
			s := peers.Start(t, stack, cfg)
			_, second := resumeAt(t, patient(), s.Addr, plainALPN(resumable(peers.Name)))
			if second.End != parley.EndStopped || second.Resumed() != parley.Yes {
				t.Errorf("resumed: %v, %s\n%s", second.Resumed(), summary(second), items(second))
			}
		})
	}
}
